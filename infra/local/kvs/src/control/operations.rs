//! The operations of `kinesisvideo` and `kinesisvideosignaling` on channels, JSON in and out.

use std::io;

use local_wire::Refusal;
use serde_json::{Value, json};

use super::channel::{Channel, Status};
use super::input::{self, invalid, required};
use super::registry::{Draft, in_use_unless_active};
use super::{Journal, Registry, Throttle};
use crate::relay::Relay;

const MESSAGE_TTL_DEFAULT_S: u32 = 60;
const LIST_DEFAULT: usize = 500;

/// What can be asked of the control plane, and `GetIceServerConfig` of the data plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    Create,
    Describe,
    Update,
    Delete,
    List,
    Endpoint,
    Ice,
}

impl Operation {
    /// The operation of a `POST` path.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        Some(match path {
            "/createSignalingChannel" => Self::Create,
            "/describeSignalingChannel" => Self::Describe,
            "/updateSignalingChannel" => Self::Update,
            "/deleteSignalingChannel" => Self::Delete,
            "/listSignalingChannels" => Self::List,
            "/getSignalingChannelEndpoint" => Self::Endpoint,
            "/v1/get-ice-server-config" => Self::Ice,
            _ => return None,
        })
    }
}

/// What an operation works on.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) registry: &'a mut Registry,
    pub(crate) throttle: &'a mut Throttle,
    pub(crate) journal: &'a mut Journal,
    pub(crate) relay: &'a Relay,
    /// `arn:aws:kinesisvideo:<region>:<account>:channel/`
    pub(crate) arn_prefix: &'a str,
    /// Where clients reach this service, `127.0.0.1:4566`.
    pub(crate) authority: &'a str,
    pub(crate) ice_ttl_s: u64,
    /// The version that a new or changed channel gets.
    pub(crate) fresh_version: String,
    pub(crate) now_ms: u64,
}

/// The answer, and the channel whose sockets have to close.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) answer: Value,
    pub(crate) deleted: Option<String>,
}

/// Carries out one operation.
pub(crate) fn run(operation: Operation, body: &[u8], context: Context<'_>) -> Result<Done, Refusal> {
    context.throttle.account(operation, context.now_ms)?;
    let answer = match operation {
        Operation::Create => create(body, context)?,
        Operation::Describe => describe(body, context)?,
        Operation::Update => update(body, context)?,
        Operation::Delete => return delete(body, context),
        Operation::List => list(body, &context)?,
        Operation::Endpoint => endpoint(body, &context)?,
        Operation::Ice => ice(body, context)?,
    };
    Ok(Done { answer, deleted: None })
}

fn create(body: &[u8], context: Context<'_>) -> Result<Value, Refusal> {
    let asked: input::Create = input::body(body)?;
    let name = input::name(required(asked.channel_name, "channelName")?, "channelName")?;
    let kind = asked.channel_type.as_deref().unwrap_or("SINGLE_MASTER");
    input::one_of(kind, "channelType", &["SINGLE_MASTER", "FULL_MESH"])?;
    if kind != "SINGLE_MASTER" {
        return Err(invalid("SINGLE_MASTER is the only supported channel type."));
    }
    let ttl = asked.single_master_configuration.and_then(|one| one.message_ttl_seconds);
    let draft = Draft {
        name,
        message_ttl_s: ttl.map_or(Ok(MESSAGE_TTL_DEFAULT_S), input::message_ttl_s)?,
        tags: input::tags(asked.tags.unwrap_or_default())?,
    };
    let Context { registry, journal, arn_prefix, fresh_version, now_ms, .. } = context;
    let channel = registry.create(draft, arn_prefix, fresh_version, now_ms)?;
    journal.put(channel).map_err(not_kept)?;
    Ok(json!({ "ChannelARN": channel.arn }))
}

fn describe(body: &[u8], context: Context<'_>) -> Result<Value, Refusal> {
    let asked: input::Select = input::body(body)?;
    let (channel, status) = match (asked.channel_arn, asked.channel_name) {
        (Some(arn), _) => context.registry.by_arn(&input::arn(arn, "channelARN")?, context.now_ms)?,
        (None, Some(name)) => context.registry.by_name(&input::name(name, "channelName")?, context.now_ms)?,
        (None, None) => return Err(invalid("Either ChannelName or ChannelARN must be given.")),
    };
    context.throttle.channel(Operation::Describe, &channel.arn, context.now_ms)?;
    Ok(json!({ "ChannelInfo": info(channel, status) }))
}

fn update(body: &[u8], context: Context<'_>) -> Result<Value, Refusal> {
    let asked: input::Select = input::body(body)?;
    let arn = input::arn(required(asked.channel_arn, "channelARN")?, "channelARN")?;
    let version = input::version(required(asked.current_version, "currentVersion")?)?;
    let ttl = asked.single_master_configuration.and_then(|one| one.message_ttl_seconds);
    let ttl_s = input::message_ttl_s(required(ttl, "singleMasterConfiguration.messageTtlSeconds")?)?;
    let Context { registry, throttle, journal, fresh_version, now_ms, .. } = context;
    registry.by_arn(&arn, now_ms)?;
    throttle.channel(Operation::Update, &arn, now_ms)?;
    let channel = registry.update(&arn, &version, ttl_s, fresh_version, now_ms)?;
    journal.put(channel).map_err(not_kept)?;
    Ok(json!({}))
}

