//! The section `Parameters`: values by default or given, checked as CloudFormation checks them.

use std::collections::BTreeMap;

use regex_lite::Regex;

use super::fault::Fault;
use super::intrinsic::{Call, Tree};
use super::node::{Entry, Kind, Node, Value};

const PROPERTIES: [&str; 11] = [
    "Type",
    "Default",
    "Description",
    "AllowedValues",
    "AllowedPattern",
    "ConstraintDescription",
    "MinValue",
    "MaxValue",
    "MinLength",
    "MaxLength",
    "NoEcho",
];

/// The parameter type whose value is the name of an SSM parameter, a StringList ("Specify existing resources at runtime with
/// CloudFormation-supplied parameter types", CloudFormation User Guide).
const STORED_LIST: &str = "AWS::SSM::Parameter::Value<List<String>>";

/// The value of every parameter; `stored` gives what an SSM parameter holds.
///
/// # Errors
/// A parameter without value or with one it does not allow, a given value nobody declares.
pub fn resolve(
    section: Option<&Tree>,
    given: &BTreeMap<String, String>,
    stored: &dyn Fn(&str) -> String,
) -> Result<BTreeMap<String, Value>, Fault> {
    let declared = section.map_or(Ok(&[][..]), |section| section.entries("Parameters"))?;
    if let Some(stranger) = given.keys().find(|name| !declared.iter().any(|entry| entry.key == **name)) {
        return Err(Fault::new(0, format!("there is no parameter {stranger} in the template")));
    }
    let value = |entry: &Entry<Call>| Ok((entry.key.clone(), one(entry, given.get(&entry.key), stored)?));
    declared.iter().map(value).collect()
}

fn one(entry: &Entry<Call>, given: Option<&String>, stored: &dyn Fn(&str) -> String) -> Result<Value, Fault> {
    let (name, line) = (&entry.key, entry.line);
    for property in entry.value.entries(name)? {
        if !PROPERTIES.contains(&property.key.as_str()) {
            let message = format!("parameter {name} has a property {} that CloudFormation does not know", property.key);
            return Err(Fault::new(property.line, message));
        }
    }
    let text = match (given, literal(&entry.value, "Default")?) {
        (Some(given), _) => given.clone(),
        (None, Some(default)) => default,
        (None, None) => {
            return Err(Fault::new(
                line,
                format!("parameter {name} has no default: give one with --parameter {name}=..."),
            ));
        }
    };
    let kind = literal(&entry.value, "Type")?.ok_or_else(|| Fault::new(line, format!("{name} has no Type")))?;
    check(&entry.value, &kind, &text).map_err(|reason| {
        let described = entry.value.get("ConstraintDescription").and_then(Node::as_text);
        let wanted = described.map_or(String::new(), |wanted| format!(" (wanted: {wanted})"));
        Fault::new(line, format!("parameter {name} cannot be {text:?}: {reason}{wanted}"))
    })?;
    let list = |text: &str| Kind::List(text.split(',').map(|item| Value::text_at(line, item.trim())).collect());
    let kind = match kind.as_str() {
        "CommaDelimitedList" | "List<Number>" => list(&text),
        STORED_LIST => list(&stored(&text)),
        _ => Kind::Text(text),
    };
    Ok(Node { line, kind })
}

fn check(declared: &Tree, kind: &str, text: &str) -> Result<(), String> {
    let bound = |property: &str| literal(declared, property).map_err(|fault| fault.message);
    let number = |text: &str| text.parse::<f64>().map_err(|_| format!("{text} is no number"));
    match kind {
        "Number" => {
            let value = number(text)?;
            if bound("MinValue")?.map(|least| number(&least)).transpose()?.is_some_and(|least| value < least) {
                return Err("it is below MinValue".to_owned());
            }
            if bound("MaxValue")?.map(|most| number(&most)).transpose()?.is_some_and(|most| value > most) {
                return Err("it is above MaxValue".to_owned());
            }
        }
        "String" | "CommaDelimitedList" | "List<Number>" | STORED_LIST => {}
        _ => return Err(format!("the local stack does not know the parameter type {kind}")),
    }
    let length = text.chars().count() as f64;
    if bound("MinLength")?.map(|least| number(&least)).transpose()?.is_some_and(|least| length < least) {
        return Err("it is shorter than MinLength".to_owned());
    }
    if bound("MaxLength")?.map(|most| number(&most)).transpose()?.is_some_and(|most| length > most) {
        return Err("it is longer than MaxLength".to_owned());
    }
    if let Some(Kind::List(allowed)) = declared.get("AllowedValues").map(|allowed| &allowed.kind)
        && !allowed.iter().any(|item| scalar(item).as_deref() == Some(text))
    {
        return Err("it is not among AllowedValues".to_owned());
    }
    if let Some(pattern) = bound("AllowedPattern")? {
        let whole =
            Regex::new(&format!("^(?:{pattern})$")).map_err(|error| format!("AllowedPattern is broken: {error}"))?;
        if !whole.is_match(text) {
            return Err(format!("it does not match {pattern}"));
        }
    }
    Ok(())
}

/// A property that must be written out: parameters come before every function.
fn literal(declared: &Tree, property: &str) -> Result<Option<String>, Fault> {
    let Some(node) = declared.get(property) else { return Ok(None) };
    scalar(node).map(Some).ok_or_else(|| Fault::new(node.line, format!("{property} must be a plain value")))
}

fn scalar(node: &Tree) -> Option<String> {
    match &node.kind {
        Kind::Text(text) => Some(text.clone()),
        Kind::Number(number) => Some(number.to_string()),
        Kind::Bool(value) => Some(value.to_string()),
        Kind::Null => Some(String::new()),
        Kind::List(_) | Kind::Map(_) | Kind::Call(_) => None,
    }
}
