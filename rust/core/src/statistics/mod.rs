//! Bounds: how far the truth may lie from what was measured. A verdict reads these, never the bare estimate.
//!
//! All bounds are one-sided: each of `lower` and `upper` holds with probability `confidence` on its own, because a
//! constraint has one side. Where the data cannot bound anything, the bound is `None`.
mod bootstrap;
mod distributions;
pub(crate) mod generator;
mod median;
mod proportion;
mod resampled;

pub use bootstrap::{BootstrapBounds, Method, Resampling, bootstrap_bounds};
pub(crate) use distributions::{normal_cdf, normal_quantile, student_quantile};
pub use median::{MedianBounds, median_bounds};
pub use proportion::{clopper_pearson, replicas_needed};
pub use resampled::Statistic;
