//! Finished answers, kept: made once, compressed once, and sent again and again as they are.
//!
//! ```
//! # async fn example() -> Result<(), std::convert::Infallible> {
//! use answers::config::AnswersConfig;
//! use answers::draft::Draft;
//! use answers::key::Key;
//! use answers::tiers::Answers;
//! use http::{HeaderMap, Method};
//! use httpkit::cache::CachePolicy;
//!
//! let answers = Answers::new(AnswersConfig::default(), None);
//! let key = Key::of("api", "release 12").number(417).text("courses of a term").finish();
//! let answer = answers
//!     .get_or_make(&key, async { Ok::<_, std::convert::Infallible>(Draft::json(b"[]".to_vec())) })
//!     .await?;
//! let response = answer.respond(&Method::GET, &HeaderMap::new(), CachePolicy::Private).await;
//! # assert_eq!(response.status(), 200);
//! # Ok(())
//! # }
//! ```
//!
//! A key says everything that an answer depends on: the release, the version of the catalog, the request. So an answer
//! is never stale and nothing is ever purged: what nobody asks for any more makes room for what they do.
//!
//! | you want | use |
//! |---|---|
//! | to keep answers, in the process and beside others in a shared tier | [`tiers::Answers`] |
//! | to name one | [`key::Key`] |
//! | to make one | [`draft::Draft`], finished by [`answer::Answer::finish`] |
//! | to send one, in the encoding that the client likes, or 304 | [`answer::Answer::respond`] |
//! | another shared tier | [`shared::SharedTier`] |

mod accept;
pub mod answer;
pub mod config;
pub mod draft;
pub mod encoding;
mod envelope;
mod figures;
mod forms;
mod improve;
pub mod key;
mod respond;
pub mod shared;
pub mod tiers;
mod unpacking;
