//! Bindings of `mlipilot-core` for Python, the module `mlipilot._core`.
//!
//! Thin on purpose: arrays come in without a copy, the interpreter is released around every kernel, results go out as
//! frozen records, and what a kernel refuses becomes a `ValueError` that names the argument.
mod accuracy;
mod arrays;
mod bounds;
mod extxyz;
mod files;
mod frames;
mod gate;
mod geometry;
mod records;
mod relations;
mod scan;
mod scanning;
mod verdict;

use mlipilot_core::survival;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use files::UNPACKED;

/// Kernels of mlipilot: error metrics, bounds, drift, neighbours, survival, the scorecard's rule and scans of data.
#[pymodule]
mod _core {
    use super::*;

    #[pymodule_export]
    use accuracy::{energy_errors, force_errors, force_errors_by_element};
    #[pymodule_export]
    use bounds::{
        bootstrap, clopper_pearson, drift, drift_bounds, median_bounds, replicas_needed,
        worst_drift,
    };
    #[pymodule_export]
    use extxyz::{ExtxyzFrame, read_extxyz};
    #[pymodule_export]
    use gate::{fisher_tail, student_critical, student_tail};
    #[pymodule_export]
    use geometry::{death, minimum_distance, neighbour_counts, pairs};
    #[pymodule_export]
    use records::{
        BootstrapBounds, Death, Drift, DriftBounds, ErrorSummary, Judgement, KeySummary,
        MedianBounds, ScanFault,
    };
    #[pymodule_export]
    use relations::{near_duplicates, work_consistency, work_ratio};
    #[pymodule_export]
    use scan::FrameScan;
    #[pymodule_export]
    use scanning::{FrameScanner, scan_extxyz};
    #[pymodule_export]
    use verdict::{combine, judge};

    #[pymodule_export]
    const HEAT_ABOVE_TARGET: f64 = survival::HEAT_ABOVE_TARGET;
    #[pymodule_export]
    const HEAT_JUMP: f64 = survival::HEAT_JUMP;
    #[pymodule_export]
    const CLOSEST_SHARE: f64 = survival::CLOSEST_SHARE;
    #[pymodule_export]
    const CLOSE_FRAMES: usize = survival::CLOSE_FRAMES;
    #[pymodule_export]
    const BOND_TOLERANCE: f64 = survival::BOND_TOLERANCE;

    #[pymodule_init]
    fn init(m: &Bound<'_, PyModule>) -> PyResult<()> {
        let unpacked = PyDict::new(m.py());
        for (end, module, _) in UNPACKED {
            unpacked.set_item(format!(".{end}"), module)?;
        }
        m.add("UNPACKED", unpacked)?;
        m.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
