//! What should run: from how the house is set up and what is wished to orders.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::SignedDuration;

use crate::names::{Environment, JobName, ReleaseName, ServiceKind, ServiceName};
use crate::runtime::{Order, Purpose, ResourceLimits};
use crate::schedule::{CatchUp, Schedule};
use crate::wishes::Wishes;

/// How the house is set up: the configuration's part, which changes only with a restart of the supervisor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct House {
    /// The build that the supervisor itself is; what no wish names runs it.
    pub own: Build,
    /// The environments that are switched on, the most important first.
    pub environments: Vec<Environment>,
    /// The services that are switched on.
    pub services: BTreeMap<ServiceKind, ServiceSettings>,
    /// The jobs that are switched on. Of several that are due at once, the first one is started first.
    pub jobs: Vec<JobSettings>,
    /// What every command line begins with, such as `--config FILE`. Never a secret.
    pub arguments: Vec<String>,
    /// Added to the environment of every process.
    pub surroundings: BTreeMap<String, String>,
}

/// A build of the program and its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// Which.
    pub release: ReleaseName,
    /// The program's file.
    pub program: PathBuf,
}

/// How a service is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceSettings {
    /// How many of it, in each environment; at least 1.
    pub replicas: u32,
    /// What one may use.
    pub limits: ResourceLimits,
    /// How long a new one may take until it is ready.
    pub ready_within: SignedDuration,
}

impl ServiceSettings {
    /// One of the kind within these limits, with a time to get ready that is right for most machines.
    #[must_use]
    pub fn of(kind: ServiceKind, limits: ResourceLimits) -> Self {
        let ready_within = match kind {
            ServiceKind::Edge => SignedDuration::from_secs(10),
            // They load the whole catalog before they are ready, on a slow disk for some seconds.
            ServiceKind::Web | ServiceKind::Api | ServiceKind::Notifier => SignedDuration::from_secs(45),
            ServiceKind::Backup => SignedDuration::from_secs(30),
        };
        Self { replicas: 1, limits, ready_within }
    }
}

/// How a job is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobSettings {
    /// Its name.
    pub name: JobName,
    /// When it is due.
    pub schedule: Schedule,
    /// What of it is made up for when its moment was missed.
    pub catch_up: CatchUp,
    /// The command, such as `backup now`.
    pub arguments: Vec<String>,
    /// How long a run may take.
    pub limit: SignedDuration,
    /// What a run may use.
    pub limits: ResourceLimits,
    /// Jobs that must not run at the same time. It holds both ways.
    pub never_beside: Vec<JobName>,
}

/// What should run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desired {
    /// Services, the most important first.
    pub services: Vec<DesiredService>,
    /// Jobs.
    pub jobs: Vec<DesiredJob>,
    /// Wishes that cannot be granted, in sentences.
    pub problems: Vec<String>,
}

/// A service that should run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesiredService {
    /// Which.
    pub name: ServiceName,
    /// By what; `None` when the wished release is not here: then what runs stays as it is.
    pub order: Option<Order>,
    /// How many.
    pub replicas: u32,
    /// How long a new one may take until it is ready.
    pub ready_within: SignedDuration,
    /// Services that should be ready before one of these is started; for a while only, then it is started all the same.
    pub after: Vec<ServiceName>,
}

/// A job that should run by its schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesiredJob {
    /// Its name.
    pub name: JobName,
    /// When it is due.
    pub schedule: Schedule,
    /// What is made up for.
    pub catch_up: CatchUp,
    /// By what it runs.
    pub order: Order,
    /// How long a run may take.
    pub limit: SignedDuration,
    /// Jobs that must not run at the same time, named by this one.
    pub never_beside: Vec<JobName>,
}

