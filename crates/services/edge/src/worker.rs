//! One thread of the edge: its connections, its pools, its copy of the table.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use clock::Stopwatch;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use metrics::Gauge;
use platform::names::ServiceName;
use platform::routes::{RouteTable, Upstream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use crate::client::connection;
use crate::client::pace::LeastPace;
use crate::client::state::{ConnectionState, Order, Patience, Ticks};
use crate::figures;
use crate::request::table::CompiledTable;
use crate::service::Shared;
use crate::upstream::pool::Pool;
use crate::upstream::watch::Watches;

/// How often all connections are looked at: the grain of all their time-outs.
const ROUND: Duration = Duration::from_millis(100);

/// The same while nobody is connected: an edge that waits should cost nothing. The first who comes ends it.
const IDLE_ROUND: Duration = Duration::from_secs(1);

/// Kept connections to upstreams are tidied each so many rounds.
const TIDY_ROUNDS: u64 = 10;

/// After a failed accept, mostly for want of file handles: long enough for a connection to end, short enough to notice.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How many more connections than the least busy thread one may have before it gives new ones away.
const IMBALANCE: usize = 1;

/// How long a client that was refused may go on sending until the connection is cut.
const LINGER: Duration = Duration::from_secs(2);

/// `Sun, 06 Nov 1994 08:49:37 GMT`
const DATE_LETTERS: usize = 29;

/// A date as answers have it.
pub(crate) type Date = [u8; DATE_LETTERS];

/// A connection that has just come in.
pub(crate) struct Accepted {
    pub(crate) stream: std::net::TcpStream,
    pub(crate) peer: SocketAddr,
    pub(crate) is_tls: bool,
}

/// One thread.
pub(crate) struct Worker {
    pub(crate) shared: Arc<Shared>,
    pub(crate) ticks: Ticks,
    watch: Stopwatch,
    /// That somebody came while nobody was here.
    arrival: Notify,
    /// Over answers that are waited for.
    pub(crate) watches: Watches,
    table: Mutex<Arc<CompiledTable>>,
    date: Mutex<Date>,
    pools: Mutex<BTreeMap<ServiceName, Arc<Pool>>>,
    connections: Mutex<HashMap<u64, Arc<ConnectionState>>>,
    next_number: AtomicU64,
    open: AtomicUsize,
    open_figure: Gauge,
    inbox: mpsc::UnboundedSender<Accepted>,
    letters: Mutex<Option<mpsc::UnboundedReceiver<Accepted>>>,
    team: Mutex<Vec<Weak<Worker>>>,
}

/// A connection that is being served; it is forgotten when this is dropped.
pub(crate) struct Seat {
    worker: Arc<Worker>,
    number: u64,
    pub(crate) state: Arc<ConnectionState>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        lock(&self.worker.connections).remove(&self.number);
        self.worker.open.fetch_sub(1, Ordering::Relaxed);
        self.worker.open_figure.decrement(1.0);
    }
}

impl Worker {
    /// As many threads as asked for, which know each other.
    pub(crate) fn team(shared: &Arc<Shared>, count: usize) -> Vec<Arc<Self>> {
        let workers: Vec<_> = (0..count.max(1)).map(|_| Arc::new(Self::new(shared.clone()))).collect();
        for worker in &workers {
            *lock(&worker.team) = workers.iter().map(Arc::downgrade).collect();
        }
        workers
    }

    fn new(shared: Arc<Shared>) -> Self {
        let (inbox, letters) = mpsc::unbounded_channel();
        let date = Mutex::new(date_of(shared.ports.clock.now()));
        let ticks = Ticks::new();
        Self {
            shared,
            watch: Stopwatch::start(),
            arrival: Notify::new(),
            watches: Watches::new(ticks.clone(), ROUND),
            ticks,
            date,
            table: Mutex::default(),
            pools: Mutex::default(),
            connections: Mutex::default(),
            next_number: AtomicU64::new(0),
            open: AtomicUsize::new(0),
            open_figure: figures::open_connections(),
            inbox,
            letters: Mutex::new(Some(letters)),
            team: Mutex::default(),
        }
    }

