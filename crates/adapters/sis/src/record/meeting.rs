//! Meetings: days, times, places. SIS writes `00:00:00` where there is no time.

use catalog::meeting::{Days, Meeting, TimeRange};
use jiff::civil::Time;
use serde::Deserialize;

use crate::lenient::list::{Item, List};
use crate::lenient::scalar::{Descriptor, Flag, Text, Whole};
use crate::lenient::words::line;
use crate::reading::{Wrong, dates, distinct_numbers};
use crate::record::instructor::AssignedInstructor;

/// A weekly pattern of a section.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct MeetingWire<'a> {
    number: Whole,
    #[serde(borrow)]
    meets_days: Text<'a>,
    meets_monday: Flag,
    meets_tuesday: Flag,
    meets_wednesday: Flag,
    meets_thursday: Flag,
    meets_friday: Flag,
    meets_saturday: Flag,
    meets_sunday: Flag,
    #[serde(borrow)]
    start_time: Text<'a>,
    #[serde(borrow)]
    end_time: Text<'a>,
    #[serde(borrow)]
    location: Descriptor<'a>,
    #[serde(borrow)]
    assigned_instructors: List<AssignedInstructor<'a>>,
    #[serde(borrow)]
    start_date: Text<'a>,
    #[serde(borrow)]
    end_date: Text<'a>,
}

impl Item for MeetingWire<'_> {
    const WRAPPERS: &'static [&'static str] = &["meetings", "meeting"];
}

/// All meetings of a section, by number.
///
/// # Errors
/// What is wrong with the first that cannot be read.
pub(crate) fn meetings(wires: &[MeetingWire<'_>]) -> Result<Vec<Meeting>, Wrong> {
    let numbers: Vec<Whole> = wires.iter().map(|wire| wire.number).collect();
    let mut meetings = Vec::with_capacity(wires.len());
    for (index, (wire, number)) in wires.iter().zip(distinct_numbers(&numbers)).enumerate() {
        let meeting = wire.read(number).map_err(|wrong| wrong.within(format_args!("meetings[{index}]")))?;
        meetings.push(meeting);
    }
    meetings.sort_by_key(|meeting| meeting.number);
    Ok(meetings)
}

impl MeetingWire<'_> {
    fn read(&self, number: u16) -> Result<Meeting, Wrong> {
        Ok(Meeting {
            number,
            days: self.days()?,
            time: self.time()?,
            location: self.location.words().map(line),
            instructors: self.assigned_instructors.iter().filter_map(AssignedInstructor::shown).collect(),
            dates: dates((&self.start_date, "startDate"), (&self.end_date, "endDate"))?,
        })
    }

    /// The days by their flags, else by the text; either may be missing.
    fn days(&self) -> Result<Days, Wrong> {
        let flags = [
            self.meets_monday,
            self.meets_tuesday,
            self.meets_wednesday,
            self.meets_thursday,
            self.meets_friday,
            self.meets_saturday,
            self.meets_sunday,
        ];
        let flagged = Days::from_flags(flags.map(|flag| flag.0 == Some(true)));
        if !flagged.is_empty() {
            return Ok(flagged);
        }
        let Some(text) = self.meets_days.get() else { return Ok(Days::NONE) };
        Days::from_sis(text).ok_or_else(|| Wrong::at("meetsDays", format!("`{text}` are no days such as MoWeFr")))
    }

    /// From when to when. Where only one half is arranged (7 of 21,731 timed meetings of the captured terms begin at
    /// `00:00:00` and end by day), nothing is: half a time would put the section at midnight.
    fn time(&self) -> Result<Option<TimeRange>, Wrong> {
        let (start, end) = (arranged(&self.start_time, "startTime")?, arranged(&self.end_time, "endTime")?);
        let (Some(start), Some(end)) = (start, end) else { return Ok(None) };
        let range = TimeRange::new(start, end);
        range.map(Some).ok_or_else(|| Wrong::at("endTime", format!("it ends at {end}, before it begins at {start}")))
    }
}

fn arranged(text: &Text<'_>, path: &str) -> Result<Option<Time>, Wrong> {
    let Some(text) = text.get() else { return Ok(None) };
    let time: Time =
        text.parse().map_err(|_| Wrong::at(path, format!("`{text}` is no time of day such as 14:00:00")))?;
    Ok((time != Time::midnight()).then_some(time))
}