/// What should run, with the files of the releases that are here.
#[must_use]
pub fn desired(house: &House, wishes: &Wishes, programs: &BTreeMap<ReleaseName, PathBuf>) -> Desired {
    let mut desired = Desired::default();
    let own = |kind| house.service(&ServiceName::of_house(kind), Some(&house.own), wishes, Vec::new());
    desired.services.extend(own(ServiceKind::Edge));
    for environment in &house.environments {
        let build = build_of(environment, house, wishes, programs);
        if build.is_none() {
            let release = wishes.releases.get(environment).map_or("", ReleaseName::as_str);
            desired.problems.push(format!(
                "{environment} should run release {release}, which is not on this machine; what runs stays. \
                 `bt release list` shows the releases that are here"
            ));
        }
        for kind in [ServiceKind::Web, ServiceKind::Api] {
            let name = ServiceName::of(kind, environment.clone());
            desired.services.extend(house.service(&name, build.as_ref(), wishes, house.before(environment)));
        }
        if environment.is_production() {
            let after = house.of_production();
            for kind in [ServiceKind::Backup, ServiceKind::Notifier] {
                let name = ServiceName::of_house(kind);
                desired.services.extend(house.service(&name, Some(&house.own), wishes, after.clone()));
            }
        }
    }
    let strangers = wishes.releases.keys().filter(|environment| !house.environments.contains(environment));
    let unknown = strangers.map(|environment| format!("a release is wished for {environment}, which is switched off"));
    desired.problems.extend(unknown);
    desired.jobs = house.jobs.iter().map(|job| house.job(job)).collect();
    desired
}

fn build_of(
    environment: &Environment,
    house: &House,
    wishes: &Wishes,
    programs: &BTreeMap<ReleaseName, PathBuf>,
) -> Option<Build> {
    match wishes.releases.get(environment) {
        None => Some(house.own.clone()),
        Some(release) if *release == house.own.release => Some(house.own.clone()),
        Some(release) => {
            let program = programs.get(release)?.clone();
            Some(Build { release: release.clone(), program })
        }
    }
}

impl House {
    fn service(
        &self,
        name: &ServiceName,
        build: Option<&Build>,
        wishes: &Wishes,
        after: Vec<ServiceName>,
    ) -> Option<DesiredService> {
        let settings = self.services.get(&name.kind)?;
        let order = build.map(|build| Order {
            purpose: Purpose::Service(name.clone()),
            release: build.release.clone(),
            program: build.program.clone(),
            arguments: self.command_line_of(name),
            environment: self.surroundings.clone(),
            limits: settings.limits,
            nonce: wishes.restarts.get(name).copied().unwrap_or(0),
            takes_listeners: name.kind == ServiceKind::Edge,
        });
        let (replicas, ready_within) = (settings.replicas.max(1), settings.ready_within);
        Some(DesiredService { name: name.clone(), order, replicas, ready_within, after })
    }

    fn command_line_of(&self, name: &ServiceName) -> Vec<String> {
        let mut line = self.arguments.clone();
        line.extend(["serve".to_owned(), name.kind.as_str().to_owned()]);
        if let Some(environment) = &name.environment {
            line.extend(["--environment".to_owned(), environment.to_string()]);
        }
        // Any free port: the runtime is told which one, by the file that it names with `--announce`.
        line.extend(["--listen".to_owned(), "127.0.0.1:0".to_owned()]);
        line
    }

    /// What comes before an environment: production comes first, so that the site is there while the rest still starts.
    fn before(&self, environment: &Environment) -> Vec<ServiceName> {
        if environment.is_production() { Vec::new() } else { self.of_production() }
    }

    fn of_production(&self) -> Vec<ServiceName> {
        let is_on = self.environments.iter().any(Environment::is_production);
        let kinds = [ServiceKind::Web, ServiceKind::Api].into_iter();
        kinds
            .filter(|kind| is_on && self.services.contains_key(kind))
            .map(|kind| ServiceName::of(kind, Environment::production()))
            .collect()
    }

