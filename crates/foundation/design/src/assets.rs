//! The files a page needs, compressed when the crate was built and named by their content.

/// A file with its compressed forms.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// Where it is served: `/-/assets/site.<hash>.css`. The hash changes with the content, so it may be cached forever.
    pub path: &'static str,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// As it is.
    pub identity: &'static [u8],
    /// Compressed with gzip.
    pub gzip: &'static [u8],
    /// Compressed with brotli.
    pub brotli: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The style sheet.
pub static STYLESHEET: Asset = SITE_CSS;
/// What only weeks and their editor need, besides [`STYLESHEET`].
pub static PLANNER_STYLESHEET: Asset = PLANNER_CSS;
/// The script, an ES module.
pub static SCRIPT: Asset = SITE_JS;
/// What only the planner's pages run, besides [`SCRIPT`].
pub static PLANNER_SCRIPT: Asset = PLANNER_JS;
/// The icon of the site.
pub static ICON: Asset = ICON_SVG;
/// Speculation rules: links marked `data-prefetch` are fetched when the pointer rests on them. Announce it with the
/// header `Speculation-Rules: "<path>"`; inline rules would need a hole in the content security policy.
pub static SPECULATION_RULES: Asset = SPECULATION_JSON;

/// All of them, to be mounted.
pub static ALL: [&Asset; 6] = [&STYLESHEET, &PLANNER_STYLESHEET, &SCRIPT, &PLANNER_SCRIPT, &ICON, &SPECULATION_RULES];

#[cfg(test)]
mod tests {
    use super::*;

    /// Kilobytes as a visitor's browser loads them.
    const STYLESHEET_BUDGET_BYTES: usize = 15_000;
    const PLANNER_STYLESHEET_BUDGET_BYTES: usize = 5_000;
    const PLANNER_SCRIPT_BUDGET_BYTES: usize = 3_000;
    const SCRIPT_BUDGET_BYTES: usize = 10_000;

    #[test]
    fn the_stylesheet_stays_within_its_budget() {
        assert!(STYLESHEET.brotli.len() <= STYLESHEET_BUDGET_BYTES, "{} bytes", STYLESHEET.brotli.len());
    }

    #[test]
    fn the_planner_needs_little_more() {
        let bytes = PLANNER_STYLESHEET.brotli.len();
        assert!(bytes <= PLANNER_STYLESHEET_BUDGET_BYTES, "{bytes} bytes");
        let bytes = PLANNER_SCRIPT.brotli.len();
        assert!(bytes <= PLANNER_SCRIPT_BUDGET_BYTES, "{bytes} bytes");
    }

    #[test]
    fn the_script_stays_within_its_budget() {
        assert!(SCRIPT.brotli.len() <= SCRIPT_BUDGET_BYTES, "{} bytes", SCRIPT.brotli.len());
    }

    #[test]
    fn no_asset_asks_another_origin() {
        for asset in ALL {
            let text = str::from_utf8(asset.identity).unwrap().replace("http://www.w3.org/", "");
            assert!(!text.contains("http:") && !text.contains("https:") && !text.contains("@import"), "{}", asset.path);
        }
    }

    #[test]
    fn names_carry_the_content_and_differ() {
        let mut paths = ALL.map(|asset| asset.path).to_vec();
        paths.dedup();
        assert_eq!(paths.len(), ALL.len());
        assert!(paths.iter().all(|path| path.starts_with("/-/assets/") && path.matches('.').count() == 2));
    }
}
