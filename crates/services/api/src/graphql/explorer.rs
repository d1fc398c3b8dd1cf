//! The explorer: the same address in a browser. A form to ask with, operations to begin with, and the whole schema. It
//! works without script.

mod reference;
mod samples;

use answers::draft::Draft;
use axum::response::{IntoResponse, Response};
use design::action::{Emphasis, submit_button};
use design::heading::{PageHeading, page_heading};
use design::layout::{columns_of_links, section};
use design::numbers::counted;
use design::theme::Theme;
use http::header::VARY;
use http::{HeaderMap, HeaderValue, Method};
use httpkit::cache::CachePolicy;
use httpkit::page::Page;
use maud::{Markup, html};
use serde_json::Value;

use crate::frame::{self, Content, theme_of};
use crate::graphql::execute::Outcome;
use crate::visit::Visit;

/// The address of the endpoint, and of this page.
pub(crate) const PATH: &str = "/api/graphql";

/// Characters of an answer that the page shows; the rest is one click away.
const SHOWN_CHARS: usize = 20_000;

/// What is in the form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    pub(crate) query: String,
    pub(crate) variables: String,
    pub(crate) operation_name: String,
}

impl Form {
    /// From the address of a GET.
    pub(crate) fn of_address(query: &str) -> Self {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "query" => form.query = value.into_owned(),
                "variables" => form.variables = value.into_owned(),
                "operationName" => form.operation_name = value.into_owned(),
                _ => {}
            }
        }
        form
    }

    /// The address that asks this.
    fn address(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.append_pair("query", &self.query);
        if !self.variables.is_empty() {
            pairs.append_pair("variables", &self.variables);
        }
        if !self.operation_name.is_empty() {
            pairs.append_pair("operationName", &self.operation_name);
        }
        format!("{PATH}?{}", pairs.finish())
    }
}

/// The page without a question: one for each theme and publication.
pub(crate) async fn page(visit: &Visit, headers: &HeaderMap, method: &Method) -> Response {
    let (app, theme) = (&visit.app, theme_of(headers));
    let key = visit.key("graphql explorer").text(theme.name()).finish();
    let making = async {
        let form = Form { query: samples::FIRST.to_owned(), ..Form::default() };
        let html = html(visit, theme, PATH, &form, None);
        Ok::<_, std::convert::Infallible>(Draft::new(HeaderValue::from_static("text/html; charset=utf-8"), html))
    };
    let Ok(answer) = app.answers.get_or_make(&key, making).await;
    let mut response = answer.respond(method, headers, CachePolicy::Private).await;
    response.headers_mut().append(VARY, HeaderValue::from_static("accept, cookie"));
    response
}

/// The page with an answer. What is asked may be anybody's own: it is not kept.
pub(crate) fn answered(visit: &Visit, headers: &HeaderMap, form: &Form, outcome: &Outcome) -> Response {
    let html = html(visit, theme_of(headers), &form.address(), form, Some(outcome));
    let mut response = Page::new("GraphQL", html).with_cache(CachePolicy::NoStore).into_response();
    response.headers_mut().append(VARY, HeaderValue::from_static("accept"));
    response
}

fn html(visit: &Visit, theme: Theme, path: &str, form: &Form, outcome: Option<&Outcome>) -> String {
    let content = Content {
        title: "GraphQL",
        description: "Ask the course catalog in GraphQL: try an operation, read the schema.",
        canonical: PATH,
        path,
        no_index: outcome.is_some(),
        main: main(visit, form, outcome),
    };
    frame::page(&visit.app.config, theme, Some(&visit.snapshot), content)
}

fn main(visit: &Visit, form: &Form, outcome: Option<&Outcome>) -> Markup {
    let heading = PageHeading {
        lead: Some(html! {
            "The catalog for programs that want to say what they need. Programs send POST to " code { (PATH) } "; the "
            a href={ (PATH) "/schema" } { "schema" } " is there as a text, and the same data is there as "
            a href="/api/docs" { "REST" } "."
        }),
        ..PageHeading::new("GraphQL")
    };
    let samples: Vec<(String, String)> =
        samples::all(&visit.snapshot).into_iter().map(|(name, form)| (name, form.address())).collect();
    html! {
        (page_heading(&heading))
        (ask(form))
        @if let Some(outcome) = outcome { (section("answer", "Answer", None, &answer(form, outcome))) }
        (section("operations", "Operations to begin with", None, &columns_of_links(&samples)))
        (reference::sections())
    }
}

fn ask(form: &Form) -> Markup {
    html! {
        form.panel.stack action=(PATH) method="get" {
            p.text-field {
                label for="query" { "Operation" }
                textarea id="query" name="query" rows="14" spellcheck="false" autocapitalize="none" { (form.query) }
            }
            p.text-field {
                label for="variables" { "Variables, as JSON" }
                textarea id="variables" name="variables" rows="3" spellcheck="false" autocapitalize="none" {
                    (form.variables)
                }
            }
            p { (submit_button("Ask", Emphasis::Primary)) }
        }
    }
}

fn answer(form: &Form, outcome: &Outcome) -> Markup {
    let text = serde_json::from_slice::<Value>(&outcome.body).and_then(|json| serde_json::to_string_pretty(&json));
    let text = text.unwrap_or_default();
    let shown: String = text.chars().take(SHOWN_CHARS).collect();
    let is_cut = shown.len() < text.len();
    let in_words = |count: usize, one: &str, many: &str| counted(u32::try_from(count).unwrap_or(u32::MAX), one, many);
    html! {
        pre.code tabindex="0" { code { (shown) @if is_cut { "\n…" } } }
        p.note {
            (in_words(outcome.body.len(), "byte", "bytes")) ", "
            (in_words(outcome.cost, "field", "fields")) ". "
            @if is_cut { "The rest is left out here. " }
            "A program gets this answer from " code.address { (form.address()) } "."
        }
    }
}
