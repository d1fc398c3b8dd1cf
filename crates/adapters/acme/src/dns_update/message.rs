//! Messages of DNS (RFC 1035, RFC 2136): the three that are sent, and as much of an answer as is needed.

use std::ops::Range;

const SOA: u16 = 6;
const TXT: u16 = 16;
pub(super) const TSIG: u16 = 250;
const IN: u16 = 1;
/// In an update: this very record is to go.
const NONE: u16 = 254;
/// The kind of message, and that one is asked.
const UPDATE_FLAGS: u16 = 5 << 11;
pub(super) const HEADER_BYTES: usize = 12;
const LABEL_LIMIT: usize = 63;
const NAME_LIMIT: usize = 253;
/// A record holds texts of at most so many bytes; a proof has 43.
const TEXT_LIMIT: usize = 255;

/// Why an answer is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// It ends too early, or is no message at all.
    #[error("it is no message of DNS")]
    Malformed,
    /// It answers another question.
    #[error("it answers another question")]
    OtherQuestion,
    /// It is not signed.
    #[error("it is not signed with our key")]
    Unsigned,
    /// The signature is wrong.
    #[error("its signature is wrong")]
    Signature,
    /// It was signed at another time.
    #[error("it was signed at another time than now: compare the clocks")]
    Time,
}

/// A name, as it is sent: labels with their lengths, in small letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name(Vec<u8>);

impl Name {
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        let is_label = |label: &str| (1..=LABEL_LIMIT).contains(&label.len()) && label.bytes().all(is_sign);
        if text.len() > NAME_LIMIT || !text.split('.').all(is_label) {
            return None;
        }
        let mut bytes = Vec::with_capacity(text.len() + 2);
        for label in text.split('.') {
            bytes.push(u8::try_from(label.len()).ok()?);
            bytes.extend_from_slice(label.as_bytes());
        }
        bytes.push(0);
        Some(Self(bytes))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn lies_in(&self, zone: &Self) -> bool {
        let mut rest = self.0.as_slice();
        while let Some((&length, after)) = rest.split_first() {
            if rest == zone.0 {
                return true;
            }
            rest = after.get(usize::from(length)..).unwrap_or_default();
        }
        false
    }
}

/// A change to a zone.
pub(super) enum Change<'a> {
    /// One record more.
    Add { name: &'a Name, text: &'a str, ttl_seconds: u32 },
    /// This record less.
    Remove { name: &'a Name, text: &'a str },
}

pub(super) fn update(id: u16, zone: &Name, change: &Change<'_>) -> Vec<u8> {
    let mut bytes = header(id, UPDATE_FLAGS, [1, 0, 1, 0]);
    bytes.extend_from_slice(zone.as_bytes());
    put(&mut bytes, &[SOA, IN]);
    let (name, text, class, ttl_seconds) = match change {
        Change::Add { name, text, ttl_seconds } => (name, text, IN, *ttl_seconds),
        Change::Remove { name, text } => (name, text, NONE, 0),
    };
    bytes.extend_from_slice(name.as_bytes());
    put(&mut bytes, &[TXT, class]);
    bytes.extend_from_slice(&ttl_seconds.to_be_bytes());
    let text = &text.as_bytes()[..text.len().min(TEXT_LIMIT)];
    let length = u8::try_from(text.len()).unwrap_or(u8::MAX);
    put(&mut bytes, &[u16::from(length) + 1]);
    bytes.push(length);
    bytes.extend_from_slice(text);
    bytes
}

pub(super) fn query(id: u16, name: &Name) -> Vec<u8> {
    let mut bytes = header(id, 0, [1, 0, 0, 0]);
    bytes.extend_from_slice(name.as_bytes());
    put(&mut bytes, &[TXT, IN]);
    bytes
}

/// What an answer says.
pub(super) struct Answer {
    /// 0 is yes.
    pub(super) code: u16,
    /// The texts of its TXT records.
    pub(super) texts: Vec<Vec<u8>>,
    /// Where its signature lies: the whole record, and what is in it.
    pub(super) tsig: Option<(Range<usize>, Range<usize>)>,
    /// What the server says about our signature; 0 for nothing.
    pub(super) tsig_error: u16,
}

