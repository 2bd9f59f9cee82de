//! Evaluates intrinsic functions ("Intrinsic function reference", CloudFormation User Guide).

use std::cell::Cell;
use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::fault::Fault;
use super::intrinsic::{Call, Function, Tree};
use super::names;
use super::node::{Entry, Kind, Node, Value};
use super::place::{ACCOUNT_ID, PARTITION, Place, REGION, URL_SUFFIX};
use super::resource::Raw;

/// How deep references may lead from one resource to the next before they count as a circle.
const HOPS_MAX: usize = 64;

/// Everything a `Ref` can reach.
pub struct Scope<'t> {
    /// Names and ports.
    pub place: &'t Place,
    /// Values of the parameters by name.
    pub parameters: BTreeMap<String, Value>,
    /// The section `Mappings`.
    pub mappings: Option<&'t Tree>,
    /// The section `Conditions`.
    pub conditions: Option<&'t Tree>,
    /// The resources by logical id, in the order of the file.
    pub resources: Vec<Raw<'t>>,
    hops: Cell<usize>,
}

impl<'t> Scope<'t> {
    /// A scope over what the file declares.
    pub fn new(
        place: &'t Place,
        parameters: BTreeMap<String, Value>,
        mappings: Option<&'t Tree>,
        conditions: Option<&'t Tree>,
        resources: Vec<Raw<'t>>,
    ) -> Self {
        Self { place, parameters, mappings, conditions, resources, hops: Cell::new(0) }
    }

