//! `bt password`: a line for a file of passwords. The password is typed, never given on the command line.

use std::io::{self, BufRead, IsTerminal};

use admission::passwords::password_line;
use anyhow::Context;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use secrecy::SecretString;

use crate::door::Ending;
use crate::world::World;

pub(super) fn run(world: &World, name: &str) -> anyhow::Result<Ending> {
    let password = if io::stdin().is_terminal() { typed(world)? } else { line()? };
    world.screen.print(&password_line(name, &password)?);
    Ok(Ending::Fine)
}

/// Asked for without being shown.
fn typed(world: &World) -> anyhow::Result<SecretString> {
    world.screen.complain("the password (it is not shown):");
    let _hidden = Hidden::begin()?;
    line()
}

fn line() -> anyhow::Result<SecretString> {
    let mut text = String::new();
    io::stdin().lock().read_line(&mut text).context("no password could be read")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned().into())
}

/// A terminal that shows nothing of what is typed, until this is dropped.
struct Hidden(Termios);

impl Hidden {
    fn begin() -> anyhow::Result<Self> {
        let before = tcgetattr(io::stdin()).context("the terminal does not say how it is set")?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &hidden)
            .context("the terminal goes on showing what is typed")?;
        Ok(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // When this fails, `stty sane` helps; there is nobody to tell.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}