pub(super) fn read(bytes: &[u8], id: u16) -> Result<Answer, MessageError> {
    let is_answer = number(bytes, 2)? & 0x8000 != 0;
    if number(bytes, 0)? != id || !is_answer {
        return Err(MessageError::OtherQuestion);
    }
    let mut answer = Answer { code: number(bytes, 2)? & 0xf, texts: Vec::new(), tsig: None, tsig_error: 0 };
    let mut at = HEADER_BYTES;
    for _ in 0..number(bytes, 4)? {
        at = skip_name(bytes, at)? + 4;
    }
    let records = u32::from(number(bytes, 6)?) + u32::from(number(bytes, 8)?) + u32::from(number(bytes, 10)?);
    for _ in 0..records {
        let start = at;
        at = skip_name(bytes, at)?;
        let (kind, length) = (number(bytes, at)?, number(bytes, at + 8)?);
        let data = at + 10..at + 10 + usize::from(length);
        let content = bytes.get(data.clone()).ok_or(MessageError::Malformed)?;
        at = data.end;
        match kind {
            TXT => answer.texts.push(joined(content)?),
            TSIG => {
                let after_mac = mac(bytes, &data)?.end;
                answer.tsig_error = number(bytes, after_mac + 2)?;
                answer.tsig = Some((start..at, data));
            }
            _ => {}
        }
    }
    // A question may be cut off at the end.
    if at > bytes.len() { Err(MessageError::Malformed) } else { Ok(answer) }
}

/// Where the signature itself lies in the data of its record.
pub(super) fn mac(bytes: &[u8], data: &Range<usize>) -> Result<Range<usize>, MessageError> {
    // The algorithm's name, six bytes of time, two of leeway, two of length.
    let at = skip_name(bytes, data.start)? + 8;
    let length = usize::from(number(bytes, at)?);
    let mac = at + 2..at + 2 + length;
    if mac.end + 6 > data.end { Err(MessageError::Malformed) } else { Ok(mac) }
}

/// What a code means to who set this up.
pub(super) fn says(code: u16, tsig_error: u16) -> String {
    let known = match (code, tsig_error) {
        (_, 16) => "BADSIG: the shared key is another one there",
        (_, 17) => "BADKEY: it does not know a key of that name",
        (_, 18) => "BADTIME: its clock and ours differ by more than five minutes",
        (1, _) => "FORMERR: it does not understand the update",
        (2, _) => "SERVFAIL: it has a trouble of its own; look into its log",
        (4, _) => "NOTIMP: it takes no updates",
        (5, _) => "REFUSED: the key may not change this zone",
        (9, _) => "NOTAUTH: it is not the primary server of the zone, or the key is not allowed",
        (10, _) => "NOTZONE: the name does not lie in the zone",
        _ => return format!("code {code}"),
    };
    known.to_owned()
}

pub(super) fn header(id: u16, flags: u16, counts: [u16; 4]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    put(&mut bytes, &[id, flags]);
    put(&mut bytes, &counts);
    bytes
}

pub(super) fn put(bytes: &mut Vec<u8>, numbers: &[u16]) {
    bytes.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
}

pub(super) fn number(bytes: &[u8], at: usize) -> Result<u16, MessageError> {
    let pair = bytes.get(at..at + 2).ok_or(MessageError::Malformed)?;
    Ok(u16::from_be_bytes([pair[0], pair[1]]))
}

/// Where a name ends. Pointers are not followed: what they point to is not needed.
fn skip_name(bytes: &[u8], mut at: usize) -> Result<usize, MessageError> {
    loop {
        match bytes.get(at) {
            Some(0) => return Ok(at + 1),
            Some(pointer) if pointer & 0xc0 == 0xc0 => return Ok(at + 2),
            Some(&length) if length & 0xc0 == 0 => at += 1 + usize::from(length),
            _ => return Err(MessageError::Malformed),
        }
    }
}

/// The pieces of a text, as one.
fn joined(mut content: &[u8]) -> Result<Vec<u8>, MessageError> {
    let mut text = Vec::new();
    while let Some((&length, rest)) = content.split_first() {
        let (piece, after) = rest.split_at_checked(length.into()).ok_or(MessageError::Malformed)?;
        text.extend_from_slice(piece);
        content = after;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_lies_in_its_zone_and_in_no_other() {
        let name = |text: &str| Name::read(text).unwrap();
        assert!(name("_acme-challenge.www.bt.edu").lies_in(&name("bt.edu.")));
        assert!(name("BT.edu").lies_in(&name("bt.EDU")));
        for other in ["xbt.edu", "edu", "bt.edu.org"] {
            assert!(!name(other).lies_in(&name("bt.edu")), "{other}");
        }
        for bad in ["", ".", "a..b", "a b", &"x".repeat(64), &"a.".repeat(130)] {
            assert_eq!(Name::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn no_answer_makes_it_panic() {
        let name = Name::read("bt.edu").unwrap();
        let mut good = query(7, &name);
        good[2] |= 0x80;
        assert!(read(&good, 7).is_ok());
        assert_eq!(read(&good, 8).err(), Some(MessageError::OtherQuestion));
        for length in 0..good.len() {
            assert!(read(&good[..length], 7).is_err(), "{length}");
        }
        for place in 0..good.len() {
            for value in [0, 1, 0x3f, 0x40, 0xc0, 0xff] {
                let mut bent = good.clone();
                bent[place] = value;
                // Any outcome is right, as long as there is one.
                let _ = read(&bent, 7);
            }
        }
    }
}
