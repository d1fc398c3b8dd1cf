//! Messages to people: alarms and alerts by SMTP, and webhooks in the form of Slack.

pub mod letters;
pub mod smtp;
pub mod webhook;

mod words;
