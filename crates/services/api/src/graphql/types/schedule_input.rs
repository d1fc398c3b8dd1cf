//! A schedule as clients send it: for a new one, or as a change.

use apollo_compiler::response::JsonValue;
use catalog::ids::CourseId;
use catalog::section::SectionKey;
use catalog::snapshot::Snapshot;
use catalog::term::TermId;
use planner::days;
use planner::draft::{
    Change, ScheduleChange, ScheduleDraft, SelectionDraft, SelectionList, TimeBlockDraft, TimeBlockList, total_units,
};
use planner::schedule::ScheduleName;

use crate::graphql::arguments::{Arguments, Refusal};
use crate::graphql::plan::Fields;
use crate::graphql::types::course::CourseField;
use crate::graphql::types::section::SectionField;

/// What was sent.
#[derive(Debug)]
pub(crate) struct ScheduleInput {
    name: Option<ScheduleName>,
    is_public: Option<bool>,
    total_units: Option<String>,
    semester: Option<String>,
    year: Option<String>,
    selections: Option<Vec<SelectionDraft>>,
    time_blocks: Option<TimeBlockList>,
}

impl ScheduleInput {
    pub(crate) fn read(arguments: &Arguments<'_>) -> Result<Self, Refusal> {
        let name = arguments.text("name")?.map(|name| schedule_name(&name)).transpose()?;
        let time_blocks = objects(arguments, "timeblocks").map(|blocks| time_blocks(&blocks)).transpose()?;
        let selections = objects(arguments, "selectedSections").map(|chosen| selections(&chosen)).transpose()?;
        Ok(Self {
            name,
            is_public: arguments.boolean("public")?,
            total_units: arguments.text("totalUnits")?,
            semester: arguments.text("semester")?,
            year: arguments.text("year")?,
            selections,
            time_blocks,
        })
    }

    /// A new schedule, of the current term when none is named.
    pub(crate) fn draft(&self, snapshot: &Snapshot, current: Option<TermId>) -> Result<ScheduleDraft, Refusal> {
        let named = match (&self.semester, &self.year) {
            (None, None) => None,
            (semester, year) => {
                let semester = semester.as_deref().or(current.map(|term| term.semester().slug()));
                let year = year.clone().or(current.map(|term| term.year().to_string()));
                let text = format!("{} {}", semester.unwrap_or_default(), year.unwrap_or_default());
                let unknown = |_| Refusal("There is no such term: expected one such as fall, 2026.".to_owned());
                Some(text.parse::<TermId>().map_err(unknown)?)
            }
        };
        let term = named.or(current).ok_or_else(|| Refusal("There is no term yet to plan for.".to_owned()))?;
        Ok(ScheduleDraft {
            name: self.name.clone(),
            is_public: self.is_public.unwrap_or(false),
            total_units: self.total_units.as_deref().and_then(total_units),
            selections: self.selection_list(snapshot)?.unwrap_or_default(),
            time_blocks: self.time_blocks.clone().unwrap_or_default(),
            ..ScheduleDraft::new(term)
        })
    }

    /// A change of a schedule: what was not sent stays.
    pub(crate) fn change(&self, snapshot: &Snapshot) -> Result<ScheduleChange, Refusal> {
        Ok(ScheduleChange {
            name: self.name.clone(),
            is_public: self.is_public,
            total_units: self.total_units.as_deref().and_then(total_units),
            selections: self.selection_list(snapshot)?,
            time_blocks: self.time_blocks.clone(),
            ..ScheduleChange::default()
        })
    }

    fn selection_list(&self, snapshot: &Snapshot) -> Result<Option<SelectionList>, Refusal> {
        let Some(selections) = &self.selections else { return Ok(None) };
        if !selections.iter().all(|draft| fits(snapshot, draft)) {
            return Err(invalid_section());
        }
        let list = SelectionList::new(selections.clone());
        list.map(Some).map_err(|wrong| Refusal(format!("`selectedSections`: {wrong}.")))
    }
}

