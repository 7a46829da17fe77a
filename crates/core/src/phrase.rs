//! Documents in plain sentences, for pages, reviews and traces.

use crate::document::{Condition, Serve};

/// "`country` is any of `NL`, `BE`, and `app` is a version in `>=2.1`".
pub fn condition(condition: &Condition) -> String {
    let _ = condition;
    String::new()
}

/// "`on`", or "half `on`, half `off`".
pub fn serve(serve: &Serve) -> String {
    let _ = serve;
    String::new()
}
