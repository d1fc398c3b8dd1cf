//! What is known of one client connection: by the task that serves it, by the requests on it, and by the round that
//! looks after all connections of a thread. Times come from a coarse count of the thread, so that no request sets a
//! timer.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::Context;
use std::time::Duration;

use futures_util::task::AtomicWaker;

use crate::client::pace::{LeastPace, Pace, is_longer};

/// Milliseconds since a thread began to serve, from 1 on, as its last round saw them. 0 stands for `never`.
#[derive(Clone, Debug)]
pub(crate) struct Ticks(Arc<AtomicU64>);

impl Ticks {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1)))
    }

    pub(crate) fn set(&self, since_start: Duration) {
        self.0.store(u64::try_from(since_start.as_millis()).unwrap_or(u64::MAX).max(1), Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What is to become of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Order {
    /// Nothing new.
    Stay = 0,
    /// Finish what is being answered, then close.
    Finish = 1,
    /// Say that the head took too long, then close.
    RefuseSlowHead = 2,
    /// Close at once.
    Cut = 3,
}

/// How long connections may be in each condition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    pub(crate) head: Duration,
    pub(crate) idle: Duration,
    pub(crate) least: LeastPace,
    pub(crate) linger: Duration,
}

/// One connection.
#[derive(Debug)]
pub(crate) struct ConnectionState {
    ticks: Ticks,
    order: AtomicU8,
    waker: AtomicWaker,
    /// Requests that are being answered.
    active: AtomicU32,
    /// When the last request was over.
    quiet_since: AtomicU64,
    /// Since when a head is expected that is not complete.
    head_since: AtomicU64,
    /// How fast the client takes what is for it.
    pace: Pace,
    /// The same of each answer of HTTP/2: a client can hold one back and let the others go on.
    answers: Mutex<Vec<Weak<Pace>>>,
    /// Since when the end is near, and only the client's last bytes are awaited.
    lingering_since: AtomicU64,
    /// Whether the answer to the request that is being read has begun.
    is_answering: AtomicBool,
    /// Whether another protocol is spoken now.
    is_free: AtomicBool,
    /// Whether something came that no honest program sends.
    was_hostile: AtomicBool,
}

impl ConnectionState {
    /// A connection that has just been opened: its first head is due.
    pub(crate) fn new(ticks: Ticks) -> Self {
        let now = ticks.now();
        Self {
            ticks,
            order: AtomicU8::new(Order::Stay as u8),
            waker: AtomicWaker::new(),
            active: AtomicU32::new(0),
            quiet_since: AtomicU64::new(now),
            head_since: AtomicU64::new(now),
            pace: Pace::default(),
            answers: Mutex::default(),
            lingering_since: AtomicU64::new(0),
            is_answering: AtomicBool::new(false),
            is_free: AtomicBool::new(false),
            was_hostile: AtomicBool::new(false),
        }
    }

    /// What is to become of it; the task is woken when that changes.
    pub(crate) fn poll_order(&self, cx: &Context<'_>) -> Order {
        self.waker.register(cx.waker());
        self.order()
    }

    pub(crate) fn order(&self) -> Order {
        match self.order.load(Ordering::Acquire) {
            0 => Order::Stay,
            1 => Order::Finish,
            2 => Order::RefuseSlowHead,
            _ => Order::Cut,
        }
    }

    /// Orders never become milder.
    pub(crate) fn set_order(&self, order: Order) {
        if self.order.fetch_max(order as u8, Ordering::AcqRel) < order as u8 {
            self.waker.wake();
        }
    }

    pub(crate) fn note_head(&self, is_in_head: bool) {
        let since = self.head_since.load(Ordering::Relaxed);
        if is_in_head != (since != 0) {
            self.head_since.store(if is_in_head { self.ticks.now() } else { 0 }, Ordering::Relaxed);
        }
    }

    /// The client takes nothing more at the moment.
    pub(crate) fn note_waiting(&self) {
        self.pace.note_waiting(self.ticks.now());
    }

    pub(crate) fn note_taken(&self, bytes: usize) {
        self.pace.note_taken(bytes as u64);
    }

    /// Follows how an answer is taken, by itself.
    pub(crate) fn follow_answer(&self) -> AnswerPace {
        let pace = Arc::new(Pace::default());
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&pace));
        AnswerPace { pace, ticks: self.ticks.clone() }
    }

    pub(crate) fn note_lingering(&self) {
        self.lingering_since.store(self.ticks.now(), Ordering::Relaxed);
    }

    pub(crate) fn begin_request(self: &Arc<Self>) -> ActiveRequest {
        self.active.fetch_add(1, Ordering::Relaxed);
        self.is_answering.store(false, Ordering::Relaxed);
        ActiveRequest(self.clone())
    }

    pub(crate) fn has_requests(&self) -> bool {
        self.active.load(Ordering::Relaxed) > 0
    }

    pub(crate) fn note_answering(&self) {
        self.is_answering.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_answering(&self) -> bool {
        self.is_answering.load(Ordering::Relaxed)
    }

    pub(crate) fn set_free(&self) {
        self.is_free.store(true, Ordering::Release);
    }

    pub(crate) fn is_free(&self) -> bool {
        self.is_free.load(Ordering::Acquire)
    }

    pub(crate) fn note_hostile(&self) {
        self.was_hostile.store(true, Ordering::Relaxed);
    }

    pub(crate) fn was_hostile(&self) -> bool {
        self.was_hostile.load(Ordering::Relaxed)
    }

    /// What patience says now.
    pub(crate) fn judge(&self, patience: &Patience) -> Order {
        if self.is_free() {
            return Order::Stay;
        }
        let now = self.ticks.now();
        let longer = |since: &AtomicU64, limit: Duration| {
            let since = since.load(Ordering::Relaxed);
            since != 0 && is_longer(since, now, limit)
        };
        if longer(&self.lingering_since, patience.linger) || self.is_too_slow(now, &patience.least) {
            return Order::Cut;
        }
        if longer(&self.head_since, patience.head) {
            return Order::RefuseSlowHead;
        }
        let is_idle = !self.has_requests() && self.head_since.load(Ordering::Relaxed) == 0;
        // HTTP/2 keeps the ends of answers that a client does not take, and would wait for it.
        if is_idle && longer(&self.quiet_since, patience.idle + patience.least.pause) {
            return Order::Cut;
        }
        if is_idle && longer(&self.quiet_since, patience.idle) { Order::Finish } else { Order::Stay }
    }

    fn is_too_slow(&self, now: u64, least: &LeastPace) -> bool {
        if self.pace.is_too_slow(now, least) {
            return true;
        }
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|answer| answer.strong_count() > 0);
        // Together they must be as fast as one alone.
        let share = LeastPace { bytes: least.bytes / (answers.len() as u64).max(1), ..*least };
        let is_full = self.pace.is_waiting();
        answers.iter().filter_map(Weak::upgrade).any(|answer| {
            if is_full {
                // None of them is held back by itself: the line is slow.
                answer.begin_anew(now);
            }
            answer.is_too_slow(now, &share)
        })
    }
}

