//! Sign-in by an OpenID provider, such as Google: the authorization code flow with PKCE, state and nonce. Implements
//! [`accounts::sign_in::IdentityProvider`].
//!
//! Of a provider one needs its issuer, a client id and a client secret. At Google: in the Cloud console under
//! "APIs & Services → Credentials" create an OAuth client of the kind "Web application", and enter the address
//! `https://YOUR.DOMAIN/sign-in/callback` under "Authorized redirect URIs". The issuer is `https://accounts.google.com`;
//! the hosted domain `berkeley.edu` lets nobody in but accounts of the campus.
//!
//! Tokens are read by `jsonwebtoken` over `aws-lc-rs`, which is in the house already. The crate `openidconnect` would
//! bring 46 crates more, with a second set of ciphers, a second calendar, and an `rsa` that has an open advisory; what
//! it does beyond reading tokens is the [`claims`] of one page, with our own clock.
//!
//! Read in this order: the [`config`], the [`provider`], then what it leans on.

mod claims;
pub mod config;
mod discovery;
mod fetch;
mod keys;
pub mod provider;
