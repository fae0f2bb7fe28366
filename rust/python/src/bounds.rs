//! Bounds of errors, proportions, medians and drifts for Python.
use mlipilot_core::drift as kernels;
use mlipilot_core::statistics::{self, Resampling, Statistic};
use numpy::PyReadonlyArray1;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arrays::{flat, refused};
use crate::records::{BootstrapBounds, Drift, DriftBounds, MedianBounds};

/// One-sided BCa bounds, each at confidence, of a statistic of signed errors, by resampling whole groups.
///
/// values: errors, any unit, shape (n,), float64; groups: group id of each, shape (n,), int64 (a trajectory, say).
/// statistic: "rmse", "mae", "percentile" of the magnitudes (with q from 0 to 100) or "shifted_rmse". expanded: widen
/// the bounds for few groups (Hesterberg 2015). Fewer than two groups leave the bounds None. Raises ValueError for
/// values that are not finite.
#[pyfunction]
#[pyo3(signature = (
    values, groups, statistic = "rmse", q = None, confidence = 0.95, resamples = 10_000, seed = 0, expanded = false
))]
#[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
pub fn bootstrap(
    py: Python<'_>,
    values: PyReadonlyArray1<'_, f64>,
    groups: PyReadonlyArray1<'_, i64>,
    statistic: &str,
    q: Option<f64>,
    confidence: f64,
    resamples: usize,
    seed: u64,
    expanded: bool,
) -> PyResult<BootstrapBounds> {
    let statistic = parse_statistic(statistic, q)?;
    let values = flat("values", &values)?;
    let groups = flat("groups", &groups)?;
    let resampling = Resampling {
        confidence,
        resamples,
        seed,
        expanded,
    };
    let bounds = py.detach(|| statistics::bootstrap_bounds(values, groups, statistic, &resampling));
    bounds.map(BootstrapBounds::from).map_err(refused)
}

fn parse_statistic(statistic: &str, q: Option<f64>) -> PyResult<Statistic> {
    match (statistic, q) {
        ("rmse", None) => Ok(Statistic::Rmse),
        ("mae", None) => Ok(Statistic::Mae),
        ("shifted_rmse", None) => Ok(Statistic::ShiftedRmse),
        ("percentile", Some(q)) => Ok(Statistic::Percentile(q)),
        ("percentile", None) => Err(PyValueError::new_err(
            "q: statistic 'percentile' needs it, from 0 to 100",
        )),
        ("rmse" | "mae" | "shifted_rmse", Some(_)) => Err(PyValueError::new_err(format!(
            "q: has no meaning for statistic '{statistic}'"
        ))),
        _ => Err(PyValueError::new_err(format!(
            "statistic: must be 'rmse', 'mae', 'percentile' or 'shifted_rmse', is '{statistic}'"
        ))),
    }
}

/// One-sided Clopper-Pearson bounds (lower, upper) of a proportion after k of n, each at confidence.
#[pyfunction]
#[pyo3(signature = (k, n, confidence = 0.95))]
pub fn clopper_pearson(py: Python<'_>, k: u64, n: u64, confidence: f64) -> PyResult<(f64, f64)> {
    py.detach(|| statistics::clopper_pearson(k, n, confidence))
        .map_err(refused)
}

/// The smallest n for which n of n prove at least threshold; None where no number does.
#[pyfunction]
#[pyo3(signature = (threshold, confidence = 0.95))]
pub fn replicas_needed(threshold: f64, confidence: f64) -> PyResult<Option<u64>> {
    statistics::replicas_needed(threshold, confidence).map_err(refused)
}

/// Distribution-free one-sided bounds of the median, each at confidence; None below five values at 95 %.
///
/// values: independent draws, shape (n,), float64.
#[pyfunction]
#[pyo3(signature = (values, confidence = 0.95))]
pub fn median_bounds(
    py: Python<'_>,
    values: PyReadonlyArray1<'_, f64>,
    confidence: f64,
) -> PyResult<MedianBounds> {
    let values = flat("values", &values)?;
    let bounds = py.detach(|| statistics::median_bounds(values, confidence));
    bounds.map(MedianBounds::from).map_err(refused)
}

/// Least-squares drift of the total energy per atom, with a Newey-West standard error, both in eV/atom/ps.
///
/// times_fs: strictly increasing, fs, shape (n,), n >= 10; energies_per_atom: eV/atom, shape (n,); both float64.
#[pyfunction]
pub fn drift(
    py: Python<'_>,
    times_fs: PyReadonlyArray1<'_, f64>,
    energies_per_atom: PyReadonlyArray1<'_, f64>,
) -> PyResult<Drift> {
    let times = flat("times_fs", &times_fs)?;
    let energies = flat("energies_per_atom", &energies_per_atom)?;
    py.detach(|| kernels::drift(times, energies))
        .map(Drift::from)
        .map_err(refused)
}

/// One-sided bounds, each at confidence, of the magnitude of one slope.
#[pyfunction]
#[pyo3(signature = (slope, standard_error, confidence = 0.95))]
pub fn drift_bounds(slope: f64, standard_error: f64, confidence: f64) -> PyResult<DriftBounds> {
    kernels::drift_bounds(slope, standard_error, confidence)
        .map(DriftBounds::from)
        .map_err(refused)
}

/// One-sided bounds, each at confidence, of the largest magnitude among replicas.
///
/// slopes, standard_errors: one entry a replica, shape (m,), float64, one unit.
#[pyfunction]
#[pyo3(signature = (slopes, standard_errors, confidence = 0.95))]
pub fn worst_drift(
    py: Python<'_>,
    slopes: PyReadonlyArray1<'_, f64>,
    standard_errors: PyReadonlyArray1<'_, f64>,
    confidence: f64,
) -> PyResult<DriftBounds> {
    let slopes = flat("slopes", &slopes)?;
    let standard_errors = flat("standard_errors", &standard_errors)?;
    py.detach(|| kernels::worst_drift(slopes, standard_errors, confidence))
        .map(DriftBounds::from)
        .map_err(refused)
}
