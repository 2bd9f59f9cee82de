//! The log of a function: lines on standard output, in the form and from the level on that Lambda asks for.

use tracing_subscriber::filter::LevelFilter;

use crate::Environment;

/// Starts the log. `AWS_LAMBDA_LOG_FORMAT` and `AWS_LAMBDA_LOG_LEVEL` are what the template's `LoggingConfig` becomes (Lambda
/// Developer Guide, "Configuring advanced logging controls"); without a level `RUST_LOG` may name one. The runtime crate's own
/// subscriber does the same with filters by expression, which are a tenth of a package.
pub fn start_log() {
    let given = |name: &str| Environment.optional(name);
    let level = given("AWS_LAMBDA_LOG_LEVEL").or_else(|| given("RUST_LOG"));
    let level = level.and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    let lines = tracing_subscriber::fmt().with_target(false).without_time().with_max_level(level);
    if given("AWS_LAMBDA_LOG_FORMAT").is_some_and(|format| format.eq_ignore_ascii_case("json")) {
        lines.json().init();
    } else {
        lines.init();
    }
}
