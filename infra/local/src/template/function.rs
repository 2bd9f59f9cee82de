//! Lambda functions as the template declares them.

use std::collections::BTreeMap;

use super::evaluate::Scope;
use super::event::{self, Event};
use super::fault::Fault;
use super::intrinsic::Tree;
use super::node::{Entry, Kind, Node, Value};
use super::place::Place;
use super::policy::{self, Statement};
use super::resource::{self, Resource};
use super::schema;

/// `Timeout` when neither the function nor `Globals` gives one, in seconds (SAM specification).
const TIMEOUT_DEFAULT_S: i64 = 3;
/// `MemorySize` when neither gives one, in MB.
const MEMORY_DEFAULT_MB: i64 = 128;
/// Limits of `Timeout` and `MemorySize` ("Lambda quotas").
const TIMEOUT_MAX_S: i64 = 900;
const MEMORY_MAX_MB: i64 = 10_240;

/// One `AWS::Serverless::Function`.
#[derive(Debug, Clone)]
pub struct Function {
    /// Logical id.
    pub logical_id: String,
    /// Name in AWS.
    pub name: String,
    /// ARN.
    pub arn: String,
    /// Line of the logical id.
    pub line: usize,
    /// Name of the program, from `Metadata.BuildProperties.Binary`.
    pub binary: String,
    /// `MemorySize` in MB: reported to the function, not enforced.
    pub memory_mb: u32,
    /// `Tracing: Active`: its invocations are traced.
    pub traced: bool,
    /// `Timeout` in seconds.
    pub timeout_s: u32,
    /// `ReservedConcurrentExecutions`.
    pub concurrency_max: Option<u32>,
    /// `Environment.Variables`, with AWS's addresses replaced by local ones.
    pub environment: BTreeMap<String, String>,
    /// `EventInvokeConfig`: what becomes of asynchronous invocations that fail.
    pub retry: Retry,
    /// What invokes it.
    pub events: Vec<Event>,
    /// What its role may do.
    pub statements: Vec<Statement>,
}

/// What becomes of an asynchronous invocation that fails ("Asynchronous invocation", Lambda Developer Guide).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// `MaximumRetryAttempts`, 0 to 2.
    pub attempts_max: u32,
    /// `MaximumEventAgeInSeconds`.
    pub age_max_s: u32,
    /// ARN of the queue that gets what failed for good.
    pub on_failure: Option<String>,
}

/// Reads every function.
///
/// # Errors
/// The first fault found.
pub fn all(scope: &Scope<'_>, globals: Option<&Tree>) -> Result<Vec<Function>, Fault> {
    let globals = global_properties(scope, globals)?;
    let found = resource::all_of(scope, "AWS::Serverless::Function")?;
    found.into_iter().map(|(resource, raw)| one(scope, resource, raw.metadata, globals.as_ref())).collect()
}

fn one(
    scope: &Scope<'_>,
    found: Resource,
    metadata: Option<&Tree>,
    globals: Option<&Value>,
) -> Result<Function, Fault> {
    let properties = match globals {
        Some(globals) => merged(globals, &found.properties),
        None => found.properties.clone(),
    };
    schema::check("AWS::Serverless::Function", &properties)?;
    let number = |key: &str, default: i64, most: i64| {
        let value = properties.optional_number(key)?.unwrap_or(default);
        let fits = u32::try_from(value).ok().filter(|value| (1..=most).contains(&i64::from(*value)));
        fits.ok_or_else(|| Fault::new(found.line, format!("{key} must be from 1 to {most}, not {value}")))
    };
    let concurrency = properties.optional_number("ReservedConcurrentExecutions")?;
    let concurrency_max = concurrency
        .map(|value| {
            u32::try_from(value).map_err(|_| Fault::new(found.line, "ReservedConcurrentExecutions is negative"))
        })
        .transpose()?;
    Ok(Function {
        arn: scope.place.arn("lambda", &format!("function:{}", found.name)),
        binary: binary(metadata, &found)?,
        memory_mb: number("MemorySize", MEMORY_DEFAULT_MB, MEMORY_MAX_MB)?,
        traced: properties.optional_text("Tracing")?.as_deref() == Some("Active"),
        timeout_s: number("Timeout", TIMEOUT_DEFAULT_S, TIMEOUT_MAX_S)?,
        concurrency_max,
        environment: environment(scope, &properties)?,
        retry: retry(&properties)?,
        events: event::all(&properties)?,
        statements: policy::of_function(scope, &properties)?,
        logical_id: found.logical_id,
        name: found.name,
        line: found.line,
    })
}

