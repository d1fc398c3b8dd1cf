//! The pages: one file each, holding its input, its view and its doing.

mod catalog;
mod course;
mod course_elsewhere;
pub(crate) mod error;
mod gallery;
mod health;
mod home;
pub(crate) mod loading;
mod robots;
mod theme;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use httpkit::files::{StaticFile, static_files};
use httpkit::health::metrics_route;

use crate::service::App;

/// All routes of the service.
pub(crate) fn router(app: &Arc<App>) -> Router {
    let render_metrics = app.render_metrics.clone();
    Router::new()
        .route("/", get(home::home))
        .route("/catalog", get(catalog::catalog))
        .route("/catalog/{term}", get(course_elsewhere::term))
        .route("/catalog/{term}/{subject}", get(course_elsewhere::subject))
        .route("/catalog/{term}/{subject}/{number}", get(course::course))
        .route(design::theme::PATH, post(theme::choose))
        .route("/-/design", get(gallery::gallery))
        .route("/robots.txt", get(robots::robots))
        .route("/favicon.ico", get(robots::favicon))
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
