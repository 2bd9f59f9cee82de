//! The SDK's clients: one shared configuration, each client made when it is first needed.

use std::sync::OnceLock;
use std::time::Duration;

use anyhow::Context;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::{Environment, tls};

/// A call that has not been answered by then is tried again or given up.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
const CONNECT_TIMEOUT: Duration = Duration::from_millis(800);
const ATTEMPTS: u32 = 3;

/// A client of one SDK on the shared configuration, at the given endpoint if there is one.
macro_rules! client {
    ($sdk:ident, $config:expr, $endpoint:expr) => {{
        let mut config = $sdk::config::Builder::from(&$config);
        config.set_endpoint_url($endpoint);
        $sdk::Client::from_conf(config.build())
    }};
}

/// Where a deployment's parts are; what a function was not given stays empty and is never asked for.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// The AWS region.
    pub region: String,
    /// Where every service is, in place of AWS's own endpoints and the `AWS_ENDPOINT_URL_*` variables.
    pub endpoint: Option<String>,
    /// The table of what exists while someone is online.
    pub live_table: String,
    /// The table of what must not be lost.
    pub ledger_table: String,
    /// The Kinesis stream.
    pub event_stream: String,
    /// The URL of the delay queue.
    pub clock_queue: String,
    /// The URL of the errands' queue.
    pub errand_queue: String,
    /// The sender of mails, as SES knows it.
    pub mail_from: String,
    /// The base URL of `@connections`.
    pub callback_url: String,
    /// What the names of the pool's channels begin with.
    pub channel_prefix: String,
    /// Over how many partitions each bucket of the queue is spread; 0 counts as 1.
    pub queue_shards: u32,
}

/// Every port, spoken to AWS.
#[derive(Debug)]
pub struct Aws {
    pub(crate) place: Place,
    pub(crate) credentials: Credentials,
    config: SdkConfig,
    dynamodb: OnceLock<aws_sdk_dynamodb::Client>,
    gateway: OnceLock<aws_sdk_apigatewaymanagement::Client>,
    kinesis: OnceLock<aws_sdk_kinesis::Client>,
    sqs: OnceLock<aws_sdk_sqs::Client>,
    kvs: OnceLock<aws_sdk_kinesisvideo::Client>,
    ses: OnceLock<aws_sdk_sesv2::Client>,
}