    /// The table of this moment.
    pub(crate) fn table(&self) -> Arc<CompiledTable> {
        lock(&self.table).clone()
    }

    /// The day and the second, as answers tell them.
    pub(crate) fn date(&self) -> Date {
        *lock(&self.date)
    }

    /// Takes over a new table. Pools that stay keep their connections.
    pub(crate) fn follow(&self, table: &RouteTable) {
        let mut pools = lock(&self.pools);
        for (service, wanted) in &table.pools {
            let pool = pools.entry(service.clone()).or_insert_with(|| Arc::new(Pool::new(service.clone())));
            pool.replace(&wanted.upstreams, |address| self.shared.health(address));
        }
        for (service, pool) in pools.iter().filter(|(service, _)| !table.pools.contains_key(service)) {
            tracing::debug!(%service, "a pool has left the table");
            pool.replace(&[] as &[Upstream], |address| self.shared.health(address));
        }
        // A route may name a pool that the table does not have yet: it is empty, and requests wait for it.
        let compiled = CompiledTable::new(table, |service| {
            pools.entry(service.clone()).or_insert_with(|| Arc::new(Pool::new(service.clone()))).clone()
        });
        drop(pools);
        *lock(&self.table) = Arc::new(compiled);
    }

    pub(crate) fn pools(&self) -> Vec<Arc<Pool>> {
        lock(&self.pools).values().cloned().collect()
    }

    /// A place for a connection.
    pub(crate) fn seat(self: &Arc<Self>) -> Seat {
        let number = self.next_number.fetch_add(1, Ordering::Relaxed);
        if self.open.load(Ordering::Relaxed) == 0 {
            self.ticks.set(self.watch.elapsed());
            self.arrival.notify_one();
        }
        let state = Arc::new(ConnectionState::new(self.ticks.clone()));
        lock(&self.connections).insert(number, state.clone());
        self.open.fetch_add(1, Ordering::Relaxed);
        self.open_figure.increment(1.0);
        Seat { worker: self.clone(), number, state }
    }

    /// Serves until the shutdown, then drains; returns how many connections were cut.
    pub(crate) async fn serve(
        self: Arc<Self>,
        http: std::net::TcpListener,
        https: Option<std::net::TcpListener>,
    ) -> usize {
        let shutdown = self.shared.shutdown.clone();
        let letters = lock(&self.letters).take();
        let rounds = tokio::spawn(self.clone().go_rounds(shutdown.clone()));
        let plain = tokio::spawn(self.clone().accept(http, false, shutdown.clone()));
        let secure = https.map(|https| tokio::spawn(self.clone().accept(https, true, shutdown.clone())));
        if let Some(letters) = letters {
            self.clone().take_over(letters, &shutdown).await;
        }
        let _ = plain.await;
        if let Some(secure) = secure {
            let _ = secure.await;
        }
        let drained = tokio::time::timeout(self.shared.config.drain, self.drained()).await;
        let cut = if drained.is_ok() { 0 } else { self.open.load(Ordering::Relaxed) };
        if cut > 0 {
            tracing::warn!(cut, "connections were still busy at the end of the drain and were cut");
        }
        rounds.abort();
        cut
    }

    async fn drained(&self) {
        while self.open.load(Ordering::Relaxed) > 0 {
            tokio::time::sleep(ROUND / 4).await;
        }
    }

    async fn take_over(self: Arc<Self>, mut letters: mpsc::UnboundedReceiver<Accepted>, shutdown: &CancellationToken) {
        loop {
            tokio::select! {
                () = shutdown.cancelled() => break,
                accepted = letters.recv() => match accepted {
                    Some(accepted) => self.begin(accepted),
                    None => break,
                },
            }
        }
        // What another thread sent at the last moment is served still.
        letters.close();
        while let Some(accepted) = letters.recv().await {
            self.begin(accepted);
        }
    }

