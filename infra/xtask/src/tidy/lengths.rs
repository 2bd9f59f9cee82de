//! No file over 400 lines, no function over 70, outside tests.

use super::rust_text::code_only;
use super::sources::Source;

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;
const CODE: [&str; 8] = ["rs", "ts", "tsx", "js", "mjs", "css", "py", "sh"];

/// Checks all files of code that people wrote. The lengths of functions in TypeScript are a rule of eslint's.
pub fn check(sources: &[Source]) -> Vec<String> {
    let written = sources.iter().filter(|source| CODE.contains(&source.extension()));
    written.filter(|source| !source.is_test() && !source.is_generated()).flat_map(of_file).collect()
}

fn of_file(source: &Source) -> Vec<String> {
    let mut findings = Vec::new();
    let lines = source.text.lines().count();
    if lines > FILE_LINES_MAX {
        findings.push(format!("{}: {lines} lines, {FILE_LINES_MAX} are allowed: split it", source.path));
    }
    if source.extension() == "rs" {
        for (name, line, length) in long_functions(&source.text) {
            let path = &source.path;
            findings.push(format!(
                "{path}:{line}: fn {name} has {length} lines, {FUNCTION_LINES_MAX} are allowed: split it"
            ));
        }
    }
    findings
}

/// Name, first line and length of each function that is too long, tests left out.
fn long_functions(text: &str) -> Vec<(String, usize, usize)> {
    let code = code_only(text);
    let lines: Vec<&str> = code.lines().collect();
    let tests = lines.iter().position(|line| line.trim() == "#[cfg(test)]").unwrap_or(lines.len());
    let starts = lines[..tests].iter().enumerate().filter_map(|(index, line)| Some((index, function_name(line)?)));
    let measured = starts.filter_map(|(index, name)| Some((name, index + 1, length(&lines[index..])?)));
    measured.filter(|(.., length)| *length > FUNCTION_LINES_MAX).collect()
}

/// The name when a line begins a function.
fn function_name(line: &str) -> Option<String> {
    let before_name = line.trim_start();
    let (qualifiers, rest) = before_name.split_once("fn ")?;
    let qualified = qualifiers.split_whitespace().all(|word| {
        word.starts_with("pub") || ["async", "const", "unsafe", "extern", "crate)", "super)", "in"].contains(&word)
    });
    let name: String = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    (qualified && !name.is_empty()).then_some(name)
}

/// Lines from a function's first to the one that closes its body; none for a function without a body.
fn length(lines: &[&str]) -> Option<usize> {
    let mut depth = 0_i64;
    for (index, line) in lines.iter().enumerate() {
        for letter in line.chars() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ';' if depth == 0 => return None,
                _ => continue,
            }
            if letter == '}' && depth == 0 {
                return Some(index + 1);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: String) -> Source {
        Source { path: path.to_owned(), text }
    }

    fn function(lines: usize) -> String {
        format!(
            "/// Says {{.\npub(crate) async fn long<'a>(x: &'a str) {{\n{}}}\n",
            "    call(\"}\");\n".repeat(lines - 2)
        )
    }

    #[test]
    fn a_function_of_70_lines_passes_and_one_of_71_does_not() {
        assert_eq!(check(&[source("a/src/x.rs", function(70))]), Vec::<String>::new());
        let found = check(&[source("a/src/x.rs", function(71))]);
        assert_eq!(found, ["a/src/x.rs:2: fn long has 71 lines, 70 are allowed: split it"]);
    }

    #[test]
    fn a_file_of_400_lines_passes_and_one_of_401_does_not() {
        assert_eq!(check(&[source("a/x.css", "a\n".repeat(400))]), Vec::<String>::new());
        assert_eq!(check(&[source("a/x.css", "a\n".repeat(401))]), ["a/x.css: 401 lines, 400 are allowed: split it"]);
    }

    #[test]
    fn tests_and_generated_files_may_be_long() {
        let long = || function(500);
        let free = ["a/tests/x.rs", "a/src/x/tests.rs", "frontend/src/a.test.ts", "frontend/src/protocol/m.ts"];
        let sources: Vec<Source> = free.iter().map(|path| source(path, long())).collect();
        assert_eq!(check(&sources), Vec::<String>::new());
        let inside = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", function(80));
        assert_eq!(check(&[source("a/src/x.rs", inside)]), Vec::<String>::new());
    }

    #[test]
    fn a_trait_method_without_a_body_has_no_length() {
        let text = format!("trait T {{\n    fn short(&self);\n{}}}\n", "    // more\n".repeat(90));
        assert_eq!(check(&[source("a/src/x.rs", text)]), Vec::<String>::new());
    }
}
