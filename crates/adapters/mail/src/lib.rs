//! Messages to people: alarms, alerts and reports by SMTP, and webhooks in the form of Slack.

pub mod letters;
pub mod reports;
pub mod smtp;
pub mod webhook;

mod way;
mod words;
