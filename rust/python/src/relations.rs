//! What frames of scans have to do with each other: near duplicates, and the work between neighbours.
use mlipilot_core::scan::{self, Pairs, Search, Step};
use numpy::{PyReadonlyArray1, PyUntypedArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arrays::flat;
use crate::scan::FrameScan;

/// More pairs than this say no more.
const MOST_PAIRS: usize = 1000;

/// Rows of a scan, as a mask.
type Rows<'py> = Option<PyReadonlyArray1<'py, bool>>;

/// Frames of a and b that are nearly the same: (row of a, row of b, root mean square displacement in Å).
///
/// Atom for atom in their order, by the shortest image, in cells that agree within 1e-3 Å, without rotation or
/// translation; isolated atoms are left out. a may be b: then each pair comes once, the smaller row first. rows_a and
/// rows_b are masks, bool: other frames are not looked at, and in one scan the first row of a pair is in rows_a, the
/// second in rows_b, whichever is smaller. At most 1000 pairs, those of the first rows of a. Raises ValueError for a
/// tolerance (Å) that is not positive and a mask of another length than the scan's, OSError where positions in a
/// temporary file cannot be read.
#[pyfunction]
#[pyo3(signature = (a, b, tolerance = 0.05, rows_a = None, rows_b = None))]
pub fn near_duplicates(
    py: Python<'_>,
    a: &Bound<'_, FrameScan>,
    b: &Bound<'_, FrameScan>,
    tolerance: f64,
    rows_a: Rows<'_>,
    rows_b: Rows<'_>,
) -> PyResult<Vec<(usize, usize, f64)>> {
    if !(tolerance > 0.0 && tolerance.is_finite()) {
        let message = format!("tolerance: must be positive and finite, is {tolerance}");
        return Err(PyValueError::new_err(message));
    }
    let first = mask("rows_a", rows_a.as_ref(), a.get())?;
    let second = mask("rows_b", rows_b.as_ref(), b.get())?;
    let pairs = match (a.is(b), first.or(second)) {
        (false, _) => Pairs::All,
        (true, Some(_)) => Pairs::Other,
        (true, None) => Pairs::Ordered,
    };
    let search = Search {
        tolerance,
        most: MOST_PAIRS,
        pairs,
        first,
        second,
    };
    let (a, b) = (&a.get().geometries, &b.get().geometries);
    let pairs = py
        .detach(|| scan::near_duplicates(a, b, &search))?
        .into_iter();
    Ok(pairs
        .map(|pair| (pair.first, pair.second, pair.distance))
        .collect())
}

/// Whether energies change as the forces say: the number of steps, and the correlation of dE with -(F1 + F2)/2 · dr.
///
/// Over consecutive frames of one trajectory (of the file, where it names none) with the same elements and cell and a
/// root mean square displacement between 1e-4 and 0.3 Å; with rows, a mask, only where both frames are in it. Near +1
/// the forces are sane, near -1 they have the wrong sign; NaN for fewer than 3 steps. The labels are those that the scan
/// was made with.
#[pyfunction]
#[pyo3(signature = (scan, rows = None))]
pub fn work_consistency(scan: &Bound<'_, FrameScan>, rows: Rows<'_>) -> PyResult<(usize, f64)> {
    Ok(scan::work_correlation(&steps(scan.get(), rows.as_ref())?))
}

/// The least-squares slope of dE against -(F1 + F2)/2 · dr over the steps of `work_consistency`.
///
/// 1 where energies and forces share their units and signs; NaN for fewer than 3 steps.
#[pyfunction]
#[pyo3(signature = (scan, rows = None))]
pub fn work_ratio(scan: &Bound<'_, FrameScan>, rows: Rows<'_>) -> PyResult<f64> {
    Ok(scan::work_ratio(&steps(scan.get(), rows.as_ref())?))
}

/// The steps of which both frames are among some rows.
fn steps(scan: &FrameScan, rows: Option<&PyReadonlyArray1<'_, bool>>) -> PyResult<Vec<Step>> {
    let rows = mask("rows", rows, scan)?;
    let inside = |step: &&Step| rows.is_none_or(|rows| step.lies_in(rows));
    Ok(scan.steps.iter().filter(inside).copied().collect())
}

fn mask<'a>(
    name: &str,
    rows: Option<&'a PyReadonlyArray1<'_, bool>>,
    scan: &FrameScan,
) -> PyResult<Option<&'a [bool]>> {
    let Some(rows) = rows else {
        return Ok(None);
    };
    if rows.len() != scan.frames {
        let message = format!(
            "{name}: expected {} values, one a frame, found {}",
            scan.frames,
            rows.len()
        );
        return Err(PyValueError::new_err(message));
    }
    flat(name, rows).map(Some)
}
