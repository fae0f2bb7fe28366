//! Bounds of an error by resampling whole groups: frames of one trajectory err alike, so they are drawn together.
use std::collections::BTreeMap;

use super::distributions::{normal_cdf, normal_quantile, student_quantile};
use super::generator::Generator;
use super::resampled::{Resampled, Statistic};
use crate::Invalid;
use crate::invalid::{require_at_least, require_confidence, require_finite, require_length};
use crate::quantile;

/// The fewest resamples that are taken for a distribution.
const LEAST_RESAMPLES: usize = 100;

/// How the bounds were read off the resamples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Bias-corrected and accelerated.
    Bca,
    /// Plain percentiles, where the correction is undefined.
    Percentile,
}

impl Method {
    /// The name by which Python knows it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bca => "bca",
            Self::Percentile => "percentile",
        }
    }
}

/// A statistic of grouped errors, with one-sided bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BootstrapBounds {
    /// The statistic of all values.
    pub estimate: f64,
    /// One-sided lower bound at `confidence`.
    pub lower: Option<f64>,
    /// One-sided upper bound at `confidence`.
    pub upper: Option<f64>,
    /// Standard deviation of the statistic over the resamples.
    pub standard_error: Option<f64>,
    /// The number of groups, which is the number of independent observations.
    pub n_groups: usize,
    /// How the bounds were found; `None` where there are none.
    pub method: Option<Method>,
}

/// How resamples are drawn and read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resampling {
    /// Probability with which each bound is meant to hold.
    pub confidence: f64,
    /// The number of resamples, at least 100.
    pub resamples: usize,
    /// What the draws depend on, and nothing else.
    pub seed: u64,
    /// Widens the bounds for few groups; see [`bootstrap_bounds`].
    pub expanded: bool,
}

impl Resampling {
    /// The level at which the upper bound of the statistic of `n_groups` groups is read off.
    fn level(&self, n_groups: usize) -> f64 {
        if !self.expanded {
            return self.confidence;
        }
        let freedom = n_groups as f64 - 1.0;
        let narrowness = (n_groups as f64 / freedom).sqrt();
        normal_cdf(narrowness * student_quantile(self.confidence, freedom))
    }
}

/// One-sided bounds of a statistic of signed `values` that belong to `groups`.
///
/// As many groups as there are get drawn with replacement, and the bounds are the BCa ones of Efron,
/// J. Am. Stat. Assoc. 82, 171 (1987), with the acceleration from the jackknife over groups. Where bias correction or
/// acceleration is undefined (all resamples on one side of the estimate, all jackknife values equal) the plain
/// percentiles of the resamples stand in. One group bounds nothing: the bounds are then `None`, for unknown. Groups are
/// numbered by ascending id, so that the order of the values does not matter.
///
/// With few groups a bootstrap is too narrow: an upper 95 % bound of an RMSE over 9 trajectories holds in 82 to 89 % of
/// cases. `expanded` replaces the level by Φ(√(G/(G − 1)) t_{G−1}), which makes the interval of a mean over G groups as
/// wide as Student's (Hesterberg, The American Statistician 69, 371 (2015)), and mends a third to a half of that.
pub fn bootstrap_bounds(
    values: &[f64],
    groups: &[i64],
    statistic: Statistic,
    resampling: &Resampling,
) -> Result<BootstrapBounds, Invalid> {
    require_confidence(resampling.confidence)?;
    require_at_least("values", values, 1)?;
    require_length("groups", groups, values.len())?;
    require_finite("values", values)?;
    if let Statistic::Percentile(q) = statistic
        && !(0.0..=100.0).contains(&q)
    {
        let message = format!("must lie between 0 and 100, is {q}");
        return Err(Invalid::Range { name: "q", message });
    }
    if resampling.resamples < LEAST_RESAMPLES {
        let found = resampling.resamples;
        let message = format!("must be at least {LEAST_RESAMPLES}, is {found}");
        return Err(Invalid::Range {
            name: "resamples",
            message,
        });
    }
    let (membership, n_groups) = numbered(groups);
    let resampled = Resampled::new(values, &membership, n_groups, statistic);
    let estimate = resampled.estimate();
    if !estimate.is_finite() {
        return Err(Invalid::NonFinite {
            name: "statistic of values",
            index: 0,
            value: estimate,
        });
    }
    if n_groups < 2 {
        let unknown = None;
        return Ok(BootstrapBounds {
            estimate,
            lower: unknown,
            upper: unknown,
            standard_error: unknown,
            n_groups,
            method: None,
        });
    }
    let level = resampling.level(n_groups);
    let replicates = replicates(&resampled, n_groups, resampling);
    let correction = Correction::of(estimate, &replicates, &resampled.jackknife());
    let levels = correction.and_then(|c| Some((c.level(1.0 - level)?, c.level(level)?)));
    let (method, (low, high)) = match levels {
        Some(levels) => (Method::Bca, levels),
        None => (Method::Percentile, (1.0 - level, level)),
    };
    Ok(BootstrapBounds {
        estimate,
        lower: Some(quantile::of_sorted(&replicates, low)),
        upper: Some(quantile::of_sorted(&replicates, high)),
        standard_error: Some(standard_deviation(&replicates)),
        n_groups,
        method: Some(method),
    })
}

