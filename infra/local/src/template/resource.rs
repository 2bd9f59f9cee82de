//! The section `Resources`: which there are, and their properties once evaluated and checked.

use std::convert::Infallible;

use serde_json::{Value as Json, json};

use super::evaluate::Scope;
use super::fault::Fault;
use super::intrinsic::{Call, Tree};
use super::names;
use super::node::{Entry, Kind, Node, Value};
use super::schema;

/// Attributes beside `Type` and `Properties` ("Resource attribute reference"). `DependsOn` needs no
/// obedience here, since names are known before anything starts; the others rule updates and deletion.
const ATTRIBUTES: [&str; 9] = [
    "Type",
    "Properties",
    "Metadata",
    "Condition",
    "DependsOn",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "UpdatePolicy",
    "CreationPolicy",
];

/// A resource as written.
#[derive(Debug, Clone, Copy)]
pub struct Raw<'t> {
    /// Its logical id.
    pub logical_id: &'t str,
    /// Its type, for example `AWS::SQS::Queue`.
    pub kind: &'t str,
    /// Line of its logical id.
    pub line: usize,
    /// `Condition`, when there is one.
    pub condition: Option<&'t str>,
    /// `Metadata`.
    pub metadata: Option<&'t Tree>,
    /// `Properties`.
    pub properties: Option<&'t Tree>,
}

impl Raw<'_> {
    /// Whether its condition holds.
    ///
    /// # Errors
    /// When the condition is unknown or broken.
    pub fn exists(&self, scope: &Scope<'_>) -> Result<bool, Fault> {
        self.condition.map_or(Ok(true), |condition| scope.holds(condition, self.line))
    }
}

/// A resource with its properties evaluated and checked against the schema.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its logical id.
    pub logical_id: String,
    /// Its name in AWS.
    pub name: String,
    /// Line of its logical id.
    pub line: usize,
    /// Its evaluated properties.
    pub properties: Value,
}

impl Resource {
    /// The properties as JSON, with the name under `name_property` also where the template gives none.
    pub fn to_json(&self, name_property: &str) -> Json {
        let mut json = self.properties.to_json();
        if !json.is_object() {
            json = json!({});
        }
        json[name_property] = json!(self.name);
        json
    }
}

/// Reads the section `Resources`.
///
/// # Errors
/// An unknown type or attribute, a missing `Type`.
pub fn read(section: &Tree) -> Result<Vec<Raw<'_>>, Fault> {
    section.entries("Resources")?.iter().map(read_one).collect()
}

fn read_one(entry: &Entry<Call>) -> Result<Raw<'_>, Fault> {
    for attribute in entry.value.entries(&entry.key)? {
        if !ATTRIBUTES.contains(&attribute.key.as_str()) {
            let message = format!("{} has an attribute {} that CloudFormation does not know", entry.key, attribute.key);
            return Err(Fault::new(attribute.line, message));
        }
    }
    let kind = entry.value.get("Type");
    let (kind, line) = kind
        .and_then(|kind| Some((kind.as_text()?, kind.line)))
        .ok_or_else(|| Fault::new(entry.line, format!("{} has no Type", entry.key)))?;
    if !schema::is_known(kind) {
        return Err(Fault::new(line, format!("{kind} is no resource type that the local stack knows")));
    }
    Ok(Raw {
        logical_id: &entry.key,
        kind,
        line: entry.line,
        condition: entry.value.get("Condition").and_then(Node::as_text),
        metadata: entry.value.get("Metadata"),
        properties: entry.value.get("Properties"),
    })
}

/// All existing resources of a type, evaluated and checked, with what they were read from.
///
/// # Errors
/// The first fault found, an unknown property among them.
pub fn all_of<'s, 't>(scope: &'s Scope<'t>, kind: &str) -> Result<Vec<(Resource, &'s Raw<'t>)>, Fault> {
    let mut found = Vec::new();
    for raw in scope.resources.iter().filter(|raw| raw.kind == kind) {
        if raw.exists(scope)? {
            found.push((evaluate(scope, raw)?, raw));
        }
    }
    Ok(found)
}

fn evaluate(scope: &Scope<'_>, raw: &Raw<'_>) -> Result<Resource, Fault> {
    let properties = match raw.properties {
        Some(tree) => scope.required(tree)?,
        None => Node { line: raw.line, kind: Kind::Map(Vec::<Entry<Infallible>>::new()) },
    };
    schema::check(raw.kind, &properties)?;
    Ok(Resource {
        logical_id: raw.logical_id.to_owned(),
        name: names::physical_name(scope, raw.logical_id, raw.line)?,
        line: raw.line,
        properties,
    })
}