impl Aws {
    /// Takes credentials, region, table names and the like from the environment.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub fn from_environment() -> anyhow::Result<Self> {
        let environment = Environment;
        let given = |name: &str| environment.optional(name).unwrap_or_default();
        let place = Place {
            region: environment.text("AWS_REGION")?,
            endpoint: None,
            live_table: given("LIVE_TABLE"),
            ledger_table: given("LEDGER_TABLE"),
            event_stream: given("EVENT_STREAM"),
            clock_queue: given("CLOCK_QUEUE_URL"),
            errand_queue: given("ERRAND_QUEUE_URL"),
            mail_from: given("MAIL_FROM"),
            callback_url: given("WS_CALLBACK_URL"),
            channel_prefix: given("CHANNEL_PREFIX"),
            queue_shards: match environment.optional("QUEUE_SHARDS") {
                Some(_) => environment.number("QUEUE_SHARDS")?,
                None => 1,
            },
        };
        Ok(Self::at(place, credentials(environment)?))
    }

    /// Speaks to the parts at a place.
    #[must_use]
    pub fn at(place: Place, credentials: Credentials) -> Self {
        Self::over(place, credentials, tls::amazon())
    }

    /// The same by an HTTP client of one's choice: parts inside this process need no socket.
    #[must_use]
    pub fn over(place: Place, credentials: Credentials, http: SharedHttpClient) -> Self {
        Self {
            config: shared_config(&place.region, credentials.clone(), http),
            place,
            credentials,
            dynamodb: OnceLock::new(),
            gateway: OnceLock::new(),
            kinesis: OnceLock::new(),
            sqs: OnceLock::new(),
            kvs: OnceLock::new(),
            ses: OnceLock::new(),
        }
    }

    pub(crate) fn dynamodb(&self) -> &aws_sdk_dynamodb::Client {
        self.dynamodb.get_or_init(|| client!(aws_sdk_dynamodb, self.config, self.endpoint("DYNAMODB")))
    }

    pub(crate) fn gateway(&self) -> &aws_sdk_apigatewaymanagement::Client {
        let url = || self.endpoint("APIGATEWAYMANAGEMENTAPI").unwrap_or_else(|| self.place.callback_url.clone());
        self.gateway.get_or_init(|| client!(aws_sdk_apigatewaymanagement, self.config, Some(url())))
    }

    pub(crate) fn kinesis(&self) -> &aws_sdk_kinesis::Client {
        self.kinesis.get_or_init(|| client!(aws_sdk_kinesis, self.config, self.endpoint("KINESIS")))
    }

    pub(crate) fn sqs(&self) -> &aws_sdk_sqs::Client {
        self.sqs.get_or_init(|| client!(aws_sdk_sqs, self.config, self.endpoint("SQS")))
    }

    pub(crate) fn kvs(&self) -> &aws_sdk_kinesisvideo::Client {
        self.kvs.get_or_init(|| client!(aws_sdk_kinesisvideo, self.config, self.endpoint("KINESIS_VIDEO")))
    }

    pub(crate) fn ses(&self) -> &aws_sdk_sesv2::Client {
        self.ses.get_or_init(|| client!(aws_sdk_sesv2, self.config, self.endpoint("SESV2")))
    }

    pub(crate) fn ssm(&self) -> aws_sdk_ssm::Client {
        client!(aws_sdk_ssm, self.config, self.endpoint("SSM"))
    }

    /// The endpoint of a service where the place or the standard variables name one.
    fn endpoint(&self, service: &str) -> Option<String> {
        let variable = || Environment.optional(&format!("AWS_ENDPOINT_URL_{service}"));
        self.place.endpoint.clone().or_else(variable).or_else(|| Environment.optional("AWS_ENDPOINT_URL"))
    }

    /// A client for one channel's own endpoint.
    pub(crate) fn channel(&self, https: &str) -> aws_sdk_kinesisvideosignaling::Client {
        client!(aws_sdk_kinesisvideosignaling, self.config, Some(https.to_owned()))
    }
}

fn credentials(environment: Environment) -> anyhow::Result<Credentials> {
    let id = environment.text("AWS_ACCESS_KEY_ID")?;
    let secret = environment.text("AWS_SECRET_ACCESS_KEY").context("half a pair of keys")?;
    Ok(Credentials::new(id, secret, environment.optional("AWS_SESSION_TOKEN"), None, "environment"))
}

fn shared_config(region: &str, credentials: Credentials, http: SharedHttpClient) -> SdkConfig {
    let timeouts =
        TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).operation_attempt_timeout(ATTEMPT_TIMEOUT).build();
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http)
        .retry_config(
            RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(Duration::from_millis(50)),
        )
        .timeout_config(timeouts)
        // Answers are short, and an attempt that stalls is over by its timeout.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build()
}

/// What an SDK error means to a port: throttled, or failed with the service's own code and never with its data.
pub(crate) fn failure<E, R>(
    port: &'static str,
    error: &aws_smithy_runtime_api::client::result::SdkError<E, R>,
) -> ports::Error
where
    E: aws_smithy_types::error::metadata::ProvideErrorMetadata,
{
    use aws_smithy_runtime_api::client::result::SdkError;
    let code = if let SdkError::ServiceError(service) = error {
        service.err().meta().code().unwrap_or("unknown")
    } else if let SdkError::TimeoutError(_) = error {
        "timeout"
    } else if let SdkError::DispatchFailure(_) = error {
        "no connection"
    } else {
        "unreadable answer"
    };
    let throttled = [
        "Throttl",
        "LimitExceeded",
        "ProvisionedThroughputExceeded",
        "TooManyRequests",
        "RequestThrottled",
        "SlowDown",
    ];
    if throttled.iter().any(|word| code.contains(word)) {
        return ports::Error::Throttled { port };
    }
    ports::Error::Failed { port, why: code.to_owned() }
}
