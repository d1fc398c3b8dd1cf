//! The files of people with passwords: one that is named and lets nobody in closes what it protects to all.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use admission::passwords::{PasswordConfig, PasswordFileError, Passwords};
use clock::Clock;

use super::line::Line;
use crate::world::World;

pub(super) fn look(world: &World) -> Vec<Line> {
    let settings = &world.settings;
    let staging = settings.edge_staging_passwords.as_ref().filter(|_| settings.staging);
    let named = [("edge.staging_passwords", staging), ("edge.operators", settings.edge_operators.as_ref())];
    let named = named.into_iter().filter_map(|(setting, file)| Some((setting, world.folder.join(file?))));
    named.map(|(setting, path)| list(setting, &path, &world.clock)).collect()
}

fn list(setting: &str, path: &Path, clock: &Arc<dyn Clock>) -> Line {
    let file = path.display();
    let add = format!("bt password NAME >> {file}");
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Line::fail(setting, format!("there is no file {file}, so nobody is let in"), add);
        }
        Err(error) => {
            let mend = format!("ls -l {file}: it must be a text that the account of bt can read");
            return Line::fail(setting, format!("{file} cannot be read, so nobody is let in: {error}"), mend);
        }
    };
    let is_of_somebody = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let people = text.lines().filter(is_of_somebody).count();
    if people == 0 {
        return Line::fail(setting, format!("nobody stands in {file}, so nobody is let in"), add);
    }
    let lists =
        Passwords::new([(setting.to_owned(), path.to_owned())].into(), PasswordConfig::default(), Arc::clone(clock));
    let troubles: Vec<String> = lists.troubles().iter().map(PasswordFileError::to_string).collect();
    if troubles.is_empty() {
        return Line::ok(setting, format!("{file} has {people} lines, and all can be read"));
    }
    Line::warn(setting, troubles.join("\n")).mend("bt password NAME, whose line goes in the place of that one")
}

#[cfg(test)]
mod tests {
    use clock::SystemClock;

    use super::super::line::Standing;
    use super::*;

    #[test]
    fn a_file_that_lets_nobody_in_is_told_with_what_lets_somebody_in() {
        let path = std::env::temp_dir().join(format!("bt-doctor-people-{}", std::process::id()));
        let _ = fs::remove_file(&path);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let look = || list("edge.staging_passwords", &path, &clock);
        let add = format!("bt password NAME >> {}", path.display());
        for (text, says) in
            [(None, "there is no file"), (Some(""), "nobody stands in"), (Some("# ada\n\n"), "nobody stands")]
        {
            if let Some(text) = text {
                fs::write(&path, text).unwrap();
            }
            let line = look();
            assert_eq!((line.standing, line.mend.as_ref()), (Standing::Wrong, Some(&add)), "{text:?}");
            assert!(line.text.contains(says) && line.text.contains("nobody is let in"), "{}", line.text);
        }
        fs::write(&path, "ada:plain\n").unwrap();
        let line = look();
        assert_eq!(line.standing, Standing::Warning);
        assert!(line.text.contains("line 1"), "{}", line.text);
        let good = "ada:$2y$04$wgNiT0PvqVaqCJ2QQmBgE.YxPyPyuSs3qPg7Jwc.7D1H95O.TewOu\n";
        fs::write(&path, good).unwrap();
        assert_eq!(look().standing, Standing::Ok);
        fs::remove_file(&path).unwrap();
    }
}
