//! Neighbours and survival for Python.
use mlipilot_core::neighbours;
use mlipilot_core::survival::{self, Criteria, Replica};
use numpy::{
    IntoPyArray, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2,
    PyReadonlyArray3, PyReadonlyArrayDyn, PyUntypedArrayMethods,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arrays::{
    bonds as bond_pairs, cell as one_cell, cells as all_cells, directions, flat, refused, vectors,
};
use crate::records;

/// The shortest distance (Å) among pairs closer than cutoff (Å), periodic self images included; None without one.
///
/// positions: Å, shape (N, 3), float64, wrapped or not; cell: vectors as rows, Å, shape (3, 3), float64, of which
/// only periodic ones matter; pbc: shape (3,), bool. Raises ValueError for a periodic cell without volume and values
/// that are not finite.
#[pyfunction]
pub fn minimum_distance(
    py: Python<'_>,
    positions: PyReadonlyArray2<'_, f64>,
    cell: PyReadonlyArray2<'_, f64>,
    pbc: PyReadonlyArray1<'_, bool>,
    cutoff: f64,
) -> PyResult<Option<f64>> {
    let (cell, pbc) = (one_cell(&cell)?, directions(&pbc)?);
    let positions = vectors("positions", &positions)?;
    py.detach(|| neighbours::minimum_distance(positions, &cell, pbc, cutoff))
        .map_err(refused)
}

/// The number of neighbours of each atom closer than cutoff (Å), every image counted: shape (N,), uint32.
///
/// Arguments and errors as in minimum_distance.
#[pyfunction]
pub fn neighbour_counts<'py>(
    py: Python<'py>,
    positions: PyReadonlyArray2<'py, f64>,
    cell: PyReadonlyArray2<'py, f64>,
    pbc: PyReadonlyArray1<'py, bool>,
    cutoff: f64,
) -> PyResult<Bound<'py, PyArray1<u32>>> {
    let (cell, pbc) = (one_cell(&cell)?, directions(&pbc)?);
    let positions = vectors("positions", &positions)?;
    let counts = py
        .detach(|| neighbours::neighbour_counts(positions, &cell, pbc, cutoff))
        .map_err(refused)?;
    Ok(counts.into_pyarray(py))
}

/// First atoms, second atoms, shifts and distances of pairs.
type PairArrays<'py> = (
    Bound<'py, PyArray1<i64>>,
    Bound<'py, PyArray1<i64>>,
    Bound<'py, PyArray2<i64>>,
    Bound<'py, PyArray1<f64>>,
);

/// All pairs closer than cutoff (Å), each once from either end: first, second, shift, distance.
///
/// Shapes (P,), (P,), (P, 3), all int64, and (P,), float64, Å; distance = |r[second] - r[first] + shift @ cell|.
/// Ordered by first. Arguments and errors as in minimum_distance.
#[pyfunction]
pub fn pairs<'py>(
    py: Python<'py>,
    positions: PyReadonlyArray2<'py, f64>,
    cell: PyReadonlyArray2<'py, f64>,
    pbc: PyReadonlyArray1<'py, bool>,
    cutoff: f64,
) -> PyResult<PairArrays<'py>> {
    let (cell, pbc) = (one_cell(&cell)?, directions(&pbc)?);
    let positions = vectors("positions", &positions)?;
    let (first, second, shift, distance) = py
        .detach(|| {
            let found = neighbours::pairs(positions, &cell, pbc, cutoff)?;
            let first: Vec<i64> = found.iter().map(|pair| pair.first as i64).collect();
            let second: Vec<i64> = found.iter().map(|pair| pair.second as i64).collect();
            let shift: Vec<i64> = found.iter().flat_map(|pair| pair.shift).collect();
            let distance: Vec<f64> = found.iter().map(|pair| pair.distance).collect();
            Ok((first, second, shift, distance))
        })
        .map_err(refused)?;
    let count = distance.len();
    Ok((
        first.into_pyarray(py),
        second.into_pyarray(py),
        shift.into_pyarray(py).reshape([count, 3])?,
        distance.into_pyarray(py),
    ))
}

/// The first death of a replica, None while it lives.
///
/// positions: Å, shape (F, N, 3); cells: Å, shape (3, 3) or (F, 3, 3); pbc: shape (3,), bool; temperatures: K, shape
/// (F,); target_temperature: K; training_minimum: shortest distance in the training set, Å; bonds: pairs of atoms,
/// shape (B, 2), int64, with bond_lengths, Å, shape (B,), both or neither. Raises ValueError for shapes that do not
/// belong together; values that are not finite are a death, not an error.
#[pyfunction]
#[pyo3(signature = (
    positions, cells, pbc, temperatures, *, target_temperature, training_minimum, bonds = None, bond_lengths = None
))]
#[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
pub fn death(
    py: Python<'_>,
    positions: PyReadonlyArray3<'_, f64>,
    cells: PyReadonlyArrayDyn<'_, f64>,
    pbc: PyReadonlyArray1<'_, bool>,
    temperatures: PyReadonlyArray1<'_, f64>,
    target_temperature: f64,
    training_minimum: f64,
    bonds: Option<PyReadonlyArray2<'_, i64>>,
    bond_lengths: Option<PyReadonlyArray1<'_, f64>>,
) -> PyResult<Option<records::Death>> {
    let frames = positions.shape()[0];
    let temperatures = flat("temperatures", &temperatures)?;
    if temperatures.len() != frames {
        return Err(PyValueError::new_err(format!(
            "temperatures: expected {frames} values, one a frame, found {}",
            temperatures.len()
        )));
    }
    if bonds.is_some() != bond_lengths.is_some() {
        return Err(PyValueError::new_err(
            "bonds: must be given together with bond_lengths",
        ));
    }
    let replica = Replica {
        positions: vectors("positions", &positions)?,
        cells: all_cells("cells", &cells)?,
        pbc: directions(&pbc)?,
        temperatures,
    };
    let criteria = Criteria {
        target_temperature,
        training_minimum,
        bonds: bonds.as_ref().map_or(Ok(&[][..]), bond_pairs)?,
        bond_lengths: bond_lengths
            .as_ref()
            .map_or(Ok(&[][..]), |array| flat("bond_lengths", array))?,
    };
    let found = py
        .detach(|| survival::death(&replica, &criteria))
        .map_err(refused)?;
    Ok(found.map(records::Death::from))
}
