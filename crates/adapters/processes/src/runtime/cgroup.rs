//! Limits of memory and processor time by the kernel: cgroup v2. Each instance has a group of its own.
//!
//! Ours to divide is the group that systemd has delegated to us (`Delegate=yes`, and `DelegateSubgroup=supervisor` for
//! ourselves), or one that we make as root. The group that we are in is never divided: one with groups below it may have
//! no processes, so systemd could not put the next supervisor there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use platform::names::InstanceId;
use platform::runtime::ResourceLimits;

const ROOT: &str = "/sys/fs/cgroup";
/// The group of the supervisor itself.
const OWN: &str = "supervisor";
/// The kernel's own period for sharing out processor time, in microseconds.
const CPU_PERIOD_US: u64 = 100_000;
const MIB: u64 = 1024 * 1024;

/// A group whose parts are ours. One that we made is gone with us, unless instances go on in it.
#[derive(Debug)]
pub(super) struct Cgroups {
    base: PathBuf,
    /// And the group above it.
    is_made: bool,
}

impl Cgroups {
    /// Finds and prepares the group of this process. The error says why none can be had.
    pub(super) fn find(data_dir: &Path) -> Result<Self, String> {
        let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        Self::find_in(Path::new(ROOT), &own, data_dir)
    }

    fn find_in(root: &Path, own: &str, data_dir: &Path) -> Result<Self, String> {
        let no_v2 = || format!("cgroup v2 is not mounted at {}", root.display());
        let controllers = fs::read_to_string(root.join("cgroup.controllers")).map_err(|_| no_v2())?;
        for needed in ["memory", "cpu"] {
            if !controllers.split_ascii_whitespace().any(|found| found == needed) {
                return Err(format!("cgroup v2 has no controller `{needed}` here"));
            }
        }
        let own = own.lines().find_map(|line| line.strip_prefix("0::/")).ok_or_else(no_v2)?;
        let own = root.join(own);
        if own.file_name().is_some_and(|name| name == OWN)
            && let Some(above) = own.parent()
        {
            return Self::divide(&[above.to_owned()], false);
        }
        if own.extension().is_some_and(|kind| kind == "service") {
            return Err(
                "systemd has not set a group aside for it: deploy/systemd/berkeleytime.service.d does".to_owned()
            );
        }
        let house = root.join("berkeleytime");
        let base = house.join(format!("{:016x}", hash(data_dir)));
        fs::create_dir_all(&base).map_err(|error| {
            let own = own.display();
            format!("the group {own} is shared with others, and none can be made ({error}): run bt under systemd")
        })?;
        Self::divide(&[root.to_owned(), house, base], true)
    }

    /// Lets groups below each of these have limits. The last one is ours.
    fn divide(groups: &[PathBuf], is_made: bool) -> Result<Self, String> {
        for group in groups {
            let divided = fs::write(group.join("cgroup.subtree_control"), "+memory +cpu");
            divided.map_err(|error| format!("cannot divide the group {}: {error}", group.display()))?;
        }
        let base = groups.last().cloned().unwrap_or_default();
        Ok(Self { base, is_made })
    }

    /// Puts a process into a group with these limits.
    pub(super) fn place(&self, instance: &InstanceId, process: u32, limits: ResourceLimits) -> io::Result<()> {
        let group = self.group(instance);
        match fs::create_dir(&group) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        if let Some(mib) = limits.memory_mib {
            fs::write(group.join("memory.max"), (mib * MIB).to_string())?;
            // Otherwise the limit would only push the process out to the swap, and make everything slow.
            // Not there on a machine without swap.
            let _ = fs::write(group.join("memory.swap.max"), "0");
            fs::write(group.join("memory.oom.group"), "1")?;
        }
        if let Some(percent) = limits.cpu_percent {
            let share_us = u64::from(percent) * CPU_PERIOD_US / 100;
            fs::write(group.join("cpu.max"), format!("{share_us} {CPU_PERIOD_US}"))?;
        }
        fs::write(group.join("cgroup.procs"), process.to_string())
    }

    /// Whether the kernel ended it for its memory.
    pub(super) fn was_out_of_memory(&self, instance: &InstanceId) -> bool {
        let events = fs::read_to_string(self.group(instance).join("memory.events")).unwrap_or_default();
        let kills = events.lines().find_map(|line| line.strip_prefix("oom_kill "));
        kills.and_then(|kills| kills.trim().parse::<u64>().ok()).is_some_and(|kills| kills > 0)
    }

    /// The group of an ended instance is no more. Whoever is still in it is ended.
    pub(super) fn remove(&self, instance: &InstanceId) {
        let group = self.group(instance);
        if group.exists() {
            // Linux 5.14; without it, leftovers are found by their mark.
            let _ = fs::write(group.join("cgroup.kill"), "1");
            if let Err(error) = fs::remove_dir(&group) {
                tracing::debug!(group = %group.display(), %error, "a group is not empty yet");
            }
        }
    }

