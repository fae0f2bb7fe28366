//! Values that ASE writes as `_JSON …`: read for the numbers in them, checked but not kept where they are something
//! else.
use super::value::Elements;

/// Deeper than NumPy's arrays can be.
const DEEPEST: usize = 64;

/// What NumPy makes of a JSON value.
#[derive(Debug, PartialEq)]
pub(crate) enum Parsed {
    /// Numbers or logicals in lists of lists of equal length; without any list the shape is empty.
    Array {
        shape: Vec<usize>,
        elements: Elements,
    },
    /// Anything with a text, a `null` or an object in it.
    Other,
}

/// Reads a whole text as one JSON value, `NaN` and `Infinity` included, as Python does.
pub(crate) fn parse(text: &str) -> Result<Parsed, String> {
    let mut parser = Parser {
        text,
        at: 0,
        leaves: Vec::new(),
        inside_object: 0,
    };
    parser.skip_space();
    let shape = parser.value(0)?;
    parser.skip_space();
    if parser.at < text.len() {
        return Err("something follows the value".to_owned());
    }
    let shape = shape.ok_or("its lists differ in length")?;
    Ok(match gathered(parser.leaves) {
        Some(elements) => Parsed::Array { shape, elements },
        None => Parsed::Other,
    })
}

#[derive(Debug, Clone, Copy)]
enum Leaf {
    Integer(i64),
    Real(f64),
    Logical(bool),
    Other,
}

/// The leaves as one array of the widest of their types.
fn gathered(leaves: Vec<Leaf>) -> Option<Elements> {
    if leaves.iter().any(|leaf| matches!(leaf, Leaf::Other)) {
        return None;
    }
    if leaves.is_empty() || leaves.iter().any(|leaf| matches!(leaf, Leaf::Real(_))) {
        let real = |leaf| match leaf {
            Leaf::Integer(value) => value as f64,
            Leaf::Real(value) => value,
            Leaf::Logical(value) => f64::from(u8::from(value)),
            Leaf::Other => f64::NAN,
        };
        return Some(Elements::Reals(leaves.into_iter().map(real).collect()));
    }
    if leaves.iter().all(|leaf| matches!(leaf, Leaf::Logical(_))) {
        let logical = |leaf| matches!(leaf, Leaf::Logical(true));
        return Some(Elements::Logicals(
            leaves.into_iter().map(logical).collect(),
        ));
    }
    let integer = |leaf| match leaf {
        Leaf::Integer(value) => value,
        leaf => i64::from(matches!(leaf, Leaf::Logical(true))),
    };
    Some(Elements::Integers(
        leaves.into_iter().map(integer).collect(),
    ))
}

/// The lengths of lists in lists; `None` where lists beside each other differ.
type Shape = Option<Vec<usize>>;

