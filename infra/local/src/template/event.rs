//! What invokes a function: routes, queues, streams, schedules.

use super::evaluate::Scope;
use super::fault::Fault;
use super::node::{Entry, Kind, Node, Value};
use super::place::ACCOUNT_ID;
use super::resource;
use super::schema;

/// One entry of a function's `Events`.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A route of the HTTP API.
    Http {
        /// Id of the API; `None` for SAM's implicit one.
        api_id: Option<String>,
        /// Method in capitals, or `ANY`.
        method: String,
        /// Path such as `/room/{roomId}`; `$default` catches everything.
        path: String,
    },
    /// A queue or a stream, read by an event-source mapping.
    Mapping(Mapping),
    /// A schedule.
    Schedule(Schedule),
}

/// An event-source mapping; the properties have the names of `AWS::Lambda::EventSourceMapping`.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// Line in the template.
    pub line: usize,
    /// ARN of the queue or the stream.
    pub source_arn: String,
    /// The other properties.
    pub properties: Value,
}

/// A schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Line in the template.
    pub line: usize,
    /// `rate(...)` or `cron(...)`.
    pub expression: String,
    /// The payload, when the template gives one.
    pub input: Option<String>,
    /// Whether it fires.
    pub enabled: bool,
    /// Whether EventBridge Scheduler (`ScheduleV2`) or an EventBridge rule (`Schedule`) fires it.
    pub by_scheduler: bool,
}

const MAPPING_PROPERTIES: [&str; 11] = [
    "BatchSize",
    "MaximumBatchingWindowInSeconds",
    "Enabled",
    "FunctionResponseTypes",
    "StartingPosition",
    "BisectBatchOnFunctionError",
    "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds",
    "ParallelizationFactor",
    "DestinationConfig",
    "ScalingConfig",
];

/// The events of a function.
///
/// # Errors
/// An event type or property that the local stack does not know.
pub fn all(properties: &Value) -> Result<Vec<Event>, Fault> {
    let Some(events) = properties.get("Events") else { return Ok(Vec::new()) };
    events.entries("Events")?.iter().map(one).collect()
}

/// The resources `AWS::Lambda::EventSourceMapping`, each with the ARN or name of its function.
///
/// # Errors
/// The first fault found.
pub fn mappings(scope: &Scope<'_>) -> Result<Vec<(String, Mapping)>, Fault> {
    let one = |found: resource::Resource| {
        let function = found.properties.required_text("FunctionName")?;
        let source_arn = found.properties.required_text("EventSourceArn")?;
        Ok((function, Mapping { line: found.line, source_arn, properties: found.properties }))
    };
    resource::all_of(scope, "AWS::Lambda::EventSourceMapping")?.into_iter().map(|(found, _)| one(found)).collect()
}

fn one(entry: &Entry<std::convert::Infallible>) -> Result<Event, Fault> {
    schema::only(&entry.value, &entry.key, &[&["Type", "Properties"]])?;
    let nothing = Node { line: entry.line, kind: Kind::Map(Vec::new()) };
    let properties = entry.value.get("Properties").unwrap_or(&nothing);
    match entry.value.required_text("Type")?.as_str() {
        "HttpApi" => http(properties),
        "SQS" => mapping("Queue", properties),
        "Kinesis" => mapping("Stream", properties),
        "Schedule" => schedule("Schedule", properties),
        "ScheduleV2" => schedule("ScheduleExpression", properties),
        other => {
            let message = format!(
                "an event of type {other} is not imitated (known: HttpApi, SQS, Kinesis, Schedule, ScheduleV2)"
            );
            Err(Fault::new(entry.line, message))
        }
    }
}

fn http(properties: &Value) -> Result<Event, Fault> {
    let accepted = ["PayloadFormatVersion", "RouteSettings"];
    schema::only(properties, "the HttpApi event", &[&["ApiId", "Method", "Path"], &accepted])?;
    match properties.optional_text("PayloadFormatVersion")?.as_deref() {
        None | Some("2.0") => {}
        Some(other) => {
            return Err(Fault::new(properties.line, format!("payload format {other} is not imitated, only 2.0")));
        }
    }
    let path = properties.optional_text("Path")?;
    let method = properties.optional_text("Method")?;
    Ok(Event::Http {
        api_id: properties.optional_text("ApiId")?,
        method: method.map_or("ANY".to_owned(), |method| method.to_uppercase().replace('*', "ANY")),
        path: path.unwrap_or_else(|| "$default".to_owned()),
    })
}

fn mapping(source: &str, properties: &Value) -> Result<Event, Fault> {
    schema::only(properties, "the event", &[&[source], &MAPPING_PROPERTIES])?;
    let source_arn = properties.required_text(source)?;
    if !source_arn.contains(&format!(":{ACCOUNT_ID}:")) {
        return Err(Fault::new(properties.line, format!("{source} must be an ARN of this stack, not {source_arn}")));
    }
    Ok(Event::Mapping(Mapping { line: properties.line, source_arn, properties: properties.clone() }))
}

fn schedule(expression: &str, properties: &Value) -> Result<Event, Fault> {
    let imitated = [expression, "Input", "Enabled", "State"];
    let accepted = ["Name", "Description", "RetryPolicy", "FlexibleTimeWindow", "GroupName"];
    schema::only(properties, "the schedule", &[&imitated, &accepted])?;
    let state = properties.optional_text("State")?;
    Ok(Event::Schedule(Schedule {
        line: properties.line,
        expression: properties.required_text(expression)?,
        input: properties.optional_text("Input")?,
        enabled: properties.optional_bool("Enabled")?.unwrap_or(true) && state.as_deref() != Some("DISABLED"),
        by_scheduler: expression == "ScheduleExpression",
    }))
}
