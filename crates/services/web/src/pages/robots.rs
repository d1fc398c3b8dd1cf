//! What crawlers and browsers ask for by themselves.

use axum::response::{IntoResponse, Redirect};
use http::header::CACHE_CONTROL;
use httpkit::cache::CachePolicy;

/// Course pages are welcome in search engines; lists in every combination of filters are not: they have no end.
const ROBOTS: &str = "User-agent: *\nDisallow: /catalog?\nDisallow: /grades?\nDisallow: /enrollment?\n\
                      Disallow: /instructors?\nDisallow: /bugs\nDisallow: /-/\nAllow: /\n";

/// How long crawlers and browsers may keep these answers.
const A_DAY: CachePolicy = CachePolicy::Public { max_age: std::time::Duration::from_secs(86_400) };

pub(super) async fn robots() -> impl IntoResponse {
    ([(CACHE_CONTROL, A_DAY.header())], ROBOTS)
}

/// Old browsers ask here; the icon has its own address.
pub(super) async fn favicon() -> impl IntoResponse {
    ([(CACHE_CONTROL, A_DAY.header())], Redirect::permanent(design::assets::ICON.path))
}
