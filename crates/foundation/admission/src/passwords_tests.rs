//! The doors with passwords, as people and as guessers meet them.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clock::ManualClock;
use httpkit::client::ClientAddress;
use secrecy::SecretString;

use super::*;

const PASSWORD: &str = "correct horse battery staple";
/// Of `open sesame`, as `htpasswd -B -C 4` writes it (made with libxcrypt).
const BCRYPT: &str = "$2y$04$wgNiT0PvqVaqCJ2QQmBgE.YxPyPyuSs3qPg7Jwc.7D1H95O.TewOu";

struct House {
    folder: PathBuf,
    clock: ManualClock,
    passwords: Passwords,
}

impl House {
    fn new(text: &str) -> Self {
        Self::with(text, PasswordConfig::default())
    }

    fn with(text: &str, config: PasswordConfig) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("passwords-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("staging"), text).unwrap();
        let clock = ManualClock::new("2026-11-22T10:00:00Z".parse().unwrap());
        let files = BTreeMap::from([("staging".to_owned(), folder.join("staging"))]);
        let passwords = Passwords::new(files, config, Arc::new(clock.clone()));
        Self { folder, clock, passwords }
    }

    async fn ask(&self, name: &str, password: &str) -> Result<String, NotAdmitted> {
        self.ask_from("192.0.2.7", name, password).await
    }

    async fn ask_from(&self, client: &str, name: &str, password: &str) -> Result<String, NotAdmitted> {
        let header = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(format!("{name}:{password}")))).unwrap();
        let client = ClientAddress(client.parse().unwrap()).group();
        self.passwords.admit("staging", Some(&header), client).await
    }

    fn file(&self) -> PathBuf {
        self.folder.join("staging")
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn line(name: &str) -> String {
    password_line(name, &SecretString::from(PASSWORD)).unwrap()
}

#[tokio::test]
async fn who_knows_the_password_comes_in() {
    let house = House::new(&format!("{}\ngrace:{BCRYPT}\n", line("ada")));
    assert_eq!(house.ask("ada", PASSWORD).await, Ok("ada".to_owned()));
    assert_eq!(house.ask("grace", "open sesame").await, Ok("grace".to_owned()));
    for (name, password) in [("ada", "open sesame"), ("grace", PASSWORD), ("nobody", PASSWORD), ("ada", "")] {
        assert_eq!(house.ask(name, password).await, Err(NotAdmitted::Wrong), "{name}");
    }
}

#[tokio::test]
async fn who_says_nothing_is_asked_and_who_mumbles_is_asked_again() {
    let house = House::new(&line("ada"));
    let ask = |list: &'static str, header: Option<HeaderValue>| {
        let passwords = &house.passwords;
        async move { passwords.admit(list, header.as_ref(), ClientGroup::UNKNOWN).await }
    };
    assert_eq!(ask("staging", None).await, Err(NotAdmitted::NoCredentials));
    let bearer = HeaderValue::from_static("Bearer abc");
    assert_eq!(ask("staging", Some(bearer)).await, Err(NotAdmitted::Unreadable));
    assert_eq!(ask("stagging", None).await, Err(NotAdmitted::NoSuchList("stagging".to_owned())));
}

