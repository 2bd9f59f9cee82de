//! Words that must not stay: leftovers, switched-off tests, paths of one machine.

use super::sources::Source;

/// What is searched for and why it must not stay. Written in halves, so that this file does not find itself.
const WORDS: [(&str, &str, &str); 13] = [
    ("TO", "DO", "finish it or open an issue"),
    ("FIX", "ME", "fix it or open an issue"),
    ("XX", "X", "finish it or open an issue"),
    ("<<<<", "<<<", "a merge was not finished"),
    ("#[al", "low(", "use #[expect(.., reason = \"..\")]"),
    ("#[ign", "ore]", "a test that never runs proves nothing"),
    ("eslint-dis", "able", "obey the rule, or say why after ` -- `"),
    ("@ts-ig", "nore", "give it a type"),
    ("test.on", "ly(", "all tests run"),
    ("it.on", "ly(", "all tests run"),
    ("describe.on", "ly(", "all tests run"),
    ("/ho", "me/", "a path of one machine"),
    ("/ro", "ot/", "a path of one machine"),
];

/// Checks all texts that people wrote.
pub fn check(sources: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| !source.is_generated()) {
        for (index, line) in source.text.lines().enumerate() {
            let explained = line.contains("-next-line ") && line.contains(" -- ");
            let found =
                WORDS.iter().filter(|(first, second, _)| !explained && stands_in(line, &format!("{first}{second}")));
            findings.extend(found.map(|(first, second, advice)| {
                format!("{}:{}: `{first}{second}` must not stay: {advice}", source.path, index + 1)
            }));
        }
    }
    findings
}

/// Whether the word stands there by itself, not as part of a longer one.
fn stands_in(line: &str, word: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    let begins_as_word = word.starts_with(is_letter);
    let ends_as_word = word.ends_with(is_letter);
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(is_letter);
        let after = line[at + word.len()..].chars().next().is_some_and(is_letter);
        !(begins_as_word && before || ends_as_word && after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leftover_is_found_with_its_place() {
        let text = format!("fine\n// {}: later\n", ["TO", "DO"].concat());
        let found = check(&[Source { path: "a.rs".to_owned(), text }]);
        assert_eq!(found, [format!("a.rs:2: `{}` must not stay: finish it or open an issue", ["TO", "DO"].concat())]);
    }

    #[test]
    fn a_rule_may_be_set_aside_for_one_line_with_a_reason() {
        let line = |end: &str| format!("// {}-next-line some-rule{end}\n", ["eslint-dis", "able"].concat());
        let findings = |text| check(&[Source { path: "a.ts".to_owned(), text }]).len();
        assert_eq!((findings(line(" -- live video has no captions")), findings(line(""))), (0, 1));
    }

    #[test]
    fn a_longer_word_is_another_word() {
        let word = ["TO", "DO"].concat();
        assert!(!stands_in(&format!("{word}LIST"), &word));
        assert!(!stands_in(&format!("MY{word}"), &word));
        assert!(stands_in(&format!("({word})"), &word));
    }
}
