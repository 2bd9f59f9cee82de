//! What invokes functions without being asked: queues, streams and schedules.

use std::sync::Arc;
use std::time::Duration;

use local_services::Task;
use local_services::mapping::{self, KinesisSpec, SqsSpec, Start};
use local_services::schedule;
use local_wire::{Caller, Functions};

use super::StartError;
use super::services::Services;
use crate::lambda::asynchronous::Asynchronous;
use crate::permissions::Permissions;
use crate::template::Template;
use crate::template::event::{Event, Mapping, Schedule};
use crate::template::fault::Fault;
use crate::template::function::Function;
use crate::template::node::Value;

/// Starts every event-source mapping and schedule.
///
/// # Errors
/// A line with its place in the template for the first that cannot be started.
pub fn start(
    template: &Template,
    services: &Services,
    functions: &Arc<dyn Functions>,
    permissions: &Permissions,
) -> Result<Vec<Task>, StartError> {
    let mut tasks = Vec::new();
    for (logical_id, mapping) in &template.mappings {
        let function = template.functions.iter().find(|function| function.logical_id == *logical_id);
        if let Some(function) = function
            && enabled(mapping)?
        {
            allowed(function, mapping, permissions)?;
            tasks.push(one_mapping(function, mapping, services, functions)?);
        }
    }
    for function in &template.functions {
        for (index, event) in function.events.iter().enumerate() {
            if let Event::Schedule(schedule) = event
                && schedule.enabled
            {
                let asynchronous = Asynchronous::new(Arc::clone(functions), function, Arc::clone(&services.sqs));
                tasks.push(one_schedule(function, index, schedule, Arc::new(asynchronous))?);
            }
        }
    }
    Ok(tasks)
}

/// What Lambda does with the role of a mapping's function, and asks for before it makes the mapping ("Execution role
/// permissions" of "Using Lambda with Amazon SQS", and of "with Amazon Kinesis").
fn allowed(function: &Function, mapping: &Mapping, permissions: &Permissions) -> Result<(), StartError> {
    let source = mapping.source_arn.as_str();
    let reading: &[&str] = match source.split(':').nth(2) {
        Some("sqs") => &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        _ => &[
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
        ],
    };
    let destination = destination(&mapping.properties)?;
    let reading = reading.iter().map(|action| (*action, source));
    let caller = Caller::Function(function.logical_id.clone());
    for (action, resource) in reading.chain(destination.iter().map(|queue| ("sqs:SendMessage", queue.as_str()))) {
        if !permissions.allow(&caller, action, resource) {
            let message = format!("the role of {} does not allow {action} on {resource}", function.logical_id);
            return Err(located(Fault::new(mapping.line, message)));
        }
    }
    Ok(())
}

fn one_mapping(
    function: &Function,
    mapping: &Mapping,
    services: &Services,
    functions: &Arc<dyn Functions>,
) -> Result<Task, StartError> {
    let name = |arn: &str| arn.rsplit([':', '/']).next().unwrap_or_default().to_owned();
    let service = mapping.source_arn.split(':').nth(2).unwrap_or_default();
    let started = match service {
        "sqs" => {
            let spec = sqs_spec(function, mapping, name(&mapping.source_arn))?;
            mapping::sqs(spec, Arc::clone(&services.sqs), Arc::clone(functions))
        }
        "kinesis" => {
            let destination = destination(&mapping.properties)?.map(|arn| name(&arn));
            let spec = kinesis_spec(function, mapping, name(&mapping.source_arn), destination)?;
            let (kinesis, sqs) = (Arc::clone(&services.kinesis), Arc::clone(&services.sqs));
            mapping::kinesis(spec, kinesis, sqs, Arc::clone(functions))
        }
        other => return Err(located(Fault::new(mapping.line, format!("a mapping of {other} is not imitated")))),
    };
    started.map_err(|error| located(Fault::new(mapping.line, error.to_string())))
}

