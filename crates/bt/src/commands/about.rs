//! `bt about`: which build this is, and which schema it expects. Another `bt` asks so before it takes it in as a release.

use processes::releases::ReleaseFolder;
use serde_json::json;

use crate::commands::ps::short;
use crate::door::Ending;
use crate::release;
use crate::world::World;

pub(super) fn run(world: &World, as_json: bool) -> anyhow::Result<Ending> {
    let release = ReleaseFolder::name_of(&release::program()?)?;
    let schema = database::migrate::schema()?;
    let version = env!("CARGO_PKG_VERSION");
    if as_json {
        world.screen.print(&json!({ "version": version, "release": release, "schema": schema }).to_string());
    } else {
        let (expects, name) = (schema.expects, short(release.as_str()));
        world.screen.print(&format!("bt {version}, release {name}, expects schema {expects}"));
    }
    Ok(Ending::Fine)
}
