//! Writes the gallery and a sample page as plain files, to look at without a server: `cargo run -p design --example
//! gallery -- FOLDER`.

use std::path::Path;
use std::{fs, io};

use design::assets::ALL;
use design::gallery;
use design::layout::{NavLink, Page, Site, page};
use design::notice::{Notice, NoticeKind};
use design::search::SearchField;
use design::theme::Theme;
use maud::html;

fn main() -> io::Result<()> {
    let folder = std::env::args().nth(1).ok_or_else(|| io::Error::other("name a folder to write to"))?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("-/assets"))?;
    for asset in ALL {
        fs::write(folder.join(asset.path.trim_start_matches('/')), asset.identity)?;
    }
    for theme in [Theme::Light, Theme::Dark] {
        let html = gallery_page(theme).replace("=\"/-/assets/", "=\"-/assets/");
        fs::write(folder.join(format!("{}.html", theme.name())), html)?;
    }
    Ok(())
}

fn gallery_page(theme: Theme) -> String {
    let link = |label: &str, href: &str, keys: &str| NavLink {
        label: label.to_owned(),
        href: href.to_owned(),
        keys: Some(keys.to_owned()),
    };
    let site = Site {
        name: "Sample Times".to_owned(),
        nav: vec![
            link("Catalog", "/catalog", "g c"),
            link("Planner", "/planner", "g p"),
            link("About", "/about", "g a"),
        ],
        footer: html! { span { "A gallery of samples" } a href="/-/design" { "Design" } },
        account: html! { a.account-link href="/sign-in" { "Sign in" } },
    };
    let search = SearchField {
        id: "site-search".to_owned(),
        action: "/catalog".to_owned(),
        name: "q".to_owned(),
        label: "Search courses".to_owned(),
        placeholder: "Search courses".to_owned(),
        ..SearchField::default()
    };
    let demo = Notice {
        kind: NoticeKind::Demo,
        title: "Demo data.".to_owned(),
        body: html! { "Everything here is made up." },
    };
    let content = Page {
        title: "Design".to_owned(),
        description: "Every component with its examples.".to_owned(),
        theme,
        path: "/-/design".to_owned(),
        current_nav: Some("/catalog".to_owned()),
        banners: vec![demo],
        search: Some(search),
        stylesheets: vec![design::assets::PLANNER_STYLESHEET],
        main: gallery::body(),
        ..Page::default()
    };
    page(&site, &content).into_string()
}