fn sqs_spec(function: &Function, mapping: &Mapping, queue: String) -> Result<SqsSpec, StartError> {
    let properties = &mapping.properties;
    let scaling = properties.get("ScalingConfig");
    let most = scaling.map(|scaling| scaling.optional_number("MaximumConcurrency")).transpose().map_err(located)?;
    Ok(SqsSpec {
        queue,
        function: function.logical_id.clone(),
        batch_size: number(properties, "BatchSize")?.unwrap_or(10),
        window: seconds(properties, "MaximumBatchingWindowInSeconds")?.unwrap_or_default(),
        report_item_failures: reports(properties)?,
        concurrency_max: most.flatten().map(|most| usize::try_from(most).unwrap_or_default()),
    })
}

fn kinesis_spec(
    function: &Function,
    mapping: &Mapping,
    stream: String,
    on_failure: Option<String>,
) -> Result<KinesisSpec, StartError> {
    let properties = &mapping.properties;
    let start = match properties.required_text("StartingPosition").map_err(located)?.as_str() {
        "TRIM_HORIZON" => Start::TrimHorizon,
        "LATEST" => Start::Latest,
        other => return Err(located(Fault::new(mapping.line, format!("StartingPosition {other} is not imitated")))),
    };
    if properties.optional_number("ParallelizationFactor").map_err(located)?.is_some_and(|factor| factor != 1) {
        return Err(located(Fault::new(mapping.line, "only ParallelizationFactor 1 is imitated")));
    }
    Ok(KinesisSpec {
        stream,
        function: function.logical_id.clone(),
        function_arn: function.arn.clone(),
        start,
        batch_size: number(properties, "BatchSize")?.unwrap_or(100),
        window: seconds(properties, "MaximumBatchingWindowInSeconds")?.unwrap_or_default(),
        bisect: properties.optional_bool("BisectBatchOnFunctionError").map_err(located)?.unwrap_or(false),
        retries_max: number(properties, "MaximumRetryAttempts")?.and_then(|most| u32::try_from(most).ok()),
        age_max: seconds(properties, "MaximumRecordAgeInSeconds")?,
        report_item_failures: reports(properties)?,
        on_failure,
    })
}

fn one_schedule(
    function: &Function,
    index: usize,
    declared: &Schedule,
    functions: Arc<dyn Functions>,
) -> Result<Task, StartError> {
    let fault = |reason: String| located(Fault::new(declared.line, reason));
    let every = schedule::parse_rate(&declared.expression).map_err(|error| fault(error.to_string()))?;
    let input = declared.input.as_deref().map(serde_json::from_str).transpose();
    let spec = schedule::Spec {
        name: format!("{}-{index}", function.name),
        function: function.logical_id.clone(),
        kind: if declared.by_scheduler { schedule::Kind::Scheduler } else { schedule::Kind::Rule },
        every,
        // A fresh stack does not wait a whole period.
        first_after: Duration::ZERO,
        input: input.map_err(|_| fault("Input must be JSON".to_owned()))?,
    };
    Ok(schedule::rate(spec, functions))
}

fn enabled(mapping: &Mapping) -> Result<bool, StartError> {
    mapping.properties.optional_bool("Enabled").map(|enabled| enabled.unwrap_or(true)).map_err(located)
}

fn reports(properties: &Value) -> Result<bool, StartError> {
    let Some(types) = properties.get("FunctionResponseTypes") else { return Ok(false) };
    let types = types.texts("FunctionResponseTypes").map_err(located)?;
    Ok(types.iter().any(|kind| kind == "ReportBatchItemFailures"))
}

fn destination(properties: &Value) -> Result<Option<String>, StartError> {
    let on_failure = properties.get("DestinationConfig").and_then(|config| config.get("OnFailure"));
    on_failure.map(|on_failure| on_failure.required_text("Destination")).transpose().map_err(located)
}

/// A number that stands for "no limit" as -1, which becomes `None`.
fn number(properties: &Value, key: &str) -> Result<Option<usize>, StartError> {
    let number = properties.optional_number(key).map_err(located)?;
    Ok(number.and_then(|number| usize::try_from(number).ok()))
}

fn seconds(properties: &Value, key: &str) -> Result<Option<Duration>, StartError> {
    Ok(number(properties, key)?.map(|seconds| Duration::from_secs(seconds as u64)))
}

fn located(fault: Fault) -> StartError {
    format!("line {} of the template: {}", fault.line, fault.message).into()
}
