//! What a function says of itself: lines of log, and traces.

use std::io;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt, registry};

use crate::Environment;
use crate::xray::XRay;

/// Logs to standard output, in the format and from the level that Lambda's advanced logging controls ask for
/// (`AWS_LAMBDA_LOG_FORMAT`, `AWS_LAMBDA_LOG_LEVEL`; Lambda Developer Guide, "Using Lambda advanced logging controls for
/// custom runtimes"), and sends traces where X-Ray's daemon is. To be called once, at start.
pub fn observe() {
    let environment = Environment;
    let level = environment.optional("AWS_LAMBDA_LOG_LEVEL").and_then(|level| level.parse().ok());
    let is_json =
        environment.optional("AWS_LAMBDA_LOG_FORMAT").is_some_and(|format| format.eq_ignore_ascii_case("json"));
    let lines = fmt::layer().with_target(false).without_time().with_writer(io::stdout);
    let lines = if is_json { lines.json().boxed() } else { lines.boxed() };
    let function = environment.optional("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default();
    let traces = environment.optional("AWS_XRAY_DAEMON_ADDRESS").and_then(|daemon| XRay::to(&daemon, function));
    registry().with(level.unwrap_or(LevelFilter::INFO)).with(lines).with(traces).init();
}