/// Group ids as numbers from 0, in ascending order of id, and how many there are.
fn numbered(groups: &[i64]) -> (Vec<usize>, usize) {
    let mut numbers: BTreeMap<i64, usize> = groups.iter().map(|&id| (id, 0)).collect();
    for (number, slot) in numbers.values_mut().enumerate() {
        *slot = number;
    }
    (groups.iter().map(|id| numbers[id]).collect(), numbers.len())
}

/// The statistic of each resample, in ascending order.
fn replicates(resampled: &Resampled, n_groups: usize, resampling: &Resampling) -> Vec<f64> {
    let mut generator = Generator::new(resampling.seed);
    let mut multiplicities = vec![0; n_groups];
    let mut replicates: Vec<f64> = (0..resampling.resamples)
        .map(|_| {
            multiplicities.fill(0);
            for _ in 0..n_groups {
                multiplicities[generator.below(n_groups as u64) as usize] += 1;
            }
            resampled.resample(&multiplicities)
        })
        .collect();
    replicates.sort_unstable_by(f64::total_cmp);
    replicates
}

/// Efron's z₀ and a.
struct Correction {
    bias: f64,
    acceleration: f64,
}

impl Correction {
    /// `None` where either is undefined.
    fn of(estimate: f64, sorted_replicates: &[f64], jackknife: &[f64]) -> Option<Self> {
        let below = sorted_replicates.partition_point(|&replicate| replicate < estimate);
        let not_above = sorted_replicates.partition_point(|&replicate| replicate <= estimate);
        let share = 0.5 * (below + not_above) as f64 / sorted_replicates.len() as f64;
        let bias = normal_quantile(share);
        let mean = jackknife
            .iter()
            .map(|j| j / jackknife.len() as f64)
            .sum::<f64>();
        let largest = jackknife
            .iter()
            .map(|j| (mean - j).abs())
            .fold(0.0, f64::max);
        let (mut squares, mut cubes) = (0.0, 0.0);
        for value in jackknife {
            let relative = (mean - value) / largest;
            squares += relative * relative;
            cubes += relative * relative * relative;
        }
        let acceleration = cubes / (6.0 * squares.powf(1.5));
        (bias.is_finite() && acceleration.is_finite()).then_some(Self { bias, acceleration })
    }

    /// The share of replicates below the bound of nominal level `alpha`; `None` where the map has no solution.
    fn level(&self, alpha: f64) -> Option<f64> {
        let shifted = self.bias + normal_quantile(alpha);
        let denominator = 1.0 - self.acceleration * shifted;
        (denominator > 0.0).then(|| normal_cdf(self.bias + shifted / denominator))
    }
}

