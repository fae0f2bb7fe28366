//! Energy drift: the slope of the total energy against time, with an error bar that knows the samples are correlated.
//!
//! Energies of neighbouring steps err alike, and the ordinary standard error of a slope would be far too small. The
//! long-run variance of Newey and West, Econometrica 55, 703 (1987), takes the correlation in.
//! Slopes are in eV/atom/ps throughout; times come in fs.
use crate::Invalid;
use crate::invalid::{require_at_least, require_confidence, require_finite, require_length};
use crate::statistics::normal_quantile;

/// The fewest points a slope is fitted to.
const LEAST_POINTS: usize = 10;
const FEMTOSECONDS_PER_PICOSECOND: f64 = 1000.0;
/// Keeps lag and recolouring finite where the residuals look like a random walk: the bound of Andrews and Monahan.
const LARGEST_AUTOCORRELATION: f64 = 0.97;

/// The fitted drift of one replica.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// Least-squares slope, eV/atom/ps.
    pub slope: f64,
    /// Its autocorrelation-consistent standard error, eV/atom/ps.
    pub standard_error: f64,
    /// The number of points.
    pub n: usize,
    /// The number of lags in the long-run variance, before whitening.
    pub lag: usize,
}

/// The magnitude of a drift with its one-sided bounds, all in the unit of the slope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DriftBounds {
    /// |b|, over replicas the largest.
    pub estimate: f64,
    /// One-sided lower bound, never negative.
    pub lower: f64,
    /// One-sided upper bound.
    pub upper: f64,
}

/// The drift of `energies_per_atom` (eV/atom) along strictly increasing `times_fs` (fs), of at least ten points.
///
/// The slope b is that of ordinary least squares. With its scores u_i = (t_i − t̄) e_i, e the residuals, its variance is
/// S n / (n − 2) / (Σ (t_i − t̄)²)². S is the larger of two long-run sums, which is the cautious choice:
///
/// - Newey and West's with Bartlett weights, γ₀ + 2 Σ_{l≤L} (1 − l/(L + 1)) γ_l with γ_l = Σ_i u_i u_{i−l};
/// - the same of the whitened scores u_i − ρ u_{i−1}, over (1 − ρ)²: Andrews and Monahan, Econometrica 60, 953 (1992).
///   Short runs with strong correlation need it.
///
/// ρ is the lag-1 autocorrelation of what is summed. L is the larger of ⌊1.1447 (4ρ² n / (1 − ρ²)²)^{1/3}⌋, Andrews'
/// plug-in for an AR(1) process (Econometrica 59, 817 (1991), eqs. 6.2 and 6.4), and ⌊4 (n/100)^{2/9}⌋ (Newey and West,
/// Rev. Econ. Stud. 61, 631 (1994)), but never beyond n/2.
pub fn drift(times_fs: &[f64], energies_per_atom: &[f64]) -> Result<Drift, Invalid> {
    require_at_least("times_fs", times_fs, LEAST_POINTS)?;
    require_length("energies_per_atom", energies_per_atom, times_fs.len())?;
    require_finite("times_fs", times_fs)?;
    require_finite("energies_per_atom", energies_per_atom)?;
    if let Some(index) = times_fs.windows(2).position(|pair| pair[0] >= pair[1]) {
        let message = format!("must increase strictly, value {} does not", index + 1);
        return Err(Invalid::Range {
            name: "times_fs",
            message,
        });
    }
    let times = centred(times_fs);
    let energies = centred(energies_per_atom);
    let spread: f64 = times.iter().map(|t| t * t).sum();
    let slope = times.iter().zip(&energies).map(|(t, e)| t * e).sum::<f64>() / spread;
    let scores: Vec<f64> = times
        .iter()
        .zip(&energies)
        .map(|(t, e)| t * (e - slope * t))
        .collect();
    let n = scores.len();
    let (variance, lag) = long_run_variance(&scores);
    let rho = autocorrelation(&scores);
    let whitened: Vec<f64> = scores
        .windows(2)
        .map(|pair| pair[1] - rho * pair[0])
        .collect();
    let (whitened_variance, _) = long_run_variance(&whitened);
    let recoloured = whitened_variance / (1.0 - rho).powi(2);
    let small_sample = n as f64 / (n as f64 - 2.0);
    let standard_error = (small_sample * variance.max(recoloured)).sqrt() / spread;
    let found = Drift {
        slope: slope * FEMTOSECONDS_PER_PICOSECOND,
        standard_error: standard_error * FEMTOSECONDS_PER_PICOSECOND,
        n,
        lag,
    };
    for (name, value) in [
        ("slope", found.slope),
        ("standard_error", found.standard_error),
    ] {
        if !value.is_finite() {
            return Err(Invalid::NonFinite {
                name,
                index: 0,
                value,
            });
        }
    }
    Ok(found)
}

