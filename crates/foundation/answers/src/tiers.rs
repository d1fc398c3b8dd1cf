//! Two tiers of kept answers: one in the process, bounded in bytes, and perhaps one that processes share.

use std::fmt;
use std::sync::Arc;

use quick_cache::sync::Cache;
use quick_cache::{DefaultHashBuilder, Lifecycle, OptionsBuilder, Weighter};

use crate::answer::Answer;
use crate::config::AnswersConfig;
use crate::draft::Draft;
use crate::encoding::Encoding;
use crate::envelope;
use crate::figures::Figures;
use crate::improve::Improver;
use crate::key::Key;
use crate::shared::SharedTier;

/// A guess, to size tables: they grow as needed.
const USUAL_ANSWER_BYTES: u64 = 8 * 1024;

/// The first tier is cut into so many parts, so that two cores seldom wait for each other. Each part must hold the
/// longest answers with room to spare: more parts would make them smaller.
const PARTS: usize = 4;

/// Kept answers. Clones are the same.
#[derive(Clone, Debug)]
pub struct Answers {
    tiers: Arc<Tiers>,
}

/// What all clones share.
pub(crate) struct Tiers {
    pub(crate) config: AnswersConfig,
    first: Cache<Key, Kept, ByWeight, DefaultHashBuilder, CountEvictions>,
    shared: Option<Arc<dyn SharedTier>>,
    improver: Improver,
    figures: Arc<Figures>,
}

/// An answer with the weight it had when it was put in: the first tier's sums need it unchanged until it is out.
#[derive(Clone)]
struct Kept {
    answer: Arc<Answer>,
    weight: u64,
}

impl Answers {
    /// Begins with nothing kept. The figures go to the recorder that is installed at this moment.
    #[must_use]
    pub fn new(config: AnswersConfig, shared: Option<Arc<dyn SharedTier>>) -> Self {
        let figures = Arc::new(Figures::new(config.name));
        let first = first_tier(&config, figures.clone());
        Self { tiers: Arc::new(Tiers { config, first, shared, improver: Improver::default(), figures }) }
    }

    /// The answer, if this process keeps it.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<Arc<Answer>> {
        let kept = self.tiers.first.get(key)?;
        self.tiers.figures.from_process.increment(1);
        Some(kept.answer)
    }

    /// The answer from whichever tier has it, else made now.
    ///
    /// However many ask at once, one of them makes it and the others wait. When that one fails or is dropped, the next
    /// one makes it: each gets the error of its own attempt, and errors are never kept.
    ///
    /// # Errors
    /// What `make` says.
    pub async fn get_or_make<E>(
        &self,
        key: &Key,
        make: impl Future<Output = Result<Draft, E>>,
    ) -> Result<Arc<Answer>, E> {
        if let Some(answer) = self.get(key) {
            return Ok(answer);
        }
        let mut is_made_here = false;
        let fetched = async {
            is_made_here = true;
            self.tiers.fetch_or_make(key, make).await
        };
        let kept = self.tiers.first.get_or_insert_async(key, fetched).await?;
        if is_made_here {
            self.tiers.tell_size();
        } else {
            self.tiers.figures.from_process.increment(1);
        }
        Ok(kept.answer)
    }

    /// What all kept answers weigh together.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.tiers.first.weight()
    }

    /// How many are kept.
    #[must_use]
    pub fn count(&self) -> usize {
        self.tiers.first.len()
    }
}

impl Tiers {
    async fn fetch_or_make<E>(
        self: &Arc<Self>,
        key: &Key,
        make: impl Future<Output = Result<Draft, E>>,
    ) -> Result<Kept, E> {
        if let Some(answer) = self.fetch(key).await {
            self.figures.from_shared.increment(1);
            return Ok(self.keep(key, answer));
        }
        let draft = make.await.inspect_err(|_| self.figures.failed.increment(1))?;
        self.figures.made.increment(1);
        let answer = Answer::finish_aside(draft).await;
        if answer.plain_len() <= self.config.answer_limit_bytes {
            self.share(key, &answer);
        }
        Ok(self.keep(key, answer))
    }

