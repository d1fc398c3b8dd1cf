//! `bt import grades`: takes in grade exports.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use updater::grades::{self, GradeFile, GradeReport};
use updater::words;

use crate::commands::answer;
use crate::door::Ending;
use crate::world::{Base, World};

/// How many faulty lines and unknown courses are listed before the rest is only counted.
const LISTED_MAX: usize = 20;

pub(super) async fn run(world: &World, files: &[PathBuf]) -> anyhow::Result<Ending> {
    let files: Vec<GradeFile> = files.iter().map(|path| read(path)).collect::<anyhow::Result<_>>()?;
    answer(world, async |base: &Base| {
        base.prepare().await?;
        Ok(told(&grades::import(&*base.store(), &files, world.clock.now()).await?))
    })
    .await
}

fn read(path: &Path) -> anyhow::Result<GradeFile> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok(GradeFile { name, bytes })
}

fn told(report: &GradeReport) -> String {
    let import = &report.import;
    let count = words::grouped;
    let mut lines = vec![format!(
        "{} graded sections: {} new, {} changed, {} as before; {} joined to a section, {} of courses that the catalog does not have",
        count(import.given),
        count(import.added),
        count(import.changed),
        count(import.unchanged),
        count(import.joined_to_section),
        count(import.without_course),
    )];
    for (term, joined) in &import.joined_by_term {
        lines.push(format!("  {term} ({}): {} joined to a section", term.slug(), count(*joined)));
    }
    if report.withheld > 0 {
        lines.push(format!("{} sections withheld by the privacy rule", count(report.withheld)));
    }
    lines.extend(listed("lines that could not be read", report.faults.len(), || {
        report.faults.iter().map(|(file, fault)| format!("{file}: {fault}")).collect()
    }));
    lines.extend(listed("courses that the catalog does not have (kept)", import.unknown_courses.len(), || {
        import.unknown_courses.iter().map(ToString::to_string).collect()
    }));
    lines.join("\n")
}

fn listed(what: &str, total: usize, all: impl Fn() -> Vec<String>) -> Vec<String> {
    if total == 0 {
        return Vec::new();
    }
    let mut lines = vec![format!("{} {what}:", words::grouped(total))];
    lines.extend(all().into_iter().take(LISTED_MAX).map(|line| format!("  {line}")));
    if total > LISTED_MAX {
        lines.push(format!("  … and {} more", words::grouped(total - LISTED_MAX)));
    }
    lines
}
