//! Arrays as slices: a view of NumPy's memory, or an error that names the argument.
use mlipilot_core::Invalid;
use numpy::ndarray::Dimension;
use numpy::{Element, PyReadonlyArray, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// A kernel's refusal as Python's ValueError.
pub fn refused(invalid: Invalid) -> PyErr {
    PyValueError::new_err(invalid.to_string())
}

/// The elements of a C-contiguous array, without a copy.
pub fn flat<'a, T: Element, D: Dimension>(
    name: &str,
    array: &'a PyReadonlyArray<'_, T, D>,
) -> PyResult<&'a [T]> {
    let problem = if !array.is_c_contiguous() {
        "C-contiguous"
    } else if !array.is_aligned() {
        "aligned"
    } else {
        return array
            .as_slice()
            .map_err(|error| PyValueError::new_err(format!("{name}: {error}")));
    };
    Err(PyValueError::new_err(format!(
        "{name}: must be {problem}; numpy.ascontiguousarray makes a copy that is"
    )))
}

/// The rows of an array whose last axis has three entries.
pub fn vectors<'a, D: Dimension>(
    name: &str,
    array: &'a PyReadonlyArray<'_, f64, D>,
) -> PyResult<&'a [[f64; 3]]> {
    if array.shape().last() != Some(&3) {
        return Err(shape_error(name, "(..., 3)", array.shape()));
    }
    Ok(flat(name, array)?.as_chunks::<3>().0)
}

/// The cells of an array of shape (3, 3) or (F, 3, 3).
pub fn cells<'a, D: Dimension>(
    name: &str,
    array: &'a PyReadonlyArray<'_, f64, D>,
) -> PyResult<&'a [[[f64; 3]; 3]]> {
    let shape = array.shape();
    if !matches!(shape, [3, 3] | [_, 3, 3]) {
        return Err(shape_error(name, "(3, 3) or (F, 3, 3)", shape));
    }
    Ok(vectors(name, array)?.as_chunks::<3>().0)
}

/// The one cell of an array of shape (3, 3).
pub fn cell(array: &PyReadonlyArray2<'_, f64>) -> PyResult<[[f64; 3]; 3]> {
    cells("cell", array)?
        .first()
        .copied()
        .ok_or_else(|| shape_error("cell", "(3, 3)", array.shape()))
}

/// The pairs of atoms in an array of shape (B, 2).
pub fn bonds<'a>(array: &'a PyReadonlyArray2<'_, i64>) -> PyResult<&'a [[i64; 2]]> {
    if array.shape()[1] != 2 {
        return Err(shape_error("bonds", "(B, 2)", array.shape()));
    }
    Ok(flat("bonds", array)?.as_chunks::<2>().0)
}

/// The periodic directions of an array such as `Atoms.pbc`.
pub fn directions(pbc: &PyReadonlyArray1<'_, bool>) -> PyResult<[bool; 3]> {
    flat("pbc", pbc)?
        .try_into()
        .map_err(|_| shape_error("pbc", "(3,)", pbc.shape()))
}

/// Fails unless two arrays have one shape.
pub fn same_shape<T: Element, D: Dimension>(
    name: &str,
    array: &PyReadonlyArray<'_, T, D>,
    expected: &[usize],
) -> PyResult<()> {
    if array.shape() == expected {
        return Ok(());
    }
    Err(shape_error(name, &format!("{expected:?}"), array.shape()))
}

/// An array of another shape than expected.
pub fn shape_error(name: &str, expected: &str, found: &[usize]) -> PyErr {
    PyValueError::new_err(format!(
        "{name}: expected shape {expected}, found {found:?}"
    ))
}
