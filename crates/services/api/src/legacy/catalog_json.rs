//! `GET /api/catalog/catalog_json/`

use super::lists::{self, CourseList, FORM};
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "legacy_catalog_json",
    path: "/api/catalog/catalog_json/",
    group: Group::Legacy,
    summary: "All courses",
    about: "Today: `/api/v1/courses`.",
    parameters: &[FORM],
    shape: |schemas| schemas.subschema_for::<CourseList<'static>>(),
    example: |_| Some("/api/catalog/catalog_json/?form=long".to_owned()),
    doing: Doing::Memory(|ask| lists::courses(ask, |_| true)),
};
