//! A process that backs up, ships, drills or restores, and is killed in the middle.

use backup::restore::What;
use backup::take::Living;
use recoveries::house::{House, unseen};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, root, what, url] = arguments.as_slice() else { panic!("victim ROOT WHAT URL") };
    let house = House::seen_from(root.into());
    let (files, spool, census) = (house.files(), house.spool(), house.census_of(url.clone()));
    match what.as_str() {
        "back-up" => {
            let living = Living { files: &files, spool: &spool, census: &census };
            house.store.take(living, &CancellationToken::new(), &unseen).await.map(drop).expect("a backup");
        }
        "drill" => house.store.drill(&files, &census, &unseen).await.map(drop).expect("a result"),
        "ship" => house.shipper().run(CancellationToken::new()).await,
        _ => house.restore_in_place(What::Newest).await.map(drop).expect("restored"),
    }
}
