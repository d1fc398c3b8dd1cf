//! The machine: the data directory, its disk, who may read secrets, and the clock.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use platform::status::Part;
use platform::status::thresholds::{Room, disk};

use super::line::Line;
use crate::world::World;

/// Folders below the data directory whose files are for their owner alone.
const SECRET_FOLDERS: [&str; 2] = ["certificates", "backup"];
/// Files of such a folder that are looked at. A house has some dozens.
const FILES_LOOKED_AT: usize = 1_000;
/// Bits of a mode that let others in.
const OTHERS: u32 = 0o077;
/// Bits of a mode that let others write.
const OTHERS_WRITE: u32 = 0o022;
/// What a settings file says when a secret is in it.
const SECRET_WORDS: [&str; 4] = ["_key", "password", "secret", "webhook"];

pub(super) fn look(world: &World) -> Vec<Line> {
    let folder = world.data_dir();
    let mut lines = vec![data_directory(&folder)];
    lines.extend(room(&folder));
    lines.push(secrets(&folder, &world.folder.join("berkeleytime.toml")));
    lines.push(clock(world));
    lines
}

fn data_directory(folder: &Path) -> Line {
    const WHAT: &str = "data directory";
    let probe = folder.join(".doctor");
    let tried = fs::create_dir_all(folder).and_then(|()| fs::write(&probe, "")).and_then(|()| fs::remove_file(&probe));
    match tried {
        Ok(()) => Line::ok(WHAT, folder.display().to_string()),
        Err(error) => Line::fail(
            WHAT,
            format!("{} cannot be written: {error}", folder.display()),
            "choose another --data-dir, or give it to this user with chown",
        ),
    }
}

fn room(folder: &Path) -> Option<Line> {
    let found = rustix::fs::statvfs(folder).ok()?;
    let room = Room {
        free_bytes: found.f_bavail.saturating_mul(found.f_frsize),
        all_bytes: found.f_blocks.saturating_mul(found.f_frsize),
        free_files: found.f_favail,
        all_files: found.f_files,
    };
    let mend = format!("see what is big: `du -xh --max-depth=2 {} | sort -h | tail`", folder.display());
    Some(Line::of_part(Part::Disk, &disk(room, &mend)))
}

/// Whether anybody else on this machine could read what is secret.
fn secrets(data_dir: &Path, settings: &Path) -> Line {
    const WHAT: &str = "secrets";
    let mut open: Vec<PathBuf> = Vec::new();
    for name in SECRET_FOLDERS {
        collect_open(&data_dir.join(name), &mut open, &mut 0);
    }
    let says_secrets = fs::read_to_string(settings).is_ok_and(|text| holds_secret(&text));
    if says_secrets && mode(settings).is_some_and(|mode| mode & OTHERS != 0) {
        open.push(settings.to_owned());
    }
    if let Some(first) = open.first() {
        let others = if open.len() > 1 { format!(" and {} more", open.len() - 1) } else { String::new() };
        let paths: Vec<String> = open.iter().take(5).map(|path| path.display().to_string()).collect();
        let text = format!("{}{others} can be read by other users of this machine", first.display());
        return Line::fail(WHAT, text, format!("chmod go= {}", paths.join(" ")));
    }
    if mode(data_dir).is_some_and(|mode| mode & OTHERS_WRITE != 0) {
        let text = format!("{} can be written by other users of this machine", data_dir.display());
        return Line::fail(WHAT, text, format!("chmod go-w {}", data_dir.display()));
    }
    Line::ok(WHAT, "nobody else on this machine can read them")
}

/// Whether a line of a settings file sets a secret.
fn holds_secret(text: &str) -> bool {
    let is_set = |line: &str| {
        let Some((name, value)) = line.split_once('=') else { return false };
        let is_secret =
            SECRET_WORDS.iter().any(|word| name.contains(word)) || value.contains("://") && value.contains('@');
        !name.trim_start().starts_with('#') && is_secret
    };
    text.lines().any(is_set)
}

fn collect_open(folder: &Path, open: &mut Vec<PathBuf>, seen: &mut usize) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        *seen += 1;
        if *seen > FILES_LOOKED_AT {
            return;
        }
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect_open(&path, open, seen),
            Ok(kind) if kind.is_file() && is_secret(&path) && mode(&path).is_some_and(|mode| mode & OTHERS != 0) => {
                open.push(path);
            }
            _ => {}
        }
    }
}

/// Keys, not the public certificates beside them.
fn is_secret(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    name.contains("key") || name.contains("account") || name.contains("secret")
}

fn mode(path: &Path) -> Option<u32> {
    fs::metadata(path).ok().map(|found| found.permissions().mode())
}

fn clock(world: &World) -> Line {
    const WHAT: &str = "clock";
    /// Where systemd says that the time came from the network.
    const TIMESYNC: &str = "/run/systemd/timesync";
    let zone = &world.settings.campus_time_zone.0;
    let now = world.clock.now().to_zoned(zone.clone());
    let text =
        format!("{} in {}", now.strftime("%Y-%m-%d %H:%M"), zone.iana_name().unwrap_or("the campus's time zone"));
    if now.year() < 2026 {
        return Line::fail(WHAT, format!("it is {text}, which is over"), "timedatectl set-ntp true");
    }
    let folder = Path::new(TIMESYNC);
    if folder.is_dir() && !folder.join("synchronized").exists() {
        return Line::warn(WHAT, format!("{text}; nobody sets this machine's clock")).mend("timedatectl set-ntp true");
    }
    Line::ok(WHAT, text)
}

#[cfg(test)]
mod tests {
    use super::super::line::Standing;
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("bt-doctor-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("certificates/local")).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        folder
    }

    fn put(path: &Path, mode: u32) {
        fs::write(path, "x").unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_key_that_others_can_read_is_wrong_and_the_mend_names_it() {
        let folder = folder("keys");
        let settings = folder.join("berkeleytime.toml");
        put(&folder.join("certificates/local/root.pem"), 0o644);
        put(&folder.join("certificates/local/root.key"), 0o600);
        assert_eq!(secrets(&folder, &settings).standing, Standing::Ok);
        let open = folder.join("certificates/local/other.key");
        put(&open, 0o640);
        let line = secrets(&folder, &settings);
        assert_eq!((line.standing, line.mend), (Standing::Wrong, Some(format!("chmod go= {}", open.display()))));
        fs::remove_file(&open).unwrap();
        fs::write(&settings, "[database]\nurl = \"postgres://bt:pass@host/bt\"\n").unwrap();
        fs::set_permissions(&settings, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(secrets(&folder, &settings).standing, Standing::Wrong);
        fs::remove_file(&settings).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(secrets(&folder, &settings).text.contains("can be written by other users"));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_settings_file_with_a_secret_is_known() {
        assert!(holds_secret("[sis]\ncourses_app_key = \"x\"\n"));
        assert!(holds_secret("url = \"postgres://bt:pass@host/bt\""));
        assert!(!holds_secret("# courses_app_key = \"x\"\nlisten = \"0.0.0.0:80\"\npublic_url = \"https://x.edu\""));
    }
}
