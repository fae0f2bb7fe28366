//! Frames of Python as frames of extended XYZ: the values that reading them from such a file would give.
use mlipilot_core::extxyz::{Column, Data, Elements, Entry, Frame, Texts, Value, symbol};
use numpy::{
    PyArrayDescrMethods, PyArrayDyn, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2,
    PyUntypedArray, PyUntypedArrayMethods,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};

use crate::arrays::shape_error;

/// The key whose text a scan keeps of every frame.
const CONFIG_TYPE: &str = "config_type";

/// Atoms in their cell.
pub struct Sites {
    numbers: Vec<u8>,
    positions: Vec<[f64; 3]>,
    cell: Option<[[f64; 3]; 3]>,
}

/// Elements, positions and cell, in any order of memory. Refuses what is of the wrong shape or no element.
pub fn sites(
    numbers: &PyReadonlyArray1<'_, u8>,
    positions: &PyReadonlyArray2<'_, f64>,
    cell: Option<&PyReadonlyArray2<'_, f64>>,
) -> PyResult<Sites> {
    let numbers: Vec<u8> = numbers.as_array().iter().copied().collect();
    if let Some(number) = numbers.iter().find(|&&number| symbol(number).is_none()) {
        let message = format!("numbers: no element has the atomic number {number}");
        return Err(PyValueError::new_err(message));
    }
    let matrix = |name: &str, rows: usize, array: &PyReadonlyArray2<'_, f64>| {
        if array.shape() != [rows, 3] {
            return Err(shape_error(name, &format!("({rows}, 3)"), array.shape()));
        }
        let flat: Vec<f64> = array.as_array().iter().copied().collect();
        Ok(flat.as_chunks::<3>().0.to_vec())
    };
    let cell = cell.map(|cell| matrix("cell", 3, cell)).transpose()?;
    Ok(Sites {
        positions: matrix("positions", numbers.len(), positions)?,
        numbers,
        cell: cell.map(|rows| [rows[0], rows[1], rows[2]]),
    })
}

impl Sites {
    /// The frame with this number and first line.
    pub fn frame(
        self,
        (number, line): (usize, u64),
        (first, second, third): (bool, bool, bool),
        header: Vec<Entry>,
        columns: Vec<Column>,
    ) -> Frame {
        Frame {
            number,
            line,
            numbers: self.numbers,
            positions: self.positions,
            cell: self.cell,
            periodic: [first, second, third],
            header,
            columns,
        }
    }
}

/// Keys and values; what extended XYZ has no value for is left out.
pub fn entries(header: &Bound<'_, PyDict>, group: &str) -> PyResult<Vec<Entry>> {
    let mut entries = Vec::with_capacity(header.len());
    for (key, value) in header {
        let Some((key, value)) = key.extract::<String>().ok().zip(plain(&value)?) else {
            continue;
        };
        let Some(meaning) = meaning(&value)? else {
            continue;
        };
        let is_read = key == group || key == CONFIG_TYPE;
        let raw = if is_read {
            written(&value)?
        } else {
            String::new()
        };
        entries.push(Entry::new(key, raw, meaning));
    }
    Ok(entries)
}

/// Columns with a row for each atom; the others are left out.
pub fn columns(columns: &Bound<'_, PyDict>, atoms: usize) -> PyResult<Vec<Column>> {
    let mut found = Vec::with_capacity(columns.len());
    for (name, values) in columns {
        let Ok(name) = name.extract::<String>() else {
            continue;
        };
        let Some((width, data)) = column(&values, atoms)? else {
            continue;
        };
        found.push(Column { name, width, data });
    }
    Ok(found)
}

/// A scalar of NumPy as one of Python, another value as it is; None without a value.
fn plain<'py>(value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let is_plain = value.is_instance_of::<PyInt>()
        || value.is_instance_of::<PyFloat>()
        || value.is_instance_of::<PyString>();
    if is_plain {
        return Ok(Some(value.clone()));
    }
    let is_scalar = match value.cast::<PyUntypedArray>() {
        Ok(array) => array.ndim() == 0,
        Err(_) => value.is_instance(&value.py().import("numpy")?.getattr("generic")?)?,
    };
    if is_scalar {
        return value.call_method0("item").map(Some);
    }
    Ok((!value.is_none()).then(|| value.clone()))
}

