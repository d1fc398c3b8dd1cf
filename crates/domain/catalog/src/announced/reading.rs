//! Reading announcements line by line, and then each term as a whole: what is half told is refused rather than guessed.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::AnnouncedTerm;
use crate::finals::{self, ExamRules};
use crate::term::{Phases, Semester, TermId};
use crate::term_days::{Basis, TermDays, expected, stretch};

/// The longest stretch of days: enrollment phases of fall last two months.
const STRETCH_DAYS_MAX: i32 = 120;
/// A day further than this before or behind the middle of its term is a slip of the year.
const DAYS_FROM_TERM_MAX: i32 = 300;
/// So many faults are told before the rest is only counted.
const FAULTS_TOLD_MAX: usize = 20;

type Days = (Date, Date);

/// What was read so far.
#[derive(Default)]
pub(super) struct Reading {
    terms: BTreeMap<TermId, Lines>,
    faults: Vec<String>,
}

#[derive(Default)]
struct Lines {
    /// The number of the first of them.
    number: usize,
    phase1: Option<Days>,
    phase2: Option<Days>,
    adjustment: Option<Days>,
    classes: Option<Days>,
    finals: Option<Days>,
    no_classes: Option<Vec<Date>>,
    exams: ExamRules,
    exams_as: Option<TermId>,
}

impl Reading {
    /// Takes a line in; what is behind a `#` is a remark.
    pub(super) fn line(&mut self, number: usize, line: &str) {
        let words: Vec<&str> = line.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
        if !words.is_empty()
            && let Err(fault) = self.fact(number, &words)
        {
            self.faults.push(format!("line {number}: {fault}"));
        }
    }

    fn fact(&mut self, number: usize, words: &[&str]) -> Result<(), String> {
        let [term, what, values @ ..] = words else {
            return Err("expected a term, what is announced, and days".to_owned());
        };
        let term: TermId = term.parse().map_err(|error| format!("{error}"))?;
        let lines = self.terms.entry(term).or_insert_with(|| Lines { number, ..Lines::default() });
        match *what {
            "phase-1" => once(&mut lines.phase1, one_stretch(term, values)?),
            "phase-2" => once(&mut lines.phase2, one_stretch(term, values)?),
            "adjustment" => once(&mut lines.adjustment, one_stretch(term, values)?),
            "classes" => once(&mut lines.classes, one_stretch(term, values)?),
            "finals" => once(&mut lines.finals, one_stretch(term, values)?),
            "no-classes" => {
                let mut days = Vec::new();
                for value in values {
                    let (first, last) = one_stretch(term, &[value])?;
                    days.extend(stretch(first, last));
                }
                once(&mut lines.no_classes, days)
            }
            "exam" => {
                let (rule, slot) = values.split_at(values.len().saturating_sub(3));
                let read = finals::read_rule(rule).zip(finals::read_slot(slot));
                lines.exams.push(read.ok_or("expected a rule and a slot, such as `MWF 8 Mo 19:00 22:00`")?);
                Ok(())
            }
            "exams-as" => match values {
                [other] => once(&mut lines.exams_as, other.parse().map_err(|error| format!("{error}"))?),
                _ => Err("expected one term whose exam groups hold".to_owned()),
            },
            other => Err(format!(
                "`{other}` is not announced: expected phase-1, phase-2, adjustment, classes, finals, no-classes, \
                 exam or exams-as"
            )),
        }
    }

    /// Each term as a whole, or all faults.
    pub(super) fn finish(mut self) -> Result<BTreeMap<TermId, AnnouncedTerm>, Vec<String>> {
        let mut terms = BTreeMap::new();
        for (term, lines) in std::mem::take(&mut self.terms) {
            let from = format!("{} (from line {})", term.slug(), lines.number);
            let mut part = |fault: String| self.faults.push(format!("{from}: {fault}"));
            let phases = lines.phases().map_err(&mut part).unwrap_or_default();
            let days = lines.days(term).map_err(&mut part).unwrap_or_default();
            let exams = lines.exam_rules().map_err(&mut part).unwrap_or_default();
            terms.insert(term, AnnouncedTerm { phases, days, exams });
        }
        if self.faults.len() > FAULTS_TOLD_MAX {
            let more = self.faults.split_off(FAULTS_TOLD_MAX).len();
            self.faults.push(format!("… and {more} more"));
        }
        if self.faults.is_empty() { Ok(terms) } else { Err(self.faults) }
    }
}

