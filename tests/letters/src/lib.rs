//! Alerts from a publication to a mailbox: the notifier between a catalog, people, and a mail server on loopback. All is
//! in `tests/`.
