//! The command about people with an account.

use accounts::identity::EmailAddress;
use accounts::person::Role;
use clap::Subcommand;

use super::house::Json;

/// What is done about people.
#[derive(Debug, Subcommand)]
pub(crate) enum People {
    /// Who has an account, who was seen last first
    List {
        /// Only those of a role: student or staff
        #[arg(long, value_name = "ROLE", value_parser = role)]
        role: Option<Role>,
        /// How many at the most
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
        most: u32,
        #[command(flatten)]
        json: Json,
    },
    /// Who somebody is, and where they are signed in
    Show {
        /// Such as oski@berkeley.edu, or oski alone
        #[arg(value_name = "EMAIL", value_parser = username)]
        username: String,
        #[command(flatten)]
        json: Json,
    },
    /// Say what somebody may do
    Role {
        /// Whose
        #[arg(value_name = "EMAIL", value_parser = username)]
        username: String,
        /// student or staff
        #[arg(value_name = "ROLE", value_parser = role)]
        role: Role,
    },
    /// End all sessions of somebody, everywhere
    SignOut {
        /// Whose
        #[arg(value_name = "EMAIL", value_parser = username)]
        username: String,
    },
    /// Delete an account and everything in it, for somebody who asked for that and cannot do it themselves
    Delete {
        /// Whose
        #[arg(value_name = "EMAIL", value_parser = username)]
        username: String,
        /// The name before the @ once more, to be sure
        #[arg(long, value_name = "NAME")]
        confirm: Option<String>,
    },
}

/// The part of an address by which people are known here.
fn username(text: &str) -> Result<String, String> {
    let whole =
        if text.contains('@') { text.to_owned() } else { format!("{text}@{}", accounts::identity::CAMPUS_DOMAIN) };
    let address = EmailAddress::parse(&whole);
    let expected = || format!("`{text}` is no campus address: expected such as oski@berkeley.edu, or oski alone");
    address.map(|address| address.username().to_owned()).map_err(|_| expected())
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_slug(text).ok_or_else(|| format!("`{text}` is no role: expected student or staff"))
}
