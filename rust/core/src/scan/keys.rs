//! Which keys and columns a file has, and in how many frames.
use std::collections::HashMap;

use crate::extxyz::{Column, Data, Elements, Frame, Value};

/// A key or a column over all frames.
#[derive(Debug, Clone, PartialEq)]
pub struct KeySummary {
    /// Its name.
    pub name: String,
    /// How many frames have it.
    pub frames: usize,
    /// What it holds where it is seen first.
    pub kind: KeyKind,
    /// The lengths of what it holds there, of one atom's values for a column.
    pub shape: Vec<usize>,
    /// Where it stands.
    pub place: Place,
    /// The line where it is seen first, from 1; 0 in a file without lines.
    pub line: u64,
}

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// One number.
    Number,
    /// Anything that is no number and no logical.
    Text,
    /// One or more logicals.
    Logical,
    /// Numbers in a row.
    Vector,
    /// Numbers in more than one dimension.
    Array,
    /// Nothing: the key stands alone.
    Flag,
}

/// Where a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the line of keys.
    Header,
    /// In the lines of atoms.
    Column,
}

impl KeyKind {
    /// The name by which Python knows it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Text => "text",
            Self::Logical => "logical",
            Self::Vector => "vector",
            Self::Array => "array",
            Self::Flag => "flag",
        }
    }
}

impl Place {
    /// The name by which Python knows it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Column => "column",
        }
    }
}

/// The keys seen so far.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    found: Vec<KeySummary>,
    header: HashMap<String, usize>,
    columns: HashMap<String, usize>,
}

impl Keys {
    pub(crate) fn push(&mut self, frame: &Frame) {
        let line = frame.line_after(1);
        for entry in &frame.header {
            self.count(&entry.key, Place::Header, line, || of_value(&entry.value));
        }
        for column in &frame.columns {
            self.count(&column.name, Place::Column, line, || of_column(column));
        }
    }

    pub(crate) fn finish(self) -> Vec<KeySummary> {
        self.found
    }

    fn count(
        &mut self,
        name: &str,
        place: Place,
        line: u64,
        describe: impl FnOnce() -> (KeyKind, Vec<usize>),
    ) {
        let index = match place {
            Place::Header => &mut self.header,
            Place::Column => &mut self.columns,
        };
        if let Some(&known) = index.get(name) {
            self.found[known].frames += 1;
            return;
        }
        index.insert(name.to_owned(), self.found.len());
        let (kind, shape) = describe();
        self.found.push(KeySummary {
            name: name.to_owned(),
            frames: 1,
            kind,
            shape,
            place,
            line,
        });
    }
}

fn of_value(value: &Value) -> (KeyKind, Vec<usize>) {
    match value {
        Value::Flag => (KeyKind::Flag, vec![]),
        Value::Integer(_) | Value::Real(_) => (KeyKind::Number, vec![]),
        Value::Logical(_) => (KeyKind::Logical, vec![]),
        Value::Text | Value::Json => (KeyKind::Text, vec![]),
        Value::Array { shape, elements } => {
            let kind = match elements {
                Elements::Logicals(_) => KeyKind::Logical,
                Elements::Integers(_) | Elements::Reals(_) if shape.len() == 1 => KeyKind::Vector,
                Elements::Integers(_) | Elements::Reals(_) => KeyKind::Array,
            };
            (kind, shape.clone())
        }
    }
}

fn of_column(column: &Column) -> (KeyKind, Vec<usize>) {
    let kind = match column.data {
        Data::Texts(_) => KeyKind::Text,
        Data::Logicals(_) => KeyKind::Logical,
        Data::Reals(_) | Data::Integers(_) if column.width == 1 => KeyKind::Number,
        Data::Reals(_) | Data::Integers(_) => KeyKind::Vector,
    };
    let shape = if column.width == 1 {
        vec![]
    } else {
        vec![column.width]
    };
    (kind, shape)
}
