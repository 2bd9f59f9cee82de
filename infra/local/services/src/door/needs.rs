//! What a call needs of its caller's role: the actions and resources that IAM is asked for ("Service Authorization
//! Reference").
//!
//! A transaction needs the actions of its items, a batch those of one item in each of its tables, and what lists needs
//! its action on `*`. What is not known here needs its own name on `*`, which no role is given.

use local_wire::Call;
use serde_json::Value;

use crate::{ACCOUNT, REGION};

/// An action (`dynamodb:GetItem`) on a resource (an ARN, or `*` where the action knows none).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) action: String,
    pub(super) resource: String,
}

/// All that the caller must be allowed.
pub(super) fn of(call: &Call) -> Vec<Need> {
    let body = serde_json::from_slice(&call.body).unwrap_or(Value::Null);
    let service = call.service.as_str();
    let one = |action: &str, resource: Option<String>| {
        vec![Need { action: format!("{service}:{action}"), resource: resource.unwrap_or_else(|| "*".to_owned()) }]
    };
    match service {
        "dynamodb" => dynamodb(&call.operation, &body),
        "kinesis" => one(&call.operation, stream(&body)),
        "sqs" => one(call.operation.strip_suffix("Batch").unwrap_or(&call.operation), queue(&body)),
        "ssm" => parameters(&body).into_iter().flat_map(|name| one(&call.operation, Some(name))).collect(),
        "ses" => one(mail_action(call), sender(&body)),
        "kinesisvideo" => one(&video_action(call.uri.path()), channel(&body)),
        "execute-api" => one("ManageConnections", connection(call)),
        _ => one(&call.operation, None),
    }
}

fn dynamodb(operation: &str, body: &Value) -> Vec<Need> {
    let need = |action: &str, of: &Value| Need { action: format!("dynamodb:{action}"), resource: table(of) };
    let items = || body["TransactItems"].as_array().into_iter().flatten().filter_map(Value::as_object).flatten();
    let tables = || body["RequestItems"].as_object().into_iter().flatten();
    let needs: Vec<Need> = match operation {
        "TransactWriteItems" => items()
            .map(|(kind, of)| match kind.as_str() {
                "ConditionCheck" => need("ConditionCheckItem", of),
                write => need(&format!("{write}Item"), of),
            })
            .collect(),
        "TransactGetItems" => items().map(|(_, of)| need("GetItem", of)).collect(),
        "BatchGetItem" | "BatchWriteItem" => {
            tables().map(|(name, _)| need(operation, &serde_json::json!({ "TableName": name }))).collect()
        }
        _ => Vec::new(),
    };
    // What names no item needs its own name.
    if needs.is_empty() { vec![need(operation, body)] } else { needs }
}

fn table(of: &Value) -> String {
    match (of["TableName"].as_str(), of["IndexName"].as_str()) {
        (None, _) => "*".to_owned(),
        (Some(table), None) => arn("dynamodb", &format!("table/{table}")),
        (Some(table), Some(index)) => arn("dynamodb", &format!("table/{table}/index/{index}")),
    }
}

fn stream(body: &Value) -> Option<String> {
    let named = || Some(arn("kinesis", &format!("stream/{}", body["StreamName"].as_str()?)));
    body["StreamARN"].as_str().map(str::to_owned).or_else(named)
}

fn queue(body: &Value) -> Option<String> {
    let named = body["QueueUrl"].as_str().or(body["QueueName"].as_str())?;
    Some(arn("sqs", named.rsplit('/').next().unwrap_or_default()))
}

fn parameters(body: &Value) -> Vec<String> {
    let names = body["Names"].as_array().into_iter().flatten().chain(body.get("Name"));
    let named: Vec<_> = names
        .filter_map(Value::as_str)
        .map(|name| arn("ssm", &format!("parameter/{}", name.trim_start_matches('/'))))
        .collect();
    if named.is_empty() { vec!["*".to_owned()] } else { named }
}

fn mail_action(call: &Call) -> &'static str {
    if call.uri.path() == "/v2/email/outbound-emails" { "SendEmail" } else { "Unknown" }
}

/// The identity of a sender is its domain, where that is what SES has verified.
fn sender(body: &Value) -> Option<String> {
    let (_, domain) = body["FromEmailAddress"].as_str()?.trim_end_matches('>').rsplit_once('@')?;
    Some(arn("ses", &format!("identity/{domain}")))
}

/// `GetIceServerConfig` of `/v1/get-ice-server-config`, `CreateSignalingChannel` of `/createSignalingChannel`.
fn video_action(path: &str) -> String {
    let words = path.rsplit('/').next().unwrap_or_default().split('-');
    let capitalised = |word: &str| word.split_at_checked(1).map(|(first, rest)| first.to_uppercase() + rest);
    words.filter_map(capitalised).collect()
}