struct Parser<'a> {
    text: &'a str,
    /// The next byte.
    at: usize,
    leaves: Vec<Leaf>,
    /// Values of an object are no elements of the array.
    inside_object: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, word: &str) -> bool {
        let rest = self.text.as_bytes().get(self.at..);
        let found = rest.is_some_and(|rest| rest.starts_with(word.as_bytes()));
        if found {
            self.at += word.len();
        }
        found
    }

    fn leaf(&mut self, leaf: Leaf) -> Shape {
        if self.inside_object == 0 {
            self.leaves.push(leaf);
        }
        Some(Vec::new())
    }

    fn value(&mut self, depth: usize) -> Result<Shape, String> {
        if depth > DEEPEST {
            return Err("it is nested too deeply".to_owned());
        }
        match self.peek() {
            Some(b'[') => self.list(depth),
            Some(b'{') => self.object(depth),
            Some(b'"') => {
                self.string()?;
                Ok(self.leaf(Leaf::Other))
            }
            _ => self.word(),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Shape, String> {
        self.at += 1;
        let mut count = 0;
        let mut inner: Option<Shape> = None;
        self.skip_space();
        if self.eat("]") {
            return Ok(Some(vec![0]));
        }
        loop {
            self.skip_space();
            let shape = self.value(depth + 1)?;
            count += 1;
            inner = Some(match inner {
                Some(earlier) if earlier != shape => None,
                _ => shape,
            });
            self.skip_space();
            if self.eat("]") {
                break;
            }
            if !self.eat(",") {
                return Err("a `,` or `]` is missing in it".to_owned());
            }
        }
        Ok(inner.flatten().map(|mut shape| {
            shape.insert(0, count);
            shape
        }))
    }

    fn object(&mut self, depth: usize) -> Result<Shape, String> {
        self.at += 1;
        self.inside_object += 1;
        self.skip_space();
        if !self.eat("}") {
            loop {
                self.skip_space();
                self.string()?;
                self.skip_space();
                if !self.eat(":") {
                    return Err("a `:` is missing in it".to_owned());
                }
                self.skip_space();
                self.value(depth + 1)?;
                self.skip_space();
                if self.eat("}") {
                    break;
                }
                if !self.eat(",") {
                    return Err("a `,` or `}` is missing in it".to_owned());
                }
            }
        }
        self.inside_object -= 1;
        Ok(self.leaf(Leaf::Other))
    }

    fn string(&mut self) -> Result<(), String> {
        if !self.eat("\"") {
            return Err("a text in `\"` is missing in it".to_owned());
        }
        loop {
            match self.peek() {
                None => return Err("a text in it does not end".to_owned()),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(..0x20) => return Err("a text in it holds a control character".to_owned()),
                Some(b'\\') => {
                    let escape = self.text.as_bytes().get(self.at + 1);
                    let digits = self.text.as_bytes().get(self.at + 2..self.at + 6);
                    self.at += match escape {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
                        Some(b'u')
                            if digits.is_some_and(|d| d.iter().all(u8::is_ascii_hexdigit)) =>
                        {
                            6
                        }
                        _ => return Err("a text in it has an unknown escape".to_owned()),
                    };
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn word(&mut self) -> Result<Shape, String> {
        const WORDS: [(&str, Leaf); 6] = [
            ("true", Leaf::Logical(true)),
            ("false", Leaf::Logical(false)),
            ("null", Leaf::Other),
            ("NaN", Leaf::Real(f64::NAN)),
            ("Infinity", Leaf::Real(f64::INFINITY)),
            ("-Infinity", Leaf::Real(f64::NEG_INFINITY)),
        ];
        for (word, leaf) in WORDS {
            if self.eat(word) {
                return Ok(self.leaf(leaf));
            }
        }
        let leaf = self.number().ok_or("a value is missing in it")?;
        Ok(self.leaf(leaf))
    }

    /// A number in JSON's narrow sense: no leading zeros, no bare dot.
    fn number(&mut self) -> Option<Leaf> {
        let start = self.at;
        self.eat("-");
        if !self.eat("0") {
            self.digits()?;
        }
        let whole = self.at;
        if self.peek() == Some(b'.') && self.next_is_digit(1) {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(
                self.text.as_bytes().get(self.at + 1),
                Some(b'+' | b'-')
            ));
            if self.next_is_digit(1 + sign) {
                self.at += 1 + sign;
                self.digits()?;
            }
        }
        let token = self.text.get(start..self.at)?;
        if self.at > whole {
            return token.parse().ok().map(Leaf::Real);
        }
        // what does not fit 64 bits is an object to NumPy
        Some(token.parse().map_or(Leaf::Other, Leaf::Integer))
    }

    fn next_is_digit(&self, ahead: usize) -> bool {
        let byte = self.text.as_bytes().get(self.at + ahead);
        byte.is_some_and(u8::is_ascii_digit)
    }

    fn digits(&mut self) -> Option<()> {
        self.next_is_digit(0).then(|| {
            while self.next_is_digit(0) {
                self.at += 1;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(text: &str) -> (Vec<usize>, Elements) {
        match parse(text) {
            Ok(Parsed::Array { shape, elements }) => (shape, elements),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn numbers_in_even_lists_are_arrays_of_the_widest_type() {
        let reals = |values: &[f64]| Elements::Reals(values.to_vec());
        assert_eq!(
            array("[[1, 2.5], [3, 4]]"),
            (vec![2, 2], reals(&[1.0, 2.5, 3.0, 4.0]))
        );
        assert_eq!(
            array("[true, 2]"),
            (vec![2], Elements::Integers(vec![1, 2]))
        );
        assert_eq!(array("[true]"), (vec![1], Elements::Logicals(vec![true])));
        assert_eq!(array(" -0 "), (vec![], Elements::Integers(vec![0])));
        assert_eq!(array("[[], []]"), (vec![2, 0], reals(&[])));
        assert_eq!(
            array("[-Infinity, 1e400]").1,
            reals(&[f64::NEG_INFINITY, f64::INFINITY])
        );
    }

    #[test]
    fn texts_nulls_and_objects_are_checked_and_left_alone() {
        for text in [
            "\"x\\u00e9 Å\"",
            "null",
            "[1, \"a\"]",
            "{\"a\": [[1], 2]}",
            "[{}, {\"b\": 1}]",
            "[36893488147419103232]",
        ] {
            assert_eq!(parse(text), Ok(Parsed::Other), "{text}");
        }
    }

    #[test]
    fn what_python_or_numpy_would_refuse_is_refused() {
        let deep = "[".repeat(100_000);
        for text in [
            "",
            "[",
            "[1",
            "[1,]",
            "01",
            "1.",
            ".5",
            "+1",
            "1 2",
            "{\"a\"}",
            "{1:2}",
            "\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"a\tb\"",
            "nan",
            "[[1], 2]",
            "[[1, 2], [3]]",
            "[\"a\", [1]]",
            &deep,
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
