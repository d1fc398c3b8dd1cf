//! What the two REST interfaces share. An endpoint is a row of a table: routes, the reading of parameters, the OpenAPI
//! document and the docs page are all made from it, so none of them can say what the others do not.

pub(crate) mod answer;
pub(crate) mod ask;
pub(crate) mod cursor;
mod decode;
pub(crate) mod endpoint;
pub(crate) mod gate;
mod nearest;
pub(crate) mod openapi;
pub(crate) mod parameter;
pub(crate) mod problem;
pub(crate) mod router;