fn standard_deviation(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().map(|value| value / n).sum::<f64>();
    let largest = values
        .iter()
        .map(|value| (value - mean).abs())
        .fold(0.0, f64::max);
    if largest == 0.0 {
        return 0.0;
    }
    let squares: f64 = values
        .iter()
        .map(|value| ((value - mean) / largest).powi(2))
        .sum();
    largest * (squares / (n - 1.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [f64; 8] = [0.1, -0.4, 0.3, 0.9, -0.2, 0.5, -0.7, 0.6];

    fn draws(seed: u64) -> Resampling {
        Resampling {
            confidence: 0.9,
            resamples: 500,
            seed,
            expanded: false,
        }
    }

    #[test]
    fn expansion_widens_the_bounds_of_few_groups_and_fades_with_many() {
        let expanded = Resampling {
            expanded: true,
            confidence: 0.95,
            ..draws(0)
        };
        assert!((expanded.level(9) - 0.975_7).abs() < 1e-4);
        assert!((expanded.level(100_000) - 0.95).abs() < 1e-5);
        let groups = [1, 1, 2, 2, 3, 3, 4, 4];
        let plain = Resampling {
            expanded: false,
            ..expanded
        };
        let [wide, narrow] = [expanded, plain]
            .map(|how| bootstrap_bounds(&VALUES, &groups, Statistic::Rmse, &how).unwrap());
        assert!(wide.lower < narrow.lower && narrow.upper < wide.upper);
    }

    #[test]
    fn the_same_seed_gives_the_same_bounds_whatever_the_order_of_groups() {
        let groups = [1, 1, 2, 2, 3, 3, 4, 4];
        let found = bootstrap_bounds(&VALUES, &groups, Statistic::Mae, &draws(5)).unwrap();
        let again = bootstrap_bounds(&VALUES, &groups, Statistic::Mae, &draws(5)).unwrap();
        assert_eq!(found, again);
        assert_eq!(found.method, Some(Method::Bca));
        assert!(found.lower.unwrap() < found.estimate && found.estimate < found.upper.unwrap());
        let other = bootstrap_bounds(&VALUES, &groups, Statistic::Mae, &draws(6)).unwrap();
        assert_ne!(found.standard_error, other.standard_error);
    }

    #[test]
    fn one_group_bounds_nothing() {
        let found = bootstrap_bounds(&VALUES, &[7; 8], Statistic::Rmse, &draws(0)).unwrap();
        assert_eq!(
            (found.lower, found.upper, found.standard_error),
            (None, None, None)
        );
        assert_eq!((found.n_groups, found.method), (1, None));
    }

    #[test]
    fn equal_groups_fall_back_to_percentiles_and_leave_no_width() {
        let values = [0.5, -0.5, 0.5, -0.5];
        let found = bootstrap_bounds(&values, &[0, 0, 1, 1], Statistic::Rmse, &draws(0)).unwrap();
        assert_eq!(found.method, Some(Method::Percentile));
        assert_eq!((found.lower, found.upper), (Some(0.5), Some(0.5)));
    }

    #[test]
    fn bad_input_is_an_error_value() {
        let bounds = |values: &[f64], q, confidence, resamples| {
            let groups = vec![0; values.len()];
            let resampling = Resampling {
                confidence,
                resamples,
                ..draws(0)
            };
            bootstrap_bounds(values, &groups, Statistic::Percentile(q), &resampling)
        };
        assert!(bounds(&[], 50.0, 0.95, 200).is_err());
        assert!(bounds(&[f64::NAN], 50.0, 0.95, 200).is_err());
        assert!(bounds(&[1.0], 101.0, 0.95, 200).is_err());
        assert!(bounds(&[1.0], f64::NAN, 0.95, 200).is_err());
        assert!(bounds(&[1.0], 50.0, 0.95, 10).is_err());
        assert!(bounds(&[1.0], 50.0, 1.0, 200).is_err());
    }
}
