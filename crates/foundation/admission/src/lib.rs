//! Who may come in: bans, allow lists, passwords, limits of connections, and who stands behind a proxy.
