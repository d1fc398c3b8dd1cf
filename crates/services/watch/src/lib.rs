//! Watches the house: state of each part, history, alarms.
