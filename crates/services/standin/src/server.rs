//! The stand-in itself: a campus, a moment, and what is broken at present.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response_with_state};
use catalog::fetched::Origin;
use catalog::term::TermId;
use clock::Clock;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::campus::{Campus, Offering};
use crate::chance::mixed;
use crate::config::{Keys, Source, StandinConfig};
use crate::demo::DemoCampus;
use crate::demo::calendar::MADE_UP;
use crate::endpoints::{calendar, control, courses, enrollments, grades, guard, offerings, terms};
use crate::envelope::Refusal;
use crate::error::StandinError;
use crate::faults::{Control, Faults};
use crate::replay::ReplayCampus;
use crate::snapshots::TermSnapshots;

/// A stand-in, ready to be served. Clones share everything.
#[derive(Clone)]
pub struct Standin {
    inner: Arc<Inner>,
}

/// What the endpoints share.
pub(crate) struct Inner {
    pub(crate) campus: Box<dyn Campus>,
    pub(crate) keys: Option<Keys>,
    /// The campus's.
    pub(crate) zone: TimeZone,
    clock: Arc<dyn Clock>,
    control: Mutex<Control>,
}

impl Standin {
    /// Makes the campus. Reading captured data takes a second or two, a demo campus a fraction of one.
    ///
    /// # Errors
    /// [`StandinError`] when the captured data cannot be read, or the size or the faults are impossible.
    pub fn build(config: StandinConfig, clock: Arc<dyn Clock>) -> Result<Self, StandinError> {
        config.faults.check().map_err(StandinError::Faults)?;
        let campus: Box<dyn Campus> = match config.source {
            Source::Demo { seed, courses } => Box::new(DemoCampus::build(seed, courses, config.time_zone.clone())?),
            Source::Replay { folder } => Box::new(ReplayCampus::load(&folder)?),
        };
        let control = Mutex::new(Control { at: config.at, faults: config.faults });
        Ok(Self { inner: Arc::new(Inner { campus, keys: config.keys, zone: config.time_zone, clock, control }) })
    }

    /// The routes: the SIS API below `/sis`, and its own below `/standin`.
    ///
    /// The control endpoint needs to know the peer: serve it with
    /// `into_make_service_with_connect_info::<SocketAddr>()`, or by [`Self::serve`].
    pub fn router(&self) -> Router {
        let sis = Router::new()
            .merge(courses::routes())
            .merge(offerings::routes())
            .merge(enrollments::routes())
            .merge(terms::routes())
            .fallback(guard::no_such_path)
            .layer(from_fn_with_state(Arc::clone(&self.inner), guard::guard));
        Router::new()
            .nest("/sis", sis)
            .merge(control::routes())
            .merge(grades::routes())
            .merge(calendar::routes())
            .layer(map_response_with_state(Arc::clone(&self.inner), guard::name_the_origin))
            .with_state(Arc::clone(&self.inner))
    }

    /// Serves it on a listener until `shutdown`; answers in progress are finished.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(&self, listener: TcpListener, shutdown: CancellationToken) -> std::io::Result<()> {
        let service = self.router().into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).with_graceful_shutdown(shutdown.cancelled_owned()).await
    }

    /// Demo or replay.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.inner.campus.origin()
    }

    /// The moment that it plays now.
    #[must_use]
    pub fn moment(&self) -> Timestamp {
        self.inner.moment()
    }

    /// Moves it to another moment; `None` follows the clock.
    pub fn move_to(&self, at: Option<Timestamp>) {
        self.inner.control().at = at;
    }

    /// Breaks it otherwise than before.
    pub fn set_faults(&self, faults: Faults) {
        self.inner.control().faults = faults;
    }

    /// What is broken now; counts that ran down included.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.inner.control().faults.clone()
    }

    /// The moments that were captured, term by term; empty for a demo campus, which always moves.
    #[must_use]
    pub fn snapshots(&self) -> Vec<TermSnapshots> {
        self.inner.campus.snapshots()
    }

    /// What the registrar announced of the terms' calendars, for the importer of such texts; empty in a replay.
    #[must_use]
    pub fn announced(&self) -> String {
        self.inner.campus.announced(self.moment())
    }

    /// Whether a text of announcements is one that a demo campus made up.
    #[must_use]
    pub fn has_made_up(announced: &str) -> bool {
        announced.starts_with(MADE_UP)
    }

    /// The names of the grade exports of the terms that are over, `fall_2025_under.csv`; empty in a replay.
    #[must_use]
    pub fn grade_files(&self) -> Vec<String> {
        self.inner.campus.grade_files(self.moment())
    }

    /// A grade export in the raw format of CalAnswers, UTF-8 with BOM.
    #[must_use]
    pub fn grade_file(&self, name: &str) -> Option<String> {
        self.inner.campus.grade_file(name, self.moment())
    }
}

impl Inner {
    pub(crate) fn control(&self) -> MutexGuard<'_, Control> {
        self.control.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn moment(&self) -> Timestamp {
        let at = self.control().at;
        at.unwrap_or_else(|| self.clock.now())
    }

    /// The campus's day at a moment.
    pub(crate) fn day(&self, moment: Timestamp) -> Date {
        self.zone.to_datetime(moment).date()
    }

    /// A term's offering with the faults that concern whole terms.
    pub(crate) fn offering(&self, term: TermId) -> Result<Arc<Offering>, Refusal> {
        let faults = self.control().faults.clone();
        let nothing = || Refusal::not_found(format!("term-id = {term}"));
        if faults.empty_term == Some(term) {
            return Err(nothing());
        }
        let mut offering = self.campus.offering(term, self.moment()).ok_or_else(nothing)?;
        if let Some(seats) = faults.seats {
            offering = Arc::new(offering.with_seats(seats));
        }
        match faults.partial_term.filter(|partial| partial.term == term) {
            None => Ok(offering),
            Some(partial) => {
                let limit = (partial.share * f64::from(u32::MAX)) as u64;
                Ok(Arc::new(offering.keeping(|section| mixed(u64::from(section.id)) >> 32 < limit)))
            }
        }
    }
}
