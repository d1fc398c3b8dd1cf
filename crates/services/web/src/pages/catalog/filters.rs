//! The filters beside the results, with a count at each choice.

use catalog::filter::{Choice, Criteria, Found};
use catalog::fold::slug;
use catalog::playlist::Category;
use catalog::snapshot::Snapshot;
use design::chips::Tag;
use design::facets::{Facet, FacetKind, FacetOption, FilterPanel, filter_panel};
use maud::Markup;

use super::asked::Asked;
use super::section_facets;
use crate::address::{self, ANY_TERM, CATALOG, OPENED};
use crate::words;

/// Groups that are unfolded from the beginning; the others unfold when something in them is chosen.
const UNFOLDED: [Category; 2] = [Category::University, Category::Ls];

/// Categories whose filters are offered to somebody who types their name.
const NAMED: [Category; 5] =
    [Category::University, Category::Ls, Category::Engineering, Category::Haas, Category::Level];

/// The shortest text that may be meant as a filter's name.
const NAME_CHARS_MIN: usize = 4;

/// Filters that are offered so at most.
const NAMED_SHOWN: usize = 4;

pub(super) fn panel(snapshot: &Snapshot, asked: &Asked, found: &Found<'_>, active_count: usize) -> Markup {
    let criteria = &asked.criteria;
    let mut facets = vec![terms(snapshot, criteria, found)];
    if criteria.term.is_some() {
        facets.extend(section_facets::of_term(criteria, found));
    }
    facets.extend(found.facets.categories.iter().map(|(category, choices)| group(*category, choices)));
    facets.push(section_facets::grades(criteria, found));
    let mut hidden = Vec::new();
    if !criteria.query.is_empty() {
        hidden.push(("q".to_owned(), criteria.query.clone()));
    }
    if criteria.sort != catalog::filter::sort::Sort::default() {
        hidden.push(("sort".to_owned(), criteria.sort.slug().to_owned()));
    }
    hidden.extend(asked.opened.as_ref().map(|(_, code)| (OPENED.to_owned(), code.to_string())));
    let fresh = Criteria { term: criteria.term, ..Criteria::default() };
    filter_panel(&FilterPanel {
        reset_href: (*criteria != fresh).then(|| asked.address(&fresh, 1)),
        action: CATALOG.to_owned(),
        hidden,
        facets,
        active_count: words::counted(active_count),
        live: true,
    })
}

/// Filters whose name is what was typed, each with the address that applies it instead of the search.
pub(super) fn named_like(snapshot: &Snapshot, criteria: &Criteria) -> Vec<Tag> {
    let typed = slug(&criteria.query);
    if typed.len() < NAME_CHARS_MIN {
        return Vec::new();
    }
    let bare = Criteria { query: String::new(), ..criteria.clone() };
    let lists = NAMED.into_iter().flat_map(|category| snapshot.playlists(category, criteria.term));
    lists
        .filter(|list| list.slug.contains(&typed) && !list.courses.is_empty())
        .take(NAMED_SHOWN)
        .map(|list| Tag {
            label: format!("{}: {}", words::category(list.key.category), list.key.name),
            href: Some(address::catalog(&address::with_choice(&bare, list.key.category, &list.slug), 1)),
        })
        .collect()
}

fn terms(snapshot: &Snapshot, criteria: &Criteria, found: &Found<'_>) -> Facet {
    let mut options: Vec<FacetOption> = found
        .facets
        .terms
        .iter()
        .map(|(term, count)| FacetOption {
            value: term.slug(),
            label: term.title(),
            count: Some(words::counted(*count)),
            selected: criteria.term == Some(*term),
        })
        .collect();
    // A term without any offering is not in the list; when the address asks for it, it must be.
    if let Some(term) = criteria.term.filter(|term| !options.iter().any(|option| option.value == term.slug())) {
        let known = snapshot.term(term).is_some();
        let count = known.then_some(0);
        options.push(FacetOption { value: term.slug(), label: term.title(), count, selected: true });
    }
    options.push(FacetOption {
        value: ANY_TERM.to_owned(),
        label: "Any term or none".to_owned(),
        count: None,
        selected: criteria.term.is_none(),
    });
    Facet {
        id: "filter-term".to_owned(),
        name: "term".to_owned(),
        legend: "Term".to_owned(),
        kind: FacetKind::Select,
        open: true,
        options,
    }
}

fn group(category: Category, choices: &[Choice<'_>]) -> Facet {
    let is_long = category == Category::Department;
    let option = |choice: &Choice<'_>| FacetOption {
        value: choice.slug.to_owned(),
        label: choice.name.to_owned(),
        // Two hundred counts that nobody compares would be a tenth of the page.
        count: (!is_long).then(|| words::counted(choice.count)),
        selected: choice.is_chosen,
    };
    let mut options: Vec<FacetOption> =
        choices.iter().filter(|choice| !is_long || choice.count > 0 || choice.is_chosen).map(option).collect();
    if is_long {
        let any = FacetOption { label: "Any department".to_owned(), ..FacetOption::default() };
        options.insert(0, FacetOption { selected: !choices.iter().any(|choice| choice.is_chosen), ..any });
    }
    Facet {
        id: format!("filter-{category}"),
        name: category.slug().to_owned(),
        legend: words::category(category).to_owned(),
        kind: if is_long { FacetKind::Select } else { FacetKind::Many },
        open: UNFOLDED.contains(&category) || is_long,
        options,
    }
}
