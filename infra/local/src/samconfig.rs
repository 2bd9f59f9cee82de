//! Reads what `samconfig.toml` says of a stack: its name and its parameter overrides
//! ("AWS SAM CLI configuration file").

use std::collections::BTreeMap;

use toml::{Table, Value};

/// One configuration environment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deployment {
    /// `stack_name`
    pub stack_name: Option<String>,
    /// `parameter_overrides`
    pub parameters: BTreeMap<String, String>,
}

/// Reads `[<environment>.deploy.parameters]`.
///
/// # Errors
/// A line that says what is wrong: no TOML, no such environment, an override that is no `Key=Value`.
pub fn read(text: &str, environment: &str) -> Result<Deployment, String> {
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        format!("{line}: {}", error.message().replace('\n', " "))
    })?;
    let found = table.get(environment).and_then(|environment| environment.get("deploy")?.get("parameters"));
    let Some(found) = found else {
        let known = table.keys().filter(|key| *key != "version").map(String::as_str).collect::<Vec<_>>().join(", ");
        return Err(format!("there is no [{environment}.deploy.parameters] (there are: {known})"));
    };
    let parameters = match found.get("parameter_overrides") {
        Some(Value::String(line)) => words(line).iter().map(|word| pair(word)).collect::<Result<_, _>>()?,
        Some(Value::Array(items)) => {
            let item = |item: &Value| pair(item.as_str().ok_or("parameter_overrides must hold texts")?);
            items.iter().map(item).collect::<Result<_, _>>()?
        }
        Some(_) => return Err("parameter_overrides must be a text or a list of texts".to_owned()),
        None => BTreeMap::new(),
    };
    Ok(Deployment { stack_name: found.get("stack_name").and_then(Value::as_str).map(str::to_owned), parameters })
}

/// Splits `Key=Value`; quotes around the value fall away.
///
/// # Errors
/// When there is no `=`.
pub fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or_else(|| format!("{text} is no Key=Value"))?;
    let unquoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    Ok((key.trim().to_owned(), unquoted.to_owned()))
}

/// Words between spaces that are not in double quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        quoted ^= character == '"';
        match (character, words.last_mut()) {
            (' ' | '\n' | '\t', _) if !quoted => words.push(String::new()),
            (character, Some(word)) => word.push(character),
            (_, None) => {}
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(overrides: &str) -> Vec<(String, String)> {
        let text = format!(
            "version = 0.1\n[local.deploy.parameters]\nstack_name = \"s\"\nparameter_overrides = {overrides}\n"
        );
        let deployment = read(&text, "local").expect("understood");
        assert_eq!(deployment.stack_name.as_deref(), Some("s"));
        deployment.parameters.into_iter().collect()
    }

    #[test]
    fn overrides_are_a_list_or_a_line() {
        let wanted = [("A".to_owned(), "1".to_owned()), ("B".to_owned(), "x y=z".to_owned())];
        assert_eq!(parameters(r#"["A=1", "B=x y=z"]"#), wanted);
        assert_eq!(parameters(r#"'A=1 B="x y=z"'"#), wanted);
    }

    #[test]
    fn what_is_wrong_is_said_in_one_line() {
        assert_eq!(
            read("[dev.x]\n", "local"),
            Err("there is no [local.deploy.parameters] (there are: dev)".to_owned())
        );
        let nonsense = read("version = 0.1\nx = [\n", "local").expect_err("no TOML");
        assert!(nonsense.starts_with("2: ") || nonsense.starts_with("3: "), "{nonsense}");
        assert!(!nonsense.contains('\n'));
        let text = "[local.deploy.parameters]\nparameter_overrides = [\"A\"]\n";
        assert_eq!(read(text, "local"), Err("A is no Key=Value".to_owned()));
    }
}
