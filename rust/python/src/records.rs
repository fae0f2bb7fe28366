//! The frozen records that kernels return: attributes, equality, a repr that evaluates by eye, and `as_dict` for JSON.
use mlipilot_core::{drift, errors, scorecard, statistics, survival};
use pyo3::prelude::*;
use pyo3::types::PyDict;

macro_rules! record {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $kind:ty,)+ }) => {
        $(#[$about])*
        #[pyclass(frozen, eq, module = "mlipilot._core")]
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $($(#[$doc])* #[pyo3(get)] pub $field: $kind,)+
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
}

record! {
    /// The distribution of the magnitudes of n errors, in the unit of the errors.
    ErrorSummary {
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
    BootstrapBounds {
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
        method: Option<&'static str>,
    }
}

record! {
    /// A median with distribution-free one-sided bounds, None where the values are too few.
    MedianBounds {
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
    Drift {
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
    DriftBounds {
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
    Death {
        /// Index of the frame that met the criterion.
        frame: usize,
        /// "non_finite", "too_hot", "heat_jump", "too_close" or "bond_broken".
        cause: &'static str,
        /// K, a ratio of temperatures, Å or Å, in the order of the causes; None for what is not finite.
        value: Option<f64>,
    }
}

record! {
    /// The outcome of one constraint.
    Judgement {
        /// "pass", "fail" or "undecided".
        outcome: &'static str,
        /// "bound", "straddles", "unknown_bound" or "missing_estimate".
        reason: &'static str,
        /// Relative distance of the deciding bound from the threshold, positive inside; None where undefined.
        margin: Option<f64>,
    }
}

impl From<errors::ErrorSummary> for ErrorSummary {
    fn from(summary: errors::ErrorSummary) -> Self {
        let errors::ErrorSummary {
            n,
            mae,
            rmse,
            p50,
            p90,
            p95,
            p99,
            max,
        } = summary;
        Self {
            n,
            mae,
            rmse,
            p50,
            p90,
            p95,
            p99,
            max,
        }
    }
}

impl From<statistics::BootstrapBounds> for BootstrapBounds {
    fn from(bounds: statistics::BootstrapBounds) -> Self {
        let statistics::BootstrapBounds {
            estimate,
            lower,
            upper,
            standard_error,
            n_groups,
            method,
        } = bounds;
        let method = method.map(|method| match method {
            statistics::Method::Bca => "bca",
            statistics::Method::Percentile => "percentile",
        });
        Self {
            estimate,
            lower,
            upper,
            standard_error,
            n_groups,
            method,
        }
    }
}

impl From<statistics::MedianBounds> for MedianBounds {
    fn from(bounds: statistics::MedianBounds) -> Self {
        let statistics::MedianBounds {
            estimate,
            lower,
            upper,
            n,
        } = bounds;
        Self {
            estimate,
            lower,
            upper,
            n,
        }
    }
}

impl From<drift::Drift> for Drift {
    fn from(found: drift::Drift) -> Self {
        let drift::Drift {
            slope,
            standard_error,
            n,
            lag,
        } = found;
        Self {
            slope,
            standard_error,
            n,
            lag,
        }
    }
}

impl From<drift::DriftBounds> for DriftBounds {
    fn from(bounds: drift::DriftBounds) -> Self {
        let drift::DriftBounds {
            estimate,
            lower,
            upper,
        } = bounds;
        Self {
            estimate,
            lower,
            upper,
        }
    }
}

impl From<survival::Death> for Death {
    fn from(death: survival::Death) -> Self {
        let cause = match death.cause {
            survival::Cause::NonFinite => "non_finite",
            survival::Cause::TooHot => "too_hot",
            survival::Cause::HeatJump => "heat_jump",
            survival::Cause::TooClose => "too_close",
            survival::Cause::BondBroken => "bond_broken",
        };
        Self {
            frame: death.frame,
            cause,
            value: death.value,
        }
    }
}

impl From<scorecard::Judgement> for Judgement {
    fn from(judgement: scorecard::Judgement) -> Self {
        let outcome = match judgement.outcome {
            scorecard::Outcome::Pass => "pass",
            scorecard::Outcome::Fail => "fail",
            scorecard::Outcome::Undecided => "undecided",
        };
        let reason = match judgement.reason {
            scorecard::Reason::Bound => "bound",
            scorecard::Reason::Straddles => "straddles",
            scorecard::Reason::UnknownBound => "unknown_bound",
            scorecard::Reason::MissingEstimate => "missing_estimate",
        };
        Self {
            outcome,
            reason,
            margin: judgement.margin,
        }
    }
}