impl Lines {
    fn phases(&self) -> Result<Option<Phases>, String> {
        let (phase1, phase2, adjustment) = match (self.phase1, self.phase2, self.adjustment) {
            (None, None, None) => return Ok(None),
            (Some(phase1), Some(phase2), Some(adjustment)) => (phase1, phase2, adjustment),
            _ => return Err("phase-1, phase-2 and adjustment are announced together".to_owned()),
        };
        if !(phase1.0 < phase2.0 && phase2.1 < adjustment.0) {
            return Err("phase 1, phase 2 and adjustment begin one after the other".to_owned());
        }
        Ok(Some(Phases {
            phase1_start: phase1.0,
            phase1_end: phase1.1,
            phase2_start: phase2.0,
            phase2_end: phase2.1,
            adjustment_start: adjustment.0,
        }))
    }

    fn days(&self, term: TermId) -> Result<Option<TermDays>, String> {
        let is_summer = term.semester() == Semester::Summer;
        let holidays = match (self.classes, self.finals, &self.no_classes) {
            (None, None, None) => return Ok(None),
            (None, None, Some(days)) if is_summer => days,
            _ if is_summer => return Err("of a summer only no-classes is announced".to_owned()),
            (Some(_), Some(_), Some(days)) => days,
            _ => return Err("classes, finals and no-classes are announced together".to_owned()),
        };
        let mut holidays = holidays.clone();
        holidays.sort();
        holidays.dedup();
        if let Some(((begin, end), (monday, last))) = self.classes.zip(self.finals) {
            if end >= monday || monday.weekday() != Weekday::Monday || monday.saturating_add(6.days()) < last {
                return Err("finals are in one week from a Monday on, behind the last day of classes".to_owned());
            }
            if let Some(day) = holidays.iter().find(|day| **day < begin || **day > end) {
                return Err(format!("{day} of no-classes is not between the first and the last day of classes"));
            }
        }
        Ok(Some(TermDays { classes: self.classes, finals: self.finals, holidays, basis: Basis::Announced }))
    }

    fn exam_rules(&self) -> Result<Option<ExamRules>, String> {
        let mut rules = self.exams.clone();
        match self.exams_as {
            Some(other) => match finals::rules(other) {
                Some((others, Basis::Announced)) => rules.extend_from_slice(others),
                _ => return Err(format!("no exam groups of {} are known", other.slug())),
            },
            None if rules.is_empty() => return Ok(None),
            None => {}
        }
        Ok(Some(rules))
    }
}

fn once<T>(place: &mut Option<T>, value: T) -> Result<(), String> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err("announced a second time".to_owned()),
    }
}

/// One day or stretch, near its term.
fn one_stretch(term: TermId, values: &[&str]) -> Result<Days, String> {
    let [value] = values else { return Err("expected one day, or first..last".to_owned()) };
    let (first, last) = value.split_once("..").unwrap_or((value, value));
    let day = |text: &str| text.parse::<Date>().map_err(|_| format!("`{text}` is no day such as 2027-01-19"));
    let (first, last) = (day(first)?, day(last)?);
    if last < first || first.checked_add(STRETCH_DAYS_MAX.days()).is_ok_and(|end| end < last) {
        return Err(format!("`{value}` is no stretch of 1 to {STRETCH_DAYS_MAX} days"));
    }
    let is_near = |day: Date| middle(term).is_some_and(|middle| (day - middle).get_days().abs() <= DAYS_FROM_TERM_MAX);
    if !is_near(first) || !is_near(last) {
        return Err(format!("`{value}` is not near {}: is the year right?", term.title()));
    }
    Ok((first, last))
}

/// A day in the middle of a term, by rule.
fn middle(term: TermId) -> Option<Date> {
    let days = expected(term)?;
    days.classes.map(|(begin, _)| begin + 50.days()).or_else(|| days.holidays.last().copied())
}