/// Bounds, each at `confidence`, of the magnitude |β| of one slope with a normal standard error.
///
/// Upper: |b| + z(1 − α)·se. It fails only where b falls short of β on β's own side, which has probability of at most
/// α. Lower: max(0, |b| − z(1 − α/2)·se). A magnitude hides the sign: with β = 0 both a large positive and a large
/// negative b would claim a drift, so each side gets half of α.
pub fn drift_bounds(
    slope: f64,
    standard_error: f64,
    confidence: f64,
) -> Result<DriftBounds, Invalid> {
    worst_drift(&[slope], &[standard_error], confidence)
}

/// Bounds of the largest |β| among replicas.
///
/// Upper: the largest of the replicas' upper bounds, each at `confidence`: all of them must drift little, and such a
/// claim needs no correction (intersection-union test, Berger, Technometrics 24, 295 (1982)). Lower: the largest of
/// their lower bounds, each at 1 − α/m, since any of the m could be the one that errs (Bonferroni).
pub fn worst_drift(
    slopes: &[f64],
    standard_errors: &[f64],
    confidence: f64,
) -> Result<DriftBounds, Invalid> {
    require_confidence(confidence)?;
    require_at_least("slopes", slopes, 1)?;
    require_length("standard_errors", standard_errors, slopes.len())?;
    require_finite("slopes", slopes)?;
    require_finite("standard_errors", standard_errors)?;
    if let Some(index) = standard_errors.iter().position(|&se| se < 0.0) {
        let message = format!(
            "must not be negative, value {index} is {}",
            standard_errors[index]
        );
        return Err(Invalid::Range {
            name: "standard_errors",
            message,
        });
    }
    let alpha = 1.0 - confidence;
    let above = normal_quantile(confidence);
    let below = -normal_quantile(alpha / (2.0 * slopes.len() as f64));
    let mut worst = DriftBounds {
        estimate: 0.0,
        lower: 0.0,
        upper: 0.0,
    };
    for (slope, standard_error) in slopes.iter().zip(standard_errors) {
        let magnitude = slope.abs();
        worst.estimate = worst.estimate.max(magnitude);
        worst.lower = worst.lower.max(magnitude - below * standard_error);
        worst.upper = worst.upper.max(magnitude + above * standard_error);
    }
    Ok(worst)
}

fn centred(values: &[f64]) -> Vec<f64> {
    let n = values.len() as f64;
    let origin = values[0];
    let mean = values.iter().map(|value| (value - origin) / n).sum::<f64>();
    values.iter().map(|value| value - origin - mean).collect()
}

fn autocovariance(scores: &[f64], lag: usize) -> f64 {
    scores[lag..]
        .iter()
        .zip(scores)
        .map(|(later, earlier)| later * earlier)
        .sum()
}

/// The lag-1 autocorrelation, kept off ±1; 0 where nothing varies.
fn autocorrelation(scores: &[f64]) -> f64 {
    let variance = autocovariance(scores, 0);
    if variance > 0.0 {
        let rho = autocovariance(scores, 1) / variance;
        rho.clamp(-LARGEST_AUTOCORRELATION, LARGEST_AUTOCORRELATION)
    } else {
        0.0
    }
}

