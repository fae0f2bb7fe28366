//! Numbers as Python writes and reads them, `1_000` and `infinity` included.
use std::borrow::Cow;

/// What Python's `int` makes of a token, where it fits 64 bits.
pub(crate) fn integer(token: &str) -> Option<i64> {
    plain(token)?.parse().ok()
}

/// What Python's `float` makes of a token.
pub(crate) fn real(token: &str) -> Option<f64> {
    plain(token)?.parse().ok()
}

/// Whether Python counts a character as space; Rust leaves out four control characters.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// Without underscores, which may stand between two digits only.
fn plain(token: &str) -> Option<Cow<'_, str>> {
    if !token.contains('_') {
        return Some(Cow::Borrowed(token));
    }
    let bytes = token.as_bytes();
    let digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let sound = bytes
        .iter()
        .enumerate()
        .all(|(at, &byte)| byte != b'_' || (digit(at.checked_sub(1)) && digit(Some(at + 1))));
    sound.then(|| Cow::Owned(token.replace('_', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_numbers_where_python_says_so() {
        assert_eq!(integer("+5"), Some(5));
        assert_eq!(integer("1_000"), Some(1000));
        assert_eq!(integer("-9223372036854775808"), Some(i64::MIN));
        for token in [
            "",
            "1.",
            "9223372036854775808",
            "1__0",
            "_1",
            "1_",
            "0x1",
            "+-1",
            "T",
        ] {
            assert_eq!(integer(token), None, "{token}");
        }
        for (token, value) in [
            (".5", 0.5),
            ("5.", 5.0),
            ("1e1_0", 1e10),
            ("+Infinity", f64::INFINITY),
        ] {
            assert_eq!(real(token), Some(value), "{token}");
        }
        assert!(real("-nan").is_some_and(f64::is_nan));
        for token in ["", ".", "1d5", "1e", "1_.0", "infinit", "e5", "- 1"] {
            assert_eq!(real(token), None, "{token}");
        }
    }
}
