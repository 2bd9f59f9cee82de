//! Bodies of requests, and the constraints that AWS's model puts on them.

use local_wire::Refusal;
use serde::Deserialize;
use serde::de::DeserializeOwned;

const NAME_CHARS_MAX: usize = 256;
const ARN_CHARS_MAX: usize = 1024;
const TAGS_MAX: usize = 50;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    pub(super) channel_name: Option<String>,
    pub(super) channel_type: Option<String>,
    pub(super) single_master_configuration: Option<SingleMaster>,
    pub(super) tags: Option<Vec<Tag>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SingleMaster {
    pub(super) message_ttl_seconds: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    pub(super) key: Option<String>,
    pub(super) value: Option<String>,
}

/// The fields that the other operations choose from.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Select {
    pub(super) channel_name: Option<String>,
    #[serde(rename = "ChannelARN")]
    pub(super) channel_arn: Option<String>,
    pub(super) current_version: Option<String>,
    pub(super) single_master_configuration: Option<SingleMaster>,
    pub(super) single_master_channel_endpoint_configuration: Option<EndpointWish>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct EndpointWish {
    pub(super) protocols: Option<Vec<String>>,
    pub(super) role: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    pub(super) max_results: Option<i64>,
    pub(super) next_token: Option<String>,
    pub(super) channel_name_condition: Option<NameCondition>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct NameCondition {
    pub(super) comparison_operator: Option<String>,
    pub(super) comparison_value: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Ice {
    #[serde(rename = "ChannelARN")]
    pub(super) channel_arn: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) service: Option<String>,
    pub(super) username: Option<String>,
}

/// Reads a body; an empty one counts as `{}`, unknown fields are ignored, as AWS does.
pub(super) fn body<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| Refusal::new(400, "SerializationException", error.to_string()))
}

pub(super) fn invalid(text: impl Into<String>) -> Refusal {
    Refusal::new(400, "InvalidArgumentException", text)
}

/// A field that must be there.
pub(super) fn required<T>(value: Option<T>, member: &str) -> Result<T, Refusal> {
    value.ok_or_else(|| invalid(format!("1 validation error detected: Value at '{member}' must not be null")))
}

/// A channel's name, a client's id or a user name: 1 to 256 of `[a-zA-Z0-9_.-]`.
pub(super) fn name(value: String, member: &str) -> Result<String, Refusal> {
    let fits = (1..=NAME_CHARS_MAX).contains(&value.len()) && value.bytes().all(is_name_byte);
    constrain(fits, value, member, "1 to 256 of [a-zA-Z0-9_.-]")
}

/// `arn:<partition>:kinesisvideo:<region>:<account>:channel/<name>/<digits>`.
pub(crate) fn arn(value: String, member: &str) -> Result<String, Refusal> {
    let parts: Vec<&str> = value.split(':').collect();
    let fits = match parts.as_slice() {
        ["arn", partition, "kinesisvideo", region, account, resource] if value.len() <= ARN_CHARS_MAX => {
            let lower = |text: &str| {
                !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            };
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let resource: Vec<&str> = resource.split('/').collect();
            let named = matches!(resource.as_slice(), [kind, name, created]
                if !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_lowercase())
                    && !name.is_empty() && name.bytes().all(is_name_byte) && digits(created));
            lower(partition) && lower(region) && digits(account) && named
        }
        _ => false,
    };
    constrain(fits, value, member, "an ARN of kinesisvideo")
}

/// `[a-zA-Z0-9]{1,64}`.
pub(super) fn version(value: String) -> Result<String, Refusal> {
    let fits = (1..=64).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    constrain(fits, value, "currentVersion", "1 to 64 of [a-zA-Z0-9]")
}

/// `MessageTtlSeconds`, 5 to 120.
pub(super) fn message_ttl_s(value: i64) -> Result<u32, Refusal> {
    let fits = u32::try_from(value).ok().filter(|seconds| (5..=120).contains(seconds));
    let member = "singleMasterConfiguration.messageTtlSeconds";
    fits.map_or_else(|| constrain(false, value, member, "5 to 120").map(|_| 0), Ok)
}

/// A value of an enumeration.
pub(super) fn one_of(value: &str, member: &str, known: &[&str]) -> Result<(), Refusal> {
    constrain(known.contains(&value), value, member, &format!("one of [{}]", known.join(", "))).map(drop)
}

/// A number within bounds, as a count.
pub(super) fn count(value: i64, member: &str, bounds: std::ops::RangeInclusive<i64>) -> Result<usize, Refusal> {
    let text = format!("{} to {}", bounds.start(), bounds.end());
    constrain(bounds.contains(&value), value, member, &text)?;
    usize::try_from(value).map_err(|_| invalid(format!("{member} is too large")))
}

pub(super) fn tags(tags: Vec<Tag>) -> Result<Vec<(String, String)>, Refusal> {
    if tags.len() > TAGS_MAX {
        let text = format!("A channel has at most {TAGS_MAX} tags.");
        return Err(Refusal::new(400, "TagsPerResourceExceededLimitException", text));
    }
    let one = |tag: Tag| {
        let (key, value) = (required(tag.key, "tags.key")?, required(tag.value, "tags.value")?);
        let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c));
        let fits = (1..=128).contains(&key.chars().count()) && plain(&key);
        let key = constrain(fits, key, "tags.key", "1 to 128 letters, digits, spaces and _.:/=+-@")?;
        let fits = value.chars().count() <= 256 && plain(&value);
        Ok((key, constrain(fits, value, "tags.value", "up to 256 letters, digits, spaces and _.:/=+-@")?))
    };
    tags.into_iter().map(one).collect()
}

fn constrain<T: std::fmt::Display>(fits: bool, value: T, member: &str, constraint: &str) -> Result<T, Refusal> {
    if fits {
        return Ok(value);
    }
    let text = "1 validation error detected: Value";
    Err(invalid(format!("{text} '{value}' at '{member}' failed to satisfy constraint: Member must be {constraint}")))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)
}
