//! The scorecard's rule for Python.
use mlipilot_core::scorecard::{self, Comparator, Outcome, Verdict};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arrays::refused;
use crate::records::Judgement;

/// Judges one constraint by its one-sided bounds; None and values that are not finite count as unknown.
///
/// comparator: "<=" or ">="; threshold, estimate, lower, upper: one unit. A deterministic quantity is its own bound.
/// Raises ValueError for a threshold that is not finite and for lower > upper.
#[pyfunction]
#[pyo3(signature = (comparator, threshold, estimate, lower, upper))]
pub fn judge(
    comparator: &str,
    threshold: f64,
    estimate: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
) -> PyResult<Judgement> {
    let comparator = match comparator {
        "<=" => Comparator::AtMost,
        ">=" => Comparator::AtLeast,
        _ => {
            let message = format!("comparator: must be '<=' or '>=', is '{comparator}'");
            return Err(PyValueError::new_err(message));
        }
    };
    let judgement = scorecard::judge(comparator, threshold, estimate, lower, upper);
    judgement.map(Judgement::from).map_err(refused)
}

/// "accepted", "rejected" or "undecided" from the outcomes of all requires under all seeds.
///
/// Raises ValueError for an outcome other than "pass", "fail" and "undecided".
#[pyfunction]
pub fn combine(outcomes: Vec<String>) -> PyResult<&'static str> {
    let outcomes = outcomes.iter().map(|outcome| parse_outcome(outcome));
    let verdict = scorecard::combine(&outcomes.collect::<PyResult<Vec<_>>>()?);
    Ok(match verdict {
        Verdict::Accepted => "accepted",
        Verdict::Rejected => "rejected",
        Verdict::Undecided => "undecided",
    })
}

fn parse_outcome(outcome: &str) -> PyResult<Outcome> {
    match outcome {
        "pass" => Ok(Outcome::Pass),
        "fail" => Ok(Outcome::Fail),
        "undecided" => Ok(Outcome::Undecided),
        _ => Err(PyValueError::new_err(format!(
            "outcomes: must be 'pass', 'fail' or 'undecided', found '{outcome}'"
        ))),
    }
}
