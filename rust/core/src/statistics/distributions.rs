//! The distribution functions and quantiles that bounds are made of.
use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::beta::beta_reg;

/// Φ(z) of the standard normal distribution.
pub(crate) fn normal_cdf(z: f64) -> f64 {
    Normal::standard().cdf(z)
}

/// Φ⁻¹(p); infinite at 0 and 1.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    Normal::standard().inverse_cdf(p)
}

/// Quantile of Beta(a, b) by bisection of its distribution function, which cannot diverge as Newton's method can.
pub(crate) fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if beta_reg(a, b, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// Quantile of Student's t with `freedom` degrees of freedom, from P(|T| > t) = I_x(ν/2, ½), x = ν/(ν + t²).
pub(crate) fn student_quantile(p: f64, freedom: f64) -> f64 {
    if p < 0.5 {
        return -student_quantile(1.0 - p, freedom);
    }
    let x = beta_quantile(0.5 * freedom, 0.5, 2.0 * (1.0 - p));
    (freedom * (1.0 - x) / x).max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_textbook_quantiles_are_met() {
        assert!((normal_quantile(0.95) - 1.644_853_626_951_472_7).abs() < 1e-12);
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-12);
        assert!((normal_cdf(normal_quantile(0.2)) - 0.2).abs() < 1e-10);
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert!((student_quantile(0.95, 8.0) - 1.859_548_037_530_898).abs() < 1e-9);
        assert!((student_quantile(0.025, 1.0) + 12.706_204_736_432_1).abs() < 1e-8);
        assert!(student_quantile(0.5, 5.0).abs() < 1e-6);
    }
}