fn automatic_lag(scores: &[f64]) -> usize {
    let n = scores.len() as f64;
    let rho = autocorrelation(scores);
    let floor = (4.0 * (n / 100.0).powf(2.0 / 9.0)).floor();
    let plug_in = (1.1447 * (4.0 * rho * rho * n / (1.0 - rho * rho).powi(2)).cbrt()).floor();
    (floor.max(plug_in) as usize).min(scores.len() / 2)
}

/// The Bartlett-weighted sum of autocovariances, and its number of lags.
fn long_run_variance(scores: &[f64]) -> (f64, usize) {
    let lag = automatic_lag(scores);
    let weighted = (1..=lag).map(|l| {
        let weight = 1.0 - l as f64 / (lag as f64 + 1.0);
        weight * autocovariance(scores, l)
    });
    // Bartlett weights keep the sum non-negative but for rounding.
    (
        (autocovariance(scores, 0) + 2.0 * weighted.sum::<f64>()).max(0.0),
        lag,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(n: usize) -> Vec<f64> {
        (0..n).map(|i| 2.0 * i as f64).collect()
    }

    #[test]
    fn an_exact_line_is_its_own_slope_in_ev_per_atom_per_ps() {
        let times = times(50);
        let energies: Vec<f64> = times.iter().map(|t| -3.5 + 2e-6 * t).collect();
        let found = drift(&times, &energies).unwrap();
        assert!((found.slope - 2e-3).abs() < 1e-13);
        assert!(found.standard_error < 1e-12);
    }

    #[test]
    fn a_constant_energy_drifts_by_exactly_nothing() {
        let found = drift(&times(20), &[-7.0; 20]).unwrap();
        assert_eq!((found.slope, found.standard_error), (0.0, 0.0));
    }

    #[test]
    fn correlated_residuals_need_more_lags_than_white_ones() {
        let times = times(1000);
        let slow: Vec<f64> = times.iter().map(|t| (t / 40.0).sin()).collect();
        let fast: Vec<f64> = times.iter().map(|t| ((t * 7919.0) % 13.0) / 13.0).collect();
        assert!(drift(&times, &slow).unwrap().lag > drift(&times, &fast).unwrap().lag);
    }

    #[test]
    fn the_lower_bound_spends_alpha_on_two_sides_and_is_never_negative() {
        let bounds = drift_bounds(-3.0, 1.0, 0.95).unwrap();
        assert_eq!(bounds.estimate, 3.0);
        assert!((bounds.upper - (3.0 + 1.644_853_627)).abs() < 1e-8);
        assert!((bounds.lower - (3.0 - 1.959_963_985)).abs() < 1e-8);
        assert_eq!(drift_bounds(0.5, 1.0, 0.95).unwrap().lower, 0.0);
    }

    #[test]
    fn the_worst_replica_decides_and_the_lower_bound_is_corrected() {
        let alone = worst_drift(&[4.0], &[1.0], 0.95).unwrap();
        let among = worst_drift(&[0.1, -4.0, 0.0], &[1.0, 1.0, 1.0], 0.95).unwrap();
        assert_eq!((among.estimate, among.upper), (alone.estimate, alone.upper));
        assert!(among.lower < alone.lower);
    }

    #[test]
    fn bad_input_is_an_error_value() {
        assert!(drift(&times(9), &[0.0; 9]).is_err());
        assert!(drift(&times(10), &[f64::NAN; 10]).is_err());
        assert!(drift(&[0.0; 10], &[0.0; 10]).is_err());
        assert!(drift(&times(10), &[0.0; 11]).is_err());
        assert!(worst_drift(&[], &[], 0.95).is_err());
        assert!(worst_drift(&[1.0], &[-1.0], 0.95).is_err());
        assert!(worst_drift(&[f64::INFINITY], &[1.0], 0.95).is_err());
    }
}
