//! The lines of atoms, value by value into columns.
use super::fault::{FaultKind, Problem, quoted};
use super::numbers::{integer, is_space, real};
use super::properties::{Kind, Property};

/// A property of every atom.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name in the file.
    pub name: String,
    /// Values an atom.
    pub width: usize,
    /// The values, atom after atom.
    pub data: Data,
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Type `R`.
    Reals(Vec<f64>),
    /// Type `I`.
    Integers(Vec<i32>),
    /// Type `S`.
    Texts(Texts),
    /// Type `L`.
    Logicals(Vec<bool>),
}

/// Many short texts, one behind the other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Texts {
    joined: String,
    ends: Vec<usize>,
}

impl Texts {
    /// The texts in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| self.joined.get(start..end).unwrap_or_default())
    }

    fn push(&mut self, text: &str) {
        self.joined.push_str(text);
        self.ends.push(self.joined.len());
    }
}

impl<'a> FromIterator<&'a str> for Texts {
    fn from_iter<T: IntoIterator<Item = &'a str>>(texts: T) -> Self {
        let mut joined = Self::default();
        texts.into_iter().for_each(|text| joined.push(text));
        joined
    }
}

impl Column {
    fn new(property: Property) -> Self {
        let data = match property.kind {
            Kind::Real => Data::Reals(Vec::new()),
            Kind::Integer => Data::Integers(Vec::new()),
            Kind::Text => Data::Texts(Texts::default()),
            Kind::Logical => Data::Logicals(Vec::new()),
        };
        Self {
            name: property.name,
            width: property.width,
            data,
        }
    }

    /// The values as numbers; `None` for texts and logicals.
    #[must_use]
    pub fn numbers(&self) -> Option<Vec<f64>> {
        match &self.data {
            Data::Reals(values) => Some(values.clone()),
            Data::Integers(values) => Some(values.iter().map(|&value| f64::from(value)).collect()),
            Data::Texts(_) | Data::Logicals(_) => None,
        }
    }
}

/// Columns while their lines come in.
pub(crate) struct Rows {
    columns: Vec<Column>,
}

impl Rows {
    pub(crate) fn new(properties: Vec<Property>) -> Self {
        Self {
            columns: properties.into_iter().map(Column::new).collect(),
        }
    }

    /// Adds the line of one atom; what stands behind the last column is ignored, as ASE does.
    pub(crate) fn push(&mut self, line: &str) -> Result<(), Problem> {
        let mut tokens = tokens(line);
        let needed = self.columns.iter().map(|column| column.width);
        let needed = needed.fold(0, usize::saturating_add);
        for column in &mut self.columns {
            for _ in 0..column.width {
                let Some((offset, token)) = tokens.next() else {
                    return Err(too_few(line, needed));
                };
                column
                    .data
                    .push(token)
                    .map_err(|problem| problem.at(offset))?;
            }
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Vec<Column> {
        self.columns
    }
}

impl Data {
    fn push(&mut self, token: &str) -> Result<(), Problem> {
        let number = |message| Problem::new(FaultKind::Number, message);
        match self {
            Self::Reals(values) => values.push(real(token).ok_or_else(|| number(no_real(token)))?),
            Self::Integers(values) => {
                let value = integer(token).and_then(|value| i32::try_from(value).ok());
                values.push(value.ok_or_else(|| {
                    number(format!(
                        "expected a whole number of 32 bits, found {}",
                        quoted(token)
                    ))
                })?);
            }
            Self::Texts(texts) => texts.push(token),
            Self::Logicals(values) => values.push(match token {
                "T" | "True" => true,
                "F" | "False" => false,
                _ => {
                    return Err(number(format!(
                        "expected `T` or `F`, found {}",
                        quoted(token)
                    )));
                }
            }),
        }
        Ok(())
    }
}

fn no_real(token: &str) -> String {
    let found = format!("expected a number, found {}", quoted(token));
    if real(&token.replace(['D', 'd'], "e")).is_some() {
        return format!("{found}: exponents are written with `e`");
    }
    found
}

fn too_few(line: &str, needed: usize) -> Problem {
    let found = tokens(line).count();
    Problem::new(
        FaultKind::Columns,
        format!("expected {needed} columns, found {found}"),
    )
}

/// The words of a line, each with the byte where it starts.
fn tokens(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let start_of = line.as_ptr() as usize;
    line.split(is_space)
        .filter(|token| !token.is_empty())
        .map(move |token| (token.as_ptr() as usize - start_of, token))
}

#[cfg(test)]
mod tests {
    use super::super::properties::parse;
    use super::*;

    fn rows(properties: &str) -> Rows {
        Rows::new(parse(properties).unwrap())
    }

    #[test]
    fn values_go_to_their_columns_and_what_follows_is_ignored() {
        let mut rows = rows("species:S:1:pos:R:3:fixed:L:1:tag:I:1:label:S:2");
        rows.push("H 0 1e0 .5 T -3 a b rest").unwrap();
        rows.push("\tC\u{a0}1 2 3\x1cFalse 4 ü d").unwrap();
        let columns = rows.finish();
        assert_eq!(
            columns[1].numbers().unwrap(),
            [0.0, 1.0, 0.5, 1.0, 2.0, 3.0]
        );
        assert_eq!(columns[2].data, Data::Logicals(vec![true, false]));
        assert_eq!(columns[3].data, Data::Integers(vec![-3, 4]));
        let Data::Texts(labels) = &columns[4].data else {
            panic!("texts")
        };
        assert_eq!(labels.iter().collect::<Vec<_>>(), ["a", "b", "ü", "d"]);
    }

    #[test]
    fn a_line_that_does_not_fit_says_where() {
        let cases = [
            ("H 0 0", FaultKind::Columns, None),
            ("", FaultKind::Columns, None),
            ("H 0 0 x 1", FaultKind::Number, Some(6)),
            ("H 0 0 0 1.5", FaultKind::Number, Some(8)),
            ("H 0 0 0 2147483648", FaultKind::Number, Some(8)),
        ];
        for (line, kind, offset) in cases {
            let problem = rows("species:S:1:pos:R:3:n:I:1").push(line).unwrap_err();
            assert_eq!((problem.kind, problem.offset), (kind, offset), "{line}");
        }
        let problem = rows("species:S:1:pos:R:3")
            .push("H 1.0D+00 0 0")
            .unwrap_err();
        assert!(problem.message.ends_with("exponents are written with `e`"));
    }

    #[test]
    fn a_claimed_width_costs_nothing() {
        let mut rows = rows("species:S:1:pos:R:3:f:R:18446744073709551:g:R:9000000000000000000");
        assert!(rows.push("H 0 0 0 1 2 3").is_err());
    }
}
