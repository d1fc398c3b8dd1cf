//! Every component of the design with its examples.

use std::sync::Arc;

use axum::extract::State;
use http::{HeaderMap, StatusCode, Uri};
use httpkit::page::Page;

use crate::frame::{self, Content, Surroundings};
use crate::service::App;
use crate::visit::theme_of;
use crate::visitor::Visitor;

pub(super) async fn gallery(State(app): State<Arc<App>>, uri: Uri, headers: HeaderMap) -> Page {
    let surroundings = Surroundings {
        visitor: Visitor::Nobody,
        theme: theme_of(&headers),
        path: uri.path().to_owned(),
        current: app.ports.catalog.current(),
        now: app.now(),
        went_without: Arc::default(),
    };
    let content = Content {
        title: "Design".to_owned(),
        description: "Every component of the site with its examples.".to_owned(),
        status: StatusCode::OK,
        no_index: true,
        main: design::gallery::body(),
        ..Content::default()
    };
    frame::page(&app, &surroundings, content)
}
