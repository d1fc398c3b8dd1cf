//! What a browser says it is, in words by which people know their devices.

use accounts::session::UserAgent;

/// Marks of browsers, the more particular ones first: most of them pretend to be others.
const BROWSERS: [(&str, &str); 7] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
];

/// Marks of systems.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

/// `Firefox on Linux`; what is not known is an unknown device.
pub(super) fn name(agent: Option<&UserAgent>) -> String {
    let text = agent.map(UserAgent::as_str).unwrap_or_default();
    let known =
        |marks: &[(&str, &'static str)]| marks.iter().find(|(mark, _)| text.contains(mark)).map(|(_, name)| *name);
    let browser = known(&BROWSERS).or_else(|| text.contains("Safari/").then_some("Safari"));
    match (browser, known(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "An unknown device".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_known_by_their_everyday_names() {
        for (said, name_of_it) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            ("curl/8.0", "An unknown device"),
            ("", "An unknown device"),
        ] {
            assert_eq!(name(Some(&UserAgent::fitted(said))), name_of_it);
        }
        assert_eq!(name(None), "An unknown device");
    }
}
