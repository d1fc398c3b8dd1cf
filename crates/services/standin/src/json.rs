//! Writes JSON text piece by piece: a whole-term sweep renders 11,000 records, too many for trees of values.

use std::fmt::{Display, Write};

/// JSON text under construction. Commas are put where they belong.
#[derive(Debug, Default)]
pub(crate) struct Json(String);

impl Json {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// The finished text.
    pub(crate) fn into_text(self) -> String {
        self.0
    }

    /// An object as the next value.
    pub(crate) fn object(&mut self, fill: impl FnOnce(&mut Self)) {
        self.comma();
        self.0.push('{');
        fill(self);
        self.0.push('}');
    }

    /// Ready-made JSON as the next value.
    pub(crate) fn raw(&mut self, json: &str) {
        self.comma();
        self.0.push_str(json);
    }

    /// A record whose closing brace was left off, completed by `fill`.
    pub(crate) fn continued(&mut self, head: &str, fill: impl FnOnce(&mut Self)) {
        self.comma();
        self.0.push_str(head);
        fill(self);
        self.0.push('}');
    }

    pub(crate) fn object_at(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        self.name(name);
        self.0.push('{');
        fill(self);
        self.0.push('}');
    }

    pub(crate) fn list_at(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        self.name(name);
        self.0.push('[');
        fill(self);
        self.0.push(']');
    }

    pub(crate) fn text_at(&mut self, name: &str, value: &str) {
        self.name(name);
        self.quoted(value);
    }

    pub(crate) fn number_at(&mut self, name: &str, value: impl Display) {
        self.name(name);
        self.push_display(value);
    }

    pub(crate) fn flag_at(&mut self, name: &str, value: bool) {
        self.name(name);
        self.0.push_str(if value { "true" } else { "false" });
    }

    /// `{"code": …, "description": …}`, the SIS's way to name a thing.
    pub(crate) fn descriptor_at(&mut self, name: &str, code: &str, description: &str) {
        self.object_at(name, |json| {
            json.text_at("code", code);
            json.text_at("description", description);
        });
    }

    /// A descriptor with its formal description.
    pub(crate) fn formal_at(&mut self, name: &str, code: &str, description: &str, formal: &str) {
        self.object_at(name, |json| {
            json.text_at("code", code);
            json.text_at("description", description);
            json.text_at("formalDescription", formal);
        });
    }

    pub(crate) fn text(&mut self, value: &str) {
        self.comma();
        self.quoted(value);
    }

    pub(crate) fn number(&mut self, value: impl Display) {
        self.comma();
        self.push_display(value);
    }

    fn name(&mut self, name: &str) {
        self.comma();
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    fn comma(&mut self) {
        if !matches!(self.0.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.0.push(',');
        }
    }

    fn push_display(&mut self, value: impl Display) {
        // Writing into a String cannot fail.
        let _ = write!(self.0, "{value}");
    }

    fn quoted(&mut self, value: &str) {
        self.0.push('"');
        for c in value.chars() {
            match c {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                c if c < ' ' => self.push_display(format_args!("\\u{:04x}", u32::from(c))),
                c => self.0.push(c),
            }
        }
        self.0.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_writes_is_json_again() {
        let mut json = Json::default();
        json.object(|json| {
            json.text_at("name", "O'Brien-Núñez \"quoted\" \\ \n");
            json.list_at("list", |json| {
                json.number(1);
                json.text("two");
                json.object(|json| json.flag_at("open", true));
                json.object(|_| ());
            });
            json.descriptor_at("status", "A", "Active");
        });
        let value: serde_json::Value = serde_json::from_str(&json.into_text()).unwrap();
        assert_eq!(value["name"], "O'Brien-Núñez \"quoted\" \\ \n");
        assert_eq!(value["list"], serde_json::json!([1, "two", {"open": true}, {}]));
        assert_eq!(value["status"]["description"], "Active");
    }
}