    fn job(&self, job: &JobSettings) -> DesiredJob {
        let mut arguments = self.arguments.clone();
        arguments.extend(job.arguments.iter().cloned());
        let order = Order {
            purpose: Purpose::Job(job.name.clone()),
            release: self.own.release.clone(),
            program: self.own.program.clone(),
            arguments,
            environment: self.surroundings.clone(),
            limits: job.limits,
            nonce: 0,
            takes_listeners: false,
        };
        DesiredJob {
            name: job.name.clone(),
            schedule: job.schedule.clone(),
            catch_up: job.catch_up,
            order,
            limit: job.limit,
            never_beside: job.never_beside.clone(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn house() -> House {
        let own = Build { release: "aaaaaaaa".parse().unwrap(), program: "/releases/aaaaaaaa/bt".into() };
        House {
            own,
            environments: vec![Environment::production(), Environment::staging()],
            services: ServiceKind::ALL.into_iter().map(unlimited).collect(),
            jobs: Vec::new(),
            arguments: vec!["--config".to_owned(), "bt.toml".to_owned()],
            surroundings: BTreeMap::new(),
        }
    }

    fn unlimited(kind: ServiceKind) -> (ServiceKind, ServiceSettings) {
        (kind, ServiceSettings::of(kind, ResourceLimits::default()))
    }

    fn names(desired: &Desired) -> Vec<String> {
        desired.services.iter().map(|service| service.name.to_string()).collect()
    }

    #[test]
    fn production_comes_first_and_staging_waits_for_it() {
        let desired = desired(&house(), &Wishes::default(), &BTreeMap::new());
        let expected = ["edge", "web@production", "api@production", "backup", "notifier", "web@staging", "api@staging"];
        assert_eq!(names(&desired), expected);
        let waits: Vec<usize> = desired.services.iter().map(|service| service.after.len()).collect();
        assert_eq!(waits, [0, 0, 0, 2, 2, 2, 2]);
        let order = desired.services[1].order.as_ref().unwrap();
        assert_eq!(
            order.arguments.join(" "),
            "--config bt.toml serve web --environment production --listen 127.0.0.1:0"
        );
        let listeners: Vec<bool> =
            desired.services.iter().filter_map(|s| s.order.as_ref()).map(|order| order.takes_listeners).collect();
        assert_eq!(listeners, [true, false, false, false, false, false, false]);
    }

    #[test]
    fn a_wish_gives_one_environment_another_release_and_a_restart_another_number() {
        let mut wishes = Wishes::default();
        wishes.releases.insert(Environment::staging(), "bbbbbbbb".parse().unwrap());
        wishes.restarts.insert("api@production".parse().unwrap(), 3);
        let programs = BTreeMap::from([("bbbbbbbb".parse().unwrap(), PathBuf::from("/releases/bbbbbbbb/bt"))]);
        let desired = desired(&house(), &wishes, &programs);
        let told: Vec<(String, String, u64)> = desired
            .services
            .iter()
            .filter_map(|service| service.order.as_ref().map(|order| (service, order)))
            .map(|(service, order)| (service.name.to_string(), order.program.display().to_string(), order.nonce))
            .collect();
        assert!(told.contains(&("web@staging".to_owned(), "/releases/bbbbbbbb/bt".to_owned(), 0)));
        assert!(told.contains(&("api@production".to_owned(), "/releases/aaaaaaaa/bt".to_owned(), 3)));
        assert!(desired.problems.is_empty(), "{:?}", desired.problems);
    }

    #[test]
    fn a_release_that_is_not_here_is_told_and_orders_nothing() {
        let mut wishes = Wishes::default();
        wishes.releases.insert(Environment::production(), "cccccccc".parse().unwrap());
        wishes.releases.insert("fix-42".parse().unwrap(), "cccccccc".parse().unwrap());
        let desired = desired(&house(), &wishes, &BTreeMap::new());
        let orderless: Vec<String> =
            desired.services.iter().filter(|s| s.order.is_none()).map(|s| s.name.to_string()).collect();
        assert_eq!(orderless, ["web@production", "api@production"]);
        assert!(desired.problems[0].contains("cccccccc") && desired.problems[0].contains("bt release list"));
        assert!(desired.problems[1].contains("fix-42"));
    }

    #[test]
    fn what_is_switched_off_is_not_desired() {
        let mut house = house();
        house.environments = vec![Environment::production()];
        house.services.remove(&ServiceKind::Backup);
        let desired = desired(&house, &Wishes::default(), &BTreeMap::new());
        assert_eq!(names(&desired), ["edge", "web@production", "api@production", "notifier"]);
    }
}
