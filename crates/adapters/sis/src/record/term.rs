//! Terms: one row for each career, with dates of its own.

use catalog::fetched::Identity;
use catalog::term::{Session, Term, TermId};
use serde::Deserialize;

use crate::lenient::list::{Item, List};
use crate::lenient::scalar::{Descriptor, Text};
use crate::lenient::words::line;
use crate::reading::{Record, Wrong, date, dates, required};

/// A term as one career sees it.
#[derive(Clone, Debug)]
pub(crate) struct TermRow {
    /// `UGRD`, `GRAD`, `LAW`, `UCBX`.
    pub(crate) career: String,
    pub(crate) term: Term,
}

/// The career whose dates are the campus's.
pub(crate) const UNDERGRADUATE: &str = "UGRD";

/// A row of the Term API.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TermWire<'a> {
    #[serde(borrow)]
    academic_career: Descriptor<'a>,
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    begin_date: Text<'a>,
    #[serde(borrow)]
    end_date: Text<'a>,
    #[serde(borrow)]
    self_service_enroll_begin_date: Text<'a>,
    #[serde(borrow)]
    sessions: List<SessionWire<'a>>,
}

impl Item for TermWire<'_> {
    const WRAPPERS: &'static [&'static str] = &["terms", "term"];
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SessionWire<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    begin_date: Text<'a>,
    #[serde(borrow)]
    end_date: Text<'a>,
    #[serde(borrow)]
    enroll_begin_date: Text<'a>,
}

impl Item for SessionWire<'_> {
    const WRAPPERS: &'static [&'static str] = &["sessions", "session"];
}

/// What names a term.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TermName<'a> {
    #[serde(borrow)]
    id: Text<'a>,
}

impl Record for TermRow {
    type Wire<'a> = TermWire<'a>;
    type Name<'a> = TermName<'a>;
    type Key = (String, TermId);

    fn read(wire: &TermWire<'_>, _: Option<TermId>) -> Result<Option<Self>, Wrong> {
        let id = required(&wire.id, "id")?;
        let id: TermId = id.parse().map_err(|_| Wrong::at("id", format!("`{id}` is no term id such as 2168")))?;
        let (begin, end) = dates((&wire.begin_date, "beginDate"), (&wire.end_date, "endDate"))?
            .ok_or_else(|| Wrong::at("beginDate", "the term has no first and last day"))?;
        let (sessions, first_session_enrollment) = sessions(&wire.sessions)?;
        let self_service = date(&wire.self_service_enroll_begin_date, "selfServiceEnrollBeginDate")?;
        // Self-service opens weeks before the first appointments: it is when students may fill their carts.
        let enrollment_begin = first_session_enrollment.or(self_service);
        let career = wire.academic_career.code.get().unwrap_or_default().to_owned();
        Ok(Some(Self { career, term: Term { id, begin, end, enrollment_begin, sessions } }))
    }

    fn identity(name: &TermName<'_>, _: Option<TermId>) -> Option<Identity> {
        name.id.get()?.parse().ok().map(Identity::Term)
    }

    fn key(&self) -> (String, TermId) {
        (self.career.clone(), self.term.id)
    }
}

/// Sessions by id, each once, and the first day of enrollment in any of them. A session without an id or without dates
/// is one that the campus has not planned yet.
fn sessions(wires: &[SessionWire<'_>]) -> Result<(Vec<Session>, Option<jiff::civil::Date>), Wrong> {
    let mut sessions: Vec<Session> = Vec::with_capacity(wires.len());
    let mut enrollment = None;
    for (index, wire) in wires.iter().enumerate() {
        let place = |wrong: Wrong| wrong.within(format_args!("sessions[{index}]"));
        let days = dates((&wire.begin_date, "beginDate"), (&wire.end_date, "endDate")).map_err(place)?;
        let (Some(id), Some((begin, end))) = (wire.id.get(), days) else { continue };
        let opens = date(&wire.enroll_begin_date, "enrollBeginDate").map_err(place)?;
        enrollment = [enrollment, opens].into_iter().flatten().min();
        let name = wire.name.get().map_or_else(|| id.to_owned(), line);
        sessions.push(Session { id: id.to_owned(), name, begin, end });
    }
    sessions.sort_by(|one, other| one.id.cmp(&other.id));
    sessions.dedup_by(|one, other| one.id == other.id);
    Ok((sessions, enrollment))
}
