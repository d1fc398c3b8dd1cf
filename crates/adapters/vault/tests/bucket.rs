//! A bucket of a real server that speaks S3: `moto`, a package of Python (`pip install 'moto[server]'`). Left out,
//! and said so, where there is none.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers too")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use clock::SystemClock;
use platform::backups::names::ObjectName;
use platform::backups::ports::{Vault, VaultError};
use secrecy::SecretString;
use vault::config::{BucketAccess, VaultConfig};
use vault::sealed::SealedVault;

struct Store {
    process: Child,
    address: String,
}

impl Store {
    /// `None` when there is none on this machine.
    #[expect(clippy::disallowed_methods, reason = "the test starts a real server")]
    fn start() -> Option<Self> {
        let mut python = Command::new("python3");
        python.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]);
        let mut process = python.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().ok()?;
        let said = BufReader::new(process.stderr.take()?);
        for line in said.lines().map_while(Result::ok) {
            if let Some((_, address)) = line.split_once("Running on http://") {
                return Some(Self { process, address: address.trim().to_owned() });
            }
        }
        let _ = process.wait();
        None
    }

    fn make_bucket(&self) {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        write!(connection, "PUT /backups HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    fn vault(&self, bucket: &str) -> SealedVault {
        let place = format!("s3://{bucket}/some/where?endpoint=http://{}", self.address);
        let key = Some(SecretString::from("a passphrase for tests only".to_owned()));
        let config = VaultConfig { place: place.parse().unwrap(), key };
        let access = BucketAccess { access_key_id: "id".into(), secret_access_key: "secret".to_owned().into() };
        SealedVault::open(&config, Some(&access), Arc::new(SystemClock)).unwrap()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn name(text: &str) -> ObjectName {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_real_bucket_keeps_its_promises() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let Some(store) = Store::start() else {
        println!("left out, for want of the Python package moto[server]: a bucket of a real server");
        return;
    };
    let missing = store.vault("nope").get(&name("wal/a")).await.unwrap_err();
    assert!(matches!(missing, VaultError::Failed(_)), "a bucket that is not there is no empty vault: {missing}");

    store.make_bucket();
    let vault = store.vault("backups");
    assert!(vault.list("wal").await.unwrap().is_empty());
    let content: Vec<u8> =
        (0..3_000_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    assert!(!vault.put(&name("wal/a"), &content).await.unwrap().was_there);
    assert!(vault.put(&name("wal/a"), &content).await.unwrap().was_there);
    let refused = vault.put(&name("wal/a"), b"other").await.unwrap_err();
    assert!(matches!(refused, VaultError::Conflict { .. }), "{refused}");
    assert_eq!(vault.get(&name("wal/a")).await.unwrap(), content);
    vault.put(&name("other/b"), b"b").await.unwrap();
    let listed = vault.list("wal").await.unwrap();
    let names: Vec<&str> = listed.iter().map(|listed| listed.name.as_str()).collect();
    assert_eq!(names, ["wal/a"]);
    // The key in the vault opens it for another process with the same passphrase.
    assert_eq!(store.vault("backups").get(&name("other/b")).await.unwrap(), b"b");
    vault.delete(&name("wal/a")).await.unwrap();
    vault.delete(&name("wal/a")).await.unwrap();
    let missing = vault.get(&name("wal/a")).await.unwrap_err();
    assert!(matches!(missing, VaultError::NotThere { .. }), "{missing}");

    drop(store);
    let away = vault.put(&name("wal/c"), b"c").await.unwrap_err();
    assert!(away.is_passing(), "{away}");
}
