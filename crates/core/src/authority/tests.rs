//! What roles allow, change by change.
