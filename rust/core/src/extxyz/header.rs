//! The second line of a frame, taken apart into keys and values by ASE's rules.
//!
//! A value ends at a space outside of quotes or brackets, of which one kind is open at a time; a backslash takes the
//! next character as it is; space around `=` does not count; of a key that comes twice the last value stands.
use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use super::fault::{FaultKind, Problem};
use super::numbers::is_space;
use super::value::Value;

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The value as text, without quotes and escapes; `T` for a key without one.
    pub raw: String,
    /// What it means.
    pub value: Value,
    /// The byte of the line where it starts.
    pub(crate) offset: usize,
}

impl Entry {
    /// A key with its value as other formats than text have it; `raw` as extended XYZ would have it.
    #[must_use]
    pub fn new(key: String, raw: String, value: Value) -> Self {
        Self {
            key,
            raw,
            value,
            offset: 0,
        }
    }
}

/// The keys and values of a frame, in the order in which the keys first appear.
pub(crate) fn parse(line: &str) -> Result<Vec<Entry>, Problem> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for piece in pieces(line)? {
        let mut parts = piece.parts.into_iter();
        let key = parts.next().unwrap_or_default();
        let values: Vec<String> = parts.collect();
        let (raw, value) = if values.is_empty() {
            flag(&key)
        } else {
            let raw = values.join("=");
            let value = Value::parse(&key, &raw);
            (raw, value)
        };
        let entry = Entry {
            value: value.map_err(|problem| problem.at(piece.offset))?,
            key,
            raw,
            offset: piece.offset,
        };
        match places.entry(entry.key.clone()) {
            Slot::Occupied(place) => entries[*place.get()] = entry,
            Slot::Vacant(place) => {
                place.insert(entries.len());
                entries.push(entry);
            }
        }
    }
    Ok(entries)
}

/// A key without a value is `T`, which the keys that hold a matrix or a text do not take.
fn flag(key: &str) -> (String, Result<Value, Problem>) {
    let raw = "T".to_owned();
    let value = Value::parse(key, &raw).map(|value| match value {
        Value::Logical(true) => Value::Flag,
        other => other,
    });
    (raw, value)
}

/// A key and what follows its `=` signs.
struct Piece {
    parts: Vec<String>,
    offset: usize,
}

impl Piece {
    fn empty() -> Self {
        Self {
            parts: vec![String::new()],
            offset: 0,
        }
    }

    /// Nothing but the start of a key that has not come yet.
    fn is_empty(&self) -> bool {
        matches!(&self.parts[..], [key] if key.is_empty())
    }
}

fn pieces(line: &str) -> Result<Vec<Piece>, Problem> {
    let trimmed = line.trim_end_matches(is_space);
    let mut done: Vec<Piece> = Vec::new();
    let mut open = Piece::empty();
    let mut closing: Option<char> = None;
    let mut escaped = false;
    let blank = |piece: &Piece| piece.parts.last().is_none_or(String::is_empty);
    for (offset, character) in trimmed.char_indices() {
        if open.is_empty() {
            open.offset = offset;
        }
        let mut put = |character| {
            if let Some(part) = open.parts.last_mut() {
                part.push(character);
            }
        };
        if escaped {
            put(character);
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if let Some(end) = closing {
            if character == end {
                closing = None;
            } else {
                put(character);
            }
        } else if let Some(end) = closed_by(character) {
            closing = Some(end);
        } else if is_space(character) {
            if !blank(&open) {
                done.push(std::mem::replace(&mut open, Piece::empty()));
            }
        } else if character == '=' {
            if open.is_empty() {
                // a `=` after space belongs to the key before the space
                open = done.pop().ok_or_else(|| {
                    Problem::new(FaultKind::Header, "a `=` without a key before it").at(offset)
                })?;
            }
            open.parts.push(String::new());
        } else {
            put(character);
        }
    }
    // a line of nothing has no keys; a line that ends in `""` has the empty one
    if !trimmed.trim_matches(is_space).is_empty() {
        done.push(open);
    }
    Ok(done)
}

fn closed_by(opening: char) -> Option<char> {
    match opening {
        '\'' | '"' => Some(opening),
        '{' => Some('}'),
        '[' => Some(']'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raws(line: &str) -> Vec<(String, String)> {
        let entries = parse(line).unwrap();
        entries.into_iter().map(|e| (e.key, e.raw)).collect()
    }

    fn expect(line: &str, expected: &[(&str, &str)]) {
        let found = raws(line);
        let found: Vec<(&str, &str)> = found.iter().map(|(k, r)| (&k[..], &r[..])).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn quotes_brackets_escapes_and_spaces_delimit_values() {
        expect(
            "a=1 b=\"x y\" c={1 2} d=[1, 2] e='q'",
            &[
                ("a", "1"),
                ("b", "x y"),
                ("c", "1 2"),
                ("d", "1, 2"),
                ("e", "q"),
            ],
        );
        expect(
            "\t a = 1  b= 2 c =3 ",
            &[("a", "1"), ("b", "2"), ("c", "3")],
        );
        expect(
            "\"a b\"=\"it's \\\"so\\\"\" x\\ y=1",
            &[("a b", "it's \"so\""), ("x y", "1")],
        );
        expect("a=b=c d", &[("a", "b=c"), ("d", "T")]);
        expect("m=[[1,2],[3,4]]", &[("m", "[1,2,3,4]")]);
        expect("a=1 b=2 a=3", &[("a", "3"), ("b", "2")]);
        expect("  ", &[]);
    }

    #[test]
    fn oddities_are_ase_s() {
        expect("a=\"\" b=1", &[("a", "b=1")]);
        expect("a=\"x y", &[("a", "x y")]);
        expect("a=", &[("a", "")]);
        expect("a \"\"", &[("a", "T"), ("", "T")]);
        assert_eq!(parse("=1").unwrap_err().offset, Some(0));
        assert_eq!(parse("uid").unwrap()[0].value, Value::Text);
        assert_eq!(parse("flag").unwrap()[0].value, Value::Flag);
        assert!(parse("a=1 Lattice").is_err());
        assert_eq!(parse(" a=1 Lattice=2").unwrap_err().offset, Some(5));
    }
}
