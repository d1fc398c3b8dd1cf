//! What runs on this machine, out of the settings: services, environments, jobs and their schedules.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context;
use jiff::SignedDuration;
use platform::compose::Hosts;
use platform::desired::{Build, House, JobSettings, ServiceSettings};
use platform::names::{Environment, JobName, ServiceKind};
use platform::routes::Protection;
use platform::runtime::ResourceLimits;
use platform::schedule::{CatchUp, Schedule};

use crate::settings::Nightly;
use crate::world::World;

/// The list of people who may see what is for operators.
const OPERATORS: &str = "operators";
/// The list of people who may see staging. Browsers show the name when they ask for the password.
const STAGING: &str = "staging";

/// The job that brings the catalog; the first load is its first run.
pub(crate) const NIGHTLY: &str = "nightly";

/// Longer than the longest update that was seen (a first load on a busy machine: 4 minutes) and than its own budget for
/// fetching, 30 minutes.
const UPDATE_LIMIT: SignedDuration = SignedDuration::from_hours(2);
/// A look at the seats of all open terms takes a minute; the next is due after 15.
const ENROLLMENTS_LIMIT: SignedDuration = SignedDuration::from_mins(12);
const BACKUP_LIMIT: SignedDuration = SignedDuration::from_hours(3);
const DRILL_LIMIT: SignedDuration = SignedDuration::from_hours(3);

impl World {
    /// The house as it is set up.
    pub(crate) fn house(&self, own: Build, has_backups: bool) -> anyhow::Result<House> {
        let listens = format!("{} {:?}", self.settings.listen, self.settings.edge_https_listen.0);
        Ok(House {
            own,
            environments: self.settings.environments(),
            services: self.services(has_backups),
            jobs: self.jobs(has_backups)?,
            arguments: self.again.clone(),
            // Settings are handed over by the runtime, which writes them nowhere: they may be secrets. Where the edge
            // listens stands here, so that another place makes another edge.
            surroundings: BTreeMap::from([("BERKELEYTIME_LISTENS".to_owned(), listens)]),
        })
    }

    /// Under which names it answers, and to whom.
    pub(crate) fn hosts(&self, house: &House) -> Hosts {
        let is_before_all = |environment: &&Environment| !environment.is_production();
        let not_for_all = house.environments.iter().filter(is_before_all);
        let staging = self.staging_protection();
        Hosts {
            domain: self.settings.domain.as_ref().map(ToString::to_string),
            environments: house.environments.clone(),
            operators: OPERATORS.to_owned(),
            protections: not_for_all.filter_map(|environment| Some((environment.clone(), staging.clone()?))).collect(),
        }
    }

    /// Who may see what is not for everybody yet; `None` for everybody.
    fn staging_protection(&self) -> Option<Protection> {
        let basic = self.settings.edge_staging_passwords.is_some().then(|| STAGING.to_owned());
        let networks: Vec<String> = self.settings.edge_staging_networks.list.iter().map(ToString::to_string).collect();
        (basic.is_some() || !networks.is_empty()).then_some(Protection { basic, networks })
    }

    /// The files of people with passwords, by the name of the list that routes ask for.
    pub(crate) fn password_files(&self) -> BTreeMap<String, PathBuf> {
        let staging = self.settings.edge_staging_passwords.as_ref();
        let staging = staging.map(|file| (STAGING.to_owned(), self.folder.join(file)));
        staging.into_iter().chain([(OPERATORS.to_owned(), self.operators_file())]).collect()
    }

    fn services(&self, has_backups: bool) -> BTreeMap<ServiceKind, ServiceSettings> {
        let kinds = ServiceKind::ALL.into_iter().filter(|kind| has_backups || *kind != ServiceKind::Backup);
        let settings = kinds.map(|kind| {
            let memory_mib = match kind {
                ServiceKind::Edge => self.settings.limits_edge_mib.get(),
                ServiceKind::Web => self.settings.limits_web_mib.get(),
                ServiceKind::Api => self.settings.limits_api_mib.get(),
                ServiceKind::Backup => self.settings.limits_backup_mib.get(),
                ServiceKind::Notifier => self.settings.limits_notifier_mib.get(),
            };
            let cpu_percent = cpu_percent(self.settings.limits_service_cpu_percent.small());
            let limits = ResourceLimits { memory_mib: Some(memory_mib), cpu_percent };
            (kind, ServiceSettings::of(kind, limits))
        });
        settings.collect()
    }

