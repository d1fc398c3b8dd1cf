//! Addresses of pages of every kind, read from the site's own links as a visitor would find them.

use std::collections::BTreeSet;

use anyhow::Context as _;

use super::Reader;

/// Pages of the list of courses that are read for addresses.
const LIST_PAGES: usize = 40;
/// Addresses of a kind at most.
const OF_A_KIND: usize = 400;

/// A kind of page.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) addresses: Vec<String>,
}

/// Every kind that nobody needs to sign in for.
pub(crate) async fn collect(reader: &Reader) -> anyhow::Result<Vec<Kind>> {
    let courses = courses(reader).await?;
    anyhow::ensure!(courses.len() > 100, "the catalog links only {} courses", courses.len());
    let people = instructors(reader).await?;
    let words = ["data", "intro", "history", "math", "theory", "desgin", "lab", "chem", "writing", "cs"];
    let sorts = ["relevance", "grade", "open", "enrolled", "department", "number"];
    let searches = (0..OF_A_KIND).map(|n| {
        let (word, sort) = (words[n % words.len()], sorts[n / words.len() % sorts.len()]);
        let letter = char::from(b'a' + u8::try_from(n / 60).unwrap_or(0));
        format!("/catalog?q={word}+{letter}&sort={sort}")
    });
    let three = |at: usize, named: &dyn Fn(&Course) -> String| {
        let of = |more: usize| named(&courses[(at + more) % courses.len()]);
        format!("s={}&s={}&s={}", of(0), of(7), of(31))
    };
    let many = |named: &dyn Fn(usize) -> String| (0..OF_A_KIND.min(courses.len())).map(named).collect::<Vec<_>>();
    let kind = |name, addresses: Vec<String>| Kind { name, addresses };
    Ok(vec![
        kind("front page", vec!["/".to_owned()]),
        kind(
            "catalog, a page of all courses",
            (1..=LIST_PAGES).map(|n| format!("/catalog?page={n}&sort=grade")).collect(),
        ),
        kind("catalog, a search with its facets", searches.collect()),
        kind("catalog, a course beside the list", many(&|n| format!("/catalog?q=data&course={}", courses[n].words()))),
        kind("course", many(&|n| courses[n].path.clone())),
        kind("grades, three compared", many(&|n| format!("/grades?{}", three(n, &|course| course.code())))),
        kind("enrollment, three compared", many(&|n| format!("/enrollment?{}", three(n, &|course| course.in_term())))),
        kind("instructors, a page", ('A'..='Z').map(|letter| format!("/instructors?letter={letter}")).collect()),
        kind("instructor", people),
        kind("texts", ["/about", "/faq", "/releases", "/privacy", "/terms", "/updates"].map(str::to_owned).into()),
    ])
}

/// The kinds that are somebody's own; a schedule of a few courses is made for them.
pub(crate) async fn planned(ana: &Reader) -> anyhow::Result<Vec<Kind>> {
    let list = ana.text("/planner").await?;
    // The first term offered may have no classes yet: the one that is chosen has some.
    let options = list.split("<option value=\"").skip(1);
    let mut chosen =
        options.filter(|option| option.contains("\" selected>")).filter_map(|option| option.split('"').next());
    let term = chosen.next().context("the planner offers no term")?;
    let (schedule, _) = ana.post("/planner", format!("name=Measured&term={term}")).await?;
    for word in ["data", "history", "chem", "writing"] {
        let page = ana.text(&format!("{schedule}?q={word}")).await?;
        let version = values(&page, &["name=\"version\" value=\""]).next().context("no version")?;
        let course = values(&page, &["name=\"course\" value=\""]).next().context("no course of that word")?;
        ana.post(&schedule, format!("do=add&version={version}&course={course}")).await?;
    }
    let kind =
        |name, addresses: &[String]| Kind { name, addresses: addresses.iter().cycle().take(200).cloned().collect() };
    let own = ["/saved", "/alerts", "/profile", "/planner"].map(str::to_owned);
    Ok(vec![
        kind("saved classes, alerts, profile, list of schedules", &own),
        kind("planner, a schedule", std::slice::from_ref(&schedule)),
        kind("planner, a schedule and a search", &[format!("{schedule}?q=data"), format!("{schedule}?q=history")]),
    ])
}

/// A course's page, by its address: `/catalog/fall-2026/COMPSCI/61A`.
struct Course {
    path: String,
}

impl Course {
    fn part(&self, at: usize) -> &str {
        self.path.split('/').nth(at).unwrap_or_default()
    }

    fn words(&self) -> String {
        format!("{}+{}", self.part(3), self.part(4))
    }

    fn code(&self) -> String {
        format!("{}.{}", self.part(3), self.part(4))
    }

    fn in_term(&self) -> String {
        format!("{}.{}", self.code(), self.part(2))
    }
}

async fn courses(reader: &Reader) -> anyhow::Result<Vec<Course>> {
    let mut found = BTreeSet::new();
    for page in 1..=LIST_PAGES {
        let text = reader.text(&format!("/catalog?page={page}")).await?;
        let links = values(&text, &["href=\""]).filter(|link| link.starts_with("/catalog/") && !link.contains('?'));
        found.extend(links.filter(|link| link.split('/').count() == 5).map(str::to_owned));
    }
    Ok(found.into_iter().map(|path| Course { path }).collect())
}

async fn instructors(reader: &Reader) -> anyhow::Result<Vec<String>> {
    let mut found = BTreeSet::new();
    for letter in 'A'..='Z' {
        let text = reader.text(&format!("/instructors?letter={letter}&page=1")).await?;
        found.extend(values(&text, &["href=\"/instructors/"]).map(|slug| format!("/instructors/{slug}")));
    }
    Ok(found.into_iter().take(OF_A_KIND).collect())
}

/// The values of attributes that begin in one of these ways.
pub(crate) fn values<'t>(text: &'t str, beginnings: &'t [&'t str]) -> impl Iterator<Item = &'t str> {
    beginnings.iter().flat_map(|beginning| text.split(beginning).skip(1).filter_map(|rest| rest.split('"').next()))
}
