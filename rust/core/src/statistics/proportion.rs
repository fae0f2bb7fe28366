//! Exact bounds of a proportion: what k survivors of n replicas prove.
use super::distributions::beta_quantile;
use crate::Invalid;
use crate::invalid::require_confidence;

/// One-sided lower and upper bounds of a proportion after `k` successes in `n` trials, each at `confidence`.
///
/// Clopper and Pearson, Biometrika 26, 404 (1934): with α = 1 − confidence, the lower bound is the α quantile of
/// Beta(k, n − k + 1) and the upper bound the 1 − α quantile of Beta(k + 1, n − k); 0 when k = 0 and 1 when k = n. 8 of
/// 8 prove 68.8 % at 95 %.
pub fn clopper_pearson(k: u64, n: u64, confidence: f64) -> Result<(f64, f64), Invalid> {
    require_confidence(confidence)?;
    if n == 0 {
        return Err(Invalid::TooFew {
            name: "n",
            least: 1,
            found: 0,
        });
    }
    if k > n {
        let message = format!("cannot exceed n = {n}, is {k}");
        return Err(Invalid::Range { name: "k", message });
    }
    let alpha = 1.0 - confidence;
    let (successes, failures) = (k as f64, (n - k) as f64);
    let lower = match k {
        0 => 0.0,
        _ if k == n => all_of(n, alpha),
        _ => beta_quantile(successes, failures + 1.0, alpha),
    };
    let upper = match k {
        _ if k == n => 1.0,
        0 => 1.0 - all_of(n, alpha),
        _ => beta_quantile(successes + 1.0, failures, confidence),
    };
    Ok((lower, upper))
}

/// The smallest n for which n survivors of n prove at least `threshold`: the least number of replicas worth declaring.
///
/// From the closed form α^(1/n) ≥ threshold of the bound above: 59 for 0.95 at 95 %. `None` where no number suffices,
/// which is so for a threshold of 1.
pub fn replicas_needed(threshold: f64, confidence: f64) -> Result<Option<u64>, Invalid> {
    require_confidence(confidence)?;
    if !(0.0..=1.0).contains(&threshold) {
        let message = format!("must lie between 0 and 1, is {threshold}");
        return Err(Invalid::Range {
            name: "threshold",
            message,
        });
    }
    let alpha = 1.0 - confidence;
    let (mut insufficient, mut sufficient) = (0, 1_u64 << 53);
    if threshold == 1.0 || all_of(sufficient, alpha) < threshold {
        return Ok(None);
    }
    while sufficient - insufficient > 1 {
        let middle = insufficient + (sufficient - insufficient) / 2;
        if all_of(middle, alpha) >= threshold {
            sufficient = middle;
        } else {
            insufficient = middle;
        }
    }
    Ok(Some(sufficient))
}

/// The lower bound after n successes of n.
fn all_of(n: u64, alpha: f64) -> f64 {
    alpha.powf((n as f64).recip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_design_page_s_numbers_hold() {
        for (n, proven) in [(8, 0.69), (16, 0.83), (32, 0.91), (59, 0.95)] {
            let (lower, upper) = clopper_pearson(n, n, 0.95).unwrap();
            assert!((lower - proven).abs() < 0.005, "{n}: {lower}");
            assert_eq!(upper, 1.0);
        }
        assert_eq!(clopper_pearson(0, 8, 0.95).unwrap().0, 0.0);
        assert!((clopper_pearson(0, 10, 0.95).unwrap().1 - 0.2589).abs() < 1e-4);
    }

    #[test]
    fn replicas_needed_is_the_smallest_that_proves_the_threshold() {
        assert_eq!(replicas_needed(0.95, 0.95).unwrap(), Some(59));
        assert_eq!(replicas_needed(0.8, 0.95).unwrap(), Some(14));
        assert_eq!(replicas_needed(0.0, 0.95).unwrap(), Some(1));
        assert_eq!(replicas_needed(1.0, 0.95).unwrap(), None);
    }

    #[test]
    fn impossible_counts_are_refused() {
        assert!(clopper_pearson(0, 0, 0.95).is_err());
        assert!(clopper_pearson(3, 2, 0.95).is_err());
        assert!(clopper_pearson(1, 2, 1.0).is_err());
        assert!(replicas_needed(1.5, 0.95).is_err());
    }
}
