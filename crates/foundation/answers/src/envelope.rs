//! How an answer lies in a shared tier: bytes that say whose they are and whether they are whole.
//!
//! ```text
//! magic 4 · version 1 · checksum of all that follows 8 · key 16 · status 2 · encoding 1 · effort 1 · plain length 8 ·
//! content hash 16 · last modified 8 · length of the content type 2 · content type · bytes
//! ```

use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use xxhash_rust::xxh3::xxh3_64;

use crate::answer::Answer;
use crate::encoding::{Effort, Encoding};
use crate::forms::{Form, Forms};
use crate::key::Key;

const MAGIC: [u8; 4] = *b"btAn";
/// Another layout is another number; what an older or newer program wrote is then simply not there.
const VERSION: u8 = 1;
/// Stands for "not known" where a moment is expected.
const NO_MOMENT: i64 = i64::MIN;

/// The answer as bytes; `None` when it has no form to keep.
pub(crate) fn sealed(key: &Key, answer: &Answer) -> Option<Vec<u8>> {
    let (encoding, form) = answer.forms.base()?;
    let content_type = answer.content_type.as_bytes();
    let mut body = Vec::with_capacity(80 + content_type.len() + form.bytes.len());
    body.extend_from_slice(key.as_bytes());
    body.extend_from_slice(&answer.status.as_u16().to_le_bytes());
    body.push(u8::from(encoding == Encoding::Zstd));
    body.push(u8::from(form.effort == Effort::Best));
    body.extend_from_slice(&(answer.plain_len() as u64).to_le_bytes());
    body.extend_from_slice(&answer.content_hash.to_le_bytes());
    let moment = answer.last_modified.map_or(NO_MOMENT, Timestamp::as_second);
    body.extend_from_slice(&moment.to_le_bytes());
    body.extend_from_slice(&u16::try_from(content_type.len()).ok()?.to_le_bytes());
    body.extend_from_slice(content_type);
    body.extend_from_slice(&form.bytes);

    let mut envelope = Vec::with_capacity(body.len() + 13);
    envelope.extend_from_slice(&MAGIC);
    envelope.push(VERSION);
    envelope.extend_from_slice(&xxh3_64(&body).to_le_bytes());
    envelope.extend_from_slice(&body);
    Some(envelope)
}

/// The answer out of its bytes; `None` when they are of another key, another program, cut, or not whole. Plain bytes
/// over the limit are refused: they would have to fit into memory one day.
pub(crate) fn opened(key: &Key, envelope: &[u8], plain_limit_bytes: usize) -> Option<Answer> {
    let mut outer = Reader(envelope);
    if outer.array()? != MAGIC || outer.array()? != [VERSION] {
        return None;
    }
    let checksum = u64::from_le_bytes(outer.array()?);
    if checksum != xxh3_64(outer.0) {
        return None;
    }
    let mut inner = Reader(outer.0);
    if inner.array()? != *key.as_bytes() {
        return None;
    }
    let status = StatusCode::from_u16(u16::from_le_bytes(inner.array()?)).ok()?;
    let [is_packed, is_best] = inner.array()?;
    let plain_len = usize::try_from(u64::from_le_bytes(inner.array()?)).ok()?;
    let content_hash = u128::from_le_bytes(inner.array()?);
    let moment = i64::from_le_bytes(inner.array()?);
    let type_len = u16::from_le_bytes(inner.array()?);
    let content_type = HeaderValue::from_bytes(inner.take(usize::from(type_len))?).ok()?;
    let bytes = inner.0.to_vec();
    if plain_len > plain_limit_bytes || is_packed == 0 && bytes.len() != plain_len {
        return None;
    }
    let last_modified = if moment == NO_MOMENT { None } else { Some(Timestamp::from_second(moment).ok()?) };
    let encoding = if is_packed == 0 { Encoding::Identity } else { Encoding::Zstd };
    let effort = if is_best == 0 { Effort::Quick } else { Effort::Best };
    let forms = Forms::with(encoding, Form { bytes: bytes.into(), effort }, plain_len);
    Some(Answer::of_parts(status, content_type, last_modified, content_hash, forms))
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::draft::Draft;

    const LIMIT: usize = 1 << 20;

    fn key(number: u64) -> Key {
        Key::of("test", "1").number(number).finish()
    }

    fn sample(length: usize) -> Answer {
        let moment = Timestamp::from_second(1_700_000_000).unwrap();
        Answer::finish(Draft::json(b"[1,2]".repeat(length / 5)).last_modified(moment))
    }

    #[test]
    fn an_answer_comes_back_as_it_was() {
        for length in [0, 5, 900, 5_000] {
            let answer = sample(length);
            let back = opened(&key(1), &sealed(&key(1), &answer).unwrap(), LIMIT).unwrap();
            assert_eq!(back.plain(), answer.plain());
            assert_eq!((back.status, &back.content_type), (answer.status, &answer.content_type));
            assert_eq!(back.head.strong_tag, answer.head.strong_tag);
            assert_eq!(back.head.last_modified, answer.head.last_modified);
        }
    }

    #[test]
    fn another_key_another_version_and_too_much_are_refused() {
        let envelope = sealed(&key(1), &sample(5_000)).unwrap();
        assert!(opened(&key(2), &envelope, LIMIT).is_none());
        assert!(opened(&key(1), &envelope, 4_999).is_none());
        let mut newer = envelope;
        newer[4] += 1;
        assert!(opened(&key(1), &newer, LIMIT).is_none());
    }

    proptest! {
        #[test]
        fn whatever_lies_there_is_an_answer_or_nothing_and_never_a_panic(bytes: Vec<u8>) {
            prop_assert!(opened(&key(1), &bytes, LIMIT).is_none());
        }

        #[test]
        fn a_single_changed_or_missing_byte_is_noticed(place in 0_usize..1_000, change in 1_u8..) {
            let whole = sealed(&key(1), &sample(5_000)).unwrap();
            let place = place % whole.len();
            let mut changed = whole.clone();
            changed[place] ^= change;
            prop_assert!(opened(&key(1), &changed, LIMIT).is_none());
            prop_assert!(opened(&key(1), &whole[..place], LIMIT).is_none());
        }
    }
}
