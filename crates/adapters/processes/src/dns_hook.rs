//! DNS records by a program of the operator's: for providers that take no dynamic updates.
//!
//! It is called as `PROGRAM [ARGUMENTS…] add NAME VALUE` and `PROGRAM [ARGUMENTS…] remove NAME VALUE`, for a TXT record.
//! `add` adds one beside those that are there (a wildcard and its domain have two under one name) and returns 0 when the
//! provider's own servers answer with it; `remove` removes exactly this one, and returns 0 also when it is gone already.
//! No shell is between. Its environment is empty but for `PATH`, `LC_ALL`, `TZ` and `BT_DNS_HOOK_SECRETS`, which names a
//! file of its own for the keys that it needs: secrets are neither in arguments nor in the environment.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use platform::certificates::DnsWriter;
use platform::ports::PortError;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::timeout;

use crate::command::bare;

/// As much of what it says is kept, and shown when it fails.
const OUTPUT_LIMIT: u64 = 4 * 1024;

/// Which program, and how.
#[derive(Clone, Debug)]
pub struct DnsHookConfig {
    /// The program, by its full path.
    pub program: PathBuf,
    /// What comes before `add` and `remove`.
    pub arguments: Vec<String>,
    /// A file with the keys that it needs; its path is handed over, never its content.
    pub secrets_file: Option<PathBuf>,
    /// How long one call may take. Five minutes: some providers show a record only after several.
    pub limit: Duration,
}

impl DnsHookConfig {
    /// A program without further arguments.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self { program, arguments: Vec::new(), secrets_file: None, limit: Duration::from_mins(5) }
    }
}

/// Why a call did not work.
#[derive(Debug, thiserror::Error)]
enum HookError {
    #[error("cannot start {}", .program.display())]
    Start { program: PathBuf, source: std::io::Error },
    #[error("{} took longer than {} s and was killed", .program.display(), .limit.as_secs())]
    TooSlow { program: PathBuf, limit: Duration },
    #[error("{} ended with {status}: {said}", .program.display())]
    Failed { program: PathBuf, status: std::process::ExitStatus, said: String },
}

/// Writes TXT records by calling a program.
#[derive(Clone, Debug)]
pub struct DnsHook {
    config: DnsHookConfig,
}

impl DnsHook {
    /// A writer; calls nobody yet.
    #[must_use]
    pub const fn new(config: DnsHookConfig) -> Self {
        Self { config }
    }

    async fn call(&self, verb: &str, name: &str, value: &str) -> Result<(), PortError> {
        let tried = || format!("cannot {verb} the TXT record {name} by the DNS hook");
        self.run(verb, name, value).await.map_err(|error| PortError::new(tried(), error))
    }

    async fn run(&self, verb: &str, name: &str, value: &str) -> Result<(), HookError> {
        let program = &self.config.program;
        let failed = |source| HookError::Start { program: program.clone(), source };
        let mut command = bare(program);
        command.args(&self.config.arguments).args([verb, name, value]);
        if let Some(file) = &self.config.secrets_file {
            command.env("BT_DNS_HOOK_SECRETS", file);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A call that is cut short by our end does not go on by itself.
        command.kill_on_drop(true).process_group(0);
        let mut child = command.spawn().map_err(failed)?;
        let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let ended = async {
            let (out, err, status) = tokio::join!(listen(out), listen(err), child.wait());
            status.map(|status| (status, format!("{} {}", err.trim(), out.trim())))
        };
        let limit = self.config.limit;
        let Ok(ended) = timeout(limit, ended).await else {
            // What it started goes with it.
            if let Some(group) = group {
                let _ = kill_process_group(group, Signal::KILL);
            }
            return Err(HookError::TooSlow { program: program.clone(), limit });
        };
        let (status, said) = ended.map_err(failed)?;
        if status.success() {
            return Ok(());
        }
        let said = said.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        Err(HookError::Failed { program: program.clone(), status, said })
    }
}

#[async_trait]
impl DnsWriter for DnsHook {
    async fn put_txt(&self, name: &str, value: &str) -> Result<(), PortError> {
        self.call("add", name, value).await
    }

    async fn remove_txt(&self, name: &str, value: &str) -> Result<(), PortError> {
        self.call("remove", name, value).await
    }
}

/// The beginning of what is said; the rest is read and forgotten, so that the program does not stop at a full pipe.
async fn listen(stream: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut stream) = stream else { return String::new() };
    let mut kept = Vec::new();
    // What was read until an error is all there is to show.
    let _ = (&mut stream).take(OUTPUT_LIMIT).read_to_end(&mut kept).await;
    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;

    /// A hook that is a shell script.
    fn hook(folder: &Path, script: &str) -> DnsHook {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).unwrap();
        let program = folder.join("hook");
        fs::write(&program, format!("#!/bin/sh\ncd '{}'\n{script}\n", folder.display())).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let secrets_file = Some(folder.join("secrets"));
        let config =
            DnsHookConfig { arguments: vec!["--zone=a b".into()], secrets_file, ..DnsHookConfig::new(program) };
        DnsHook::new(config)
    }

    fn place(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("bt-dns-hook-{name}-{}", std::process::id()))
    }

    fn told(error: &PortError) -> String {
        format!("{error}: {}", error.cause.as_ref().unwrap())
    }

    #[tokio::test]
    async fn it_gets_its_arguments_as_they_are_and_nothing_of_our_environment() {
        let folder = place("arguments");
        let hook = hook(&folder, r#"printf '%s|' "$@" >>calls; env | cut -d= -f1 | sort | tr '\n' ' ' >names"#);
        hook.put_txt("_acme-challenge.bt.edu", "$(touch evil) `id`;x").await.unwrap();
        hook.remove_txt("_acme-challenge.bt.edu", "v").await.unwrap();
        let calls = fs::read_to_string(folder.join("calls")).unwrap();
        let add = "--zone=a b|add|_acme-challenge.bt.edu|$(touch evil) `id`;x|";
        assert_eq!(calls, format!("{add}--zone=a b|remove|_acme-challenge.bt.edu|v|"));
        let names = fs::read_to_string(folder.join("names")).unwrap();
        assert!(
            names.contains("BT_DNS_HOOK_SECRETS") && !names.contains("HOME") && !names.contains("CARGO"),
            "{names}"
        );
        fs::remove_dir_all(&folder).unwrap();
    }

    #[tokio::test]
    async fn what_goes_wrong_is_said_with_its_own_words() {
        let folder = place("wrong");
        let failing = hook(&folder, "echo 'no such zone' >&2; head -c 9000000 /dev/zero; exit 3");
        let said = told(&failing.put_txt("a.bt.edu", "v").await.unwrap_err());
        assert!(said.starts_with("cannot add the TXT record a.bt.edu by the DNS hook: "), "{said}");
        assert!(said.contains("exit status: 3: no such zone"), "{said}");
        assert!(said.len() < 6000, "what it says is bounded");
        let mut slow = hook(&folder, "exec sleep 600");
        slow.config.limit = Duration::from_millis(50);
        let said = told(&slow.remove_txt("a.bt.edu", "v").await.unwrap_err());
        assert!(said.contains("was killed"), "{said}");
        let missing = DnsHook::new(DnsHookConfig::new(folder.join("missing")));
        assert!(told(&missing.put_txt("a.bt.edu", "v").await.unwrap_err()).contains("cannot start"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
