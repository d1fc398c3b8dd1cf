//! The forms of one answer: its bytes in each encoding, as far as somebody has asked for them.

use std::io;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use axum::body::Bytes;
use tokio::sync::Mutex;

use crate::encoding::{Effort, Encoding, unpack_zstd};

/// Answers below this are kept and sent as they are: packed they would fill the same network packet.
pub(crate) const SMALL_BYTES: usize = 1024;

/// Up to here the bytes as they are are kept too once somebody asks for them; above, they are unpacked while they are
/// sent. A catalog's longest list is 4 MB plain and a fifteenth of it packed.
pub(crate) const KEPT_PLAIN_BYTES: usize = 64 * 1024;

/// Bytes in one encoding.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) bytes: Bytes,
    pub(crate) effort: Effort,
}

/// What is kept of one answer. Either the plain bytes are there or the Zstandard ones; all others are made from them.
#[derive(Debug)]
pub(crate) struct Forms {
    plain_len: usize,
    slots: [RwLock<Option<Form>>; 4],
    /// One bit for each form that is there: choosing takes no lock.
    ready: AtomicU8,
    asks: [AtomicU32; 4],
    /// Whoever makes a further form holds this, so that it is made once.
    pub(crate) making: Arc<Mutex<()>>,
}

impl Forms {
    /// With a first form. It must be plain or Zstandard.
    pub(crate) fn with(encoding: Encoding, form: Form, plain_len: usize) -> Self {
        let forms = Self {
            plain_len,
            slots: [const { RwLock::new(None) }; 4],
            ready: AtomicU8::new(0),
            asks: [const { AtomicU32::new(0) }; 4],
            making: Arc::default(),
        };
        forms.put(encoding, form);
        forms
    }

    /// Packs plain bytes for the first time.
    pub(crate) fn of_plain(plain: Bytes) -> Self {
        let plain_len = plain.len();
        if plain_len >= SMALL_BYTES {
            match Encoding::Zstd.pack(&plain, Effort::Quick) {
                Ok(packed) => {
                    let form = Form { bytes: packed.into(), effort: Effort::Quick };
                    return Self::with(Encoding::Zstd, form, plain_len);
                }
                Err(error) => tracing::warn!(%error, plain_len, "an answer could not be packed and is kept as it is"),
            }
        }
        // A copy: the maker's buffer may have room for much more.
        let bytes = Bytes::copy_from_slice(&plain);
        Self::with(Encoding::Identity, Form { bytes, effort: Effort::Best }, plain_len)
    }

    pub(crate) const fn plain_len(&self) -> usize {
        self.plain_len
    }

    pub(crate) fn get(&self, encoding: Encoding) -> Option<Form> {
        self.slots[encoding as usize].read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn is_ready(&self, encoding: Encoding) -> bool {
        self.ready.load(Ordering::Acquire) & bit(encoding) != 0
    }

    /// Takes a form in, unless a better one is there.
    pub(crate) fn put(&self, encoding: Encoding, form: Form) {
        let mut slot = self.slots[encoding as usize].write().unwrap_or_else(PoisonError::into_inner);
        if slot.as_ref().is_none_or(|there| there.effort <= form.effort) {
            *slot = Some(form);
            self.ready.fetch_or(bit(encoding), Ordering::Release);
        }
    }

    /// How often this form was asked for, this time included.
    pub(crate) fn count_ask(&self, encoding: Encoding) -> u32 {
        self.asks[encoding as usize].fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    /// The bytes as they are, kept or unpacked.
    pub(crate) fn plain(&self) -> io::Result<Bytes> {
        if let Some(form) = self.get(Encoding::Identity) {
            return Ok(form.bytes);
        }
        let packed = self.get(Encoding::Zstd).map(|form| form.bytes).unwrap_or_default();
        unpack_zstd(&packed, self.plain_len).map(Bytes::from)
    }

    /// What a shared tier should keep: the first form, in its best state.
    pub(crate) fn base(&self) -> Option<(Encoding, Form)> {
        [Encoding::Zstd, Encoding::Identity]
            .into_iter()
            .find_map(|encoding| self.get(encoding).map(|form| (encoding, form)))
    }

    /// Bytes of all forms together.
    pub(crate) fn size_bytes(&self) -> u64 {
        Encoding::ALL.into_iter().filter_map(|encoding| self.get(encoding)).map(|form| form.bytes.len() as u64).sum()
    }
}

const fn bit(encoding: Encoding) -> u8 {
    1 << encoding as u8
}
