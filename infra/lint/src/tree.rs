//! YAML as a tree of texts that remembers lines and tags.

use anyhow::{Context, bail};
use saphyr_parser::{Event, Parser, Span, StrInput, Tag};

/// A node of the file.
#[derive(Debug, Clone)]
pub struct Node {
    /// Line, from 1.
    pub line: usize,
    /// `Sub` for `!Sub`, empty without a tag.
    pub tag: String,
    /// What stands there.
    pub kind: Kind,
}

/// What a node is. Scalars stay texts: no rule needs more.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A scalar.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the file, with the line of each key.
    Map(Vec<(String, usize, Node)>),
}

impl Node {
    /// The node at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter()
            .try_fold(self, |node, key| node.entries().iter().find(|(name, ..)| name == key).map(|entry| &entry.2))
    }

    /// The scalar at a path of keys, without its tag.
    pub fn text(&self, path: &[&str]) -> Option<&str> {
        match &self.at(path)?.kind {
            Kind::Text(text) => Some(text),
            Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// The scalar at a path as a number.
    pub fn number(&self, path: &[&str]) -> Option<i64> {
        self.text(path)?.parse().ok()
    }

    /// The entries of a mapping, none for anything else.
    pub fn entries(&self) -> &[(String, usize, Node)] {
        match &self.kind {
            Kind::Map(entries) => entries,
            Kind::Text(_) | Kind::List(_) => &[],
        }
    }

    /// The items of a sequence; anything else counts as its only item, as in an IAM policy.
    pub fn items(&self) -> Vec<&Node> {
        match &self.kind {
            Kind::List(items) => items.iter().collect(),
            Kind::Text(_) | Kind::Map(_) => vec![self],
        }
    }

    /// Whether this is `!Ref NAME`, `!Ref NAME.*`, `!GetAtt NAME.*`, or a `!Sub` that names it.
    pub fn names(&self, logical_id: &str) -> bool {
        let Kind::Text(text) = &self.kind else { return false };
        match self.tag.as_str() {
            // `NAME.Alias` is what SAM makes beside it.
            "Ref" => text.split('.').next() == Some(logical_id),
            "GetAtt" => text.split('.').next() == Some(logical_id),
            "Sub" => text.contains(&format!("${{{logical_id}}}")) || text.contains(&format!("${{{logical_id}.")),
            _ => false,
        }
    }
}

/// Reads one document.
///
/// # Errors
/// Text that is no YAML, and what a template has no use for: anchors, aliases, keys that are no texts.
pub fn parse(text: &str) -> anyhow::Result<Node> {
    let mut parser = Parser::new_from_str(text);
    loop {
        match next(&mut parser)? {
            (Event::StreamStart | Event::DocumentStart(_), _) => {}
            (event, span) => return node(&mut parser, event, span),
        }
    }
}

fn next<'t>(parser: &mut Parser<'t, StrInput<'t>>) -> anyhow::Result<(Event<'t>, Span)> {
    parser.next_event().context("the file ends too early")?.context("no valid YAML")
}

fn node<'t>(parser: &mut Parser<'t, StrInput<'t>>, event: Event<'t>, span: Span) -> anyhow::Result<Node> {
    let line = span.start.line();
    let named = |tag: Option<&Tag>| tag.map_or(String::new(), |tag| tag.suffix.clone());
    Ok(match event {
        Event::Scalar(text, _, 0, tag) => {
            Node { line, tag: named(tag.as_deref()), kind: Kind::Text(text.into_owned()) }
        }
        Event::SequenceStart(0, tag) => {
            let mut items = Vec::new();
            loop {
                match next(parser)? {
                    (Event::SequenceEnd, _) => break,
                    (event, span) => items.push(node(parser, event, span)?),
                }
            }
            Node { line, tag: named(tag.as_deref()), kind: Kind::List(items) }
        }
        Event::MappingStart(0, tag) => {
            let mut entries = Vec::new();
            loop {
                let (key, line) = match next(parser)? {
                    (Event::MappingEnd, _) => break,
                    (Event::Scalar(key, ..), span) => (key.into_owned(), span.start.line()),
                    (_, span) => bail!("line {}: a key must be a text", span.start.line()),
                };
                let (event, span) = next(parser)?;
                entries.push((key, line, node(parser, event, span)?));
            }
            Node { line, tag: named(tag.as_deref()), kind: Kind::Map(entries) }
        }
        Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..) | Event::Alias(_) => {
            bail!("line {line}: anchors and aliases are not used here")
        }
        Event::Nothing
        | Event::StreamStart
        | Event::StreamEnd
        | Event::DocumentStart(_)
        | Event::DocumentEnd
        | Event::SequenceEnd
        | Event::MappingEnd => bail!("line {line}: a value is missing"),
    })
}
