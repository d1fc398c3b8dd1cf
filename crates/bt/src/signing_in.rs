//! How people sign in: by a provider when one is set, as made-up people on a made-up campus, or not at all.

use std::sync::Arc;
use std::time::Duration;

use accounts::ports::{GuestStore as _, SessionStore as _};
use answers::config::AnswersConfig;
use answers::tiers::Answers;
use anyhow::Context;
use aws_lc_rs::rand;
use catalog::ports::with_causes;
use catalog::published::PublishedCatalog;
use clock::Clock;
use database::connect::Database;
use oidc::config::OidcConfig;
use oidc::provider::OpenIdProvider;
use platform::names::Environment;
use tokio_util::sync::CancellationToken;
use web::config::SignIn;
use web::service::{Chance, Ports, RenderMetrics};

use crate::world::{Base, World};

/// A page is small: packing it once more with all effort costs some milliseconds of an idle core, and whoever comes back
/// to it saves a sixth.
const PAGE_IMPROVE_AFTER_ASKS: u32 = 2;

/// The word of the settings that lets accounts of every domain in.
const ANY_DOMAIN: &str = "any";

impl World {
    /// What the site needs of the world.
    ///
    /// # Errors
    /// When the sign-in provider's settings cannot be used.
    pub(crate) fn web_ports(
        &self,
        base: &Base,
        catalog: &Arc<dyn PublishedCatalog>,
        render_metrics: RenderMetrics,
        environment: &Environment,
    ) -> anyhow::Result<Ports> {
        let database = Arc::new(base.database.clone());
        let limit_bytes = self.settings.site_pages_memory_mib.get() * 1024 * 1024;
        // Not shared by Redis: a page is made in less time than it is fetched.
        let kept_pages = AnswersConfig {
            name: "pages",
            limit_bytes,
            improve_after_asks: PAGE_IMPROVE_AFTER_ASKS,
            ..AnswersConfig::default()
        };
        Ok(Ports {
            catalog: Arc::clone(catalog),
            clock: Arc::clone(&self.clock),
            chance: chance(),
            sign_in: self.sign_in(environment)?,
            accounts: database.clone(),
            sessions: database.clone(),
            guests: database.clone(),
            collections: database.clone(),
            feedback: database.clone(),
            schedules: database.clone(),
            personal_data: database.clone(),
            alerts: database,
            render_metrics,
            kept_pages: Answers::new(kept_pages, None),
        })
    }

    /// Whether anybody may be one of the made-up people: on demo data, where no provider is set.
    pub(crate) fn has_sample_people(&self) -> bool {
        let settings = &self.settings;
        settings.sign_in_client_id.is_none() && self.sis_keys().is_none() && settings.sign_in_sample.unwrap_or(true)
    }

    pub(crate) fn sign_in(&self, environment: &Environment) -> anyhow::Result<SignIn> {
        let settings = &self.settings;
        let Some((id, secret)) = settings.sign_in_client_id.as_ref().zip(settings.sign_in_client_secret.as_ref())
        else {
            return Ok(if self.has_sample_people() { SignIn::Sample } else { SignIn::Off });
        };
        let Some(own_url) = settings.own_url(environment) else {
            tracing::warn!(
                %environment,
                "nobody can sign in here: site.public_url names another host than this machine's, and no domain is set \
                 below which this environment would be reached"
            );
            return Ok(SignIn::Off);
        };
        let hosted_domain = Some(settings.sign_in_hosted_domain.clone()).filter(|domain| domain != ANY_DOMAIN);
        let config =
            OidcConfig { hosted_domain, ..OidcConfig::new(settings.sign_in_issuer.0.clone(), id, secret.0.clone()) };
        let provider = OpenIdProvider::new(config, Arc::clone(&self.clock)).context("sign_in.issuer")?;
        Ok(SignIn::Provider { provider: Arc::new(provider), own_url })
    }
}

/// How often sessions and guests that are over are forgotten. Nothing opens by them anyway; it is so that nothing of people
/// lies about for longer than it is told.
const SWEEP_EVERY: Duration = Duration::from_secs(60 * 60);

/// Forgets sessions that are over, and guests who did not come back with what they planned, until `shutdown`. Safe to be
/// done by several processes.
pub(crate) async fn sweep(database: Database, clock: Arc<dyn Clock>, shutdown: CancellationToken) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    // The first tick is at once: the start has better things to do.
    ticks.tick().await;
    while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
        let now = clock.now();
        let swept = (database.sweep_sessions(now).await, database.sweep_guests(now).await);
        match swept {
            (Ok(sessions), Ok(guests)) => tracing::debug!(sessions, guests, "forgot what is over"),
            (Err(error), _) | (_, Err(error)) => {
                tracing::warn!(error = with_causes(&error), "sessions and guests that are over could not be forgotten");
            }
        }
    }
}

/// The system's random source. A machine without one must not sign anybody in.
pub(crate) fn chance() -> Chance {
    Arc::new(|| {
        let mut bytes = [0; 32];
        // Tokens that can be guessed are worse than none.
        rand::fill(&mut bytes).expect("the system gives randomness");
        bytes
    })
}
