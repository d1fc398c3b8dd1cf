//! What is relied on in a vault, for each place and with and without a key.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use clock::SystemClock;
use secrecy::SecretString;

use super::*;

fn name(text: &str) -> ObjectName {
    text.parse().unwrap()
}

fn key() -> Key {
    let identity = age::x25519::Identity::generate().to_string();
    let text = age::secrecy::ExposeSecret::expose_secret(&identity).to_owned();
    Key::parse(&SecretString::from(text)).unwrap()
}

struct TestFolder(PathBuf);

impl TestFolder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("bt-sealed-{}-{number}", std::process::id())))
    }

    fn vault(&self, key: Option<Key>) -> SealedVault {
        SealedVault::over(Box::new(Folder::new(self.0.clone(), Arc::new(SystemClock))), key)
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The contract, in one story.
async fn keeps_its_promises(vault: &SealedVault) {
    let (a, b) = (name("wal/a"), name("wal/deep/b"));
    assert!(vault.list("wal").await.unwrap().is_empty());
    let content = b"hello ".repeat(1000);
    let stored = vault.put(&a, &content).await.unwrap();
    assert!(!stored.was_there);
    assert!(stored.stored_bytes < content.len() as u64, "it is compressed");
    assert_eq!(vault.get(&a).await.unwrap(), content);

    assert!(vault.put(&a, &content).await.unwrap().was_there, "the same again is fine");
    let refused = vault.put(&a, b"other").await.unwrap_err();
    assert!(matches!(refused, VaultError::Conflict { .. }), "{refused}");
    assert_eq!(vault.get(&a).await.unwrap(), content, "what was there stays");

    vault.put(&b, b"").await.unwrap();
    lists_and_removes(vault, stored.stored_bytes).await;
}

async fn lists_and_removes(vault: &SealedVault, stored_bytes: u64) {
    let (a, b) = (name("wal/a"), name("wal/deep/b"));
    assert_eq!(vault.get(&b).await.unwrap(), b"");
    vault.put(&name("other/c"), b"c").await.unwrap();
    let listed = vault.list("wal").await.unwrap();
    let names: Vec<&str> = listed.iter().map(|listed| listed.name.as_str()).collect();
    assert_eq!(names, ["wal/a", "wal/deep/b"]);
    assert_eq!(listed[0].stored_bytes, stored_bytes);
    let age = SystemClock.now().duration_since(listed[0].stored_at);
    assert!(age.as_secs().abs() < 60, "{age}");

    vault.delete(&a).await.unwrap();
    vault.delete(&a).await.unwrap();
    let missing = vault.get(&a).await.unwrap_err();
    assert!(matches!(missing, VaultError::NotThere { .. }), "{missing}");
    let large = vault.put(&a, &vec![0; OBJECT_BYTES_MAX + 1]).await.unwrap_err();
    assert!(matches!(large, VaultError::TooLarge { .. }), "{large}");
}

#[tokio::test]
async fn a_folder_keeps_its_promises() {
    keeps_its_promises(&TestFolder::new().vault(None)).await;
    keeps_its_promises(&TestFolder::new().vault(Some(key()))).await;
}

#[tokio::test]
async fn a_bucket_in_memory_keeps_its_promises() {
    keeps_its_promises(&SealedVault::over(Box::new(Bucket::in_memory("")), None)).await;
    keeps_its_promises(&SealedVault::over(Box::new(Bucket::in_memory("some/prefix")), Some(key()))).await;
}

#[tokio::test]
async fn a_passphrase_makes_one_key_and_opens_it_again() {
    let folder = TestFolder::new();
    let passphrase = |text: &str| Some(Key::parse(&SecretString::from(text.to_owned())).unwrap());
    let vault = folder.vault(passphrase("correct horse battery"));
    vault.put(&name("a"), b"hello").await.unwrap();
    let again = folder.vault(passphrase("correct horse battery"));
    assert_eq!(again.get(&name("a")).await.unwrap(), b"hello");
    let wrong = folder.vault(passphrase("incorrect horse battery"));
    let refused = wrong.get(&name("a")).await.unwrap_err();
    assert!(matches!(refused, VaultError::WrongKey { .. }), "{refused}");
    let refused = wrong.put(&name("b"), b"x").await.unwrap_err();
    assert!(matches!(refused, VaultError::WrongKey { .. }), "nothing is put that nobody can read: {refused}");
}

#[tokio::test]
async fn without_its_key_an_object_is_told_to_be_encrypted() {
    let folder = TestFolder::new();
    folder.vault(Some(key())).put(&name("a"), b"hello").await.unwrap();
    let refused = folder.vault(None).get(&name("a")).await.unwrap_err();
    assert!(matches!(refused, VaultError::NoKey { .. }), "{refused}");
    assert!(refused.to_string().contains("backup.passphrase"), "{refused}");
    let refused = folder.vault(Some(key())).get(&name("a")).await.unwrap_err();
    assert!(matches!(refused, VaultError::WrongKey { .. }), "{refused}");
}

#[tokio::test]
async fn objects_from_before_the_key_are_read_on() {
    let folder = TestFolder::new();
    folder.vault(None).put(&name("a"), b"hello").await.unwrap();
    let vault = folder.vault(Some(key()));
    assert_eq!(vault.get(&name("a")).await.unwrap(), b"hello");
    vault.put(&name("a"), b"hello").await.unwrap();
    assert_eq!(vault.list("").await.unwrap().len(), 1, "one name is listed once");
}

#[tokio::test]
async fn damage_is_found_at_each_reading() {
    for key in [None, Some(key())] {
        let folder = TestFolder::new();
        let vault = folder.vault(key);
        let content: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        vault.put(&name("a"), &content).await.unwrap();
        let ending = if vault.is_encrypted() { ENCRYPTED } else { PLAIN };
        let path = folder.0.join(format!("a{ending}"));
        let good = std::fs::read(&path).unwrap();
        for at in [0, 5, 20, 60, good.len() / 2, good.len() - 1] {
            let mut flipped = good.clone();
            flipped[at] ^= 0x10;
            std::fs::write(&path, flipped).unwrap();
            let refused = vault.get(&name("a")).await.unwrap_err();
            let is_told = matches!(refused, VaultError::Damaged { .. } | VaultError::WrongKey { .. });
            assert!(is_told, "byte {at}: {refused}");
        }
        for length in [0, 10, good.len() / 2, good.len() - 1] {
            std::fs::write(&path, &good[..length]).unwrap();
            let refused = vault.get(&name("a")).await.unwrap_err();
            assert!(matches!(refused, VaultError::Damaged { .. }), "{length} bytes: {refused}");
        }
        std::fs::write(&path, &good).unwrap();
        assert_eq!(vault.get(&name("a")).await.unwrap(), content);
    }
}

#[tokio::test]
async fn a_machine_with_only_the_public_key_archives_twice_and_cannot_read() {
    let folder = TestFolder::new();
    let public = age::x25519::Identity::generate().to_public().to_string();
    let vault = folder.vault(Some(Key::parse(&SecretString::from(public)).unwrap()));
    vault.put(&name("a"), b"hello").await.unwrap();
    assert!(vault.put(&name("a"), b"hello").await.unwrap().was_there);
    let refused = vault.put(&name("a"), &[b'x'; 500]).await.unwrap_err();
    assert!(matches!(refused, VaultError::Conflict { .. }), "{refused}");
    let refused = vault.get(&name("a")).await.unwrap_err();
    assert!(matches!(refused, VaultError::NoKey { .. }), "{refused}");
}

#[tokio::test]
async fn two_writers_of_one_name_leave_one_whole_object() {
    let folder = TestFolder::new();
    let vault = folder.vault(None);
    let writers = (0..8_u8).map(|number| {
        let vault = vault.clone();
        tokio::spawn(async move { vault.put(&name("a"), &[number; 10_000]).await.is_ok() })
    });
    let writers: Vec<_> = writers.collect();
    let mut winners = 0;
    for writer in writers {
        winners += u32::from(writer.await.unwrap());
    }
    assert_eq!(winners, 1);
    let content = vault.get(&name("a")).await.unwrap();
    assert!(content.iter().all(|byte| *byte == content[0]));
}

#[test]
fn wrong_settings_are_told_at_once() {
    let open = |place: &str, access: Option<&BucketAccess>| {
        let config = VaultConfig { place: place.parse().unwrap(), key: None };
        SealedVault::open(&config, access, Arc::new(SystemClock)).map(drop).unwrap_err().to_string()
    };
    let said = open("s3://b", None);
    assert!(said.contains("backup.s3_key"), "{said}");
    let access = BucketAccess { access_key_id: "id".into(), secret_access_key: "secret".to_owned().into() };
    let said = open("s3://b?endpoint=http://store.example.edu", Some(&access));
    assert!(said.contains("not encrypted on its way"), "{said}");
}
