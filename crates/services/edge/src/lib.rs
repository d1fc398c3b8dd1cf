//! The only door: one listener, routes by host and path, upstreams, limits and pages.