fn channel(body: &Value) -> Option<String> {
    // Before it is there, and by its name alone, a channel's time of creation is not known.
    let named = || Some(arn("kinesisvideo", &format!("channel/{}/0", body["ChannelName"].as_str()?)));
    body["ChannelARN"].as_str().map(str::to_owned).or_else(named)
}

/// `/_api/<api id>/<stage>/@connections/<connection id>`
fn connection(call: &Call) -> Option<String> {
    let (api, rest) = call.uri.path().strip_prefix("/_api/")?.split_once('/')?;
    let (stage, resource) = rest.split_once('/')?;
    Some(arn("execute-api", &format!("{api}/{stage}/{}/{resource}", call.method)))
}

fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}")
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, Method};
    use local_wire::Caller;
    use serde_json::json;

    use super::*;

    fn call(service: &str, operation: &str, (method, path): (Method, &str), body: &Value) -> Call {
        Call {
            service: service.to_owned(),
            operation: operation.to_owned(),
            caller: Caller::Function("F".to_owned()),
            method,
            uri: path.parse().expect("a path"),
            headers: HeaderMap::new(),
            body: Bytes::from(body.to_string()),
        }
    }

    fn needs(service: &str, operation: &str, path: (Method, &str), body: &Value) -> Vec<String> {
        let line = |need: Need| format!("{} {}", need.action, need.resource.replace("us-east-1:000000000000", "-"));
        of(&call(service, operation, path, body)).into_iter().map(line).collect()
    }

    #[test]
    fn every_call_needs_what_aws_asks_of_it() {
        let root = || (Method::POST, "/");
        let write = json!({ "TransactItems": [
            { "Put": { "TableName": "a" } }, { "ConditionCheck": { "TableName": "b" } }, { "Update": { "TableName": "b" } },
        ] });
        let query = json!({ "TableName": "a", "IndexName": "free" });
        let send = json!({ "QueueUrl": "http://127.0.0.1:1/000000000000/clock" });
        let mail = json!({ "FromEmailAddress": "Speed Connect <hello@example.com>" });
        let create = json!({ "ChannelName": "pool_1" });
        let cases = [
            (
                "dynamodb",
                "TransactWriteItems",
                root(),
                write,
                vec![
                    "dynamodb:PutItem arn:aws:dynamodb:-:table/a",
                    "dynamodb:ConditionCheckItem arn:aws:dynamodb:-:table/b",
                    "dynamodb:UpdateItem arn:aws:dynamodb:-:table/b",
                ],
            ),
            ("dynamodb", "Query", root(), query, vec!["dynamodb:Query arn:aws:dynamodb:-:table/a/index/free"]),
            ("dynamodb", "ListTables", root(), json!({}), vec!["dynamodb:ListTables *"]),
            ("dynamodb", "TransactWriteItems", root(), json!({}), vec!["dynamodb:TransactWriteItems *"]),
            ("sqs", "SendMessageBatch", root(), send, vec!["sqs:SendMessage arn:aws:sqs:-:clock"]),
            (
                "ssm",
                "GetParameter",
                root(),
                json!({ "Name": "/a/b" }),
                vec!["ssm:GetParameter arn:aws:ssm:-:parameter/a/b"],
            ),
            (
                "ssm",
                "GetParameters",
                root(),
                json!({ "Names": ["/a", "/b"] }),
                vec!["ssm:GetParameters arn:aws:ssm:-:parameter/a", "ssm:GetParameters arn:aws:ssm:-:parameter/b"],
            ),
            (
                "kinesis",
                "PutRecords",
                root(),
                json!({ "StreamName": "s" }),
                vec!["kinesis:PutRecords arn:aws:kinesis:-:stream/s"],
            ),
            (
                "ses",
                "",
                (Method::POST, "/v2/email/outbound-emails"),
                mail,
                vec!["ses:SendEmail arn:aws:ses:-:identity/example.com"],
            ),
            (
                "kinesisvideo",
                "",
                (Method::POST, "/createSignalingChannel"),
                create,
                vec!["kinesisvideo:CreateSignalingChannel arn:aws:kinesisvideo:-:channel/pool_1/0"],
            ),
            (
                "kinesisvideo",
                "",
                (Method::POST, "/v1/get-ice-server-config"),
                json!({ "ChannelARN": "c" }),
                vec!["kinesisvideo:GetIceServerConfig c"],
            ),
            (
                "execute-api",
                "",
                (Method::DELETE, "/_api/abc/ws/@connections/x%3D"),
                json!(null),
                vec!["execute-api:ManageConnections arn:aws:execute-api:-:abc/ws/DELETE/@connections/x%3D"],
            ),
        ];
        for (service, operation, path, body, expected) in cases {
            assert_eq!(needs(service, operation, path, &body), expected, "{service} {operation}");
        }
    }
}
