//! Signatures with a shared key (RFC 8945), hmac-sha256.

use aws_lc_rs::hmac;
use jiff::Timestamp;

use super::message::{HEADER_BYTES, MessageError, Name, TSIG, mac, number, put, read};

/// The algorithm's name, as it is sent.
const ALGORITHM: &[u8] = b"\x0bhmac-sha256\x00";
const ANY: u16 = 255;
/// By how many seconds clocks may differ; the value that the standard recommends.
const FUDGE_SECONDS: u16 = 300;
/// Where the number of a message's last records stands.
const ADDITIONAL_AT: usize = 10;

/// A shared key with its name.
pub(super) struct Key {
    name: Name,
    key: hmac::Key,
}

/// A signed message.
pub(super) struct Signed {
    pub(super) id: u16,
    pub(super) bytes: Vec<u8>,
    mac: Vec<u8>,
}

impl Key {
    pub(super) fn new(name: Name, secret: &[u8]) -> Self {
        Self { name, key: hmac::Key::new(hmac::HMAC_SHA256, secret) }
    }

    /// Signs a message that has no additional records yet.
    pub(super) fn sign(&self, mut bytes: Vec<u8>, now: Timestamp) -> Signed {
        let id = u16::from_be_bytes([bytes[0], bytes[1]]);
        let time = time(now);
        let mut context = hmac::Context::with_key(&self.key);
        context.update(&bytes);
        context.update(&self.variables(&time, FUDGE_SECONDS, 0, &[]));
        let mac = context.sign().as_ref().to_vec();
        bytes.extend_from_slice(self.name.as_bytes());
        put(&mut bytes, &[TSIG, ANY, 0, 0]);
        let mut data = [ALGORITHM, &time].concat();
        put(&mut data, &[FUDGE_SECONDS, u16::try_from(mac.len()).unwrap_or_default()]);
        data.extend_from_slice(&mac);
        put(&mut data, &[id, 0, 0]);
        put(&mut bytes, &[u16::try_from(data.len()).unwrap_or_default()]);
        bytes.extend_from_slice(&data);
        bytes[ADDITIONAL_AT + 1] += 1;
        Signed { id, bytes, mac }
    }

    /// Whether an answer to a message was made by who knows the key.
    pub(super) fn verify(&self, answer: &[u8], sent: &Signed, now: Timestamp) -> Result<(), MessageError> {
        let (record, data) = read(answer, sent.id)?.tsig.ok_or(MessageError::Unsigned)?;
        let mac = mac(answer, &data)?;
        let is_last = record.end == answer.len();
        // The name in full, the kind, the class, and no lifetime.
        let mut head = self.name.as_bytes().to_vec();
        put(&mut head, &[TSIG, ANY, 0, 0]);
        let shown = answer.get(record.start..record.start + head.len());
        let is_ours = shown.is_some_and(|shown| shown.eq_ignore_ascii_case(&head));
        let time_at = mac.start - 10;
        if !is_last || !is_ours || answer.get(data.start..time_at) != Some(ALGORITHM) {
            return Err(MessageError::Unsigned);
        }
        let other_at = mac.end + 6;
        let other = answer.get(other_at..data.end).ok_or(MessageError::Malformed)?;
        if usize::from(number(answer, mac.end + 4)?) != other.len() {
            return Err(MessageError::Malformed);
        }
        let time: [u8; 6] = answer[time_at..time_at + 6].try_into().map_err(|_| MessageError::Malformed)?;

        let mut context = hmac::Context::with_key(&self.key);
        context.update(&u16::try_from(sent.mac.len()).unwrap_or_default().to_be_bytes());
        context.update(&sent.mac);
        // The message as it was before it was signed: its own number, one record less.
        context.update(&number(answer, mac.end)?.to_be_bytes());
        context.update(&answer[2..ADDITIONAL_AT]);
        context.update(&(number(answer, ADDITIONAL_AT)? - 1).to_be_bytes());
        context.update(&answer[HEADER_BYTES..record.start]);
        context.update(&self.variables(&time, number(answer, mac.start - 4)?, number(answer, mac.end + 2)?, other));
        let expected = context.sign();
        aws_lc_rs::constant_time::verify_slices_are_equal(expected.as_ref(), &answer[mac])
            .map_err(|_| MessageError::Signature)?;
        if seconds(&time).abs_diff(seconds(&self::time(now))) > u64::from(FUDGE_SECONDS) {
            return Err(MessageError::Time);
        }
        Ok(())
    }

