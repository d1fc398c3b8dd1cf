//! What holds for every endpoint.

use design::layout::{prose, section};
use design::table::{Column, Table, table};
use maud::{Markup, html};

use crate::rest::cursor::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::rest::openapi::ERRORS;
use crate::rest::parameter::VALUES_MAX;

/// The guide, part by part.
pub(super) fn sections() -> Markup {
    html! {
        (section("answers", "Answers", None, &answers()))
        (section("caching", "Caching", None, &caching()))
        (section("pages", "Pages of lists", None, &pages()))
        (section("errors", "Errors", None, &errors()))
        (section("limits", "Limits", None, &limits()))
        (section("graphql", "GraphQL", None, &graphql()))
    }
}

fn answers() -> Markup {
    prose(&html! {
        p {
            "Answers are JSON with names in snake_case. Moments are RFC 3339 in UTC, days ISO 8601, times of day "
            code { "13:30" } " on the campus. What is not known is " code { "null" } "."
        }
        p {
            "Every answer below " code { "/api/v1" } " says which catalog it was made from ("
            code { "catalog_version" } "), as of when its parts hold (" code { "as_of" } "), and what the operator has "
            "switched off (" code { "switched_off" } "). The thing itself is in " code { "data" } "."
        }
        p { "Members may be added at any time. Nothing that is there will change its meaning below " code { "/api/v1" } "." }
    })
}

fn caching() -> Markup {
    prose(&html! {
        p {
            "Keep what you were given, with its " code { "ETag" } ", and ask again with " code { "If-None-Match" }
            ": while nothing has changed you get 304 and no body. Answers are never stale. "
            code { "Last-Modified" } " is the moment at which the catalog was published; most days that happens once, at night."
        }
        p { "Answers come as zstd, br or gzip, whichever your client accepts." }
    })
}

fn pages() -> Markup {
    prose(&html! {
        p {
            "Lists come in pages of " (LIMIT_DEFAULT) " rows; " code { "limit" } " asks for up to " (LIMIT_MAX) ". "
            code { "next" } " is the address of the next page, also in the " code { "Link" } " header, and "
            code { "null" } " on the last one. A list that changes while you read it goes on behind the last row that you had."
        }
    })
}

fn errors() -> Markup {
    let row = |(status, anchor, about): &(http::StatusCode, &str, &str)| {
        vec![html! { span id=(anchor) { (status.as_u16()) } }, html! { span { (super::endpoint::marked(about)) } }]
    };
    html! {
        div.stack {
            p {
                "Errors are problem documents (RFC 9457, " code { "application/problem+json" } "): " code { "status" } ", "
                code { "title" } ", " code { "detail" } " for people, and " code { "type" } ", which leads here."
            }
            (table(&Table {
                caption: "Errors".to_owned(),
                caption_unseen: true,
                columns: ["Status", "Meaning"].map(Column::text).into(),
                rows: ERRORS.iter().map(row).collect(),
                ..Table::default()
            }))
        }
    }
}

fn limits() -> Markup {
    prose(&html! {
        p {
            "Each client may ask as often as the headers " code { "RateLimit-Policy" } " and " code { "RateLimit" }
            " say. Who asks more often is told to wait with 429 and " code { "Retry-After" } ". A parameter that may be "
            "repeated has at most " (VALUES_MAX) " values. Unknown parameters are errors, so that no typing error passes "
            "for an answer."
        }
    })
}

fn graphql() -> Markup {
    prose(&html! {
        p {
            "The whole schema of 2021 and what was added since is at " code { "POST /api/graphql" }
            "; a browser that opens " a href="/api/graphql" { "/api/graphql" } " finds an explorer."
        }
    })
}
