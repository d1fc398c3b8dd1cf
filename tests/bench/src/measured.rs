//! One run of a program, timed as a whole process, with the most memory that it held.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use clock::Stopwatch;

/// What a run took.
pub(crate) struct Measured {
    pub(crate) wall: Duration,
    pub(crate) peak_mib: u64,
    pub(crate) status: ExitStatus,
    pub(crate) text: String,
}

/// How often the run's memory is looked at. The kernel keeps the peak; only one in the last moments can be missed.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Settings as environment variables.
pub(crate) type Settings<'a> = &'a [(&'a str, String)];

/// A command of `bt` with its settings and nothing else of ours.
#[expect(clippy::disallowed_methods, reason = "a chore starts programs for the developer")]
pub(crate) fn command(bt: &Path, settings: Settings<'_>, arguments: &[&str]) -> Command {
    let mut command = Command::new(bt);
    command.args(arguments).envs(settings.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
    command
}

/// Runs `bt` to its end.
pub(crate) fn run(bt: &Path, settings: Settings<'_>, arguments: &[&str]) -> anyhow::Result<Measured> {
    let watch = Stopwatch::start();
    let mut command = command(bt, settings, arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().context("bt cannot be started")?;
    let reader = drain(&mut child);
    let mut peak_mib = 0;
    let status = loop {
        peak_mib = peak_mib.max(peak_of(child.id()));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(LOOK_EVERY);
    };
    let wall = watch.elapsed();
    Ok(Measured { wall, peak_mib, status, text: reader.join().unwrap_or_default() })
}

/// Runs `bt` to its end and wants success.
pub(crate) fn succeed(bt: &Path, settings: Settings<'_>, arguments: &[&str]) -> anyhow::Result<Measured> {
    let measured = run(bt, settings, arguments)?;
    anyhow::ensure!(measured.status.success(), "bt {} failed:\n{}", arguments.join(" "), measured.text);
    Ok(measured)
}

fn drain(child: &mut Child) -> std::thread::JoinHandle<String> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    std::thread::spawn(move || {
        let errors = std::thread::spawn(move || stderr.map(read_all).unwrap_or_default());
        let text = stdout.map(read_all).unwrap_or_default();
        text + &errors.join().unwrap_or_default()
    })
}

fn read_all(mut from: impl std::io::Read) -> String {
    let mut bytes = Vec::new();
    let _ = from.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The most memory a process has held, from the kernel's account; 0 when it is gone.
fn peak_of(process: u32) -> u64 {
    let Ok(status) = fs::read_to_string(format!("/proc/{process}/status")) else { return 0 };
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

/// A program that runs beside the measured one and ends with this value.
pub(crate) struct Beside(pub(crate) Child);

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