    fn group(&self, instance: &InstanceId) -> PathBuf {
        self.base.join(format!("bt-{instance}"))
    }
}

impl Drop for Cgroups {
    fn drop(&mut self) {
        if self.is_made {
            // Only empty groups can be removed. The upper one is of all houses of this machine.
            let _ = fs::remove_dir(&self.base);
            let _ = self.base.parent().map(fs::remove_dir);
        }
    }
}

/// FNV-1a: the same for the same folder in every release.
fn hash(path: &Path) -> u64 {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder that looks like a hierarchy: which files are written, and with what. What the kernel makes of it is
    /// tried where there is one.
    struct Hierarchy(PathBuf);

    impl Hierarchy {
        fn new(name: &str) -> Self {
            let root = std::env::temp_dir().join(format!("bt-cgroup-{name}-{}", std::process::id()));
            fs::create_dir_all(root.join("system.slice/berkeleytime.service/supervisor")).unwrap();
            fs::write(root.join("cgroup.controllers"), "cpuset cpu io memory pids\n").unwrap();
            Self(root)
        }

        fn read(&self, path: &str) -> String {
            fs::read_to_string(self.0.join(path)).unwrap()
        }
    }

    impl Drop for Hierarchy {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn under_systemd_the_delegated_group_is_divided() {
        let hierarchy = Hierarchy::new("systemd");
        let own = "0::/system.slice/berkeleytime.service/supervisor\n";
        let groups = Cgroups::find_in(&hierarchy.0, own, Path::new("/data")).unwrap();
        let unit = "system.slice/berkeleytime.service";
        assert_eq!(hierarchy.read(&format!("{unit}/cgroup.subtree_control")), "+memory +cpu");

        let instance = InstanceId("api@production.7".to_owned());
        let limits = ResourceLimits { memory_mib: Some(256), cpu_percent: Some(150) };
        groups.place(&instance, 4711, limits).unwrap();
        let group = format!("{unit}/bt-api@production.7");
        assert_eq!(hierarchy.read(&format!("{group}/memory.max")), "268435456");
        assert_eq!(hierarchy.read(&format!("{group}/cpu.max")), "150000 100000");
        assert_eq!(hierarchy.read(&format!("{group}/cgroup.procs")), "4711");

        assert!(!groups.was_out_of_memory(&instance));
        fs::write(hierarchy.0.join(group).join("memory.events"), "low 0\noom 1\noom_kill 1\n").unwrap();
        assert!(groups.was_out_of_memory(&instance));
    }

    #[test]
    fn the_group_of_a_terminal_is_left_alone() {
        let hierarchy = Hierarchy::new("terminal");
        let session = hierarchy.0.join("session.scope");
        fs::create_dir(&session).unwrap();
        fs::write(session.join("cgroup.procs"), format!("1\n{}\n", std::process::id())).unwrap();
        let groups = Cgroups::find_in(&hierarchy.0, "0::/session.scope\n", Path::new("/data")).unwrap();
        assert!(groups.base.starts_with(hierarchy.0.join("berkeleytime")));
        assert!(!session.join("cgroup.subtree_control").exists());

        // The kernel's files are no hindrance to a removal.
        let made = groups.base.clone();
        for group in [&made, made.parent().unwrap()] {
            fs::remove_file(group.join("cgroup.subtree_control")).unwrap();
        }
        let going_on = made.join("bt-api@production.7");
        fs::create_dir(&going_on).unwrap();
        drop(groups);
        assert!(going_on.exists(), "its process goes on");
        fs::remove_dir(&going_on).unwrap();
        drop(Cgroups { base: made, is_made: true });
        assert!(!hierarchy.0.join("berkeleytime").exists(), "nothing stays of it");
    }

    #[test]
    fn a_unit_without_a_group_set_aside_is_not_divided() {
        let hierarchy = Hierarchy::new("unit");
        let own = "0::/system.slice/berkeleytime.service\n";
        let refused = Cgroups::find_in(&hierarchy.0, own, Path::new("/data")).unwrap_err();
        assert!(refused.contains("deploy/systemd"), "{refused}");
        assert!(!hierarchy.0.join("system.slice/berkeleytime.service/cgroup.subtree_control").exists());
    }

    #[test]
    fn what_is_missing_is_named() {
        let hierarchy = Hierarchy::new("missing");
        fs::write(hierarchy.0.join("cgroup.controllers"), "cpu io\n").unwrap();
        let refused = Cgroups::find_in(&hierarchy.0, "0::/x\n", Path::new("/data")).unwrap_err();
        assert!(refused.contains("`memory`"), "{refused}");
        let refused = Cgroups::find_in(Path::new("/nowhere"), "0::/x\n", Path::new("/data")).unwrap_err();
        assert!(refused.contains("/nowhere"), "{refused}");
    }
}
