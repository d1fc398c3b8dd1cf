//! A finished answer: hashed, packed, ready to be sent any number of times.

use std::sync::{Arc, OnceLock, Weak};

use axum::body::Bytes;
use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use tokio::sync::Semaphore;
use xxhash_rust::xxh3::xxh3_128;

use crate::draft::Draft;
use crate::encoding::{Effort, Encoding};
use crate::forms::{Form, Forms, KEPT_PLAIN_BYTES};
use crate::key::Key;
use crate::tiers::Tiers;

/// Up to here packing is done where the request is answered; it takes less time than handing it to another thread.
const PACK_AT_ONCE_BYTES: usize = 64 * 1024;

/// Answers that are packed at the same time in this process, on threads for it. More would only wait for cores, and
/// hold their plain bytes meanwhile.
static PACKERS: Semaphore = Semaphore::const_new(4);

/// A finished answer. It never changes as far as its readers see: only its packed forms come and improve.
#[derive(Debug)]
pub struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: HeaderValue,
    pub(crate) last_modified: Option<Timestamp>,
    pub(crate) content_hash: u128,
    pub(crate) head: Head,
    pub(crate) forms: Forms,
    home: OnceLock<Home>,
}

/// Header values, made once.
#[derive(Debug)]
pub(crate) struct Head {
    /// The entity tag of the bytes as they are, in quotes. Equal content has an equal tag, in every process.
    pub(crate) strong_tag: HeaderValue,
    /// The same, weak: packed bytes stand for the same content, and change when they are packed with more effort.
    pub(crate) weak_tag: HeaderValue,
    pub(crate) last_modified: Option<HeaderValue>,
}

/// Where an answer is kept.
#[derive(Debug)]
struct Home {
    tiers: Weak<Tiers>,
    key: Key,
}

impl Answer {
    /// Finishes a draft: computes the tag and packs it, quickly. For 4 MB that takes about 10 ms: see
    /// [`Answer::finish_aside`].
    #[must_use]
    pub fn finish(draft: Draft) -> Self {
        let content_hash = xxh3_128(&draft.body);
        let forms = Forms::of_plain(draft.body.clone());
        Self::of_parts(draft.status, draft.content_type, draft.last_modified, content_hash, forms)
    }

    /// The same, large ones on a thread for it.
    pub async fn finish_aside(draft: Draft) -> Self {
        if draft.body.len() <= PACK_AT_ONCE_BYTES {
            return Self::finish(draft);
        }
        let permit = PACKERS.acquire().await;
        let again = draft.clone();
        // The permit goes along: the work goes on when whoever asked has gone.
        let finish = move || {
            let _permit = permit;
            Self::finish(draft)
        };
        match tokio::task::spawn_blocking(finish).await {
            Ok(answer) => answer,
            // The runtime is shutting down: whoever is still here gets the answer all the same.
            Err(_) => Self::finish(again),
        }
    }

    pub(crate) fn of_parts(
        status: StatusCode,
        content_type: HeaderValue,
        last_modified: Option<Timestamp>,
        content_hash: u128,
        forms: Forms,
    ) -> Self {
        let head = Head::new(content_hash, last_modified);
        Self { status, content_type, last_modified, content_hash, head, forms, home: OnceLock::new() }
    }

    /// Its status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The length of its bytes as they are.
    #[must_use]
    pub const fn plain_len(&self) -> usize {
        self.forms.plain_len()
    }

    /// What it weighs in memory now.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        /// Of the structure and its place in the first tier, roughly.
        const OVERHEAD_BYTES: u64 = 512;
        self.forms.size_bytes() + OVERHEAD_BYTES
    }

    /// The bytes as they are; `None` when memory does not suffice to unpack them.
    #[must_use]
    pub fn plain(&self) -> Option<Bytes> {
        self.forms.plain().ok()
    }

    pub(crate) fn settle(&self, tiers: Weak<Tiers>, key: Key) {
        // An answer has one home; a second call is of the same key.
        let _ = self.home.set(Home { tiers, key });
    }

    /// The bytes in an encoding, made now if nobody asked for it before. `None` when they cannot be made, and for plain
    /// bytes that are too many to be kept.
    pub(crate) async fn bytes_in(self: &Arc<Self>, encoding: Encoding) -> Option<Bytes> {
        if let Some(form) = self.forms.get(encoding) {
            self.note_ask(encoding, form.effort);
            return Some(form.bytes);
        }
        if encoding == Encoding::Identity && self.plain_len() > KEPT_PLAIN_BYTES {
            return None;
        }
        self.make(encoding).await
    }

    async fn make(self: &Arc<Self>, encoding: Encoding) -> Option<Bytes> {
        let turn = self.forms.making.clone().lock_owned().await;
        if let Some(form) = self.forms.get(encoding) {
            return Some(form.bytes);
        }
        let is_short = self.plain_len() <= PACK_AT_ONCE_BYTES;
        let permit = if is_short { None } else { PACKERS.acquire().await.ok() };
        let answer = self.clone();
        let make = move || {
            let (_turn, _permit) = (turn, permit);
            let made = answer.forms.plain().and_then(|plain| encoding.pack(&plain, Effort::Quick));
            let form = made.inspect_err(|error| tracing::warn!(%error, ?encoding, "an answer could not be packed"));
            answer.take_in(encoding, Form { bytes: form.ok()?.into(), effort: Effort::Quick });
            answer.forms.get(encoding).map(|form| form.bytes)
        };
        if is_short {
            return make();
        }
        tokio::task::spawn_blocking(make).await.ok().flatten()
    }

    /// Takes a form in and tells the first tier what the answer weighs now.
    pub(crate) fn take_in(self: &Arc<Self>, encoding: Encoding, form: Form) {
        self.forms.put(encoding, form);
        if let Some((tiers, key)) = self.home() {
            tiers.weigh_again(key, self);
        }
    }

    fn note_ask(self: &Arc<Self>, encoding: Encoding, effort: Effort) {
        let asks = self.forms.count_ask(encoding);
        if effort == Effort::Best || encoding == Encoding::Identity {
            return;
        }
        let Some(home) = self.home.get() else { return };
        if let Some(tiers) = home.tiers.upgrade()
            && asks.is_multiple_of(tiers.config.improve_after_asks.max(1))
        {
            tiers.ask_to_improve(self, encoding);
        }
    }

    pub(crate) fn home(&self) -> Option<(Arc<Tiers>, Key)> {
        let home = self.home.get()?;
        Some((home.tiers.upgrade()?, home.key))
    }
}

impl Head {
    fn new(content_hash: u128, last_modified: Option<Timestamp>) -> Self {
        let tag = |text: String| HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("\"\""));
        Self {
            strong_tag: tag(format!("\"{content_hash:032x}\"")),
            weak_tag: tag(format!("W/\"{content_hash:032x}\"")),
            last_modified: last_modified
                .and_then(|moment| HeaderValue::try_from(httpdate::fmt_http_date(moment.into())).ok()),
        }
    }
}
