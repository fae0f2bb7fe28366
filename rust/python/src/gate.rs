//! The distributions of a campaign's gate for Python.
use mlipilot_core::gate;
use pyo3::prelude::*;

use crate::arrays::refused;

/// P(T > t) of Student's t with freedom degrees of freedom, which may be infinite.
#[pyfunction]
pub fn student_tail(t: f64, freedom: f64) -> PyResult<f64> {
    gate::student_tail(t, freedom).map_err(refused)
}

/// The t that is exceeded with probability tail, above 0 and below 1.
#[pyfunction]
pub fn student_critical(tail: f64, freedom: f64) -> PyResult<f64> {
    gate::student_critical(tail, freedom).map_err(refused)
}

/// P(F > ratio) of the ratio of two variances with numerator and denominator degrees of freedom.
#[pyfunction]
pub fn fisher_tail(ratio: f64, numerator: f64, denominator: f64) -> PyResult<f64> {
    gate::fisher_tail(ratio, numerator, denominator).map_err(refused)
}
