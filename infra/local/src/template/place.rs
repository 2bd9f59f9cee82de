//! Where the stack stands: what AWS's pseudo parameters and addresses become on one machine.

use sha2::{Digest, Sha256};

/// The account every resource of the local stack belongs to.
pub const ACCOUNT_ID: &str = "000000000000";
/// The only region.
pub const REGION: &str = "us-east-1";
/// The partition in every ARN.
pub const PARTITION: &str = "aws";
/// `AWS::URLSuffix`.
pub const URL_SUFFIX: &str = "amazonaws.com";

/// The names and ports a template is evaluated for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `AWS::StackName`.
    pub stack_name: String,
    /// Port of the page, the HTTP API and the WebSocket API on 127.0.0.1.
    pub port: u16,
    /// Port of the AWS endpoints on 127.0.0.1.
    pub aws_port: u16,
}

impl Place {
    /// The one origin of page, API and socket.
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Where every AWS service answers.
    pub fn aws_endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.aws_port)
    }

    /// The URL of a queue, as `Ref` gives it.
    pub fn queue_url(&self, name: &str) -> String {
        format!("{}/{ACCOUNT_ID}/{name}", self.aws_endpoint())
    }

    /// Where an API's `@connections` are: the address of the API on the AWS port, without a stage.
    pub fn api_endpoint(&self, api_id: &str) -> String {
        format!("{}/_api/{api_id}", self.aws_endpoint())
    }

    /// The ARN of a resource of this account and region.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{PARTITION}:{service}:{REGION}:{ACCOUNT_ID}:{resource}")
    }

    /// The host name AWS gives an API.
    pub fn api_host(api_id: &str) -> String {
        format!("{api_id}.execute-api.{REGION}.{URL_SUFFIX}")
    }

    /// An id as AWS would make one up, the same at every start: ten of `a-z0-9`.
    pub fn made_up_id(&self, logical_id: &str) -> String {
        const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let digest = Sha256::digest(format!("{}/{logical_id}", self.stack_name));
        digest.iter().take(10).map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])).collect()
    }
}
