//! Every limit of the tier, by name.

use std::time::Duration;

use secrecy::SecretString;

/// Where Redis is, and how long it may take.
#[derive(Clone, Debug)]
pub struct RedisConfig {
    /// `redis://:password@host:6379/0`, `rediss://…` for TLS, or `unix:///path/of/the/socket`.
    pub url: SecretString,
    /// Begins every key, so that several systems can share one Redis.
    pub prefix: String,
    /// How long a request waits for Redis before it makes its answer itself. Making one takes 20 ms at most: waiting
    /// longer would cost more than it saves.
    pub get_limit: Duration,
    /// How long keeping one answer may take; nobody waits for it.
    pub put_limit: Duration,
    /// How long connecting, greeting included, may take.
    pub connect_limit: Duration,
    /// Failures in a row after which the connection is given up.
    pub failure_limit: u32,
    /// How long to leave Redis alone after a failure.
    pub pause: Duration,
    /// Answers that wait to be kept; further ones are not.
    pub queue_limit: usize,
    /// What those may weigh together.
    pub queue_limit_bytes: usize,
}

impl RedisConfig {
    /// The defaults, with an address.
    #[must_use]
    pub fn at(url: SecretString) -> Self {
        Self {
            url,
            prefix: "bt".to_owned(),
            get_limit: Duration::from_millis(50),
            put_limit: Duration::from_secs(1),
            connect_limit: Duration::from_secs(2),
            failure_limit: 3,
            pause: Duration::from_secs(5),
            queue_limit: 1024,
            queue_limit_bytes: 16 * 1024 * 1024,
        }
    }
}
