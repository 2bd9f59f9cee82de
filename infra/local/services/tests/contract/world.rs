//! All services behind one door on a free port, and AWS's clients for them.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::BehaviorVersion;
use aws_smithy_http_client::Builder;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::{RetryConfig, SharedCredentialsProvider, TimeoutConfig};
use local_services::door::Door;
use local_services::dynamodb::DynamoDb;
use local_services::kinesis::Kinesis;
use local_services::ses::Ses;
use local_services::sqs::Sqs;
use local_services::ssm::Ssm;
use local_wire::sigv4::{Credentials as Keys, Key};
use local_wire::{Caller, Service};

pub struct World {
    pub url: String,
    pub keys: Keys,
    pub dynamodb: Arc<DynamoDb>,
    pub kinesis: Arc<Kinesis>,
    pub sqs: Arc<Sqs>,
    pub ssm: Arc<Ssm>,
    pub ses: Arc<Ses>,
    server: tokio::task::JoinHandle<()>,
}

impl World {
    pub async fn start() -> Self {
        Self::start_in(None).await
    }

    pub async fn start_in(data: Option<&Path>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let keys = Keys::new();
        keys.insert(
            "AKIDLOCAL",
            Key { secret: "local".to_owned(), session_token: None, caller: Caller::Administrator },
        );
        let dynamodb = Arc::new(DynamoDb::open(data).unwrap());
        let kinesis = Arc::new(Kinesis::open(data).unwrap());
        let sqs = Arc::new(Sqs::open(data, &url).unwrap());
        let ssm = Arc::new(Ssm::open(data).unwrap());
        let ses = Arc::new(Ses::open(data).unwrap());
        let services: [(&'static str, Arc<dyn Service>); 5] = [
            ("dynamodb", dynamodb.clone()),
            ("kinesis", kinesis.clone()),
            ("sqs", sqs.clone()),
            ("ssm", ssm.clone()),
            ("ses", ses.clone()),
        ];
        let router = Door::new(services, keys.clone(), Arc::new(|_, _, _| true)).router();
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, keys, dynamodb, kinesis, sqs, ssm, ses, server }
    }

    pub fn config(&self) -> SdkConfig {
        self.config_with(Credentials::from_keys("AKIDLOCAL", "local", None))
    }

    pub fn config_with(&self, credentials: Credentials) -> SdkConfig {
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(&self.url)
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(Builder::new().build_http())
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_timeout(Duration::from_secs(30)).build())
            .build()
    }

    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.config())
    }

    pub fn kinesis(&self) -> aws_sdk_kinesis::Client {
        aws_sdk_kinesis::Client::new(&self.config())
    }

    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&self.config())
    }

    pub fn ssm(&self) -> aws_sdk_ssm::Client {
        aws_sdk_ssm::Client::new(&self.config())
    }

    pub fn ses(&self) -> aws_sdk_sesv2::Client {
        aws_sdk_sesv2::Client::new(&self.config())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A folder of its own for one test, removed at its end.
pub struct Folder(pub std::path::PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("local-services-{name}-{}", std::process::id()));
        let _absent = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}
