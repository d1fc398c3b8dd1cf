//! A short text that people copy: a class number, a link. Without script it is there to be selected; with it, one tap is
//! enough.

use maud::{Markup, html};

use crate::gallery::Example;

/// The text with its button. `what` says what it is: `class number`.
#[must_use]
pub fn copyable(text: &str, what: &str) -> Markup {
    html! {
        span.copyable {
            span.copyable-text { (text) }
            button.copy type="button" data-copy=(text) { "Copy" span.unseen { " " (what) " " (text) } }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let markup = html! { p { "Class number " (copyable("20001", "class number")) } };
    vec![Example::new("Facts", "To copy", "Text that can be selected; with script, a button that copies it.", markup)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_stands_there_for_those_without_script() {
        let html = copyable("08921", "class number").into_string();
        assert!(html.contains("<span class=\"copyable-text\">08921</span>"));
        assert!(
            html.contains("data-copy=\"08921\"") && html.contains("Copy<span class=\"unseen\"> class number 08921")
        );
    }
}