fn meaning(value: &Bound<'_, PyAny>) -> PyResult<Option<Value>> {
    Ok(if let Ok(logical) = value.cast::<PyBool>() {
        Some(Value::Logical(logical.is_true()))
    } else if value.is_instance_of::<PyInt>() {
        // what does not fit is a real number in a file too
        Some(match value.extract() {
            Ok(integer) => Value::Integer(integer),
            Err(_) => Value::Real(value.extract().unwrap_or(f64::INFINITY)),
        })
    } else if let Ok(real) = value.cast::<PyFloat>() {
        Some(Value::Real(real.value()))
    } else if value.is_instance_of::<PyString>() {
        Some(Value::Text)
    } else if let Ok(array) = value.cast::<PyUntypedArray>() {
        let shape = array.shape().to_vec();
        let elements = elements(array)?;
        elements
            .filter(|_| shape.len() <= 2)
            .map(|elements| Value::Array { shape, elements })
    } else {
        None
    })
}

/// A value as ASE writes it.
fn written(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(logical) = value.cast::<PyBool>() {
        return Ok(if logical.is_true() { "T" } else { "F" }.to_owned());
    }
    let Ok(array) = value.cast::<PyUntypedArray>() else {
        return Ok(value.str()?.to_cow()?.into_owned());
    };
    let rows = array.call_method0("tolist")?;
    if array.ndim() > 1 {
        let json = value.py().import("json")?.call_method1("dumps", (rows,))?;
        return Ok(format!("_JSON {}", json.extract::<String>()?));
    }
    let words: PyResult<Vec<String>> = rows.try_iter()?.map(|word| written(&word?)).collect();
    Ok(words?.join(" "))
}

/// Numbers or logicals, rows first; None for anything else.
fn elements(array: &Bound<'_, PyUntypedArray>) -> PyResult<Option<Elements>> {
    Ok(match array.dtype().kind() {
        b'f' => Some(Elements::Reals(cast(array, "float64")?)),
        b'b' => Some(Elements::Logicals(cast(array, "bool")?)),
        b'i' => Some(Elements::Integers(cast(array, "int64")?)),
        b'u' => {
            let values: Vec<u64> = cast(array, "uint64")?;
            let integers: Option<Vec<i64>> =
                values.iter().map(|&value| value.try_into().ok()).collect();
            let reals = || Elements::Reals(values.iter().map(|&value| value as f64).collect());
            Some(integers.map_or_else(reals, Elements::Integers))
        }
        _ => None,
    })
}

fn cast<T: numpy::Element + Copy>(
    array: &Bound<'_, PyUntypedArray>,
    name: &str,
) -> PyResult<Vec<T>> {
    let array = array.call_method1("astype", (name,))?;
    let array = array.cast_into::<PyArrayDyn<T>>()?;
    Ok(array.readonly().as_array().iter().copied().collect())
}

/// The width and the values of a column; None where it is none.
fn column(values: &Bound<'_, PyAny>, atoms: usize) -> PyResult<Option<(usize, Data)>> {
    let (array, is_list) = match values.cast::<PyList>() {
        Ok(list) => {
            let texts = list
                .py()
                .import("numpy")?
                .call_method1("array", (list, "O"));
            let Ok(texts) = texts else {
                return Ok(None);
            };
            (texts, true)
        }
        Err(_) => (values.clone(), false),
    };
    let Ok(array) = array.cast::<PyUntypedArray>() else {
        return Ok(None);
    };
    let width = match *array.shape() {
        [rows] if rows == atoms => 1,
        [rows, width] if rows == atoms && width > 0 => width,
        _ => return Ok(None),
    };
    let kind = array.dtype().kind();
    let data = if is_list || matches!(kind, b'U' | b'O') {
        texts(array)?.map(Data::Texts)
    } else {
        elements(array)?.map(data)
    };
    Ok(data.map(|data| (width, data)))
}

/// The values of a column in the types that columns have.
fn data(elements: Elements) -> Data {
    match elements {
        Elements::Reals(values) => Data::Reals(values),
        Elements::Logicals(values) => Data::Logicals(values),
        Elements::Integers(values) => {
            let narrow: Option<Vec<i32>> =
                values.iter().map(|&value| value.try_into().ok()).collect();
            let reals = || Data::Reals(values.iter().map(|&value| value as f64).collect());
            narrow.map_or_else(reals, Data::Integers)
        }
    }
}

/// The texts of an array; None where something else is among them.
fn texts(array: &Bound<'_, PyUntypedArray>) -> PyResult<Option<Texts>> {
    let flat = array.call_method0("ravel")?.call_method0("tolist")?;
    let all: Option<Vec<String>> = flat.extract().ok();
    Ok(all.map(|all| all.iter().map(String::as_str).collect()))
}
