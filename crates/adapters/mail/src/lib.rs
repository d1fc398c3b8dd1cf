//! Messages to people: mail by SMTP, and webhooks in the form of Slack.

pub mod smtp;
pub mod webhook;

mod words;
