//! Distribution-free bounds of a median: what a handful of timing ratios proves.
use statrs::function::beta::beta_reg;

use crate::Invalid;
use crate::invalid::{require_at_least, require_confidence, require_finite};
use crate::quantile;

/// The sample median and its one-sided bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MedianBounds {
    /// The sample median.
    pub estimate: f64,
    /// At most the true median with probability of at least `confidence`.
    pub lower: Option<f64>,
    /// At least the true median with probability of at least `confidence`.
    pub upper: Option<f64>,
    /// The number of values.
    pub n: usize,
}

/// One-sided bounds of the median of independent draws from any distribution, each at `confidence`.
///
/// The r-th smallest of n values exceeds the median with probability of at most P(Bin(n, ½) ≤ r − 1); `lower` takes the
/// largest r that keeps this within 1 − confidence, `upper` its mirror image (Conover, Practical Nonparametric
/// Statistics, 3rd ed., section 3.2). Below five values nothing is proved at 95 %, and the bounds are `None`.
pub fn median_bounds(values: &[f64], confidence: f64) -> Result<MedianBounds, Invalid> {
    require_confidence(confidence)?;
    require_at_least("values", values, 1)?;
    require_finite("values", values)?;
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = sorted.len();
    let rank = proving_rank(n, 1.0 - confidence);
    Ok(MedianBounds {
        estimate: quantile::of_sorted(&sorted, 0.5),
        lower: rank.map(|r| sorted[r - 1]),
        upper: rank.map(|r| sorted[n - r]),
        n,
    })
}

/// The largest r of at most n/2 with P(Bin(n, ½) ≤ r − 1) ≤ alpha; `None` where even r = 1 fails.
fn proving_rank(n: usize, alpha: f64) -> Option<usize> {
    // beta_reg carries a relative rounding error of this order; a tie must count as proved on every platform.
    let allowed = alpha * (1.0 + 1e-9);
    let (mut proved, mut unproved) = (0, n.div_ceil(2) + 1);
    while unproved - proved > 1 {
        let rank = proved + (unproved - proved) / 2;
        if at_most(n, rank - 1) <= allowed {
            proved = rank;
        } else {
            unproved = rank;
        }
    }
    (proved > 0).then_some(proved)
}

/// P(Bin(n, ½) ≤ k) for k < n, by the incomplete beta function I_½(n − k, k + 1).
fn at_most(n: usize, k: usize) -> f64 {
    beta_reg((n - k) as f64, (k + 1) as f64, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_values_are_the_least_that_bound_a_median_at_95_percent() {
        assert_eq!(
            median_bounds(&[4.0, 1.0, 3.0, 2.0], 0.95).unwrap().lower,
            None
        );
        let five = median_bounds(&[5.0, 4.0, 1.0, 3.0, 2.0], 0.95).unwrap();
        assert_eq!(
            (five.lower, five.estimate, five.upper),
            (Some(1.0), 3.0, Some(5.0))
        );
    }

    #[test]
    fn a_tie_with_the_allowed_risk_counts_as_proved() {
        assert_eq!(proving_rank(5, 0.5_f64.powi(5)), Some(1));
        assert_eq!(proving_rank(1, 0.5), Some(1));
    }

    #[test]
    fn ranks_follow_the_binomial_tail() {
        // P(Bin(20, 1/2) <= 5) = 0.0207, P(Bin(20, 1/2) <= 6) = 0.0577
        assert_eq!(proving_rank(20, 0.05), Some(6));
    }
}
