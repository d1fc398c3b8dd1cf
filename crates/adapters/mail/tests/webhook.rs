//! The webhook, called on a real server on loopback.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers too")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use catalog::ports::with_causes;
use jiff::Timestamp;
use mail::webhook::{Webhook, WebhookError};
use platform::alarm::Alarm;
use platform::ports::{AlarmSink, PortError};
use tokio::net::TcpListener;

const SECRET: &str = "T0001-B0002-x7yQ";

/// What was posted.
type Posted = Arc<Mutex<Vec<serde_json::Value>>>;

async fn hook(answer: fn() -> Response) -> (SocketAddr, Posted) {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let posted = Posted::default();
    let kept = Arc::clone(&posted);
    let take = async move |body: Bytes| {
        kept.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
        answer()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route(&format!("/services/{SECRET}"), post(take));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, posted)
}

fn webhook(address: SocketAddr) -> Webhook {
    Webhook::new(format!("http://{address}/services/{SECRET}").into()).unwrap()
}

fn alarm(title: &str, text: &str) -> Alarm {
    let at: Timestamp = "2026-11-22T20:00:00Z".parse().unwrap();
    Alarm::new("part:api", at, title, text)
}

fn told(error: &PortError) -> String {
    format!("{} {error:?}", with_causes(error))
}

#[tokio::test]
async fn an_alarm_is_posted_in_slack_s_form_and_commands_nobody() {
    let (address, posted) = hook(|| "ok".into_response()).await;
    let alarm = alarm("API: down <!channel>\nx", "Nobody answers & waits.\n@everyone <http://x|here> @here");
    webhook(address).send(&alarm).await.unwrap();
    webhook(address).send(&Alarm { is_over: true, ..alarm }).await.unwrap();
    let posted = posted.lock().unwrap();
    let text = posted[0]["text"].as_str().unwrap();
    let expected = ":rotating_light: *API: down &lt;!channel&gt; x*\nNobody answers &amp; waits.\n@\u{200b}everyone \
                    &lt;http://x|here&gt; @\u{200b}here";
    assert_eq!(text, expected);
    assert!(posted[1]["text"].as_str().unwrap().starts_with(":white_check_mark: "));
    assert_eq!(posted[0].as_object().unwrap().len(), 1, "only what Slack and Discord both know");
}

#[tokio::test]
async fn discord_answers_without_content() {
    let (address, _) = hook(|| StatusCode::NO_CONTENT.into_response()).await;
    webhook(address).send(&alarm("API: down", "x")).await.unwrap();
}

/// What a webhook may answer with.
type Answer = fn() -> Response;

#[tokio::test]
async fn a_refusal_is_told_and_the_address_is_not() {
    let answers: [(Answer, &str); 4] = [
        (|| (StatusCode::FORBIDDEN, "action_prohibited").into_response(), "status 403: action_prohibited"),
        (|| (StatusCode::TOO_MANY_REQUESTS, "").into_response(), "status 429"),
        (|| (StatusCode::NOT_FOUND, format!("no /services/{SECRET}")).into_response(), "status 404"),
        (|| (StatusCode::INTERNAL_SERVER_ERROR, "x".repeat(100_000)).into_response(), "status 500"),
    ];
    for (answer, says) in answers {
        let (address, _) = hook(answer).await;
        let error = told(&webhook(address).send(&alarm("API: down", "x")).await.unwrap_err());
        assert!(error.contains(says), "{error}");
        assert!(!error.contains(SECRET) && error.len() < 1_000, "{error}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (address, posted) =
        hook(|| (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/elsewhere")]).into_response()).await;
    let error = webhook(address).send(&alarm("API: down", "x")).await.unwrap_err();
    assert!(told(&error).contains("status 307"));
    assert_eq!(posted.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_webhook_that_is_not_there_is_an_error_without_its_address() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let error = told(&webhook(address).send(&alarm("API: down", "x")).await.unwrap_err());
    assert!(error.starts_with("cannot reach the webhook: "), "{error}");
    assert!(!error.contains(SECRET), "{error}");
}

#[test]
fn an_address_is_https_or_on_this_machine() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    for good in ["https://hooks.slack.com/services/x", "http://localhost:9/x", "http://127.0.0.1/x", "http://[::1]:9/x"]
    {
        assert!(Webhook::new(good.into()).is_ok(), "{good}");
    }
    for bad in [
        "",
        "hooks.slack.com/services/x",
        "http://hooks.slack.com/x",
        "ftp://localhost/x",
        "http://127.0.0.1.example.edu/",
    ] {
        let error = Webhook::new(bad.into()).err().expect(bad);
        assert!(matches!(error, WebhookError::Address), "{bad}");
        assert!(!error.to_string().contains("slack.com"));
    }
}
