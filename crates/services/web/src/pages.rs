//! The pages: one file each, holding its input, its view and its doing.

pub(crate) mod alerts;
pub(crate) mod bugs;
mod catalog;
pub(crate) mod compare;
mod course;
mod course_elsewhere;
pub(crate) mod enrollment;
pub(crate) mod error;
mod gallery;
pub(crate) mod grades;
mod health;
mod home;
pub(crate) mod instructors;
pub(crate) mod loading;
pub(crate) mod planner;
mod profile;
pub(crate) mod prose;
mod reports;
mod robots;
pub(crate) mod saved;
pub(crate) mod sign_in;
mod theme;
pub(crate) mod updates;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use httpkit::files::{StaticFile, static_files};
use httpkit::health::metrics_route;

use crate::account_menu::REPORTS;
use crate::kept_pages;
use crate::service::App;

/// All routes of the service.
pub(crate) fn router(app: &Arc<App>) -> Router {
    let render_metrics = app.ports.render_metrics.clone();
    Router::new()
        .merge(for_everybody().route_layer(from_fn_with_state(app.clone(), kept_pages::keep)))
        .route(updates::PATH, get(updates::updates))
        .route(REPORTS, get(reports::reports))
        .merge(bugs::routes(app))
        .route(design::theme::PATH, post(theme::choose))
        .route("/-/design", get(gallery::gallery))
        .route("/robots.txt", get(robots::robots))
        .route("/favicon.ico", get(robots::favicon))
        .merge(planner::routes())
        .merge(sign_in::routes(app))
        .merge(profile::routes())
        .merge(saved::routes())
        .merge(alerts::routes())
        .merge(health::routes())
        .merge(metrics_route(move || render_metrics()))
        .merge(static_files(design::assets::ALL.map(|asset| StaticFile {
            path: asset.path,
            content_type: asset.content_type,
            identity: asset.identity,
            gzip: asset.gzip,
            brotli: asset.brotli,
        })))
        .with_state(app.clone())
}

/// What shows the catalog, the same to everybody who is not signed in: finished pages are kept.
fn for_everybody() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(home::home))
        .route("/catalog", get(catalog::catalog))
        .route("/catalog/{term}", get(course_elsewhere::term))
        .route("/catalog/{term}/{subject}", get(course_elsewhere::subject))
        .route("/catalog/{term}/{subject}/{number}", get(course::course))
        .route(grades::PATH, get(grades::grades))
        .route("/grades/{*earlier}", get(grades::earlier_site))
        .route(enrollment::PATH, get(enrollment::enrollment))
        .route("/enrollment/{*earlier}", get(enrollment::earlier_site))
        .merge(instructors::routes())
        .merge(prose::routes())
}
