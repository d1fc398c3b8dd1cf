//! Keeps the services of one machine running as they are wished, and starts the scheduled jobs.
