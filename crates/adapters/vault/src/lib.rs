//! Where backups lie: a folder or a bucket, encrypted when a key is set.
