//! Frames of extended XYZ files for Python.
use std::path::PathBuf;

use mlipilot_core::extxyz::{self, Column, Data, Elements, Entry, Reader, Value};
use numpy::{IntoPyArray, PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::files::{open, unreadable};
use crate::records::ScanFault;

/// A frame of an extended XYZ file, with the values that ase.io.read would give.
#[pyclass(frozen, get_all, module = "mlipilot._core")]
pub struct ExtxyzFrame {
    /// The number of the frame in the file, from 0, broken frames counted.
    number: usize,
    /// The line with its number of atoms, from 1.
    line: u64,
    /// Atomic numbers, shape (N,), uint8, 0 for "X".
    numbers: Py<PyArray1<u8>>,
    /// Å, shape (N, 3).
    positions: Py<PyArray2<f64>>,
    /// Cell vectors as rows, Å, shape (3, 3); None without a cell.
    cell: Option<Py<PyArray2<f64>>>,
    /// Periodic directions.
    periodic: (bool, bool, bool),
    /// Keys and values, without Lattice, pbc and Properties; a key without a value is True.
    header: Py<PyDict>,
    /// Columns without elements and positions: shape (N,) or (N, width); lists of str for texts.
    columns: Py<PyDict>,
}

/// All frames of an extended XYZ file in order, with a ScanFault in place of each that cannot be read.
///
/// Values are those of ase.io.read (ASE 3.29); see scan_extxyz for one that keeps no frames. Raises OSError for a file
/// that cannot be read.
#[pyfunction]
pub fn read_extxyz(py: Python<'_>, path: PathBuf) -> PyResult<Bound<'_, PyList>> {
    let read = py.detach(|| {
        let mut reader = Reader::new(open(&path)?.0);
        let mut found = Vec::new();
        while let Some(frame) = reader.next_frame()? {
            found.push(frame);
        }
        Ok(found)
    });
    let found = PyList::empty(py);
    for frame in read.map_err(|error| unreadable(error, &path))? {
        match frame {
            Ok(frame) => found.append(ExtxyzFrame::new(py, frame)?)?,
            Err(fault) => found.append(ScanFault::from(fault))?,
        }
    }
    Ok(found)
}

impl ExtxyzFrame {
    fn new(py: Python<'_>, frame: extxyz::Frame) -> PyResult<Self> {
        let header = PyDict::new(py);
        for entry in &frame.header {
            header.set_item(&entry.key, entry_object(py, entry)?)?;
        }
        let columns = PyDict::new(py);
        let atoms = frame.numbers.len();
        for column in frame.columns {
            let name = column.name.clone();
            columns.set_item(name, column_object(py, column, atoms)?)?;
        }
        let matrix = |rows: &[[f64; 3]]| {
            let flat = rows.as_flattened().to_vec().into_pyarray(py);
            Ok::<_, PyErr>(flat.reshape([rows.len(), 3])?.unbind())
        };
        let [first, second, third] = frame.periodic;
        Ok(Self {
            number: frame.number,
            line: frame.line,
            positions: matrix(&frame.positions)?,
            cell: frame.cell.as_ref().map(|cell| matrix(cell)).transpose()?,
            numbers: frame.numbers.into_pyarray(py).unbind(),
            periodic: (first, second, third),
            header: header.unbind(),
            columns: columns.unbind(),
        })
    }
}

fn entry_object<'py>(py: Python<'py>, entry: &Entry) -> PyResult<Bound<'py, PyAny>> {
    Ok(match &entry.value {
        Value::Flag => true.into_pyobject(py)?.to_owned().into_any(),
        Value::Logical(value) => value.into_pyobject(py)?.to_owned().into_any(),
        Value::Integer(value) => value.into_pyobject(py)?.into_any(),
        Value::Real(value) => value.into_pyobject(py)?.into_any(),
        Value::Text => entry.raw.as_str().into_pyobject(py)?.into_any(),
        Value::Json => {
            let text = entry.raw.split_once(' ').map_or("", |(_, text)| text);
            py.import("json")?.call_method1("loads", (text,))?
        }
        Value::Array { shape, elements } => match elements {
            Elements::Integers(values) => shaped(py, values.clone(), shape)?,
            Elements::Reals(values) => shaped(py, values.clone(), shape)?,
            Elements::Logicals(values) => shaped(py, values.clone(), shape)?,
        },
    })
}

fn column_object<'py>(
    py: Python<'py>,
    column: Column,
    atoms: usize,
) -> PyResult<Bound<'py, PyAny>> {
    let shape: &[usize] = match column.width {
        1 => &[atoms],
        width => &[atoms, width],
    };
    match column.data {
        Data::Reals(values) => shaped(py, values, shape),
        Data::Integers(values) => shaped(py, values, shape),
        Data::Logicals(values) => shaped(py, values, shape),
        Data::Texts(texts) => {
            let texts: Vec<&str> = texts.iter().collect();
            if column.width == 1 {
                return texts.into_pyobject(py);
            }
            let rows: Vec<&[&str]> = texts.chunks(column.width).collect();
            rows.into_pyobject(py)
        }
    }
}

fn shaped<'py, T: numpy::Element>(
    py: Python<'py>,
    values: Vec<T>,
    shape: &[usize],
) -> PyResult<Bound<'py, PyAny>> {
    Ok(values.into_pyarray(py).reshape(shape)?.into_any())
}
