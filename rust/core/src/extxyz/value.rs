//! The value of a key, with the type that ASE gives it: whole numbers, else reals, else logicals, else JSON, else text.
use super::fault::{FaultKind, Problem, quoted};
use super::json::{self, Parsed};
use super::numbers::{integer, is_space, real};

/// Keys that hold a matrix, its nine numbers column after column.
const MATRICES: [&str; 3] = ["Lattice", "virial", "stress"];
/// Keys that stay text whatever they hold.
const TEXTS: [&str; 1] = ["uid"];
const JSON: &str = "_JSON ";

/// A key's value. Texts stand in [`Entry::raw`](super::Entry::raw).
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A key without a value, which counts as true.
    Flag,
    /// One whole number.
    Integer(i64),
    /// One real number.
    Real(f64),
    /// `T`, `true`, `F`, `false` and the like.
    Logical(bool),
    /// Several values of one type, rows first; an empty value is an array of none.
    Array {
        /// Its lengths, outermost first; never empty.
        shape: Vec<usize>,
        /// As many elements as the product of the lengths.
        elements: Elements,
    },
    /// Anything else.
    Text,
    /// A JSON value that is no array.
    Json,
}

/// The elements of an array.
#[derive(Debug, Clone, PartialEq)]
pub enum Elements {
    /// Whole numbers.
    Integers(Vec<i64>),
    /// Real numbers.
    Reals(Vec<f64>),
    /// Logicals.
    Logicals(Vec<bool>),
}

impl Value {
    /// The value as numbers, rows first; `None` where it holds none, logicals included.
    #[must_use]
    pub fn numbers(&self) -> Option<Vec<f64>> {
        match self {
            Self::Integer(value) => Some(vec![*value as f64]),
            Self::Real(value) => Some(vec![*value]),
            Self::Array { elements, .. } => match elements {
                Elements::Integers(values) => Some(values.iter().map(|&v| v as f64).collect()),
                Elements::Reals(values) => Some(values.clone()),
                Elements::Logicals(_) => None,
            },
            Self::Flag | Self::Logical(_) | Self::Text | Self::Json => None,
        }
    }

    /// From what stands behind a key's `=`.
    pub(crate) fn parse(key: &str, raw: &str) -> Result<Self, Problem> {
        if TEXTS.contains(&key.to_lowercase().as_str()) {
            return Ok(Self::Text);
        }
        let numeric = numeric(raw);
        if MATRICES.contains(&key) {
            return match numeric {
                Some(Self::Array { shape, elements }) if shape == [9] => Ok(Self::Array {
                    shape: vec![3, 3],
                    elements: transposed(elements),
                }),
                found => Err(not_a_matrix(key, raw, found.as_ref())),
            };
        }
        if let Some(value) = numeric.or_else(|| logical(raw)) {
            return Ok(value);
        }
        let Some(text) = raw.strip_prefix(JSON) else {
            return Ok(Self::Text);
        };
        match json::parse(text) {
            Ok(Parsed::Array { shape, elements }) => Ok(Self::array(shape, elements)),
            Ok(Parsed::Other) => Ok(Self::Json),
            Err(reason) => Err(Problem::new(
                FaultKind::Header,
                format!("the JSON value of {} cannot be read: {reason}", quoted(key)),
            )),
        }
    }

    fn array(shape: Vec<usize>, elements: Elements) -> Self {
        if shape.is_empty() {
            match elements {
                Elements::Integers(values) => values.first().copied().map(Self::Integer),
                Elements::Reals(values) => values.first().copied().map(Self::Real),
                Elements::Logicals(values) => values.first().copied().map(Self::Logical),
            }
            .unwrap_or(Self::Text)
        } else {
            Self::Array { shape, elements }
        }
    }

    fn vector(elements: Elements, count: usize) -> Self {
        let shape = if count == 1 { vec![] } else { vec![count] };
        Self::array(shape, elements)
    }
}

