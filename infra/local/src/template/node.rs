//! A tree of values that remembers its lines.
//!
//! `Node<Call>` is the file as written, with intrinsic functions in it; `Node<Never>` is the same
//! after evaluation and can hold none.

use std::convert::Infallible;

use serde_json::{Map, Number, Value as Json};

use super::fault::Fault;

/// A value with the line it stands on; `C` is what an intrinsic function is, if there can be one.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<C> {
    /// Line in the file, from 1.
    pub line: usize,
    /// The value itself.
    pub kind: Kind<C>,
}

/// The forms a value can have.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind<C> {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node<C>>),
    /// A mapping, in the order of the file.
    Map(Vec<Entry<C>>),
    /// An intrinsic function.
    Call(C),
}

/// One `key: value` of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<C> {
    /// The key.
    pub key: String,
    /// Line of the key, from 1.
    pub line: usize,
    /// The value.
    pub value: Node<C>,
}

/// A value without intrinsic functions.
pub type Value = Node<Infallible>;

impl<C> Node<C> {
    /// The entries of a mapping.
    ///
    /// # Errors
    /// When it is none; `what` names it.
    pub fn entries(&self, what: &str) -> Result<&[Entry<C>], Fault> {
        match &self.kind {
            Kind::Map(entries) => Ok(entries),
            Kind::Null => Ok(&[]),
            Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::List(_) | Kind::Call(_) => {
                Err(Fault::new(self.line, format!("{what} must be a mapping")))
            }
        }
    }

    /// The value under a key of a mapping; `None` when it is absent or this is no mapping.
    pub fn get(&self, key: &str) -> Option<&Node<C>> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::List(_) | Kind::Call(_) => None,
        }
    }

    /// The items, when it is a list.
    pub fn as_list(&self) -> Option<&[Node<C>]> {
        match &self.kind {
            Kind::List(items) => Some(items),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Map(_) | Kind::Call(_) => None,
        }
    }

    /// The text, when it is one literally.
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::List(_) | Kind::Map(_) | Kind::Call(_) => None,
        }
    }
}

impl Value {
    /// A text at a line.
    pub fn text_at(line: usize, text: impl Into<String>) -> Self {
        Self { line, kind: Kind::Text(text.into()) }
    }

    /// A scalar as CloudFormation writes it into a text.
    ///
    /// # Errors
    /// When it is a list or a mapping; `what` names it.
    pub fn scalar(&self, what: &str) -> Result<String, Fault> {
        match &self.kind {
            Kind::Text(text) => Ok(text.clone()),
            Kind::Bool(value) => Ok(value.to_string()),
            Kind::Number(number) => Ok(number.to_string()),
            Kind::Null | Kind::List(_) | Kind::Map(_) => Err(Fault::new(self.line, format!("{what} must be a text"))),
            Kind::Call(never) => match *never {},
        }
    }

    /// The items of a list; a lone value counts as a list of one, as CloudFormation reads it.
    pub fn items(&self) -> &[Value] {
        match &self.kind {
            Kind::List(items) => items,
            Kind::Null => &[],
            Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Map(_) => std::slice::from_ref(self),
            Kind::Call(never) => match *never {},
        }
    }

    /// A list of texts.
    ///
    /// # Errors
    /// When an item is no scalar; `what` names the list.
    pub fn texts(&self, what: &str) -> Result<Vec<String>, Fault> {
        self.items().iter().map(|item| item.scalar(what)).collect()
    }

    /// A property as text, `None` when absent.
    ///
    /// # Errors
    /// When it is no scalar.
    pub fn optional_text(&self, key: &str) -> Result<Option<String>, Fault> {
        self.get(key).map(|value| value.scalar(key)).transpose()
    }

    /// A property as text.
    ///
    /// # Errors
    /// When it is absent or no scalar.
    pub fn required_text(&self, key: &str) -> Result<String, Fault> {
        self.optional_text(key)?.ok_or_else(|| Fault::new(self.line, format!("{key} is missing")))
    }

    /// A property as whole number, `None` when absent; the text `"5"` is one too.
    ///
    /// # Errors
    /// When it is no whole number.
    pub fn optional_number(&self, key: &str) -> Result<Option<i64>, Fault> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let text = value.scalar(key)?;
        text.parse().map(Some).map_err(|_| Fault::new(value.line, format!("{key} must be a whole number, not {text}")))
    }

    /// A property as truth value, `None` when absent; the text `"true"` is one too.
    ///
    /// # Errors
    /// When it is neither true nor false.
    pub fn optional_bool(&self, key: &str) -> Result<Option<bool>, Fault> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let text = value.scalar(key)?;
        text.parse().map(Some).map_err(|_| Fault::new(value.line, format!("{key} must be true or false, not {text}")))
    }

    /// The same as plain JSON, without lines.
    pub fn to_json(&self) -> Json {
        match &self.kind {
            Kind::Null => Json::Null,
            Kind::Bool(value) => Json::Bool(*value),
            Kind::Number(number) => Json::Number(number.clone()),
            Kind::Text(text) => Json::String(text.clone()),
            Kind::List(items) => Json::Array(items.iter().map(Value::to_json).collect()),
            Kind::Map(entries) => {
                let members = entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json()));
                Json::Object(members.collect::<Map<_, _>>())
            }
            Kind::Call(never) => match *never {},
        }
    }
}
