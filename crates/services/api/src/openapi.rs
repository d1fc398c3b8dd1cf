//! The OpenAPI document, for those who write it into a file.

pub use crate::rest::openapi::document;
