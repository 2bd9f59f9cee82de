//! A Lambda is two small files: `lib.rs` translates, `main.rs` wires. Only `main.rs` may name `aws`.

use super::rust_text::code_only;
use super::sources::Source;

const MAIN_LINES_MAX: usize = 40;

/// Checks the sources under `functions/`.
pub fn check(sources: &[Source]) -> Vec<String> {
    let ours = sources.iter().filter(|source| source.path.starts_with("functions/") && source.extension() == "rs");
    ours.filter_map(|source| {
        if !source.path.ends_with("/src/main.rs") {
            let found = names_aws(&code_only(&source.text)) && !source.is_test();
            return found.then(|| format!("{}: only main.rs may name the crate `aws`", source.path));
        }
        let lines = source.text.lines().count();
        (lines >= MAIN_LINES_MAX)
            .then(|| format!("{}: {lines} lines; wiring stays under {MAIN_LINES_MAX}", source.path))
    })
    .collect()
}

fn names_aws(code: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.match_indices("aws").any(|(at, word)| {
        let alone = !code[..at].chars().next_back().is_some_and(is_letter);
        let rest = code[at + word.len()..].trim_start();
        alone && (rest.starts_with("::") || rest.starts_with(';') && code[..at].trim_end().ends_with("use"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_is_told_from_what_only_sounds_like_it() {
        for code in ["use aws::Settings;", "let x = aws::settings();", "use aws;", "aws ::x()"] {
            assert!(names_aws(code), "{code}");
        }
        for code in ["use aws_lambda_events::apigw::X;", "let laws = my_aws::x();", "let aws = 1;"] {
            assert!(!names_aws(code), "{code}");
        }
    }

    #[test]
    fn only_main_may_name_aws_and_main_is_short() {
        let source = |path: &str, text: String| Source { path: path.to_owned(), text };
        let found = check(&[
            source("functions/api/src/lib.rs", "use aws::x;\n".to_owned()),
            source("functions/api/src/main.rs", "use aws::x;\n".repeat(39)),
            source("functions/auth/src/main.rs", "\n".repeat(40)),
            source("shared/aws/src/lib.rs", "use aws::x;\n".to_owned()),
        ]);
        let wanted = [
            "functions/api/src/lib.rs: only main.rs may name the crate `aws`",
            "functions/auth/src/main.rs: 40 lines; wiring stays under 40",
        ];
        assert_eq!(found, wanted);
    }
}
