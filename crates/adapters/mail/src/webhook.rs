//! Alarms by a webhook in Slack's form: `{"text": …}`. Mattermost takes it too, and Discord at its address that ends in
//! `/slack`. Whoever knows the address can write there, so it is a secret.

use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use platform::alarm::Alarm;
use platform::ports::{AlarmSink, PortError};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::words;

/// How long a webhook may take.
const LIMIT: Duration = Duration::from_secs(10);
/// How much of a refusal is told: Slack's are a word or two.
const REFUSAL_BYTES: usize = 200;

/// Why a webhook cannot be used. Never says the address.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// It is no address, or one that could be read on its way.
    #[error("the webhook's address is none: write the whole `https://…` that Slack or Discord shows")]
    Address,
    /// There is no client for it.
    #[error("a client for webhooks cannot be made")]
    Client(#[source] reqwest::Error),
}

/// Alarms to one webhook.
pub struct Webhook {
    address: SecretString,
    client: Client,
}

impl Webhook {
    /// Of that address: `https`, or `http` on this machine. Nothing is connected yet.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(address: SecretString) -> Result<Self, WebhookError> {
        let url: Url = address.expose_secret().parse().map_err(|_| WebhookError::Address)?;
        if url.scheme() != "https" && !(url.scheme() == "http" && is_this_machine(&url)) {
            return Err(WebhookError::Address);
        }
        let builder = Client::builder().timeout(LIMIT).redirect(Policy::none()).pool_max_idle_per_host(0);
        let client = builder.build().map_err(WebhookError::Client)?;
        Ok(Self { address, client })
    }
}

fn is_this_machine(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let is_loopback = |address: IpAddr| address.is_loopback();
    host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(is_loopback)
}

#[async_trait]
impl AlarmSink for Webhook {
    fn name(&self) -> String {
        "the webhook".to_owned()
    }

    async fn send(&self, alarm: &Alarm) -> Result<(), PortError> {
        // The address is taken out of what the client says: it is the secret.
        let failed = |error: reqwest::Error| PortError::new("cannot reach the webhook", error.without_url());
        let body = json!({ "text": said(alarm) });
        let mut answer = self.client.post(self.address.expose_secret()).json(&body).send().await.map_err(failed)?;
        if answer.status().is_success() {
            return Ok(());
        }
        let mut said = Vec::new();
        while said.len() < REFUSAL_BYTES
            && let Ok(Some(chunk)) = answer.chunk().await
        {
            said.extend_from_slice(&chunk[..chunk.len().min(REFUSAL_BYTES - said.len())]);
        }
        let said = words::title(&String::from_utf8_lossy(&said));
        // Some answer with the path that was asked for.
        let said = if self.is_in(&said) { String::new() } else { format!(": {said}") };
        Err(PortError::plain(format!("the webhook refused with status {}{said}", answer.status().as_u16())))
    }
}

impl Webhook {
    /// Whether a text says some part of the secret address.
    fn is_in(&self, text: &str) -> bool {
        let Ok(url) = self.address.expose_secret().parse::<Url>() else { return true };
        let parts = url.path_segments().into_iter().flatten().chain(url.query());
        parts.filter(|part| part.len() >= 4).any(|part| text.contains(part))
    }
}

/// The words, with what Slack reads as commands made harmless.
fn said(alarm: &Alarm) -> String {
    let mark = if alarm.is_over { ":white_check_mark:" } else { ":rotating_light:" };
    let title = harmless(&words::title(&alarm.title));
    let text = harmless(&words::text(&alarm.text));
    format!("{mark} *{title}*\n{text}")
}

fn harmless(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    // Discord reads these as a call to all; a space without width breaks them.
    text.replace("@everyone", "@\u{200b}everyone").replace("@here", "@\u{200b}here")
}