    /// What is signed beside the message.
    fn variables(&self, time: &[u8; 6], fudge: u16, error: u16, other: &[u8]) -> Vec<u8> {
        let mut bytes = self.name.as_bytes().to_vec();
        put(&mut bytes, &[ANY, 0, 0]);
        bytes.extend_from_slice(ALGORITHM);
        bytes.extend_from_slice(time);
        put(&mut bytes, &[fudge, error, u16::try_from(other.len()).unwrap_or_default()]);
        bytes.extend_from_slice(other);
        bytes
    }
}

/// Seconds since 1970, in 48 bits.
fn time(now: Timestamp) -> [u8; 6] {
    let [_, _, rest @ ..] = now.as_second().to_be_bytes();
    rest
}

fn seconds(time: &[u8; 6]) -> u64 {
    time.iter().fold(0, |seconds, &byte| (seconds << 8) | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::super::message::{Change, update};
    use super::*;

    fn key(secret: &[u8]) -> Key {
        Key::new(Name::read("bt-key").unwrap(), secret)
    }

    fn signed(key: &Key, now: Timestamp) -> Signed {
        let (zone, name) = (Name::read("bt.edu").unwrap(), Name::read("_acme-challenge.bt.edu").unwrap());
        key.sign(update(7, &zone, &Change::Add { name: &name, text: "proof", ttl_seconds: 60 }), now)
    }

    /// An answer as the server makes it: the same signature, over ours as well.
    fn answered(key: &Key, sent: &Signed, now: Timestamp) -> Vec<u8> {
        let plain = super::super::message::header(sent.id, 0xa800, [0; 4]);
        let mut context = hmac::Context::with_key(&key.key);
        context.update(&u16::try_from(sent.mac.len()).unwrap().to_be_bytes());
        context.update(&sent.mac);
        context.update(&plain);
        context.update(&key.variables(&time(now), FUDGE_SECONDS, 0, &[]));
        let mac = context.sign();
        let mut answer = key.sign(plain, now).bytes;
        let place = answer.len() - 6 - 32;
        answer[place..place + 32].copy_from_slice(mac.as_ref());
        answer
    }

    #[test]
    fn only_who_knows_the_key_is_believed_and_only_now() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let (ours, theirs) = (key(b"secret"), key(b"another"));
        let sent = signed(&ours, now);
        let answer = answered(&ours, &sent, now);
        assert_eq!(ours.verify(&answer, &sent, now), Ok(()));
        assert_eq!(ours.verify(&answered(&theirs, &sent, now), &sent, now), Err(MessageError::Signature));
        let other_question = signed(&ours, now + jiff::SignedDuration::from_secs(1));
        assert_eq!(ours.verify(&answer, &other_question, now), Err(MessageError::Signature));
        let late = now + jiff::SignedDuration::from_mins(6);
        assert_eq!(ours.verify(&answer, &sent, late), Err(MessageError::Time));
        let unsigned = super::super::message::header(sent.id, 0xa800, [0; 4]);
        assert_eq!(ours.verify(&unsigned, &sent, now), Err(MessageError::Unsigned));
        for place in 2..answer.len() {
            let mut bent = answer.clone();
            bent[place] ^= 1;
            assert!(ours.verify(&bent, &sent, now).is_err(), "byte {place}");
        }
    }
}
