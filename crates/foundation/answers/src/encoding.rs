//! The encodings in which bytes travel, and how they are made.

use std::cell::RefCell;
use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderValue;

/// An encoding, in the order in which we like to send them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Encoding {
    /// Zstandard.
    Zstd,
    /// Brotli.
    Brotli,
    /// Gzip.
    Gzip,
    /// The bytes as they are.
    Identity,
}

/// How much work goes into making bytes small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effort {
    /// While somebody waits.
    Quick,
    /// In the background, for what is asked for again and again.
    Best,
}

/// Level 1: 4.2 MB of JSON in about 8 ms; level 3 takes half as long again and saves a tenth.
const ZSTD_QUICK: i32 = 1;
/// The highest level that does not ask more of the reader's memory.
const ZSTD_BEST: i32 = 19;
const BROTLI_QUICK: u32 = 3;
/// Level 11 takes ten times as long as 9 and saves a further twentieth.
const BROTLI_BEST: u32 = 9;
const BROTLI_WINDOW_BITS: u32 = 22;
const BROTLI_BUFFER_BYTES: usize = 64 * 1024;
const GZIP_QUICK: u32 = 1;
const GZIP_BEST: u32 = 9;

impl Encoding {
    /// All of them, the one we like best first.
    pub const ALL: [Self; 4] = [Self::Zstd, Self::Brotli, Self::Gzip, Self::Identity];

    /// Its name in `Content-Encoding` and `Accept-Encoding`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }

    /// The `Content-Encoding` header; none for bytes as they are.
    #[must_use]
    pub const fn header(self) -> Option<HeaderValue> {
        match self {
            Self::Identity => None,
            other => Some(HeaderValue::from_static(other.name())),
        }
    }

    /// Packs bytes.
    ///
    /// # Errors
    /// Only for want of memory.
    pub fn pack(self, plain: &[u8], effort: Effort) -> io::Result<Vec<u8>> {
        let mut packed = self.packed(plain, effort)?;
        // A packer takes room for the worst case. What is kept for long must not hold it: 44,000 answers that weighed
        // 134 MB together once held 450 MB.
        packed.shrink_to_fit();
        Ok(packed)
    }

    fn packed(self, plain: &[u8], effort: Effort) -> io::Result<Vec<u8>> {
        match (self, effort) {
            (Self::Identity, _) => Ok(plain.to_vec()),
            (Self::Zstd, Effort::Quick) => quick_zstd(plain),
            (Self::Zstd, Effort::Best) => zstd::bulk::compress(plain, ZSTD_BEST),
            (Self::Brotli, Effort::Quick) => brotli(plain, BROTLI_QUICK),
            (Self::Brotli, Effort::Best) => brotli(plain, BROTLI_BEST),
            (Self::Gzip, Effort::Quick) => gzip(plain, GZIP_QUICK),
            (Self::Gzip, Effort::Best) => gzip(plain, GZIP_BEST),
        }
    }
}

/// Unpacks Zstandard into exactly `plain_len` bytes.
///
/// # Errors
/// When it is not Zstandard, or holds another number of bytes: nothing is read past `plain_len`.
pub fn unpack_zstd(packed: &[u8], plain_len: usize) -> io::Result<Vec<u8>> {
    let mut plain = Vec::with_capacity(plain_len);
    // One byte more is asked for, to see that there is none.
    zstd::Decoder::with_buffer(packed)?.take(plain_len as u64 + 1).read_to_end(&mut plain)?;
    if plain.len() == plain_len {
        Ok(plain)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidData, "the packed bytes hold another number of bytes than promised"))
    }
}

/// With the tables of the last time: making them anew costs more than packing a small answer.
fn quick_zstd(plain: &[u8]) -> io::Result<Vec<u8>> {
    thread_local! {
        static PACKER: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
    }
    PACKER.with_borrow_mut(|packer| {
        if packer.is_none() {
            *packer = Some(zstd::bulk::Compressor::new(ZSTD_QUICK)?);
        }
        match packer {
            Some(packer) => packer.compress(plain),
            None => zstd::bulk::compress(plain, ZSTD_QUICK),
        }
    })
}

fn brotli(plain: &[u8], level: u32) -> io::Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), BROTLI_BUFFER_BYTES, level, BROTLI_WINDOW_BITS);
    writer.write_all(plain)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

fn gzip(plain: &[u8], level: u32) -> io::Result<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::new(level));
    writer.write_all(plain)?;
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words in no simple rhythm: what repeats exactly leaves more effort nothing to find.
    fn sample() -> Vec<u8> {
        let words = ["open", "closed", "waitlisted", "reserved", "cancelled", "lecture", "laboratory"];
        let row =
            |number: usize| format!("{{\"id\":{},\"is\":\"{}\"}},", number * number, words[number * number % 11 % 7]);
        (0..3_000).flat_map(|number| row(number).into_bytes()).collect()
    }

    fn unpacked(encoding: Encoding, packed: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        match encoding {
            Encoding::Zstd => plain = zstd::decode_all(packed).unwrap(),
            Encoding::Brotli => brotli::BrotliDecompress(&mut &packed[..], &mut plain).unwrap(),
            Encoding::Gzip => drop(flate2::read::GzDecoder::new(packed).read_to_end(&mut plain).unwrap()),
            Encoding::Identity => plain = packed.to_vec(),
        }
        plain
    }

    #[test]
    fn what_is_packed_unpacks_to_itself_and_more_effort_is_smaller() {
        for encoding in Encoding::ALL {
            let quick = encoding.pack(&sample(), Effort::Quick).unwrap();
            let best = encoding.pack(&sample(), Effort::Best).unwrap();
            assert_eq!(unpacked(encoding, &quick), sample(), "{encoding:?}");
            assert_eq!(unpacked(encoding, &best), sample(), "{encoding:?}");
            assert!(best.len() <= quick.len(), "{encoding:?}");
        }
    }

    #[test]
    fn packed_bytes_that_lie_about_their_length_are_refused() {
        let packed = Encoding::Zstd.pack(&sample(), Effort::Quick).unwrap();
        assert_eq!(unpack_zstd(&packed, sample().len()).unwrap(), sample());
        assert!(unpack_zstd(&packed, sample().len() - 1).is_err());
        assert!(unpack_zstd(&packed, sample().len() + 1).is_err());
        assert!(unpack_zstd(b"not packed", 10).is_err());
    }

    #[test]
    fn packed_bytes_hold_no_room_to_spare() {
        let plain = sample();
        for encoding in Encoding::ALL {
            for effort in [Effort::Quick, Effort::Best] {
                let packed = encoding.pack(&plain, effort).unwrap();
                assert_eq!(packed.capacity(), packed.len(), "{encoding:?} {effort:?}");
            }
        }
    }
}
