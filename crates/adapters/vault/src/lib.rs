//! Where backups lie: a folder or a bucket, compressed, encrypted when a key is set, checked at each reading.
//!
//! # What an object looks like
//! `wal/000000010000000000000001.zst` is a zstd file; with a key it is `….zst.age`, an age file with a zstd file inside.
//! Both can be read without this program, in the worst hour: `age -d -i KEY_FILE x.zst.age | zstd -d > x`. In front of
//! the compressed content lies a frame that zstd skips: the object's own name, its length and its SHA-256, so that a
//! damaged, cut or swapped object is found at each reading.
//!
//! # Keys
//! The key is an age identity (`AGE-SECRET-KEY-1…`), only its public half (`age1…`: this machine then cannot read its own
//! backups), or a passphrase. With a passphrase, the objects are encrypted for a key that lies in the vault as `key.age`,
//! encrypted with the passphrase: stretching a passphrase takes a second, which is too long for each of a thousand objects.

pub mod config;
pub mod sealed;

mod bucket;
mod folder;
mod key;
mod seal;
mod store;