    /// The resource with a logical id.
    ///
    /// # Errors
    /// When there is none.
    pub fn resource(&self, logical_id: &str, line: usize) -> Result<&Raw<'t>, Fault> {
        let known = self.resources.iter().find(|resource| resource.logical_id == logical_id);
        known.ok_or_else(|| Fault::new(line, format!("there is no parameter or resource {logical_id}")))
    }

    /// Evaluates a value; `None` is `AWS::NoValue`, which takes its property away.
    ///
    /// # Errors
    /// The first fault found.
    pub fn evaluate(&self, tree: &Tree) -> Result<Option<Value>, Fault> {
        let kind = match &tree.kind {
            Kind::Null => Kind::Null,
            Kind::Bool(value) => Kind::Bool(*value),
            Kind::Number(number) => Kind::Number(number.clone()),
            Kind::Text(text) => Kind::Text(text.clone()),
            Kind::List(items) => {
                let items = items.iter().filter_map(|item| self.evaluate(item).transpose());
                Kind::List(items.collect::<Result<_, _>>()?)
            }
            Kind::Map(entries) => {
                let entries = entries.iter().filter_map(|entry| self.entry(entry).transpose());
                Kind::Map(entries.collect::<Result<_, _>>()?)
            }
            Kind::Call(call) => return self.deeper(tree.line, || self.call(call, tree.line)),
        };
        Ok(Some(Node { line: tree.line, kind }))
    }

    /// Evaluates a value that must be there.
    ///
    /// # Errors
    /// The first fault found, or `AWS::NoValue`.
    pub fn required(&self, tree: &Tree) -> Result<Value, Fault> {
        self.evaluate(tree)?.ok_or_else(|| Fault::new(tree.line, "AWS::NoValue cannot stand here"))
    }

    /// Whether a condition of the section `Conditions` holds.
    ///
    /// # Errors
    /// When it does not exist or is none.
    pub fn holds(&self, name: &str, line: usize) -> Result<bool, Fault> {
        let condition = self.conditions.and_then(|conditions| conditions.get(name));
        let condition = condition.ok_or_else(|| Fault::new(line, format!("there is no condition {name}")))?;
        self.deeper(line, || self.truth(condition))
    }

    fn entry(&self, entry: &Entry<Call>) -> Result<Option<Entry<std::convert::Infallible>>, Fault> {
        let value = self.evaluate(&entry.value)?;
        Ok(value.map(|value| Entry { key: entry.key.clone(), line: entry.line, value }))
    }

    fn deeper<T>(&self, line: usize, work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        if self.hops.get() == HOPS_MAX {
            return Err(Fault::new(line, "the references go round in a circle"));
        }
        self.hops.set(self.hops.get() + 1);
        let result = work();
        self.hops.set(self.hops.get() - 1);
        result
    }

    fn call(&self, call: &Call, line: usize) -> Result<Option<Value>, Fault> {
        let argument = &*call.argument;
        let text = |text: String| Ok(Some(Value::text_at(line, text)));
        match call.function {
            Function::Ref => self.reference(&self.literal(argument, "Ref")?, line),
            Function::GetAtt => {
                let path = match argument.as_list() {
                    Some(_) => self.required(argument)?.texts("GetAtt")?.join("."),
                    None => self.literal(argument, "GetAtt")?,
                };
                self.attribute(&path, line).map(Some)
            }
            Function::Sub => text(self.substitute(argument)?),
            Function::Join => {
                let [separator, items] = arguments(argument, "Join")?;
                let separator = self.required(separator)?.scalar("Join")?;
                text(self.required(items)?.texts("Join")?.join(&separator))
            }
            Function::Select => {
                let [index, items] = arguments(argument, "Select")?;
                let index = self.required(index)?.scalar("Select")?;
                let items = self.required(items)?;
                let item = index.parse::<usize>().ok().and_then(|index| items.items().get(index).cloned());
                item.map(Some).ok_or_else(|| Fault::new(line, format!("!Select finds no item {index}")))
            }
            Function::Split => {
                let [separator, whole] = arguments(argument, "Split")?;
                let separator = self.required(separator)?.scalar("Split")?;
                let whole = self.required(whole)?.scalar("Split")?;
                let items = whole.split(&separator).map(|part| Value::text_at(line, part)).collect();
                Ok(Some(Node { line, kind: Kind::List(items) }))
            }
            Function::FindInMap => self.find_in_map(argument, line),
            Function::Base64 => text(BASE64_STANDARD.encode(self.required(argument)?.scalar("Base64")?)),
            Function::If => {
                let [condition, then, otherwise] = arguments(argument, "If")?;
                let holds = self.holds(&self.literal(condition, "If")?, line)?;
                self.evaluate(if holds { then } else { otherwise })
            }
            Function::Equals | Function::And | Function::Or | Function::Not | Function::Condition => {
                let value = self.truth(&Node { line, kind: Kind::Call(call.clone()) })?;
                Ok(Some(Node { line, kind: Kind::Bool(value) }))
            }
        }
    }

    fn truth(&self, tree: &Tree) -> Result<bool, Fault> {
        let Kind::Call(call) = &tree.kind else {
            return Err(Fault::new(tree.line, "a condition must be !Equals, !And, !Or, !Not or !Condition"));
        };
        let argument = &*call.argument;
        let all = |argument: &Tree| match argument.as_list() {
            Some(items) => items.iter().map(|item| self.truth(item)).collect::<Result<Vec<_>, _>>(),
            None => Err(Fault::new(argument.line, "a list of conditions is missing")),
        };
        match call.function {
            Function::Equals => {
                let [left, right] = arguments(argument, "Equals")?;
                Ok(self.required(left)?.scalar("Equals")? == self.required(right)?.scalar("Equals")?)
            }
            Function::And => Ok(all(argument)?.into_iter().all(|holds| holds)),
            Function::Or => Ok(all(argument)?.into_iter().any(|holds| holds)),
            Function::Not => {
                let [condition] = arguments(argument, "Not")?;
                Ok(!self.truth(condition)?)
            }
            Function::Condition => self.holds(&self.literal(argument, "Condition")?, tree.line),
            Function::Ref
            | Function::GetAtt
            | Function::Sub
            | Function::Join
            | Function::Select
            | Function::Split
            | Function::FindInMap
            | Function::Base64
            | Function::If => Err(Fault::new(tree.line, "this function gives no condition")),
        }
    }

    /// `Ref`: a pseudo parameter, a parameter, or what the resource's type gives.
    fn reference(&self, name: &str, line: usize) -> Result<Option<Value>, Fault> {
        let pseudo = match name {
            "AWS::NoValue" => return Ok(None),
            "AWS::Region" => REGION.to_owned(),
            "AWS::AccountId" => ACCOUNT_ID.to_owned(),
            "AWS::Partition" => PARTITION.to_owned(),
            "AWS::URLSuffix" => URL_SUFFIX.to_owned(),
            "AWS::StackName" => self.place.stack_name.clone(),
            "AWS::StackId" => self.place.arn("cloudformation", &format!("stack/{}/local", self.place.stack_name)),
            _ if name.starts_with("AWS::") => {
                return Err(Fault::new(line, format!("{name} is no pseudo parameter that the local stack knows")));
            }
            _ => match self.parameters.get(name) {
                Some(value) => return Ok(Some(Node { line, kind: value.kind.clone() })),
                None => names::reference(self, name, line)?,
            },
        };
        Ok(Some(Value::text_at(line, pseudo)))
    }

    fn attribute(&self, path: &str, line: usize) -> Result<Value, Fault> {
        let (logical_id, attribute) =
            path.split_once('.').ok_or_else(|| Fault::new(line, format!("!GetAtt {path} names no attribute")))?;
        names::attribute(self, logical_id, attribute, line).map(|text| Value::text_at(line, text))
    }

    /// `Sub`, alone or with a map of further names; `${!x}` stays `${x}`.
    fn substitute(&self, argument: &Tree) -> Result<String, Fault> {
        let (pattern, extra) = match argument.as_list() {
            Some(_) => {
                let [pattern, extra] = arguments(argument, "Sub")?;
                (pattern, Some(self.required(extra)?))
            }
            None => (argument, None),
        };
        let (pattern, line) = (self.literal(pattern, "Sub")?, pattern.line);
        let mut text = String::with_capacity(pattern.len());
        let mut rest = pattern.as_str();
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').ok_or_else(|| Fault::new(line, "!Sub has a ${ without its }"))?;
            text.push_str(before);
            rest = after;
            if let Some(literal) = name.strip_prefix('!') {
                text.push_str(&format!("${{{literal}}}"));
                continue;
            }
            let name = name.trim();
            let value = match extra.as_ref().and_then(|extra| extra.get(name)) {
                Some(value) => Some(value.clone()),
                None if name.contains('.') => Some(self.attribute(name, line)?),
                None => self.reference(name, line)?,
            };
            let value = value.ok_or_else(|| Fault::new(line, format!("${{{name}}} has no value")))?;
            text.push_str(&value.scalar(name)?);
        }
        text.push_str(rest);
        Ok(text)
    }

    fn find_in_map(&self, argument: &Tree, line: usize) -> Result<Option<Value>, Fault> {
        let [map, first, second] = arguments(argument, "FindInMap")?;
        let map = self.required(map)?.scalar("FindInMap")?;
        let first = self.required(first)?.scalar("FindInMap")?;
        let second = self.required(second)?.scalar("FindInMap")?;
        let found = self.mappings.and_then(|mappings| mappings.get(&map)?.get(&first)?.get(&second));
        let found = found.ok_or_else(|| Fault::new(line, format!("no mapping {map} / {first} / {second}")))?;
        self.evaluate(found)
    }

    fn literal(&self, tree: &Tree, what: &str) -> Result<String, Fault> {
        let text = tree.as_text().map(str::to_owned);
        text.ok_or_else(|| Fault::new(tree.line, format!("!{what} wants a plain text here")))
    }
}

fn arguments<'a, const N: usize>(argument: &'a Tree, function: &str) -> Result<&'a [Tree; N], Fault> {
    let items = argument.as_list().unwrap_or(std::slice::from_ref(argument));
    items.try_into().map_err(|_| Fault::new(argument.line, format!("!{function} wants {N} arguments")))
}
