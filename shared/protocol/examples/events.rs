//! Prints the JSON Schema of every event, and the columns of their table, as one JSON object; `cargo xtask generate` keeps
//! `docs/events` and `cloudformation.yaml` equal to it.

use std::collections::BTreeMap;

use domain::fact::AGES_TOLD;
use domain::profile::Mode;
use domain::report::Reason;
use domain::room::Parting;
use domain::session::{EndReason, Role, Transport};
use domain::signal::Path;
use protocol::event::{Data, VERSION, transport_name};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

fn main() {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let all = generator.into_root_schema_for::<Data>().to_value();
    let mut columns = BTreeMap::new();
    let schemas = all["oneOf"].as_array().into_iter().flatten().map(|one| {
        let kind = one["properties"]["type"]["const"].as_str().expect("every event has a type");
        let mut data = one["properties"]["data"].clone();
        for (name, field) in data["properties"].as_object_mut().into_iter().flatten() {
            bound(kind, name, field);
            let column = column(field);
            let known = columns.insert(name.to_lowercase(), column.clone());
            assert!(known.is_none_or(|known| known == column), "{name} of {kind} is {column} here, and not elsewhere");
        }
        data["additionalProperties"] = false.into();
        (kind.to_owned(), event(kind, &one["description"], data))
    });
    let schemas: Map<String, Value> = schemas.collect();
    println!("{}", json!({ "schemas": schemas, "columns": columns }));
}

/// The schema of a whole record.
fn event(kind: &str, what: &Value, data: Value) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind,
        "description": what,
        "type": "object",
        "properties": {
            "id": token(),
            "type": { "const": kind },
            "version": { "const": VERSION },
            "at": { "description": "Unix time in milliseconds", "type": "integer", "minimum": 0 },
            "data": data,
            "trace": { "description": "The tab that did it", "type": "string", "pattern": "^[0-9a-z]{16}$" },
        },
        "required": ["id", "type", "version", "at", "data"],
        "additionalProperties": false,
    })
}

/// 26 letters and digits of a hash, or of chance (`domain::id::Token`).
fn token() -> Value {
    json!({ "type": "string", "pattern": "^[0-9A-Z]{26}$" })
}

/// Says what a field can hold. A new field of text has to be named here: nothing that people write goes on the stream, but
/// for the tags that they look for each other by.
fn bound(kind: &str, name: &str, field: &mut Value) {
    let nullable = field["type"].as_array().is_some_and(|types| types.contains(&"null".into()));
    let chosen = |values: Vec<&str>| {
        let null = nullable.then_some(Value::Null);
        json!(values.into_iter().map(Value::from).chain(null).collect::<Vec<_>>())
    };
    match name {
        "user" | "device" | "room" | "sessionId" => *field = token(),
        "voice" => field["pattern"] = "^[0-9A-Z]{10}$".into(),
        "voices" => field["items"]["pattern"] = "^[0-9A-Z]{10}$".into(),
        "mode" => field["enum"] = chosen([Mode::Video, Mode::Audio, Mode::Text].map(Mode::as_str).into()),
        "transport" => field["enum"] = chosen([Transport::Kvs, Transport::Relay].map(transport_name).into()),
        "connectionType" => field["enum"] = chosen([Path::Direct, Path::Relay].map(Path::as_str).into()),
        "role" | "by" => field["enum"] = chosen(Role::BOTH.map(Role::as_str).into()),
        "reason" => field["enum"] = chosen(reasons(kind)),
        "decision" => field["enum"] = chosen(vec!["accepted", "rejected"]),
        "action" => field["enum"] = chosen(vec!["warn", "suspend", "ban"]),
        "scope" => {
            field["enum"] = chosen(vec!["connection", "person", "device", "network", "mailbox", "everyone"]);
        }
        "code" => field["enum"] = chosen(vec!["internal", "unavailable"]),
        "days" => field["enum"] = json!(AGES_TOLD),
        // Words of people, bounded by `domain::profile`; and a route, an action, or `$connect`.
        "tags" | "commonTags" | "language" | "region" | "what" => {}
        _ => assert!(column(field) != "string" && column(field) != "array<string>", "what can {name} of {kind} hold?"),
    }
    if name.ends_with("Ms") {
        field["description"] = "milliseconds".into();
    } else if name.ends_with("At") || name == "until" {
        field["description"] = "Unix time in milliseconds".into();
    }
}

fn reasons(kind: &str) -> Vec<&'static str> {
    match kind {
        "session.ended" => EndReason::ALL.map(EndReason::as_str).into(),
        "room.left" => Parting::ALL.map(Parting::as_str).into(),
        _ => Reason::ALL.map(Reason::as_str).into(),
    }
}

/// The type of a field as Hive spells it, in which tables of Glue are declared.
fn column(field: &Value) -> String {
    let types = match &field["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => Vec::from_iter(one.as_str()),
    };
    match types.iter().find(|one| **one != "null").copied() {
        Some("integer") => "bigint".to_owned(),
        Some("array") => format!("array<{}>", column(&field["items"])),
        Some(one @ ("string" | "boolean")) => one.to_owned(),
        other => panic!("no column can hold {other:?}: {field}"),
    }
}