    async fn fetch(&self, key: &Key) -> Option<Answer> {
        let bytes = self.shared.as_ref()?.get(key).await?;
        let answer = envelope::opened(key, &bytes, self.config.answer_limit_bytes);
        if answer.is_none() {
            self.figures.unreadable.increment(1);
        }
        answer
    }

    fn share(&self, key: &Key, answer: &Answer) {
        let Some(shared) = &self.shared else { return };
        if let Some(bytes) = envelope::sealed(key, answer) {
            shared.put(key, bytes, self.config.shared_life);
        }
    }

    fn keep(self: &Arc<Self>, key: &Key, answer: Answer) -> Kept {
        let answer = Arc::new(answer);
        answer.settle(Arc::downgrade(self), *key);
        self.weighed(answer)
    }

    fn weighed(&self, answer: Arc<Answer>) -> Kept {
        let is_too_long = answer.plain_len() > self.config.answer_limit_bytes;
        // Heavier than the whole tier: it is handed to whoever waits for it, and not kept.
        let weight = if is_too_long { self.config.limit_bytes.saturating_add(1) } else { answer.size_bytes() };
        Kept { answer, weight }
    }

    /// Puts an answer in again after it gained a form; not if it was let go meanwhile.
    pub(crate) fn weigh_again(&self, key: Key, answer: &Arc<Answer>) {
        let _ = self.first.replace(key, self.weighed(answer.clone()), true);
        self.tell_size();
    }

    pub(crate) fn ask_to_improve(&self, answer: &Arc<Answer>, encoding: Encoding) {
        let figures = self.figures.clone();
        self.improver.ask(answer, encoding, || Box::new(when_improved(figures)));
    }

    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float; bytes of memory fit exactly")]
    fn tell_size(&self) {
        self.figures.kept_bytes.set(self.first.weight() as f64);
        self.figures.kept.set(self.first.len() as f64);
    }
}

impl fmt::Debug for Tiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tiers")
            .field("config", &self.config)
            .field("kept", &self.first.len())
            .field("kept_bytes", &self.first.weight())
            .finish_non_exhaustive()
    }
}

/// Others profit too: the better form goes to the shared tier.
fn when_improved(figures: Arc<Figures>) -> impl Fn(&Arc<Answer>, Encoding) + Send + 'static {
    move |answer, encoding| {
        figures.improved.increment(1);
        if encoding == Encoding::Zstd
            && let Some((tiers, key)) = answer.home()
        {
            tiers.share(&key, answer);
        }
    }
}

fn first_tier(
    config: &AnswersConfig,
    figures: Arc<Figures>,
) -> Cache<Key, Kept, ByWeight, DefaultHashBuilder, CountEvictions> {
    let usual_count = usize::try_from(config.limit_bytes / USUAL_ANSWER_BYTES).unwrap_or(usize::MAX).max(1);
    let options = OptionsBuilder::new()
        .estimated_items_capacity(usual_count)
        .weight_capacity(config.limit_bytes)
        .shards(PARTS)
        .build()
        .unwrap_or_else(|error| unreachable!("both capacities are set: {error}"));
    Cache::with_options(options, ByWeight, DefaultHashBuilder::default(), CountEvictions(figures))
}

#[derive(Clone)]
struct ByWeight;

impl Weighter<Key, Kept> for ByWeight {
    fn weight(&self, _: &Key, kept: &Kept) -> u64 {
        kept.weight
    }
}

#[derive(Clone)]
struct CountEvictions(Arc<Figures>);

impl Lifecycle<Key, Kept> for CountEvictions {
    type RequestState = ();

    fn on_evict(&self, (): &mut (), _: Key, _: Kept) {
        self.0.evicted.increment(1);
    }
}