/// The words of a value, between spaces and commas.
fn words(raw: &str) -> impl Iterator<Item = &str> + Clone {
    raw.split(|character| is_space(character) || character == ',')
        .filter(|word| !word.is_empty())
}

fn numeric(raw: &str) -> Option<Value> {
    let elements = if let Some(values) = words(raw).map(integer).collect::<Option<Vec<i64>>>() {
        Elements::Integers(values)
    } else {
        Elements::Reals(words(raw).map(real).collect::<Option<Vec<f64>>>()?)
    };
    Some(Value::vector(elements, words(raw).count()))
}

fn logical(raw: &str) -> Option<Value> {
    let logical = |word| match word {
        "T" | "true" | "True" | "TRUE" => Some(true),
        "F" | "false" | "False" | "FALSE" => Some(false),
        _ => None,
    };
    let values: Vec<bool> = words(raw).map(logical).collect::<Option<_>>()?;
    let count = values.len();
    Some(Value::vector(Elements::Logicals(values), count))
}

fn transposed(elements: Elements) -> Elements {
    fn swap<T: Copy>(values: &[T]) -> Vec<T> {
        let row = |i: usize| (0..3).filter_map(move |j| values.get(3 * j + i).copied());
        (0..3).flat_map(row).collect()
    }
    match elements {
        Elements::Integers(values) => Elements::Integers(swap(&values)),
        Elements::Reals(values) => Elements::Reals(swap(&values)),
        Elements::Logicals(values) => Elements::Logicals(swap(&values)),
    }
}

fn not_a_matrix(key: &str, raw: &str, found: Option<&Value>) -> Problem {
    let kind = if key == "Lattice" {
        FaultKind::Cell
    } else {
        FaultKind::Header
    };
    let what = match found {
        Some(Value::Array { shape, .. }) => format!("{} numbers", shape.iter().product::<usize>()),
        _ => quoted(raw),
    };
    Problem::new(kind, format!("`{key}` must hold 9 numbers, found {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(raw: &str) -> Value {
        Value::parse("key", raw).unwrap()
    }

    #[test]
    fn a_value_has_the_narrowest_type_that_holds_it() {
        let array = |elements, count| Value::Array {
            shape: vec![count],
            elements,
        };
        assert_eq!(parsed("3"), Value::Integer(3));
        assert_eq!(
            parsed("9223372036854775808"),
            Value::Real(9_223_372_036_854_775_808.0)
        );
        assert_eq!(parsed("1 2,3"), array(Elements::Integers(vec![1, 2, 3]), 3));
        assert_eq!(parsed("1, 2.5"), array(Elements::Reals(vec![1.0, 2.5]), 2));
        assert_eq!(parsed(""), array(Elements::Integers(vec![]), 0));
        assert_eq!(
            parsed("T F"),
            array(Elements::Logicals(vec![true, false]), 2)
        );
        assert_eq!(parsed("True"), Value::Logical(true));
        assert_eq!(parsed("_JSON [2]"), array(Elements::Integers(vec![2]), 1));
        assert_eq!(parsed("_JSON 2.0"), Value::Real(2.0));
        assert_eq!(parsed("_JSON {}"), Value::Json);
        for text in ["t", "1 x", "T x", "[1,2,3,4]", "1.0D+00", "_JSON"] {
            assert_eq!(parsed(text), Value::Text, "{text}");
        }
        assert_eq!(Value::parse("UID", "12").unwrap(), Value::Text);
    }

    #[test]
    fn matrices_are_read_column_after_column_and_must_be_complete() {
        let value = Value::parse("stress", "1 2 3 4 5 6 7 8 9").unwrap();
        assert_eq!(
            value.numbers().unwrap(),
            [1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 9.0]
        );
        for raw in ["1 2 3", "T", "x", "", "1 2 3 4 5 6"] {
            let problem = Value::parse("Lattice", raw).unwrap_err();
            assert_eq!(problem.kind, FaultKind::Cell);
        }
    }
}
