//! Tolerant values. SIS's JSON was once XML: empty things come as `{}`, `null`, `""` or not at all, numbers as texts,
//! lists of one as the one. None of that is a fault; anything else is.

pub(crate) mod list;
pub(crate) mod scalar;
pub(crate) mod words;
