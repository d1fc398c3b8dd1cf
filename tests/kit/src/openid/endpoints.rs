//! The provider's addresses.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::proof::proof;
use super::{CLIENT_ID, CLIENT_SECRET, Fault, Grant, SentBack, Shared};

/// More than any client should read.
const HUGE_BYTES: usize = 8 * 1024 * 1024;

pub(super) fn routes(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/keys", get(keys))
        .route("/authorize", get(authorize))
        .route("/token", post(token))
        .with_state(shared)
}

type Fields = BTreeMap<String, String>;

fn fields(text: &str) -> Fields {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

async fn discovery(State(shared): State<Arc<Shared>>) -> Response {
    shared.state().asked.discovery += 1;
    let fault = shared.state().fault;
    let issuer = if fault == Fault::DescribesAnother { "https://other.example" } else { &shared.issuer };
    let token = match fault {
        Fault::DescribesPlainHttp => "http://elsewhere.example/token".to_owned(),
        _ => format!("{}/token", shared.issuer),
    };
    let methods = if fault == Fault::SecretInBody { "client_secret_post" } else { "client_secret_basic" };
    let description = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{}/authorize", shared.issuer),
        "token_endpoint": token,
        "jwks_uri": format!("{}/keys", shared.issuer),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "token_endpoint_auth_methods_supported": [methods],
    });
    answer(fault, &description).await
}

async fn keys(State(shared): State<Arc<Shared>>) -> Response {
    shared.state().asked.keys += 1;
    let (fault, key) = {
        let state = shared.state();
        (state.fault, state.key.published.clone())
    };
    let strange = json!({ "kty": "of the future", "kid": "strange" });
    answer(fault, &json!({ "keys": [strange, key] })).await
}

async fn authorize(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Redirect {
    let back = agree(&shared, &query.unwrap_or_default());
    let mut address = form_urlencoded::Serializer::new(format!("{}?", back.redirect_uri));
    address.append_pair("state", &back.state);
    if back.error.is_empty() {
        address.append_pair("code", &back.code);
    } else {
        address.append_pair("error", &back.error);
    }
    Redirect::to(&address.finish())
}

/// The person agrees at once, or declines.
pub(super) fn agree(shared: &Shared, query: &str) -> SentBack {
    let asked = fields(query);
    let field = |name: &str| asked.get(name).cloned().unwrap_or_default();
    assert_eq!(field("response_type"), "code");
    assert_eq!(field("client_id"), CLIENT_ID);
    assert_eq!(field("scope"), "openid email profile");
    assert_eq!(field("code_challenge_method"), "S256");
    for needed in ["redirect_uri", "state", "nonce", "code_challenge"] {
        assert!(!field(needed).is_empty(), "{needed} is missing");
    }
    let mut state = shared.state();
    let back = SentBack { redirect_uri: field("redirect_uri"), state: field("state"), ..SentBack::default() };
    if state.fault == Fault::Declines {
        return SentBack { error: "access_denied".to_owned(), ..back };
    }
    state.granted += 1;
    let code = format!("code-{}", state.granted);
    let account = state.account.clone();
    let grant = Grant {
        redirect_uri: field("redirect_uri"),
        nonce: field("nonce"),
        code_challenge: field("code_challenge"),
        account,
    };
    state.grants.insert(code.clone(), grant);
    SentBack { code, ..back }
}

async fn token(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: String) -> Response {
    shared.state().asked.tokens += 1;
    let fault = shared.state().fault;
    let form = fields(&body);
    if fault == Fault::RefusesClient || !is_the_client(fault, &headers, &form) {
        return refusal(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    // A code is good for one exchange, whatever comes of it.
    let grant = shared.state().grants.remove(field("code"));
    let fits = |grant: &Grant| {
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
        grant.redirect_uri == field("redirect_uri") && grant.code_challenge == challenge
    };
    let Some(grant) = grant.filter(|grant| fits(grant) && field("grant_type") == "authorization_code") else {
        return refusal(StatusCode::BAD_REQUEST, "invalid_grant");
    };
    let proof = proof(&shared, &grant);
    answer(fault, &json!({ "access_token": "unused", "token_type": "Bearer", "id_token": proof })).await
}

/// By the head, or by the body when that is what we ask for; never by both.
fn is_the_client(fault: Fault, headers: &HeaderMap, form: &Fields) -> bool {
    let in_body = form.get("client_id").zip(form.get("client_secret"));
    let head = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
    if fault == Fault::SecretInBody {
        return head.is_none() && in_body.is_some_and(|(id, secret)| id == CLIENT_ID && secret == CLIENT_SECRET);
    }
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let wanted = BASE64_STANDARD.encode(format!("{}:{}", encoded(CLIENT_ID), encoded(CLIENT_SECRET)));
    in_body.is_none() && head == Some(wanted.as_str())
}

fn refusal(status: StatusCode, error: &str) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], json!({ "error": error }).to_string()).into_response()
}

async fn answer(fault: Fault, document: &Value) -> Response {
    let body = match fault {
        Fault::Silent => pending().await,
        Fault::Broken => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Fault::Huge => " ".repeat(HUGE_BYTES),
        Fault::NoJson => "<!DOCTYPE html><title>Welcome to the network of the hotel</title>".to_owned(),
        _ => document.to_string(),
    };
    ([(CONTENT_TYPE, "application/json")], Body::from(body)).into_response()
}