fn invalid_section() -> Refusal {
    Refusal("Invalid Section ID".to_owned())
}

/// Whether the sections that the catalog shows are of the chosen course, or of one cross-listed with it. Others are for
/// the store, which knows sections that are no longer shown.
fn fits(snapshot: &Snapshot, draft: &SelectionDraft) -> bool {
    let Some(course) = snapshot.course_by_id(draft.course) else { return true };
    let cross_listed = &snapshot.course(course).cross_listed;
    let fits = |key: &SectionKey| {
        let section = snapshot.section_by_key(*key).map(|section| snapshot.section(section).course());
        section.is_none_or(|of| of == course || cross_listed.contains(&of))
    };
    let primary = if let Change::Set(primary) = &draft.primary { primary.as_ref() } else { None };
    let secondary = if let Change::Set(secondary) = &draft.secondary { secondary.as_slice() } else { &[] };
    primary.into_iter().chain(secondary).all(fits)
}

fn objects(arguments: &Arguments<'_>, name: &str) -> Option<Vec<JsonValue>> {
    let value = arguments.get(name)?;
    Some(arguments.list(value).cloned().collect())
}

fn schedule_name(name: &str) -> Result<ScheduleName, Refusal> {
    ScheduleName::parse(name).map_err(|wrong| Refusal(format!("`name`: {wrong}.")))
}

fn selections(chosen: &[JsonValue]) -> Result<Vec<SelectionDraft>, Refusal> {
    let objects = chosen.iter().filter_map(JsonValue::as_object).map(Arguments::inside);
    objects.map(|given| selection(&given)).collect()
}

fn selection(given: &Arguments<'_>) -> Result<SelectionDraft, Refusal> {
    let course = given.id("course", CourseField::TYPE).ok().flatten();
    let course = course.ok_or_else(|| Refusal("Invalid Course ID".to_owned()))?;
    let section = |number: u64| SectionKey::from_number(number).ok_or_else(invalid_section);
    let primary = given.id("primary", SectionField::TYPE).map_err(|_| invalid_section())?;
    let primary = primary.map(section).transpose()?;
    let secondary = given.ids("secondary", SectionField::TYPE).map_err(|_| invalid_section())?;
    let secondary = secondary.map(|ids| ids.into_iter().map(section).collect::<Result<Vec<_>, _>>()).transpose()?;
    Ok(SelectionDraft {
        course: CourseId(course),
        primary: if given.has("primary") { Change::Set(primary) } else { Change::Keep },
        secondary: secondary.map_or(Change::Keep, Change::Set),
        // Clients of 2021 know no colours: those chosen on the site stay.
        colour: Change::Keep,
    })
}

fn time_blocks(blocks: &[JsonValue]) -> Result<TimeBlockList, Refusal> {
    let objects = blocks.iter().filter_map(JsonValue::as_object).map(Arguments::inside);
    let drafts = objects.map(|given| time_block(&given)).collect::<Result<Vec<_>, _>>()?;
    TimeBlockList::new(drafts).map_err(|wrong| Refusal(format!("`timeblocks`: {wrong}.")))
}

fn time_block(given: &Arguments<'_>) -> Result<TimeBlockDraft, Refusal> {
    let name = schedule_name(&given.text("name")?.unwrap_or_default())?;
    let missing = |what: &str| Refusal(format!("`{what}` is missing in a time block."));
    let start = given.time("startTime")?.ok_or_else(|| missing("startTime"))?;
    let end = given.time("endTime")?.ok_or_else(|| missing("endTime"))?;
    let days = days::from_digits(&given.text("days")?.unwrap_or_default());
    let days = days.map_err(|wrong| Refusal(format!("`days`: {wrong}.")))?;
    TimeBlockDraft::new(name, start, end, days).map_err(|wrong| Refusal(format!("`timeblocks`: {wrong}.")))
}