    async fn accept(self: Arc<Self>, listener: std::net::TcpListener, is_tls: bool, shutdown: CancellationToken) {
        let adopted = listener.set_nonblocking(true).and_then(|()| TcpListener::from_std(listener));
        let listener = match adopted {
            Ok(listener) => listener,
            Err(error) => return tracing::error!(%error, "a listener cannot be used"),
        };
        loop {
            let accepted = tokio::select! {
                () = shutdown.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted.and_then(|(stream, peer)| self.place(stream, peer, is_tls)) {
                Ok(()) => {}
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Serves a connection here, or gives it to a thread that has fewer.
    fn place(self: &Arc<Self>, stream: TcpStream, peer: SocketAddr, is_tls: bool) -> io::Result<()> {
        let mine = self.open.load(Ordering::Relaxed);
        let team = lock(&self.team).clone();
        let least = team.iter().filter_map(Weak::upgrade).min_by_key(|worker| worker.open.load(Ordering::Relaxed));
        if let Some(other) = least
            && other.open.load(Ordering::Relaxed) + IMBALANCE < mine
        {
            let accepted = Accepted { stream: stream.into_std()?, peer, is_tls };
            if let Err(returned) = other.inbox.send(accepted) {
                self.begin(returned.0);
            }
            return Ok(());
        }
        self.spawn(stream, peer, is_tls);
        Ok(())
    }

    fn begin(self: &Arc<Self>, accepted: Accepted) {
        match TcpStream::from_std(accepted.stream) {
            Ok(stream) => self.spawn(stream, accepted.peer, accepted.is_tls),
            Err(error) => tracing::warn!(%error, "a connection could not be taken over"),
        }
    }

    fn spawn(self: &Arc<Self>, stream: TcpStream, peer: SocketAddr, is_tls: bool) {
        let seat = self.seat();
        tokio::spawn(connection::serve(self.clone(), seat, stream, peer, is_tls));
    }

    /// Looks after all connections: who is too slow, who is idle for long, who must come to an end.
    async fn go_rounds(self: Arc<Self>, shutdown: CancellationToken) {
        let mut round: u64 = 0;
        let mut draining_for = 0;
        loop {
            let is_idle = self.open.load(Ordering::Relaxed) == 0;
            tokio::select! {
                () = tokio::time::sleep(if is_idle { IDLE_ROUND } else { ROUND }) => {}
                () = self.arrival.notified(), if is_idle => {}
            }
            round += 1;
            self.ticks.set(self.watch.elapsed());
            draining_for += u32::from(shutdown.is_cancelled());
            self.look_after_connections(draining_for);
            self.watches.look();
            *lock(&self.date) = date_of(self.shared.ports.clock.now());
            if is_idle || round.is_multiple_of(TIDY_ROUNDS) {
                for pool in self.pools() {
                    pool.tidy(&self.ticks, &self.shared.config.upstream);
                }
            }
        }
    }

    fn look_after_connections(&self, draining_for: u32) {
        let limits = &self.shared.config.client;
        let patience = Patience {
            head: limits.head_timeout,
            idle: limits.idle_timeout,
            least: LeastPace {
                pause: limits.write_timeout,
                span: limits.answer_progress,
                bytes: limits.answer_progress_bytes,
            },
            linger: LINGER,
        };
        for state in lock(&self.connections).values() {
            let order = match state.judge(&patience) {
                // Who has just come and said nothing yet is not known to hyper, and would stay.
                _ if draining_for > 1 && !state.has_requests() && !state.is_free() => Order::Cut,
                Order::Stay if draining_for > 0 => Order::Finish,
                order => order,
            };
            if order != Order::Stay {
                state.set_order(order);
            }
        }
    }
}

/// As RFC 9110 has it; 29 letters in all years of four digits.
fn date_of(now: Timestamp) -> Date {
    let mut date = [b' '; DATE_LETTERS];
    let text = DateTimePrinter::new().timestamp_to_rfc9110_string(&now).unwrap_or_default();
    for (to, from) in date.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    date
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
