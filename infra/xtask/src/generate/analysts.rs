//! The analysts' part: a schema for each event, the columns of their table, and the queries as the template holds them.

use std::fs;

use anyhow::{Context, ensure};
use serde_json::Value;

use super::Generated;
use crate::place::Place;

const SCHEMAS: &str = "docs/events";
const TEMPLATE: &str = "cloudformation.yaml";

/// All of it, from what the example `events` of `shared/protocol` prints.
///
/// # Errors
/// When the template has no place for it, or a query no question.
pub(super) fn generated(place: &Place, printed: &str) -> anyhow::Result<Vec<Generated>> {
    let printed: Value = serde_json::from_str(printed).context("the example `events` prints no JSON")?;
    let (schemas, columns) = (printed["schemas"].as_object(), printed["columns"].as_object());
    let (schemas, columns) = (schemas.context("there are no schemas")?, columns.context("there are no columns")?);
    let mut files = Vec::new();
    for (kind, schema) in schemas {
        files.push((format!("{SCHEMAS}/{kind}.json"), format!("{schema:#}\n")));
    }
    let kinds: Vec<&str> = schemas.keys().map(String::as_str).collect();
    let fields: Vec<String> =
        columns.iter().map(|(name, kind)| format!("{name}:{}", kind.as_str().unwrap_or_default())).collect();
    let mut template = fs::read_to_string(place.root.join(TEMPLATE)).context("the template cannot be read")?;
    for (part, lines) in [
        ("types", vec![format!("projection.type.values: {}", kinds.join(","))]),
        ("columns", vec![format!("- {{ Name: data, Type: \"struct<{}>\" }}", fields.join(","))]),
        ("queries", queries(place)?),
    ] {
        template = filled(&template, part, &lines)?;
    }
    files.push((TEMPLATE.to_owned(), template));
    Ok(files)
}

/// Schemas of events that there are no more.
///
/// # Errors
/// When their folder cannot be read.
pub(super) fn leftovers(place: &Place, files: &[Generated]) -> anyhow::Result<Vec<String>> {
    let Ok(folder) = fs::read_dir(place.root.join(SCHEMAS)) else { return Ok(Vec::new()) };
    let there = folder.map(|file| Ok(format!("{SCHEMAS}/{}", file?.file_name().to_string_lossy())));
    let there: Vec<String> = there.collect::<anyhow::Result<_>>()?;
    Ok(there.into_iter().filter(|path| files.iter().all(|(wanted, _)| wanted != path)).collect())
}

/// Views in their order, then queries: each a resource of the template.
fn queries(place: &Place) -> anyhow::Result<Vec<String>> {
    let mut lines = Vec::new();
    for (folder, title) in [("views", "View"), ("queries", "Query")] {
        let folder = place.root.join("infra/analysts").join(folder);
        let files = fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        let mut paths = files.map(|file| Ok(file?.path())).collect::<anyhow::Result<Vec<_>>>()?;
        paths.sort();
        for path in paths {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let sql = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            let label = if title == "View" { format!("view-{name}") } else { name };
            lines.extend(named_query(&label, title, &sql)?);
        }
    }
    Ok(lines)
}

/// One query, word for word; its first line says what it is for.
fn named_query(name: &str, title: &str, sql: &str) -> anyhow::Result<Vec<String>> {
    let question = sql.lines().next().and_then(|line| line.strip_prefix("-- "));
    let question = question.with_context(|| format!("the query {name} does not begin with what it answers"))?;
    ensure!(!question.contains('"'), "the question of {name} must not hold a quotation mark");
    let camel = |word: &str| word[..1].to_uppercase() + &word[1..];
    let words: String = name.split('-').filter(|word| *word != "view").map(camel).collect();
    let head = [
        format!("{}{title}:", words.trim_start_matches(|letter: char| letter.is_ascii_digit())),
        "  Type: AWS::Athena::NamedQuery".to_owned(),
        "  Condition: HasAnalysts".to_owned(),
        "  Properties:".to_owned(),
        format!("    Name: !Sub ${{AWS::StackName}}-{name}"),
        format!("    Description: \"{question}\""),
        "    Database: !Ref EventDatabase".to_owned(),
        "    WorkGroup: !Ref AnalystsWorkgroup".to_owned(),
        "    QueryString: |".to_owned(),
    ];
    let text = sql.lines().map(|line| format!("      {line}"));
    Ok([String::new()].into_iter().chain(head).chain(text).collect())
}

/// The text with these lines between the marks of a part, as far in as the marks are.
fn filled(text: &str, part: &str, lines: &[String]) -> anyhow::Result<String> {
    let mark = format!("# generated: {part}\n");
    let (before, rest) = text.split_once(&mark).with_context(|| format!("{TEMPLATE} has no line `{}`", mark.trim()))?;
    let indent = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let end = format!("{indent}# generated until here\n");
    let (_, after) = rest.split_once(&end).with_context(|| format!("the part {part} of {TEMPLATE} has no end"))?;
    let line = |line: &String| if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") };
    Ok(format!("{before}{mark}{}{end}{after}", lines.iter().map(line).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_between_the_marks_is_replaced_and_nothing_else() {
        let text = "a\n  # generated: x\n  old\n  # generated until here\nb\n";
        let wanted = "a\n  # generated: x\n  new\n\n  # generated until here\nb\n";
        assert_eq!(filled(text, "x", &["new".to_owned(), String::new()]).expect("filled"), wanted);
        assert_eq!(filled(wanted, "x", &["old".to_owned()]).expect("filled again"), text);
        assert!(filled(text, "y", &[]).is_err());
    }
}
