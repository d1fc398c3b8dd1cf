//! `bt certificates`: what is served, until when, and who is trusted.

use certificates::status::report;
use tls::local_authority::LocalAuthority;

use crate::command_line::house;
use crate::door::Ending;
use crate::table::table;
use crate::world::World;

const SECONDS_OF_A_DAY: i64 = 86_400;

pub(super) fn run(world: &World, what: house::Certificates) -> anyhow::Result<Ending> {
    match what {
        house::Certificates::List { json } => list(world, json.json),
        house::Certificates::Trust => trust(world),
    }
}

fn list(world: &World, as_json: bool) -> anyhow::Result<Ending> {
    let (folder, now) = (world.certificate_folder()?, world.clock.now());
    let report = report(&folder, now)?;
    if as_json {
        let stored = folder.load()?;
        let all: Vec<_> = stored.certificates.iter().map(|(id, one)| serde_json::json!({
            "id": id, "names": one.names(), "issuer": one.issuer(), "not_after": one.not_after(),
        })).collect();
        world.screen.print(&serde_json::to_string_pretty(&all)?);
        return Ok(Ending::Fine);
    }
    let stored = folder.load()?;
    let rows: Vec<[String; 4]> = stored.certificates.iter().map(|(_, one)| {
        let days = one.not_after().duration_since(now).as_secs() / SECONDS_OF_A_DAY;
        [one.names().join(", "), one.issuer().to_owned(), one.not_after().to_string(), days.to_string()]
    }).collect();
    if rows.is_empty() {
        world.screen.print(&format!("no certificate was issued yet. {}", report.finding.says));
    } else {
        world.screen.print(&table(["NAMES", "ISSUER", "UNTIL", "DAYS LEFT"], &rows));
        world.screen.print(&report.finding.says);
    }
    Ok(Ending::Fine)
}

/// Makes the browsers of this machine believe the local authority.
fn trust(world: &World) -> anyhow::Result<Ending> {
    let authority = LocalAuthority::open(&world.certificate_folder()?.local(), world.clock.now())?;
    let root = authority.root_path();
    world.screen.print(&format!(
        "The local authority is {root}. As root, make this machine believe it:\n  \
         Debian, Ubuntu  cp {root} /usr/local/share/ca-certificates/berkeleytime.crt && update-ca-certificates\n  \
         Fedora          cp {root} /etc/pki/ca-trust/source/anchors/berkeleytime.pem && update-ca-trust\n  \
         macOS           security add-trusted-cert -d -k /Library/Keychains/System.keychain {root}\n\
         Chromium and Firefox on Linux have lists of their own, for yourself:\n  \
         certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n berkeleytime -i {root}\n\
         It can only vouch for localhost, *.localhost and this machine's own addresses.",
        root = root.display()
    ));
    Ok(Ending::Fine)
}