    /// The most important first.
    fn jobs(&self, has_backups: bool) -> anyhow::Result<Vec<JobSettings>> {
        let settings = &self.settings;
        let every = settings.update_enrollments_minutes.get();
        let mut jobs = Vec::new();
        jobs.extend(self.nightly(NIGHTLY, settings.update_nightly_at, &["job", "nightly"], UPDATE_LIMIT)?);
        if every > 0 {
            let text = every_minutes(every);
            jobs.push(self.job("enrollments", &text, CatchUp::Skip, &["job", "enrollments"], ENROLLMENTS_LIMIT)?);
        }
        if has_backups {
            let backup = self.nightly("backup", settings.backup_at, &["backup", "now", "--wait"], BACKUP_LIMIT)?;
            // A new house does not wait for its first night.
            jobs.extend(backup.map(|backup| JobSettings { catch_up: CatchUp::FromTheFirst, ..backup }));
            jobs.extend(self.nightly(
                "drill",
                settings.backup_drill_at,
                &["backup", "drill", "--wait"],
                DRILL_LIMIT,
            )?);
        }
        // Both of a pair write the catalog, or one reads what the other makes: the first backup has the first load.
        for (job, other) in [(NIGHTLY, "enrollments"), ("backup", NIGHTLY), ("backup", "drill")] {
            if let Some(job) = jobs.iter_mut().find(|known| known.name.as_str() == job) {
                job.never_beside.push(other.parse()?);
            }
        }
        Ok(jobs)
    }

    fn nightly(
        &self,
        name: &str,
        at: Nightly,
        arguments: &[&str],
        limit: SignedDuration,
    ) -> anyhow::Result<Option<JobSettings>> {
        let Some(at) = at.0 else { return Ok(None) };
        let text = format!("{} {} * * *", at.minute(), at.hour());
        self.job(name, &text, CatchUp::Once, arguments, limit).map(Some)
    }

    fn job(
        &self,
        name: &str,
        schedule: &str,
        catch_up: CatchUp,
        arguments: &[&str],
        limit: SignedDuration,
    ) -> anyhow::Result<JobSettings> {
        let zone = self.settings.campus_time_zone.0.clone();
        let name: JobName = name.parse()?;
        Ok(JobSettings {
            schedule: Schedule::new(schedule, zone).with_context(|| format!("the schedule of {name}"))?,
            name,
            catch_up,
            arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
            limit,
            limits: ResourceLimits {
                memory_mib: Some(self.settings.limits_job_mib.get()),
                cpu_percent: cpu_percent(self.settings.limits_job_cpu_percent.small()),
            },
            never_beside: Vec::new(),
        })
    }
}

/// As it is set, 0 is no limit.
fn cpu_percent(set: u32) -> Option<u32> {
    (set > 0).then_some(set)
}

/// Cron text for a number of minutes. What divides no hour is counted from each hour's, what is more than an hour from
/// each day's beginning.
fn every_minutes(minutes: u64) -> String {
    match minutes {
        0..60 => format!("*/{minutes} * * * *"),
        60..1440 => format!("0 */{} * * *", minutes / 60),
        _ => "0 0 * * *".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_become_cron_text() {
        for (minutes, text) in [(15, "*/15 * * * *"), (1, "*/1 * * * *"), (60, "0 */1 * * *"), (180, "0 */3 * * *")] {
            assert_eq!(every_minutes(minutes), text);
            Schedule::new(text, jiff::tz::TimeZone::UTC).unwrap();
        }
        assert_eq!(every_minutes(1440), "0 0 * * *");
    }
}
