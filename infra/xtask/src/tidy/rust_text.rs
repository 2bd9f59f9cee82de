//! Rust text with comments and literals blanked out, so that braces and words can be counted.

/// The same text, line for line and byte for byte in length, where comments, strings and characters are blanks.
pub fn code_only(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = at + literal_length(&bytes[at..], bytes[..at].last().copied());
        if end == at {
            code.push(bytes[at]);
            at += 1;
        } else {
            code.extend(bytes[at..end].iter().map(|byte| if *byte == b'\n' { b'\n' } else { b' ' }));
            at = end;
        }
    }
    String::from_utf8_lossy(&code).into_owned()
}

/// Length of the comment or literal that begins here, 0 when none does.
fn literal_length(rest: &[u8], before: Option<u8>) -> usize {
    let inside_word = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match rest {
        [b'/', b'/', ..] => rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => block_comment(rest),
        [b'"', ..] => 1 + string_tail(&rest[1..]),
        [b'r' | b'b' | b'c', ..] if !inside_word => prefixed(rest),
        [b'\'', ..] => character(rest),
        _ => 0,
    }
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// Length up to and with the closing quote.
fn string_tail(rest: &[u8]) -> usize {
    let mut at = 0;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// `r"..."`, `r#"..."#`, `b"..."`, `br"..."`, `c"..."`, `b'x'`.
fn prefixed(rest: &[u8]) -> usize {
    let letters = rest.iter().take(2).take_while(|byte| matches!(byte, b'r' | b'b' | b'c')).count();
    let raw = rest[..letters].contains(&b'r');
    let hashes = if raw { rest[letters..].iter().take_while(|byte| **byte == b'#').count() } else { 0 };
    let open = letters + hashes;
    match rest.get(open) {
        Some(b'"') if raw => {
            let close = [&b"\""[..], &b"#".repeat(hashes)].concat();
            let body = &rest[open + 1..];
            let end = body.windows(close.len()).position(|window| window == close);
            open + 1 + end.map_or(body.len(), |end| end + close.len())
        }
        Some(b'"') => open + 1 + string_tail(&rest[open + 1..]),
        Some(b'\'') if letters == 1 && rest[0] == b'b' => 1 + character(&rest[1..]),
        _ => 0,
    }
}

/// A character literal; a lifetime is none.
fn character(rest: &[u8]) -> usize {
    if rest.get(1) == Some(&b'\\') {
        let end = rest.iter().skip(3).position(|byte| *byte == b'\'');
        return end.map_or(0, |end| end + 4);
    }
    // One character of up to four bytes.
    (2..=5).find(|at| rest.get(*at) == Some(&b'\'') && is_one_character(&rest[1..*at])).map_or(0, |at| at + 1)
}

fn is_one_character(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_become_blanks() {
        assert_eq!(code_only("a // {\nb"), "a     \nb");
        assert_eq!(code_only("a /* { /* } */ */ b"), "a                 b");
        assert_eq!(code_only(r#"f("}\"{")"#), "f(      )");
        assert_eq!(code_only("f(r#\"}\"{\"#)"), "f(        )");
        assert_eq!(code_only(r"f('{', b'}', '\'', '\u{7d}')"), "f(   ,     ,     ,         )");
    }

    #[test]
    fn lifetimes_and_names_stay() {
        for text in ["fn f<'a>(x: &'a str) -> &'a str { x }", "for x in br { car }", "'outer: loop {}"] {
            assert_eq!(code_only(text), text);
        }
    }

    #[test]
    fn what_never_ends_is_blank_to_the_end() {
        assert_eq!(code_only("a \"{"), "a   ");
        assert_eq!(code_only("a /* {"), "a     ");
        assert_eq!(code_only("a r#\"{\""), "a      ");
    }
}
