//! Error metrics for Python.
use std::collections::BTreeMap;

use mlipilot_core::errors::{self, ForceKind};
use numpy::{PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arrays::{flat, refused, same_shape, vectors};
use crate::records::ErrorSummary;

/// Errors of the energy per atom over frames.
///
/// predicted, reference: total energies, eV, shape (F,), float64; atoms: atoms of each frame, shape (F,), int64.
/// shifted: remove the mean error per atom first. Raises ValueError for values that are not finite and lengths that
/// differ.
#[pyfunction]
#[pyo3(signature = (predicted, reference, atoms, shifted = false))]
pub fn energy_errors(
    py: Python<'_>,
    predicted: PyReadonlyArray1<'_, f64>,
    reference: PyReadonlyArray1<'_, f64>,
    atoms: PyReadonlyArray1<'_, i64>,
    shifted: bool,
) -> PyResult<ErrorSummary> {
    let predicted = flat("predicted", &predicted)?;
    let reference = flat("reference", &reference)?;
    let atoms = flat("atoms", &atoms)?;
    let summary = py.detach(|| errors::energy_errors(predicted, reference, atoms, shifted));
    summary.map(ErrorSummary::from).map_err(refused)
}

/// Errors of forces over Cartesian components or over the norms of the error vectors.
///
/// predicted, reference: forces, eV/Å, shape (N, 3), float64, all atoms of all frames; kind: "component" or "norm".
/// Raises ValueError for values that are not finite and shapes that differ.
#[pyfunction]
#[pyo3(signature = (predicted, reference, kind = "component"))]
pub fn force_errors(
    py: Python<'_>,
    predicted: PyReadonlyArray2<'_, f64>,
    reference: PyReadonlyArray2<'_, f64>,
    kind: &str,
) -> PyResult<ErrorSummary> {
    same_shape("reference", &reference, predicted.shape())?;
    let kind = force_kind(kind)?;
    let predicted = vectors("predicted", &predicted)?.as_flattened();
    let reference = vectors("reference", &reference)?.as_flattened();
    let summary = py.detach(|| errors::force_errors(predicted, reference, kind));
    summary.map(ErrorSummary::from).map_err(refused)
}

/// Errors of forces for each element apart, by atomic number in ascending order.
///
/// predicted, reference: as in force_errors; numbers: atomic numbers, shape (N,), int64.
#[pyfunction]
#[pyo3(signature = (predicted, reference, numbers, kind = "component"))]
pub fn force_errors_by_element(
    py: Python<'_>,
    predicted: PyReadonlyArray2<'_, f64>,
    reference: PyReadonlyArray2<'_, f64>,
    numbers: PyReadonlyArray1<'_, i64>,
    kind: &str,
) -> PyResult<BTreeMap<i64, ErrorSummary>> {
    same_shape("reference", &reference, predicted.shape())?;
    let kind = force_kind(kind)?;
    let predicted = vectors("predicted", &predicted)?.as_flattened();
    let reference = vectors("reference", &reference)?.as_flattened();
    let numbers = flat("numbers", &numbers)?;
    let summaries = py
        .detach(|| errors::force_errors_by_element(predicted, reference, numbers, kind))
        .map_err(refused)?;
    Ok(summaries
        .into_iter()
        .map(|(number, summary)| (number, summary.into()))
        .collect())
}

fn force_kind(kind: &str) -> PyResult<ForceKind> {
    match kind {
        "component" => Ok(ForceKind::Component),
        "norm" => Ok(ForceKind::Norm),
        _ => Err(PyValueError::new_err(format!(
            "kind: must be 'component' or 'norm', is '{kind}'"
        ))),
    }
}
