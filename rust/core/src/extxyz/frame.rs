//! One frame: elements, positions, cell and whatever else its header and columns hold.
use super::columns::{Column, Data};
use super::elements::{atomic_number, symbol};
use super::fault::{FaultKind, Problem, quoted};
use super::header::Entry;
use super::properties::{Property, Role};
use super::value::{Elements, Value};

/// A frame of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Its place in the file, from 0, broken frames counted.
    pub number: usize,
    /// The line with its number of atoms, from 1; 0 in a file without lines.
    pub line: u64,
    /// Atomic numbers, 0 for `X`.
    pub numbers: Vec<u8>,
    /// Positions in Å.
    pub positions: Vec<[f64; 3]>,
    /// Cell vectors as rows, in Å, where the frame has a cell.
    pub cell: Option<[[f64; 3]; 3]>,
    /// The periodic directions.
    pub periodic: [bool; 3],
    /// Keys and values without `Lattice`, `pbc` and `Properties`.
    pub header: Vec<Entry>,
    /// Columns without elements and positions.
    pub columns: Vec<Column>,
}

impl Frame {
    /// The entry of a key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.header.iter().find(|entry| entry.key == key)
    }

    /// The line that comes `count` lines after its first.
    pub(crate) fn line_after(&self, count: u64) -> u64 {
        match self.line {
            0 => 0,
            line => line.saturating_add(count),
        }
    }

    /// The column of a name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// The cell and the periodic directions that a header states.
#[derive(Debug, Default)]
pub(crate) struct Box3 {
    pub(crate) cell: Option<[[f64; 3]; 3]>,
    pub(crate) periodic: [bool; 3],
}

impl Box3 {
    /// Takes `Lattice` and `pbc` out of the entries; with a cell alone, all directions are periodic.
    pub(crate) fn take(entries: &mut Vec<Entry>) -> Result<Self, Problem> {
        let cell = take(entries, "Lattice").and_then(|entry| lattice(&entry.value));
        let periodic = match take(entries, "pbc") {
            None => [cell.is_some(); 3],
            Some(entry) => directions(&entry.value).ok_or_else(|| {
                let message = format!(
                    "`pbc` must be three of `T` and `F`, found {}",
                    quoted(&entry.raw)
                );
                Problem::new(FaultKind::Header, message).at(entry.offset)
            })?,
        };
        Ok(Self { cell, periodic })
    }
}

pub(crate) fn take(entries: &mut Vec<Entry>, key: &str) -> Option<Entry> {
    let place = entries.iter().position(|entry| entry.key == key)?;
    Some(entries.remove(place))
}

/// Cell vectors as rows: the matrix was read column after column, and ASE's cell is its transpose.
fn lattice(value: &Value) -> Option<[[f64; 3]; 3]> {
    let numbers: [f64; 9] = value.numbers()?.try_into().ok()?;
    Some([0, 1, 2].map(|row| [0, 1, 2].map(|axis| numbers[3 * axis + row])))
}

fn directions(value: &Value) -> Option<[bool; 3]> {
    match value {
        Value::Flag => Some([true; 3]),
        Value::Logical(all) => Some([*all; 3]),
        Value::Integer(all) => Some([*all != 0; 3]),
        Value::Real(all) => Some([*all != 0.0; 3]),
        Value::Array { elements, .. } => {
            let values: Vec<bool> = match elements {
                Elements::Logicals(values) => values.clone(),
                Elements::Integers(values) => values.iter().map(|&value| value != 0).collect(),
                Elements::Reals(values) => values.iter().map(|&value| value != 0.0).collect(),
            };
            values.try_into().ok()
        }
        Value::Text | Value::Json => None,
    }
}

/// Elements and positions, taken out of the columns; a `Z` column goes before a `species` column, as in ASE.
///
/// The error has the index of the atom it is about.
pub(crate) struct Sites {
    pub(crate) numbers: Vec<u8>,
    pub(crate) positions: Vec<[f64; 3]>,
    pub(crate) others: Vec<Column>,
}

impl Sites {
    pub(crate) fn take(
        properties: &[Property],
        columns: Vec<Column>,
    ) -> Result<Self, (usize, Problem)> {
        let mut sites = Self {
            numbers: Vec::new(),
            positions: Vec::new(),
            others: Vec::new(),
        };
        let mut symbols = None;
        let mut numbers = None;
        for (property, column) in properties.iter().zip(columns) {
            match (property.role(), &column.data) {
                (Role::Positions, _) => {
                    let values = column.numbers().unwrap_or_default();
                    sites.positions = values.as_chunks::<3>().0.to_vec();
                }
                (Role::Symbols, Data::Texts(_)) => symbols = Some(column),
                (Role::Numbers, Data::Integers(_)) => numbers = Some(column),
                _ => sites.others.push(column),
            }
        }
        sites.numbers = match (numbers.map(|c| c.data), symbols.map(|c| c.data)) {
            (Some(Data::Integers(values)), _) => by_number(&values)?,
            (_, Some(Data::Texts(texts))) => by_symbol(texts.iter())?,
            _ => Vec::new(),
        };
        Ok(sites)
    }
}

fn by_number(values: &[i32]) -> Result<Vec<u8>, (usize, Problem)> {
    let element = |(atom, &value): (usize, &i32)| {
        let number = u8::try_from(value).ok();
        number
            .filter(|&number| symbol(number).is_some())
            .ok_or_else(|| {
                let message = format!("no element has the atomic number {value}");
                (atom, Problem::new(FaultKind::Species, message))
            })
    };
    values.iter().enumerate().map(element).collect()
}

fn by_symbol<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Vec<u8>, (usize, Problem)> {
    let element = |(atom, text): (usize, &str)| {
        atomic_number(text).ok_or_else(|| {
            let message = format!("{} is not the symbol of an element", quoted(text));
            (atom, Problem::new(FaultKind::Species, message))
        })
    };
    texts.enumerate().map(element).collect()
}
