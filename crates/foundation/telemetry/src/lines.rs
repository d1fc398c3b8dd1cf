//! Log lines: for people on a terminal, JSON for machines.

use std::fmt;
use std::str::FromStr;

use clock::{Clock, SystemClock};
use jiff::tz::TimeZone;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{MakeWriter, SubscriberBuilder};

use crate::writing::Shared;

/// How lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Text on a terminal, JSON otherwise.
    #[default]
    Auto,
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

impl Format {
    /// The words for them.
    pub const WORDS: [&str; 3] = ["auto", "text", "json"];
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        match text {
            "auto" => Ok(Self::Auto),
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(UnknownFormat),
        }
    }
}

/// A word that names no format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("choose from auto, text, json")]
pub struct UnknownFormat;

/// Which lines are written: a level, or levels by module, as in `info,sqlx=warn`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter(String);

impl Filter {
    /// The same without the lines of one module.
    #[must_use]
    pub fn without(&self, module: &str) -> Self {
        Self(format!("{},{module}=off", self.0))
    }
}

impl FromStr for Filter {
    type Err = InvalidFilter;

    fn from_str(text: &str) -> Result<Self, InvalidFilter> {
        match text.parse::<EnvFilter>() {
            Ok(_) if !text.trim().is_empty() => Ok(Self(text.to_owned())),
            _ => Err(InvalidFilter),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a level (error, warn, info, debug, trace), or levels by module such as info,sqlx=warn")]
pub struct InvalidFilter;

/// What lines are written, and how.
#[derive(Clone, Debug)]
pub struct LinesConfig {
    /// Which.
    pub filter: Filter,
    /// How they look.
    pub format: Format,
    /// Whether they go to a terminal.
    pub is_terminal: bool,
    /// Whether text may have colours.
    pub is_colored: bool,
}

/// Begins to write lines to `writer`, those of all threads one after the other. Only the first call of a process has an effect.
pub fn begin<W>(config: &LinesConfig, writer: W)
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::new(&config.filter.0);
    let is_text = config.format == Format::Text || config.format == Format::Auto && config.is_terminal;
    let left_out_line = if is_text { left_out_text } else { left_out_json };
    let writer = Shared::new(writer, left_out_line);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    // An error means that somebody began before, as tests in one process do.
    let _ = if is_text { begin_text(builder, config.is_colored) } else { begin_json(builder) };
}

const LEFT_OUT: &str = "log lines were left out: whoever reads them is too slow";

fn left_out_text(count: u64) -> String {
    let now = SystemClock.now().to_zoned(TimeZone::system());
    format!("{} WARN {LEFT_OUT} count={count}\n", now.strftime("%H:%M:%S"))
}

fn left_out_json(count: u64) -> String {
    let now = SystemClock.now();
    format!(
        "{{\"timestamp\":\"{now:.6}\",\"level\":\"WARN\",\"message\":\"{LEFT_OUT}\",\"count\":{count},\
         \"target\":\"telemetry\"}}\n"
    )
}

type Builder<W> = SubscriberBuilder<
    tracing_subscriber::fmt::format::DefaultFields,
    tracing_subscriber::fmt::format::Format,
    EnvFilter,
    W,
>;
type Begun = Result<(), Box<dyn std::error::Error + Send + Sync>>;

fn begin_text<W>(builder: Builder<W>, is_colored: bool) -> Begun
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    builder.compact().with_target(false).with_ansi(is_colored).with_timer(WallClock).try_init()
}

fn begin_json<W>(builder: Builder<W>) -> Begun
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    builder.json().flatten_event(true).with_timer(Utc).try_init()
}

/// The time of day where the reader sits.
struct WallClock;

impl FormatTime for WallClock {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let now = SystemClock.now().to_zoned(TimeZone::system());
        write!(writer, "{}", now.strftime("%H:%M:%S"))
    }
}

/// The moment, to the microsecond.
struct Utc;

impl FormatTime for Utc {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        write!(writer, "{:.6}", SystemClock.now())
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_for_machines_are_json_with_the_fields_at_the_top() {
        let kept = Kept::default();
        let writer = kept.clone();
        let config = LinesConfig {
            filter: "info".parse().unwrap(),
            format: Format::Auto,
            is_terminal: false,
            is_colored: false,
        };
        begin(&config, move || writer.clone());
        tracing::info!(term = 2168, "the night is over");
        tracing::debug!("left out");
        crate::panics::become_lines();
        let panicked = std::thread::spawn(|| panic!("of the test")).join();
        assert!(panicked.is_err());
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(lines[0].starts_with(r#"{"timestamp":"20"#), "{text}");
        assert!(lines[0].contains(r#""message":"the night is over","term":2168"#), "{text}");
        assert!(lines[1].contains("of the test"), "{text}");
    }

    #[test]
    fn a_filter_is_checked_when_it_is_read() {
        assert!("info,sqlx=warn".parse::<Filter>().is_ok());
        let quieter = "info".parse::<Filter>().unwrap().without("sqlx_postgres::options");
        assert_eq!(quieter.to_string().parse(), Ok(quieter));
        for bad in ["", "info,sqlx=loud", "=,="] {
            assert_eq!(bad.parse::<Filter>(), Err(InvalidFilter), "{bad}");
        }
    }
}
