//! Reads `cloudformation.yaml` (SAM transform) and says what it declares.
//!
//! Nothing here starts anything. What the template says and the local stack does not know is an error
//! with its line; what is known and has no meaning on one machine is listed in [`schema`].

pub mod evaluate;
pub mod event;
pub mod fault;
pub mod function;
pub mod http_api;
pub mod intrinsic;
pub mod names;
pub mod node;
pub mod page;
pub mod parameters;
pub mod place;
pub mod policy;
pub mod resource;
pub mod schema;
pub mod websocket;
pub mod yaml;

use std::collections::BTreeMap;

use evaluate::Scope;
use event::Mapping;
use fault::Fault;
use function::Function;
use http_api::HttpApi;
use intrinsic::Tree;
use page::Page;
use place::Place;
use resource::Resource;
use websocket::WebSocketApi;

const SECTIONS: [&str; 10] = [
    "AWSTemplateFormatVersion",
    "Transform",
    "Description",
    "Metadata",
    "Parameters",
    "Mappings",
    "Conditions",
    "Globals",
    "Resources",
    "Outputs",
];

/// Everything a template declares, evaluated.
#[derive(Debug, Clone)]
pub struct Template {
    /// The values of its parameters.
    pub parameters: BTreeMap<String, String>,
    /// Lambda functions.
    pub functions: Vec<Function>,
    /// HTTP APIs with their routes.
    pub http_apis: Vec<HttpApi>,
    /// WebSocket APIs with their routes.
    pub websocket_apis: Vec<WebSocketApi>,
    /// DynamoDB tables.
    pub tables: Vec<Resource>,
    /// Kinesis streams.
    pub streams: Vec<Resource>,
    /// SQS queues.
    pub queues: Vec<Resource>,
    /// SSM parameters.
    pub ssm_parameters: Vec<Resource>,
    /// Event-source mappings, each with the logical id of its function.
    pub mappings: Vec<(String, Mapping)>,
    /// What CloudFront adds.
    pub page: Page,
    /// The outputs, with AWS's addresses replaced by local ones.
    pub outputs: BTreeMap<String, String>,
}

/// The names of the parameters a template declares.
///
/// # Errors
/// When the text is no template.
pub fn parameter_names(text: &str) -> Result<Vec<String>, Fault> {
    let root = yaml::parse(text)?;
    let section = root.get("Parameters").map_or(Ok(&[][..]), |section| section.entries("Parameters"))?;
    Ok(section.iter().map(|entry| entry.key.clone()).collect())
}

impl Template {
    /// Reads a template's text with parameters given, for a place where nothing is stored: a parameter that SSM holds holds its
    /// own name.
    ///
    /// # Errors
    /// The first fault found, with its line.
    pub fn read(text: &str, given: &BTreeMap<String, String>, place: &Place) -> Result<Self, Fault> {
        Self::read_with(text, given, place, &str::to_owned)
    }

    /// The same where `stored` gives what SSM holds.
    ///
    /// # Errors
    /// The first fault found, with its line.
    pub fn read_with(
        text: &str,
        given: &BTreeMap<String, String>,
        place: &Place,
        stored: &dyn Fn(&str) -> String,
    ) -> Result<Self, Fault> {
        let root = yaml::parse(text)?;
        for section in root.entries("the template")? {
            if !SECTIONS.contains(&section.key.as_str()) {
                return Err(Fault::new(
                    section.line,
                    format!("there is no section {} that the local stack knows", section.key),
                ));
            }
        }
        transform(&root)?;
        let parameters = parameters::resolve(root.get("Parameters"), given, stored)?;
        let resources = root.get("Resources").ok_or_else(|| Fault::new(1, "there is no section Resources"))?;
        let resources = resource::read(resources)?;
        let scope = Scope::new(place, parameters, root.get("Mappings"), root.get("Conditions"), resources);
        Self::declared(&root, &scope)
    }

    fn declared(root: &Tree, scope: &Scope<'_>) -> Result<Self, Fault> {
        if let Some(conditions) = scope.conditions {
            for entry in conditions.entries("Conditions")? {
                scope.holds(&entry.key, entry.line)?;
            }
        }
        let functions = function::all(scope, root.get("Globals"))?;
        let only = |kind: &str| -> Result<Vec<Resource>, Fault> {
            Ok(resource::all_of(scope, kind)?.into_iter().map(|(resource, _)| resource).collect())
        };
        let parameter = |(name, value): (&String, &node::Value)| Ok((name.clone(), value.texts(name)?.join(",")));
        Ok(Self {
            parameters: scope.parameters.iter().map(parameter).collect::<Result<_, Fault>>()?,
            http_apis: http_api::all(scope, &functions)?,
            websocket_apis: websocket::all(scope, &functions)?,
            tables: [only("AWS::DynamoDB::Table")?, only("AWS::DynamoDB::GlobalTable")?].concat(),
            streams: only("AWS::Kinesis::Stream")?,
            queues: only("AWS::SQS::Queue")?,
            ssm_parameters: only("AWS::SSM::Parameter")?,
            mappings: mappings(scope, &functions)?,
            page: page::read(scope)?,
            outputs: outputs(root, scope)?,
            functions,
        })
    }
}

fn transform(root: &Tree) -> Result<(), Fault> {
    match root.get("Transform") {
        Some(transform) if transform.as_text() != Some("AWS::Serverless-2016-10-31") => {
            Err(Fault::new(transform.line, "the only Transform the local stack knows is AWS::Serverless-2016-10-31"))
        }
        _ => Ok(()),
    }
}

/// Mappings declared as resources and as events, by function.
fn mappings(scope: &Scope<'_>, functions: &[Function]) -> Result<Vec<(String, Mapping)>, Fault> {
    let mut mappings = Vec::new();
    for (target, mapping) in event::mappings(scope)? {
        let function = functions.iter().find(|function| function.name == target || function.arn == target);
        let function =
            function.ok_or_else(|| Fault::new(mapping.line, format!("{target} is no function of this template")))?;
        mappings.push((function.logical_id.clone(), mapping));
    }
    for function in functions {
        for event in &function.events {
            if let event::Event::Mapping(mapping) = event {
                mappings.push((function.logical_id.clone(), mapping.clone()));
            }
        }
    }
    Ok(mappings)
}

fn outputs(root: &Tree, scope: &Scope<'_>) -> Result<BTreeMap<String, String>, Fault> {
    let mut outputs = BTreeMap::new();
    let section = root.get("Outputs").map_or(Ok(&[][..]), |section| section.entries("Outputs"))?;
    for entry in section {
        if let Some(condition) = entry.value.get("Condition").and_then(node::Node::as_text)
            && !scope.holds(condition, entry.line)?
        {
            continue;
        }
        let value =
            entry.value.get("Value").ok_or_else(|| Fault::new(entry.line, format!("{} has no Value", entry.key)))?;
        let text = scope.required(value)?.scalar(&entry.key)?;
        outputs.insert(entry.key.clone(), function::localised(scope, &text));
    }
    Ok(outputs)
}
