//! The environment of a function's process ("Defined runtime environment variables", Lambda Developer Guide).

use std::collections::BTreeMap;
use std::net::SocketAddr;

use local_wire::Caller;
use local_wire::sigv4::{Credentials, Key};

use crate::random;
use crate::template::function::Function;
use crate::template::place::{Place, REGION};

/// The AWS SDKs' service ids whose calls go to the stack.
const SERVICES: [&str; 7] = ["DYNAMODB", "KINESIS", "SQS", "SSM", "SESV2", "KINESIS_VIDEO", "KINESIS_VIDEO_SIGNALING"];

/// The variable that says where X-Ray's daemon is, where invocations are traced.
pub const DAEMON: &str = "AWS_XRAY_DAEMON_ADDRESS";

/// The whole environment of a function but `AWS_LAMBDA_RUNTIME_API`, with temporary keys of its own that
/// are entered into `credentials`. `connections` is where its API's `@connections` are, `traces` where X-Ray's daemon is.
pub fn of(
    function: &Function,
    place: &Place,
    connections: Option<&str>,
    traces: SocketAddr,
    credentials: &Credentials,
) -> BTreeMap<String, String> {
    let mut environment = function.environment.clone();
    let mut set = |name: &str, value: String| environment.insert(name.to_owned(), value);
    let access_key = format!("ASIA{}", random::capitals::<16>());
    let (secret, session_token) = (random::hex::<20>(), random::hex::<64>());
    set("AWS_ACCESS_KEY_ID", access_key.clone());
    set("AWS_SECRET_ACCESS_KEY", secret.clone());
    set("AWS_SESSION_TOKEN", session_token.clone());
    let caller = Caller::Function(function.logical_id.clone());
    credentials.insert(access_key, Key { secret, session_token: Some(session_token), caller });

    let log_group = format!("/aws/lambda/{}", function.name);
    for (name, value) in [
        ("AWS_REGION", REGION),
        ("AWS_DEFAULT_REGION", REGION),
        ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023"),
        ("AWS_LAMBDA_FUNCTION_NAME", &function.name),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &function.memory_mb.to_string()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", &log_group),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "local"),
        ("_HANDLER", "bootstrap"),
        ("LANG", "en_US.UTF-8"),
        ("TZ", ":UTC"),
    ] {
        set(name, value.to_owned());
    }
    for service in SERVICES {
        set(&format!("AWS_ENDPOINT_URL_{service}"), place.aws_endpoint());
    }
    if function.traced {
        set(DAEMON, traces.to_string());
    }
    if let Some(connections) = connections {
        set("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", connections.to_owned());
    }
    if let Ok(path) = std::env::var("PATH") {
        set("PATH", path);
    }
    environment
}
