//! Presigned URLs against the signatures that AWS's JavaScript SDK 2.9.0 and botocore make.
#![cfg(test)]

use aws_credential_types::Credentials;
use domain::id::PeerId;
use domain::time::{SpanMs, TimeMs};

const ARN: &str = "arn:aws:kinesisvideo:us-east-1:123456789012:channel/pool-001/1700000000000";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// 2026-01-02T03:04:05Z
const AT: TimeMs = TimeMs(1_767_323_045_000);
const LIFE: SpanMs = SpanMs::seconds(299);

fn presign(role: char, client: Option<&str>, token: Option<&str>) -> String {
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET, token.map(str::to_owned), None, "test");
    let endpoint = format!("wss://{role}-1a2b3c4d.kinesisvideo.us-east-1.amazonaws.com");
    let client = client.map(|client| PeerId::parse(client).unwrap());
    aws::presign(&credentials, "us-east-1", &endpoint, ARN, client.as_ref(), AT, LIFE).unwrap()
}

#[test]
fn a_viewers_url_is_signed_as_aws_signs_it() {
    let url = presign('v', Some("viewer-1"), Some("IQoJb3//+=tok"));
    assert!(url.starts_with("wss://v-1a2b3c4d.kinesisvideo.us-east-1.amazonaws.com/?"), "{url}");
    let signature = "X-Amz-Signature=3e94c27e1b43cd96b003da8d4900abcd184e6115644606bfa830a62326235546";
    assert!(url.contains(signature), "{url}");
}

#[test]
fn a_masters_url_is_signed_as_aws_signs_it() {
    let url = presign('m', None, None);
    let signature = "X-Amz-Signature=7f31719f79441c58428244987eb4cd28250cb4c535fa119e6d112e20b1e56f17";
    assert!(url.contains(signature), "{url}");
    assert!(!url.contains("ClientId"));
}
