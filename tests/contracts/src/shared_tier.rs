//! The contract of the shared tier of kept answers.

mod keeping;

use answers::shared::SharedTier;
use async_trait::async_trait;

/// A tier under test: empty at first, and nobody else's.
#[async_trait]
trait Subject: Send + Sync {
    /// The tier.
    fn tier(&self) -> &dyn SharedTier;
    /// Waits until what was put before can be found.
    async fn settled(&self);
}

/// The cases.
macro_rules! contract {
    ($start:path) => {
        contract_over! { $start;
            keeping::nothing_is_there_at_first,
            keeping::what_was_put_comes_back_byte_for_byte,
            keeping::the_last_one_counts,
            keeping::keys_are_told_apart,
            keeping::what_has_no_life_is_not_there,
            keeping::long_answers_come_back_whole,
            keeping::many_ask_at_once,
        }
    };
}

/// In memory, as tests have it.
mod memory {
    use answers::shared::SharedTier;
    use async_trait::async_trait;
    use kit::memory_tier::MemoryTier;

    use super::Subject;

    #[async_trait]
    impl Subject for MemoryTier {
        fn tier(&self) -> &dyn SharedTier {
            self
        }

        async fn settled(&self) {}
    }

    async fn start() -> MemoryTier {
        MemoryTier::default()
    }

    contract!(start);
}

/// Over a real Redis.
mod redis {
    use answers::shared::SharedTier;
    use async_trait::async_trait;
    use cache::config::RedisConfig;
    use cache::tier::RedisTier;
    use kit::redis::TestRedis;

    use super::Subject;

    struct OverRedis {
        tier: RedisTier,
        _server: TestRedis,
    }

    #[async_trait]
    impl Subject for OverRedis {
        fn tier(&self) -> &dyn SharedTier {
            &self.tier
        }

        async fn settled(&self) {
            self.tier.settled().await;
        }
    }

    async fn start() -> OverRedis {
        let server = TestRedis::start();
        let mut config = RedisConfig::at(server.url().into());
        // The contract is about what is kept, not about how soon it comes on a busy machine.
        config.get_limit = config.connect_limit;
        let tier = RedisTier::start(&config).unwrap();
        tier.connected().await;
        OverRedis { tier, _server: server }
    }

    contract!(start);
}
