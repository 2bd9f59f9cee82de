//! The template as the rules ask about it.

use anyhow::Context;

use crate::Finding;
use crate::tree::{self, Node};

/// A key of a section, its line, and what stands below it.
pub type Entry = (String, usize, Node);

/// A parsed template.
#[derive(Debug)]
pub struct Template {
    /// In the order of the file.
    pub resources: Vec<Resource>,
    /// Names, lines and declarations.
    pub parameters: Vec<Entry>,
    /// Names, lines and values.
    pub outputs: Vec<Entry>,
    /// Defaults of all functions.
    globals: Option<Node>,
    lines: Vec<String>,
}

/// One entry under `Resources`.
#[derive(Debug)]
pub struct Resource {
    /// Its name in the template.
    pub logical_id: String,
    /// Such as `AWS::SQS::Queue`.
    pub kind: String,
    /// Line of its name.
    pub line: usize,
    /// Everything below its name.
    pub body: Node,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// No YAML, no resources, a resource without a type.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let root = tree::parse(text)?;
        let section = root.at(&["Resources"]).context("the template has no Resources")?;
        let resources = section.entries().iter().map(|(name, line, body)| {
            let kind = body.text(&["Type"]).with_context(|| format!("line {line}: {name} has no Type"))?.to_owned();
            Ok(Resource { logical_id: name.clone(), kind, line: *line, body: body.clone() })
        });
        let entries = |section| root.at(&[section]).map(|section| section.entries().to_vec()).unwrap_or_default();
        Ok(Self {
            parameters: entries("Parameters"),
            outputs: entries("Outputs"),
            resources: resources.collect::<anyhow::Result<_>>()?,
            globals: root.at(&["Globals", "Function"]).cloned(),
            lines: text.lines().map(str::to_owned).collect(),
        })
    }

    /// All resources of a type.
    pub fn of(&self, kind: &str) -> impl Iterator<Item = &Resource> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }

    /// All functions.
    pub fn functions(&self) -> impl Iterator<Item = &Resource> {
        self.of("AWS::Serverless::Function")
    }

    /// The resource that a `!Ref` or `!GetAtt` names.
    pub fn named_by(&self, reference: &Node) -> Option<&Resource> {
        self.resources.iter().find(|resource| reference.names(&resource.logical_id))
    }

    /// A function's property, or the default of all functions.
    pub fn function_setting<'a>(&'a self, function: &'a Resource, path: &[&str]) -> Option<&'a str> {
        function.text(path).or_else(|| self.globals.as_ref()?.text(path))
    }

    /// A default of all functions.
    pub fn global(&self, path: &[&str]) -> Option<&Node> {
        self.globals.as_ref()?.at(path)
    }

    /// The resources between this one and the next function, this one excluded.
    pub fn neighbours<'a>(&'a self, function: &'a Resource) -> impl Iterator<Item = &'a Resource> {
        let after = self.resources.iter().skip_while(|resource| resource.line <= function.line);
        after.take_while(|resource| resource.kind != function.kind)
    }

    /// Whether the line before is a comment.
    pub fn explained(&self, line: usize) -> bool {
        let before = line.checked_sub(2).and_then(|index| self.lines.get(index));
        before.is_some_and(|text| text.trim_start().starts_with("# "))
    }
}

impl Resource {
    /// A property as a node.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        self.body.at(&["Properties"])?.at(path)
    }

    /// A property as a text.
    pub fn text(&self, path: &[&str]) -> Option<&str> {
        self.body.at(&["Properties"])?.text(path)
    }

    /// A property as a number.
    pub fn number(&self, path: &[&str]) -> Option<i64> {
        self.body.at(&["Properties"])?.number(path)
    }

    /// Whether a property is the text given.
    pub fn has(&self, path: &[&str], value: &str) -> bool {
        self.text(path) == Some(value)
    }

    /// A finding about this resource.
    pub fn finding(&self, message: &str) -> Finding {
        Finding { line: self.line, message: format!("{}: {message}", self.logical_id) }
    }
}
