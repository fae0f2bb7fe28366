//! The frozen records that kernels return: attributes, equality, a repr that evaluates by eye, and `as_dict` for JSON.
use mlipilot_core::{drift, errors, extxyz, scan, scorecard, statistics, survival};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

/// A record of Python with the fields of a record of Rust: `field: type` as it is, `field: type = f` through a function.
macro_rules! record {
    (
        $(#[$about:meta])*
        $name:ident from $source:ty {
            $($(#[$doc:meta])* $field:ident: $kind:ty $(= $convert:expr)?,)+
        }
    ) => {
        $(#[$about])*
        #[pyclass(frozen, eq, module = "mlipilot._core")]
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $($(#[$doc])* #[pyo3(get)] pub $field: $kind,)+
        }

        impl From<$source> for $name {
            fn from(source: $source) -> Self {
                Self { $($field: record!(@field source.$field $(, $convert)?),)+ }
            }
        }

        #[pymethods]
        impl $name {
            /// The attributes as a dictionary, ready for JSON.
            fn as_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                let fields = PyDict::new(py);
                $(fields.set_item(stringify!($field), &self.$field)?;)+
                Ok(fields)
            }

            fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
                let mut fields = Vec::new();
                $(fields.push(format!(
                    "{}={}",
                    stringify!($field),
                    (&self.$field).into_pyobject(py)?.repr()?
                ));)+
                Ok(format!("{}({})", stringify!($name), fields.join(", ")))
            }
        }
    };
    (@field $value:expr) => { $value };
    (@field $value:expr, $convert:expr) => { $convert($value) };
}

/// Lengths of an array, a tuple in Python.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape(Vec<usize>);

impl<'py> IntoPyObject<'py> for &Shape {
    type Target = PyTuple;
    type Output = Bound<'py, PyTuple>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        PyTuple::new(py, &self.0)
    }
}

record! {
    /// The distribution of the magnitudes of n errors, in the unit of the errors.
    ErrorSummary from errors::ErrorSummary {
        /// Number of errors: frames, force components or atoms.
        n: usize,
        /// Mean magnitude.
        mae: f64,
        /// Root of the mean square.
        rmse: f64,
        /// Median magnitude.
        p50: f64,
        /// 90th percentile of the magnitudes.
        p90: f64,
        /// 95th percentile of the magnitudes.
        p95: f64,
        /// 99th percentile of the magnitudes.
        p99: f64,
        /// Largest magnitude.
        max: f64,
    }
}

record! {
    /// A statistic of grouped errors with one-sided bounds, None where unknown.
    BootstrapBounds from statistics::BootstrapBounds {
        /// The statistic of all values.
        estimate: f64,
        /// One-sided lower bound.
        lower: Option<f64>,
        /// One-sided upper bound.
        upper: Option<f64>,
        /// Standard deviation over the resamples.
        standard_error: Option<f64>,
        /// Number of groups.
        n_groups: usize,
        /// "bca", "percentile" where the correction is undefined, None without bounds.
        method: Option<&'static str> = |method: Option<statistics::Method>| method.map(statistics::Method::name),
    }
}

record! {
    /// A median with distribution-free one-sided bounds, None where the values are too few.
    MedianBounds from statistics::MedianBounds {
        /// The sample median.
        estimate: f64,
        /// One-sided lower bound.
        lower: Option<f64>,
        /// One-sided upper bound.
        upper: Option<f64>,
        /// Number of values.
        n: usize,
    }
}

record! {
    /// The slope of the total energy per atom against time.
    Drift from drift::Drift {
        /// Least-squares slope, eV/atom/ps.
        slope: f64,
        /// Autocorrelation-consistent standard error, eV/atom/ps.
        standard_error: f64,
        /// Number of points.
        n: usize,
        /// Lags in the long-run variance.
        lag: usize,
    }
}

record! {
    /// The magnitude of a drift with one-sided bounds, in the unit of the slopes.
    DriftBounds from drift::DriftBounds {
        /// Largest magnitude.
        estimate: f64,
        /// One-sided lower bound, never negative.
        lower: f64,
        /// One-sided upper bound.
        upper: f64,
    }
}

record! {
    /// The end of a replica.
    Death from survival::Death {
        /// Index of the frame that met the criterion.
        frame: usize,
        /// "non_finite", "too_hot", "heat_jump", "too_close" or "bond_broken".
        cause: &'static str = survival::Cause::name,
        /// K, a ratio of temperatures, Å or Å, in the order of the causes; None for what is not finite.
        value: Option<f64>,
    }
}

record! {
    /// The outcome of one constraint.
    Judgement from scorecard::Judgement {
        /// "pass", "fail" or "undecided".
        outcome: &'static str = scorecard::Outcome::name,
        /// "bound", "straddles", "unknown_bound" or "missing_estimate".
        reason: &'static str = scorecard::Reason::name,
        /// Relative distance of the deciding bound from the threshold, positive inside; None where undefined.
        margin: Option<f64>,
    }
}

record! {
    /// Something in a file that cannot be read, or would be read as something else than it says.
    ScanFault from extxyz::Fault {
        /// The line of the file, from 1; 0 in a file without lines.
        line: u64,
        /// The character of the line, from 1, None where unknown.
        column: Option<usize>,
        /// The frame of the file, from 0, broken ones counted.
        frame: usize,
        /// "count", "blank_line", "truncated", "header", "properties", "columns", "number", "species", "cell",
        /// "positions", "encoding", "long_line", "archive" (damaged compressed data) or "format" (what the reader of
        /// another format says).
        kind: &'static str = extxyz::FaultKind::name,
        /// What is wrong.
        message: String,
    }
}

record! {
    /// A header key or a column over all frames of a file.
    KeySummary from scan::KeySummary {
        /// Its name.
        name: String,
        /// How many frames have it.
        frames: usize,
        /// "number", "text", "logical", "vector", "array" or "flag", where it is first seen.
        kind: &'static str = scan::KeyKind::name,
        /// The shape there, of one atom's values for a column.
        shape: Shape = Shape,
        /// "header" or "column".
        place: &'static str = scan::Place::name,
        /// The line where it is first seen, from 1; 0 in a file without lines.
        line: u64,
    }
}