#[tokio::test]
async fn a_changed_file_is_read_again_and_remembers_nobody_who_left() {
    let house = House::new(&line("ada"));
    assert!(house.ask("ada", PASSWORD).await.is_ok());
    fs::write(house.file(), line("grace")).unwrap();
    assert!(house.ask("ada", PASSWORD).await.is_ok(), "within the same second");
    house.clock.advance(Duration::from_secs(1));
    assert_eq!(house.ask("ada", PASSWORD).await, Err(NotAdmitted::Wrong));
    assert!(house.ask("grace", PASSWORD).await.is_ok());
    fs::remove_file(house.file()).unwrap();
    house.clock.advance(Duration::from_secs(1));
    assert_eq!(house.ask("grace", PASSWORD).await, Err(NotAdmitted::Wrong), "no file lets nobody in");
    fs::write(house.file(), line("ada")).unwrap();
    house.clock.advance(Duration::from_secs(1));
    assert!(house.ask("ada", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_new_password_ends_the_old_one_at_once() {
    let house = House::new(&line("ada"));
    assert!(house.ask("ada", PASSWORD).await.is_ok());
    let new = password_line("ada", &SecretString::from("another long sentence")).unwrap();
    fs::write(house.file(), new).unwrap();
    house.clock.advance(Duration::from_secs(1));
    assert_eq!(house.ask("ada", PASSWORD).await, Err(NotAdmitted::Wrong));
    assert!(house.ask("ada", "another long sentence").await.is_ok());
}

#[tokio::test]
async fn too_many_wrong_ones_lock_that_name_for_that_client_only() {
    let config = PasswordConfig {
        lock_out: StrikeRule { count: 3, within: Duration::from_secs(900) },
        ..PasswordConfig::default()
    };
    let house = House::with(&format!("ada:{BCRYPT}\ngrace:{BCRYPT}"), config);
    for name in ["ada", "nobody"] {
        for _ in 0..3 {
            assert_eq!(house.ask(name, "guess").await, Err(NotAdmitted::Wrong));
        }
        let locked = NotAdmitted::LockedOut { wait: Duration::from_secs(900) };
        assert_eq!(house.ask(name, "open sesame").await, Err(locked), "{name}: locked alike, known or not");
    }
    assert!(house.ask("grace", "open sesame").await.is_ok());
    assert!(house.ask_from("192.0.2.8", "ada", "open sesame").await.is_ok());
    house.clock.advance(Duration::from_secs(900));
    assert!(house.ask("ada", "open sesame").await.is_ok());
}

#[tokio::test]
async fn a_right_password_is_remembered_for_a_while_and_costs_nothing() {
    let house = House::new(&line("ada"));
    assert!(house.ask("ada", PASSWORD).await.is_ok());
    // All places for checks are taken: whoever needs one is told to come back.
    let _taken = house.passwords.places.clone().acquire_many_owned(34).await.unwrap();
    assert!(house.ask("ada", PASSWORD).await.is_ok());
    assert_eq!(house.ask("ada", "wrong").await, Err(NotAdmitted::Busy));
    house.clock.advance(Duration::from_secs(300));
    assert_eq!(house.ask("ada", PASSWORD).await, Err(NotAdmitted::Busy), "it has to be checked again");
}

#[tokio::test]
async fn an_unknown_name_costs_what_a_known_one_does() {
    let house = House::new(&format!("ada:{BCRYPT}\ngrace:{BCRYPT}\n{}", line("lin")));
    house.ask("ada", "wrong").await.unwrap_err();
    // Every place for a check is taken: whoever is checked at all is told to come back.
    let _taken = house.passwords.places.clone().acquire_many_owned(34).await.unwrap();
    for name in ["ada", "nobody", "root", "x"] {
        assert_eq!(house.ask(name, "wrong").await, Err(NotAdmitted::Busy), "{name}");
    }
    // It is checked against somebody's real hash, always the same one's.
    let held = house.passwords.lists["staging"].current(house.clock.now()).await;
    let digest = |name: &str| house.passwords.verified.digest(&["staging", name]);
    for name in ["nobody", "root", "x"] {
        let (hash, is_known) = held.hash_for(name, digest);
        assert!(!is_known && hash.is_some(), "{name}");
        assert!(held.hash_for(name, digest).0 == hash, "{name}: no two questions may tell that it is nobody");
    }
}

#[test]
fn troubles_are_told_with_file_and_line() {
    let house = House::new("ada:plain\n");
    let told: Vec<String> = house.passwords.troubles().iter().map(ToString::to_string).collect();
    let file = house.file();
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with(&format!("{}, line 1: expected a hash", file.display())), "{told:?}");
    fs::remove_file(&file).unwrap();
    let told = house.passwords.troubles()[0].to_string();
    assert!(told.contains("cannot be read, so nobody is let in") && told.contains(&show(&file)), "{told}");
}

fn show(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn a_line_is_made_for_good_names_and_long_passwords_only() {
    let make = |name: &str, password: &str| password_line(name, &SecretString::from(password));
    assert!(make("ada", PASSWORD).unwrap().starts_with("ada:$argon2id$v=19$m="));
    assert_ne!(line("ada"), line("ada"), "a new salt each time");
    for bad in ["", "a:b", " a", "#a", "a\n"] {
        assert!(matches!(make(bad, PASSWORD), Err(PasswordLineError::Name(_))), "{bad:?}");
    }
    assert!(matches!(make("ada", "short"), Err(PasswordLineError::TooShort)));
    assert!(matches!(make("ada", &format!("{PASSWORD}\0")), Err(PasswordLineError::Password)));
}
