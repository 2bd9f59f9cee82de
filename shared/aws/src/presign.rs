//! Presigned WSS URLs for KVS signaling, the same byte for byte as AWS's own signers make them.

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings, UriPathNormalizationMode,
    sign,
};
use aws_sigv4::sign::v4;
use domain::id::PeerId;
use domain::time::{SpanMs, TimeMs};
use ports::Error;

/// Signs a way into a channel. With a client id it is a VIEWER's, without it the MASTER's; the endpoint's host decides
/// the role, so it must be that of the same role (`ConnectAsViewer`, `ConnectAsMaster` in the KVS WebRTC guide).
///
/// # Errors
/// The endpoint is no `wss://` or `ws://` URL, or the signer refuses.
pub fn presign(
    credentials: &Credentials,
    region: &str,
    endpoint: &str,
    channel_arn: &str,
    client: Option<&PeerId>,
    now: TimeMs,
    life: SpanMs,
) -> Result<String, Error> {
    let failed = |why: String| Error::Failed { port: "kvs", why };
    let (scheme, host) = endpoint.split_once("://").ok_or_else(|| failed("the endpoint is no URL".into()))?;
    let signed_scheme = if scheme == "ws" { "http" } else { "https" };
    let path = if host.contains('/') { "" } else { "/" };
    let mut query = format!("X-Amz-ChannelARN={}", encode(channel_arn));
    if let Some(client) = client {
        query.push_str("&X-Amz-ClientId=");
        query.push_str(&encode(client.as_str()));
    }
    let url = format!("{signed_scheme}://{host}{path}?{query}");

    let identity = credentials.clone().into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("kinesisvideo")
        .time(UNIX_EPOCH + Duration::from_millis(now.0))
        .settings(settings(life))
        .build()
        .map_err(|error| failed(error.to_string()))?;
    let request = SignableRequest::new("GET", &url, std::iter::empty(), SignableBody::Bytes(b""))
        .map_err(|error| failed(error.to_string()))?;
    let (instructions, _) = sign(request, &params.into()).map_err(|error| failed(error.to_string()))?.into_parts();
    let signed = instructions.params().iter().map(|(name, value)| format!("&{name}={}", encode(value)));
    Ok(format!("{scheme}://{host}{path}?{query}{}", signed.collect::<String>()))
}

fn settings(life: SpanMs) -> SigningSettings {
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(life.whole_seconds_up()));
    settings.percent_encoding_mode = PercentEncodingMode::Double;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings
}

/// Percent-encodes all but RFC 3986's unreserved characters, as SigV4 wants it.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