fn global_properties(scope: &Scope<'_>, globals: Option<&Tree>) -> Result<Option<Value>, Fault> {
    let Some(globals) = globals else { return Ok(None) };
    for entry in globals.entries("Globals")? {
        if entry.key != "Function" {
            return Err(Fault::new(entry.line, format!("Globals.{} is not read by the local stack", entry.key)));
        }
    }
    let Some(function) = globals.get("Function") else { return Ok(None) };
    let value = scope.required(function)?;
    schema::check("AWS::Serverless::Function", &value)?;
    Ok(Some(value))
}

/// SAM's merge: mappings are merged key by key, lists are joined, of the rest the function's own wins.
fn merged(global: &Value, own: &Value) -> Value {
    let kind = match (&global.kind, &own.kind) {
        (Kind::Map(general), Kind::Map(special)) => {
            let merge = |entry: &Entry<_>| match special.iter().find(|own| own.key == entry.key) {
                Some(own) => Entry { value: merged(&entry.value, &own.value), ..own.clone() },
                None => entry.clone(),
            };
            let mut entries: Vec<_> = general.iter().map(merge).collect();
            entries.extend(special.iter().filter(|own| !general.iter().any(|entry| entry.key == own.key)).cloned());
            Kind::Map(entries)
        }
        (Kind::List(general), Kind::List(special)) => Kind::List(general.iter().chain(special).cloned().collect()),
        _ => own.kind.clone(),
    };
    Node { line: own.line, kind }
}

fn binary(metadata: Option<&Tree>, found: &Resource) -> Result<String, Fault> {
    let text = |tree: Option<&Tree>| tree.and_then(Node::as_text).map(str::to_owned);
    let wanted = || {
        let message = format!(
            "{} needs Metadata {{ BuildMethod: rust-cargolambda, BuildProperties: {{ Binary: <name> }} }}",
            found.logical_id
        );
        Fault::new(found.line, message)
    };
    let metadata = metadata.ok_or_else(wanted)?;
    match text(metadata.get("BuildMethod")).as_deref() {
        Some("rust-cargolambda") => {
            text(metadata.get("BuildProperties").and_then(|properties| properties.get("Binary"))).ok_or_else(wanted)
        }
        _ => Err(wanted()),
    }
}

fn environment(scope: &Scope<'_>, properties: &Value) -> Result<BTreeMap<String, String>, Fault> {
    let Some(environment) = properties.get("Environment") else { return Ok(BTreeMap::new()) };
    schema::only(environment, "Environment", &[&["Variables"]])?;
    let Some(variables) = environment.get("Variables") else { return Ok(BTreeMap::new()) };
    let variable = |entry: &Entry<_>| Ok((entry.key.clone(), localised(scope, &entry.value.scalar(&entry.key)?)));
    variables.entries("Variables")?.iter().map(variable).collect()
}

/// An address of one of the stack's APIs, as AWS would hand it out, becomes the local one.
pub fn localised(scope: &Scope<'_>, text: &str) -> String {
    let mut text = text.to_owned();
    for raw in &scope.resources {
        let id = || scope.place.made_up_id(raw.logical_id);
        match raw.kind {
            "AWS::Serverless::HttpApi" => {
                text = text.replace(&format!("https://{}", Place::api_host(&id())), &scope.place.origin());
            }
            "AWS::ApiGatewayV2::Api" => {
                let host = Place::api_host(&id());
                text = text.replace(&format!("https://{host}"), &scope.place.api_endpoint(&id()));
                text = text.replace(&format!("wss://{host}"), &format!("ws://localhost:{}", scope.place.port));
            }
            _ => {}
        }
    }
    text
}

fn retry(properties: &Value) -> Result<Retry, Fault> {
    let mut retry = Retry { attempts_max: 2, age_max_s: 21_600, on_failure: None };
    let Some(config) = properties.get("EventInvokeConfig") else { return Ok(retry) };
    let keys = ["MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"];
    schema::only(config, "EventInvokeConfig", &[&keys])?;
    let number = |key: &str, default: u32| match config.optional_number(key)? {
        Some(value) => u32::try_from(value).map_err(|_| Fault::new(config.line, format!("{key} is negative"))),
        None => Ok(default),
    };
    retry.attempts_max = number("MaximumRetryAttempts", 2)?;
    retry.age_max_s = number("MaximumEventAgeInSeconds", 21_600)?;
    if let Some(destinations) = config.get("DestinationConfig") {
        schema::only(destinations, "DestinationConfig", &[&["OnFailure"]])?;
        if let Some(destination) = destinations.get("OnFailure") {
            schema::only(destination, "OnFailure", &[&["Type", "Destination"]])?;
            if destination.required_text("Type")? != "SQS" {
                return Err(Fault::new(destination.line, "the local stack knows only SQS as OnFailure destination"));
            }
            retry.on_failure = Some(destination.required_text("Destination")?);
        }
    }
    Ok(retry)
}
