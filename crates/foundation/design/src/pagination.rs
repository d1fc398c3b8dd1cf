//! Pages of a long list.

use maud::{Markup, html};

use crate::gallery::Example;
use crate::numbers::counted;

/// Pages shown on each side of the current one.
const NEIGHBOURS: u32 = 2;

/// Links to the pages of a list; nothing when there is only one. `href` gives the address of a page, from 1.
#[must_use]
pub fn pagination(current: u32, last: u32, href: impl Fn(u32) -> String) -> Markup {
    html! {
        @if last > 1 {
            nav.pagination aria-label="Pages" {
                @if current > 1 { a.pagination-step rel="prev" href=(href(current - 1)) { "Previous" } }
                ol {
                    @for place in places(current, last) {
                        @match place {
                            Some(page) if page == current => li { span aria-current="page" { span.unseen { "Page " } (page) } },
                            Some(page) => li { a href=(href(page)) { span.unseen { "Page " } (page) } },
                            None => li aria-hidden="true" { "…" },
                        }
                    }
                }
                @if current < last { a.pagination-step rel="next" href=(href(current + 1)) { "Next" } }
                p.pagination-place { "Page " (current) " of " (counted(last, "page", "pages").trim_end_matches(" pages")) }
            }
        }
    }
}

/// The first, the last and the neighbours; `None` where pages are left out.
fn places(current: u32, last: u32) -> Vec<Option<u32>> {
    let near = current.saturating_sub(NEIGHBOURS)..=current.saturating_add(NEIGHBOURS);
    let mut places = Vec::new();
    for page in 1..=last {
        // A gap of one page is shown as that page: the dots would be as wide.
        let fills_gap = page == 2 && *near.start() == 3 || page + 1 == last && *near.end() + 2 == last;
        if page == 1 || page == last || near.contains(&page) || fills_gap {
            places.push(Some(page));
        } else if places.last().is_some_and(Option::is_some) {
            places.push(None);
        }
    }
    places
}

pub(crate) fn examples() -> Vec<Example> {
    let markup = pagination(4, 83, |page| format!("#page-{page}"));
    vec![Example::new("Navigation", "Pagination", "Links, so every page has an address.", markup)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_pages_are_left_out_and_gaps_of_one_are_not() {
        let shown = |current, last| {
            let texts =
                places(current, last).into_iter().map(|place| place.map_or("…".to_owned(), |page| page.to_string()));
            texts.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown(1, 3), "1 2 3");
        assert_eq!(shown(1, 83), "1 2 3 … 83");
        assert_eq!(shown(5, 83), "1 2 3 4 5 6 7 … 83");
        assert_eq!(shown(40, 83), "1 … 38 39 40 41 42 … 83");
        assert_eq!(shown(80, 83), "1 … 78 79 80 81 82 83");
    }

    #[test]
    fn one_page_needs_no_links() {
        assert_eq!(pagination(1, 1, |page| page.to_string()).into_string(), "");
    }
}
