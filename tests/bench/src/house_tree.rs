//! The processes of a house, read from /proc.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A process as /proc shows it.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    pub(crate) id: u32,
    /// `edge`, `api@production`, `postgres`, `up`.
    pub(crate) name: String,
    /// Resident memory, in KiB; what it shares with others is counted once for each (the sum of shares, "PSS").
    pub(crate) resident_kib: u64,
    pub(crate) cpu_ms: u64,
}

/// Clock ticks of /proc/PID/stat are hundredths of a second on every Linux that we know.
const MS_PER_TICK: u64 = 10;

/// All processes of the house on a data directory: `bt up`, what it started, and what an earlier one left behind.
pub(crate) fn tree(data: &Path, up: Option<u32>) -> Vec<Process> {
    let mut all: BTreeMap<u32, (u32, String)> = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        all.insert(id, (parent(id).unwrap_or(0), line));
    }
    let data = data.display().to_string();
    let is_root = |id: u32, line: &str| Some(id) == up || line.contains(&data);
    let belongs = |mut id: u32| {
        for _ in 0..all.len() {
            match all.get(&id) {
                Some((_, line)) if is_root(id, line) => return true,
                Some((parent, _)) => id = *parent,
                None => return false,
            }
        }
        false
    };
    let ours = all.iter().filter(|(id, (_, line))| belongs(**id) && !line.contains(" ps --json"));
    ours.filter_map(|(id, (_, line))| process(*id, line)).collect()
}

fn process(id: u32, line: &str) -> Option<Process> {
    let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:")?.split_whitespace().next()?.parse().ok())?;
    Some(Process { id, name: name(line), resident_kib: pss, cpu_ms: cpu_ms(id)? })
}

/// Processor time of a process so far, in programs and in the kernel.
fn cpu_ms(id: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    Some((ticks(11) + ticks(12)) * MS_PER_TICK)
}

/// The same of a process and all that it started.
pub(crate) fn cpu_ms_of_all(root: u32) -> u64 {
    let children = |id: u32| {
        let tasks = fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
        let texts = tasks.map(|task| fs::read_to_string(task.path().join("children")).unwrap_or_default());
        texts.flat_map(|text| text.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>())
    };
    cpu_ms(root).unwrap_or(0) + children(root).map(cpu_ms_of_all).sum::<u64>()
}

fn name(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let after = |word: &str| words.iter().position(|other| *other == word).and_then(|at| words.get(at + 1)).copied();
    match (after("serve"), after("--environment")) {
        (Some(service), Some(environment)) => format!("{service}@{environment}"),
        (Some(service), None) => service.to_owned(),
        _ if line.contains("postgres") => "postgres".to_owned(),
        _ => words.get(1).map_or("?", |word| *word).to_owned(),
    }
}

fn parent(id: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// The sum over all.
pub(crate) fn resident_mib(processes: &[Process]) -> u64 {
    processes.iter().map(|process| process.resident_kib).sum::<u64>() / 1024
}