/// How fast a client takes one answer, which is asked for its parts one after the other.
pub(crate) struct AnswerPace {
    pace: Arc<Pace>,
    ticks: Ticks,
}

impl AnswerPace {
    /// A part is there for the client to take.
    pub(crate) fn note_waiting(&self) {
        self.pace.note_waiting(self.ticks.now());
    }

    /// The next part is asked for: what was there was taken.
    pub(crate) fn note_taken(&self, bytes: u64) {
        self.pace.note_taken(bytes);
    }
}

/// A request that is being answered, to its last byte.
#[derive(Debug)]
pub(crate) struct ActiveRequest(Arc<ConnectionState>);

impl Drop for ActiveRequest {
    fn drop(&mut self) {
        let state = &self.0;
        state.quiet_since.store(state.ticks.now(), Ordering::Relaxed);
        state.active.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience {
        head: Duration::from_millis(10),
        idle: Duration::from_millis(100),
        least: LeastPace { pause: Duration::from_millis(30), span: Duration::from_millis(60), bytes: 100 },
        linger: Duration::from_millis(2),
    };

    fn at(ms: u64, ticks: &Ticks, state: &ConnectionState) -> Order {
        ticks.set(Duration::from_millis(ms));
        state.judge(&PATIENCE)
    }

    #[test]
    fn a_client_that_says_nothing_is_refused() {
        let ticks = Ticks::new();
        let state = ConnectionState::new(ticks.clone());
        assert_eq!(at(11, &ticks, &state), Order::Stay);
        assert_eq!(at(12, &ticks, &state), Order::RefuseSlowHead);
    }

    #[test]
    fn an_idle_connection_is_closed_and_a_busy_one_is_not() {
        let ticks = Ticks::new();
        let state = Arc::new(ConnectionState::new(ticks.clone()));
        state.note_head(false);
        let request = state.begin_request();
        assert_eq!(at(500, &ticks, &state), Order::Stay);
        drop(request);
        assert_eq!(at(600, &ticks, &state), Order::Stay);
        assert_eq!(at(601, &ticks, &state), Order::Finish);
    }

    #[test]
    fn who_takes_nothing_is_cut() {
        let ticks = Ticks::new();
        let state = Arc::new(ConnectionState::new(ticks.clone()));
        state.note_head(false);
        let _request = state.begin_request();
        state.note_waiting();
        assert_eq!(at(31, &ticks, &state), Order::Stay);
        assert_eq!(at(32, &ticks, &state), Order::Cut);
        state.note_taken(1);
        assert_eq!(at(33, &ticks, &state), Order::Stay);
    }

    #[test]
    fn who_holds_one_answer_back_is_cut_though_others_go_on() {
        let ticks = Ticks::new();
        let state = Arc::new(ConnectionState::new(ticks.clone()));
        state.note_head(false);
        let _request = state.begin_request();
        let (held, taken) = (state.follow_answer(), state.follow_answer());
        held.note_waiting();
        for ms in 1..32 {
            taken.note_waiting();
            taken.note_taken(50);
            assert_eq!(at(ms, &ticks, &state), Order::Stay, "{ms}");
        }
        assert_eq!(at(32, &ticks, &state), Order::Cut);
        drop(held);
        assert_eq!(at(33, &ticks, &state), Order::Stay, "it was given up");
    }

    #[test]
    fn who_does_not_go_when_told_is_cut() {
        let ticks = Ticks::new();
        let state = ConnectionState::new(ticks.clone());
        state.note_head(false);
        assert_eq!(at(102, &ticks, &state), Order::Finish);
        assert_eq!(at(132, &ticks, &state), Order::Cut);
    }

    #[test]
    fn an_order_never_becomes_milder() {
        let state = ConnectionState::new(Ticks::new());
        state.set_order(Order::Cut);
        state.set_order(Order::Finish);
        assert_eq!(state.order(), Order::Cut);
    }
}
