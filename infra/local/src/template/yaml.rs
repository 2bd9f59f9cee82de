//! From text to a tree with lines and intrinsic functions.

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};
use serde_json::Number;

use super::fault::Fault;
use super::intrinsic::{Call, Function, Tree};
use super::node::{Entry, Kind, Node};

/// How deep a template may nest.
const DEPTH_MAX: usize = 64;

/// Reads one YAML document.
///
/// # Errors
/// Text that is no YAML, a key given twice, an unknown intrinsic function, an anchor or alias.
pub fn parse(text: &str) -> Result<Tree, Fault> {
    let mut reader = Reader { parser: Parser::new_from_str(text), depth: 0 };
    loop {
        let (event, span) = reader.next()?;
        if matches!(event, Event::StreamEnd | Event::DocumentEnd) {
            return Err(Fault::new(1, "the file is empty"));
        }
        if !matches!(event, Event::StreamStart | Event::DocumentStart(_) | Event::Nothing) {
            return reader.node(event, span);
        }
    }
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), Fault> {
        match self.parser.next_event() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => Err(Fault::new(error.marker().line(), format!("no valid YAML: {}", error.info()))),
            None => Err(Fault::new(1, "the file ends too early")),
        }
    }

    fn node(&mut self, event: Event<'t>, span: Span) -> Result<Tree, Fault> {
        let line = span.start.line();
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Fault::new(line, format!("nested deeper than {DEPTH_MAX} levels")));
        }
        let node = match event {
            Event::Scalar(text, style, 0, tag) => {
                let literal = matches!(style, ScalarStyle::Plain) && tag.is_none();
                let kind = if literal { plain(&text) } else { Kind::Text(text.into_owned()) };
                tagged(Node { line, kind }, tag.as_deref())
            }
            Event::SequenceStart(0, tag) => {
                let items = self.items()?;
                tagged(Node { line, kind: Kind::List(items) }, tag.as_deref())
            }
            Event::MappingStart(0, tag) => {
                let entries = self.entries()?;
                let node = long_form(line, entries)?;
                tagged(node, tag.as_deref())
            }
            Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..) | Event::Alias(_) => {
                Err(Fault::new(line, "anchors and aliases are not supported; write the value out"))
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::SequenceEnd
            | Event::MappingEnd => Err(Fault::new(line, "a value is missing")),
        };
        self.depth -= 1;
        node
    }

    fn items(&mut self) -> Result<Vec<Tree>, Fault> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn entries(&mut self) -> Result<Vec<Entry<Call>>, Fault> {
        let mut entries: Vec<Entry<Call>> = Vec::new();
        loop {
            let (key, line) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(entries),
                (Event::Scalar(key, _, 0, None), span) => (key.into_owned(), span.start.line()),
                (_, span) => return Err(Fault::new(span.start.line(), "a key must be a plain text")),
            };
            if entries.iter().any(|entry| entry.key == key) {
                return Err(Fault::new(line, format!("{key} is given twice")));
            }
            let (event, span) = self.next()?;
            entries.push(Entry { key, line, value: self.node(event, span)? });
        }
    }
}

/// What a scalar without quotes and tag means (YAML 1.2 core schema, decimal numbers only).
fn plain(text: &str) -> Kind<Call> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        _ => number(text).map_or_else(|| Kind::Text(text.to_owned()), Kind::Number),
    }
}

/// Only what reads back unchanged is a number: `007` stays the text it is.
fn number(text: &str) -> Option<Number> {
    let number = match text.parse::<i64>() {
        Ok(whole) => Number::from(whole),
        Err(_) => Number::from_f64(text.parse().ok()?)?,
    };
    (number.to_string() == text).then_some(number)
}

fn tagged(node: Tree, tag: Option<&Tag>) -> Result<Tree, Fault> {
    let Some(tag) = tag else { return Ok(node) };
    let line = node.line;
    if tag.is_yaml_core_schema() {
        return Err(Fault::new(line, format!("the YAML tag !!{} is not supported", tag.suffix)));
    }
    let function = Function::of_tag(&tag.suffix, line)?;
    Ok(Node { line, kind: Kind::Call(Call { function, argument: Box::new(node) }) })
}

/// `{"Fn::Sub": ...}` is the same as `!Sub ...`.
fn long_form(line: usize, mut entries: Vec<Entry<Call>>) -> Result<Tree, Fault> {
    let function = match entries.as_slice() {
        [only] => Function::of_key(&only.key, only.line)?,
        _ => None,
    };
    Ok(match (function, entries.pop()) {
        (Some(function), Some(only)) => {
            Node { line, kind: Kind::Call(Call { function, argument: Box::new(only.value) }) }
        }
        (_, last) => {
            entries.extend(last);
            Node { line, kind: Kind::Map(entries) }
        }
    })
}
