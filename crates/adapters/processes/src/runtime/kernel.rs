//! What the kernel tells about processes: `/proc`.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use rustix::param::{clock_ticks_per_second, page_size};

/// The variable by which every process that we start is known, also when its record is lost: the instance's folder.
/// It does not begin with `BT_`, for those are settings, and an unknown setting stops the program.
pub(crate) const MARK: &str = "BERKELEYTIME_INSTANCE";

/// A process at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProcessStat {
    /// When it was started, in clock ticks since the machine's start: tells apart two processes with one number.
    pub(crate) start_ticks: u64,
    /// Whether it has ended and nobody has asked how.
    pub(crate) is_zombie: bool,
    /// Processor time so far.
    pub(crate) cpu_ms: u64,
}

/// `None` when there is no such process.
pub(crate) fn stat(process: u32) -> Option<ProcessStat> {
    parse(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
}

/// The name in parentheses may hold anything, also blanks and parentheses: fields are counted behind the last one.
fn parse(stat: &str) -> Option<ProcessStat> {
    let (_, behind) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = behind.split_ascii_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    let cpu_ticks = number(11)? + number(12)?;
    Some(ProcessStat {
        start_ticks: number(19)?,
        is_zombie: matches!(fields.first(), Some(&"Z" | &"X")),
        cpu_ms: cpu_ticks.saturating_mul(1000) / clock_ticks_per_second().max(1),
    })
}

/// The memory that a process has in RAM, shared pages of the program among it (RSS); 0 when it is gone.
pub(crate) fn resident_bytes(process: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/statm")).unwrap_or_default();
    let pages: u64 = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * page_size() as u64
}

/// The folder of the instance that a process was started as, or one of its ancestors; `None` for those of others.
pub(crate) fn mark_of(process: u32) -> Option<PathBuf> {
    let environment = fs::read(format!("/proc/{process}/environ")).ok()?;
    let prefix = format!("{MARK}=");
    let found = environment.split(|byte| *byte == 0).find_map(|variable| variable.strip_prefix(prefix.as_bytes()))?;
    Some(PathBuf::from(OsStr::from_bytes(found)))
}

/// All marked processes that live, with their marks. Reads all of `/proc`: some milliseconds.
pub(crate) fn marked() -> Vec<(u32, PathBuf)> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let found = numbers.filter_map(|process| Some((process, mark_of(process)?)));
    found.filter(|(process, _)| stat(*process).is_some_and(|stat| !stat.is_zombie)).collect()
}

/// The parent of a process.
pub(crate) fn parent_of(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, behind) = stat.rsplit_once(')')?;
    behind.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// What follows the program on its command line, and the program's file.
pub(crate) fn command_line(process: u32) -> Option<(PathBuf, Vec<String>)> {
    let program = fs::read_link(format!("/proc/{process}/exe")).ok()?;
    let line = fs::read(format!("/proc/{process}/cmdline")).ok()?;
    let words = line.split(|byte| *byte == 0).skip(1).map(|word| String::from_utf8_lossy(word).into_owned());
    let mut arguments: Vec<String> = words.collect();
    arguments.pop();
    Some((program, arguments))
}

/// Another one after each start of the machine.
pub(crate) fn boot_id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_blanks_and_parentheses_does_not_shift_the_fields() {
        let line = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 1 0 4711 1 1 1 1";
        let stat = parse(line).unwrap();
        assert_eq!((stat.start_ticks, stat.is_zombie), (4711, false));
        assert_eq!(stat.cpu_ms, 300_000 / clock_ticks_per_second());
        assert!(parse(&line.replace(" S ", " Z ")).unwrap().is_zombie);
        assert_eq!(parse("7 (cut of"), None);
    }

    #[test]
    fn we_ourselves_are_seen_as_we_are() {
        let own = std::process::id();
        assert!(!stat(own).unwrap().is_zombie);
        assert!(resident_bytes(own) > 500_000);
        assert!(command_line(own).unwrap().0.is_absolute());
        assert_eq!(mark_of(own), None);
        assert!(stat(u32::MAX).is_none());
    }
}
