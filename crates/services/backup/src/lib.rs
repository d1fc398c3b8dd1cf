//! Backups of the database: taken, kept, proved by restoring.
