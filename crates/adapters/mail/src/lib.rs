//! Messages to people: mail by SMTP, and webhooks in the form of Slack.
