//! The account at an authority. Its key lies on disk, for its owner alone.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use instant_acme::{Account, AccountCredentials, ExternalAccountKey, NewAccount};
use platform::certificates::{FailureKind, IssueFailure};
use secrecy::ExposeSecret;
use tls::private_file;

use crate::config::{AcmeConfig, Directory, ExternalAccount};
use crate::failure::{here, of, plain};
use crate::issuer::again;
use crate::transport::Transport;

/// The account of a directory; made when there is none.
pub(crate) async fn open(
    folder: &Path,
    directory: &Directory,
    config: &AcmeConfig,
    transport: &Transport,
) -> Result<Account, IssueFailure> {
    let path = path(folder);
    let text = private_file::read(&path).map_err(|error| here("cannot read the ACME account", error))?;
    let Some(text) = text else { return create(&path, directory, config, transport).await };
    let read = |text: &str| serde_json::from_str::<AccountCredentials>(text);
    if let Err(error) = read(&text) {
        // A person may still save the key in it: it is not overwritten.
        let says =
            format!("the ACME account in {} cannot be read; move the file away, and a new one is made", path.display());
        return Err(here(says, error));
    }
    let opened = again!({
        let credentials = read(&text).map_err(|error| here("cannot read the ACME account", error))?;
        Account::builder_with_http(Box::new(transport.clone())).from_credentials(credentials).await
    });
    opened.map_err(|error| of(&format!("cannot reach {directory}"), error, transport.retry_after()))
}

/// Forgets the account, which the authority does not know any more. Its file is kept aside.
pub(crate) fn put_aside(folder: &Path) -> Result<(), IssueFailure> {
    let path = path(folder);
    let aside = path.with_extension("json.unknown");
    std::fs::rename(&path, aside).map_err(|error| here("cannot put the unknown ACME account aside", error))
}

fn path(folder: &Path) -> PathBuf {
    folder.join("account.json")
}

async fn create(
    path: &Path,
    directory: &Directory,
    config: &AcmeConfig,
    transport: &Transport,
) -> Result<Account, IssueFailure> {
    if !config.agrees_to_terms {
        let says = format!(
            "the terms of {directory} are not agreed to: read them, then set certificates.agree_to_terms = true"
        );
        return Err(plain(FailureKind::Here, says));
    }
    let contacts: Vec<String> = config.contacts.iter().map(|address| format!("mailto:{address}")).collect();
    let contacts: Vec<&str> = contacts.iter().map(String::as_str).collect();
    let new = NewAccount { contact: &contacts, terms_of_service_agreed: true, only_return_existing: false };
    let external = config.external_account.as_ref().map(external_key).transpose()?;
    let made = again!({
        let builder = Account::builder_with_http(Box::new(transport.clone()));
        builder.create(&new, directory.url().to_owned(), external.as_ref()).await
    });
    let tried = format!("cannot make an account at {directory}");
    let (account, credentials) = made.map_err(|error| of(&tried, error, transport.retry_after()))?;
    let text = serde_json::to_string(&credentials).map_err(|error| here("cannot keep the ACME account", error))?;
    private_file::write(path, &text).map_err(|error| here("cannot keep the ACME account", error))?;
    tracing::info!(%directory, account = account.id(), "an account was made at the certificate authority");
    Ok(account)
}

fn external_key(account: &ExternalAccount) -> Result<ExternalAccountKey, IssueFailure> {
    // Authorities hand it out in either alphabet, with and without padding.
    let text = account.hmac_key.expose_secret().trim().trim_end_matches('=');
    let decoded = BASE64_URL_SAFE_NO_PAD.decode(text).or_else(|_| BASE64_STANDARD_NO_PAD.decode(text));
    // The cause would show a part of the key.
    let key = decoded.map_err(|_| plain(FailureKind::Here, "the key of certificates.eab_key is not base64"))?;
    Ok(ExternalAccountKey::new(account.key_id.clone(), &key))
}