fn delete(body: &[u8], context: Context<'_>) -> Result<Done, Refusal> {
    let asked: input::Select = input::body(body)?;
    let arn = input::arn(required(asked.channel_arn, "channelARN")?, "channelARN")?;
    let version = asked.current_version.map(input::version).transpose()?;
    let Context { registry, throttle, journal, now_ms, .. } = context;
    registry.by_arn(&arn, now_ms)?;
    throttle.channel(Operation::Delete, &arn, now_ms)?;
    registry.delete(&arn, version.as_deref(), now_ms)?;
    throttle.forget(&arn);
    journal.delete(&arn).map_err(not_kept)?;
    Ok(Done { answer: json!({}), deleted: Some(arn) })
}

fn list(body: &[u8], context: &Context<'_>) -> Result<Value, Refusal> {
    let asked: input::List = input::body(body)?;
    let count = asked.max_results.map_or(Ok(LIST_DEFAULT), |max| input::count(max, "maxResults", 1..=10_000))?;
    let prefix = match asked.channel_name_condition {
        None => String::new(),
        Some(condition) => {
            let operator = condition.comparison_operator.as_deref().unwrap_or("BEGINS_WITH");
            input::one_of(operator, "channelNameCondition.comparisonOperator", &["BEGINS_WITH"])?;
            let member = "channelNameCondition.comparisonValue";
            condition.comparison_value.map(|value| input::name(value, member)).transpose()?.unwrap_or_default()
        }
    };
    let after = asked.next_token.filter(|token| !token.is_empty()).map(|token| name_of(&token)).transpose()?;
    let (page, more) = context.registry.list(&prefix, after.as_deref(), count, context.now_ms);
    let mut answer = json!({
        "ChannelInfoList": page.iter().map(|(channel, status)| info(channel, *status)).collect::<Vec<_>>(),
    });
    if let Some((last, _)) = page.last().filter(|_| more) {
        answer["NextToken"] = Value::from(token_of(&last.name));
    }
    Ok(answer)
}

/// Without a configuration AWS's answer is not documented; this one refuses.
fn endpoint(body: &[u8], context: &Context<'_>) -> Result<Value, Refusal> {
    let asked: input::Select = input::body(body)?;
    let arn = input::arn(required(asked.channel_arn, "channelARN")?, "channelARN")?;
    let member = "singleMasterChannelEndpointConfiguration";
    let wish = required(asked.single_master_channel_endpoint_configuration, member)?;
    let protocols = required(wish.protocols, &format!("{member}.protocols"))?;
    let role = required(wish.role, &format!("{member}.role"))?;
    input::one_of(&role, &format!("{member}.role"), &["MASTER", "VIEWER"])?;
    if !(1..=5).contains(&protocols.len()) {
        return Err(invalid("Protocols must name 1 to 5 protocols."));
    }
    for protocol in &protocols {
        input::one_of(protocol, &format!("{member}.protocols"), &["WSS", "HTTPS", "WEBRTC"])?;
        if protocol == "WEBRTC" {
            return Err(invalid("WEBRTC needs a channel that is configured for ingestion."));
        }
    }
    let (channel, status) = context.registry.by_arn(&arn, context.now_ms)?;
    if status != Status::Updating {
        in_use_unless_active(channel, status)?;
    }
    let (side, authority) = (if role == "MASTER" { 'm' } else { 'v' }, context.authority);
    let address = |protocol: &String| match protocol.as_str() {
        "WSS" => format!("ws://{authority}/kvs/{side}-{}", channel.endpoint_id()),
        _ => format!("http://{authority}"),
    };
    let item = |protocol: &String| json!({ "Protocol": protocol, "ResourceEndpoint": address(protocol) });
    Ok(json!({ "ResourceEndpointList": protocols.iter().map(item).collect::<Vec<_>>() }))
}

fn ice(body: &[u8], context: Context<'_>) -> Result<Value, Refusal> {
    let asked: input::Ice = input::body(body)?;
    let arn = input::arn(required(asked.channel_arn, "channelARN")?, "channelARN")?;
    for (value, member) in [(asked.client_id, "clientId"), (asked.username, "username")] {
        value.map(|value| input::name(value, member)).transpose()?;
    }
    input::one_of(asked.service.as_deref().unwrap_or("TURN"), "service", &["TURN"])?;
    context.registry.usable(&arn, context.now_ms)?;
    context.throttle.channel(Operation::Ice, &arn, context.now_ms)?;
    let (username, password) = context.relay.credentials(&arn, context.now_ms / 1000 + context.ice_ttl_s);
    Ok(json!({ "IceServerList": [{
        "Uris": context.relay.urls,
        "Username": username,
        "Password": password,
        "Ttl": context.ice_ttl_s,
    }] }))
}

fn info(channel: &Channel, status: Status) -> Value {
    json!({
        "ChannelName": channel.name,
        "ChannelARN": channel.arn,
        "ChannelType": "SINGLE_MASTER",
        "ChannelStatus": status.to_string(),
        // Whole milliseconds are exact in a double until the year 10889.
        "CreationTime": channel.created_at_ms as f64 / 1000.0,
        "SingleMasterConfiguration": { "MessageTtlSeconds": channel.message_ttl_s },
        "Version": channel.version,
    })
}

/// `NextToken` is the last name in hexadecimal, as its alphabet has no `.`, `_` and `-`.
fn token_of(name: &str) -> String {
    name.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn name_of(token: &str) -> Result<String, Refusal> {
    let byte = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).ok().filter(|text| text.len() == 2)?;
        u8::from_str_radix(text, 16).ok()
    };
    let bytes: Option<Vec<u8>> = token.as_bytes().chunks(2).map(byte).collect();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| invalid("NextToken is not one that this service gave out."))
}

fn not_kept(error: io::Error) -> Refusal {
    Refusal::new(500, "InternalFailure", format!("The change could not be written to disk: {error}"))
}
