//! How the content of an object is packed: a head that zstd skips, then the content as a zstd frame.

use platform::backups::names::ObjectName;
use platform::backups::ports::OBJECT_BYTES_MAX;
use sha2::{Digest, Sha256};

/// One of the sixteen numbers that begin a frame which every reader of zstd skips.
const SKIPPABLE: [u8; 4] = 0x184D_2A5B_u32.to_le_bytes();
/// What our head begins with, version included.
const MARK: [u8; 4] = *b"bt1\0";
const HASH_BYTES: usize = 32;
const LENGTH_BYTES: usize = 8;
/// The default of zstd: a base of 300 MB shrinks to a fifth in two seconds.
const LEVEL: i32 = 3;

/// Packs a content under a name. Returns its SHA-256 too, in hexadecimal digits.
pub(crate) fn pack(name: &ObjectName, content: &[u8]) -> std::io::Result<(Vec<u8>, String)> {
    let hash = Sha256::digest(content);
    let mut head = MARK.to_vec();
    head.extend_from_slice(&hash);
    head.extend_from_slice(&(content.len() as u64).to_le_bytes());
    head.extend_from_slice(name.as_str().as_bytes());
    let mut packed = SKIPPABLE.to_vec();
    packed.extend_from_slice(&u32::try_from(head.len()).map_err(std::io::Error::other)?.to_le_bytes());
    packed.extend_from_slice(&head);
    packed.extend_from_slice(&zstd::bulk::compress(content, LEVEL)?);
    Ok((packed, hexadecimal(&hash)))
}

/// Unpacks it. The error says what shows that it is damaged.
pub(crate) fn unpack(name: &ObjectName, packed: &[u8]) -> Result<Vec<u8>, String> {
    let head = Head::read(packed).ok_or("it does not begin as an object of a vault")?;
    if head.name != name.as_str().as_bytes() {
        return Err(format!("it is {} under another name", String::from_utf8_lossy(head.name)));
    }
    let length = usize::try_from(head.length).ok().filter(|length| *length <= OBJECT_BYTES_MAX);
    let length = length.ok_or("its length cannot be")?;
    let content =
        zstd::bulk::decompress(head.rest, length).map_err(|error| format!("it cannot be unpacked ({error})"))?;
    if content.len() != length {
        return Err(format!("it has {} bytes instead of {length}", content.len()));
    }
    if Sha256::digest(&content)[..] != *head.hash {
        return Err("its SHA-256 is another than when it was put there".to_owned());
    }
    Ok(content)
}

struct Head<'a> {
    hash: &'a [u8],
    length: u64,
    name: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Head<'a> {
    fn read(packed: &'a [u8]) -> Option<Self> {
        let rest = packed.strip_prefix(&SKIPPABLE)?;
        let (size, rest) = rest.split_first_chunk::<4>()?;
        let (head, rest) = rest.split_at_checked(u32::from_le_bytes(*size) as usize)?;
        let head = head.strip_prefix(&MARK)?;
        let (hash, head) = head.split_at_checked(HASH_BYTES)?;
        let (length, name) = head.split_first_chunk::<LENGTH_BYTES>()?;
        Some(Self { hash, length: u64::from_le_bytes(*length), name, rest })
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name() -> ObjectName {
        "wal/x".parse().unwrap()
    }

    proptest! {
        #[test]
        fn what_was_packed_is_unpacked(content in proptest::collection::vec(any::<u8>(), 0..5000)) {
            let (packed, _) = pack(&name(), &content).unwrap();
            prop_assert_eq!(unpack(&name(), &packed).unwrap(), content);
        }

        #[test]
        fn a_flipped_bit_or_a_cut_is_found(
            content in proptest::collection::vec(any::<u8>(), 1..2000),
            at in any::<proptest::sample::Index>(),
            bit in 0..8u32,
        ) {
            let (mut packed, _) = pack(&name(), &content).unwrap();
            let cut = at.index(packed.len());
            prop_assert!(unpack(&name(), &packed[..cut]).is_err());
            packed[at.index(content.len())] ^= 1 << bit;
            // A bit of the compressed form may mean nothing; what comes out must be right or refused.
            prop_assert!(unpack(&name(), &packed).map_or(true, |unpacked| unpacked == content));
        }
    }

    #[test]
    fn an_object_under_another_name_is_found() {
        let (packed, _) = pack(&name(), b"x").unwrap();
        let said = unpack(&"wal/y".parse().unwrap(), &packed).unwrap_err();
        assert_eq!(said, "it is wal/x under another name");
    }

    #[test]
    fn the_ordinary_zstd_reads_it() {
        let (packed, sha256) = pack(&name(), b"hello").unwrap();
        assert_eq!(zstd::stream::decode_all(&*packed).unwrap(), b"hello");
        assert_eq!(sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    }
}
