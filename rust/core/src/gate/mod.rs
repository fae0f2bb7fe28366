//! What the gate of a campaign decides by: tail probabilities of Student's and Fisher's distributions.
//!
//! The rules themselves (`mlipilot.runtime.pilot.gate`) are arithmetic on a handful of numbers; only the distributions
//! need care, and a decision must be the same wherever it is taken again.
use statrs::function::beta::beta_reg;

use crate::Invalid;
use crate::statistics::{normal_cdf, normal_quantile, student_quantile as quantile};

/// P(T > t) of Student's t with `freedom` degrees of freedom; of the standard normal where they are infinite.
///
/// From I_x(ν/2, ½) = P(|T| > t), x = ν/(ν + t²) (Abramowitz and Stegun 26.7.1), so that far tails keep their digits.
pub fn student_tail(t: f64, freedom: f64) -> Result<f64, Invalid> {
    require_freedom("freedom", freedom)?;
    require_number("t", t)?;
    if t < 0.0 {
        return Ok(1.0 - student_tail(-t, freedom)?);
    }
    if t.is_infinite() {
        return Ok(0.0);
    }
    if freedom.is_infinite() {
        return Ok(normal_cdf(-t));
    }
    Ok(0.5 * beta_reg(0.5 * freedom, 0.5, freedom / (freedom + t * t)))
}

/// The t that is exceeded with probability `tail`, which lies above 0 and below 1.
pub fn student_critical(tail: f64, freedom: f64) -> Result<f64, Invalid> {
    require_freedom("freedom", freedom)?;
    if !(tail > 0.0 && tail < 1.0) {
        let message = format!("must lie above 0 and below 1, is {tail}");
        return Err(Invalid::Range {
            name: "tail",
            message,
        });
    }
    if freedom.is_infinite() {
        return Ok(-normal_quantile(tail));
    }
    Ok(-quantile(tail, freedom))
}

/// P(F > ratio) of Fisher's distribution of the ratio of two variances (Abramowitz and Stegun 26.6.2).
pub fn fisher_tail(ratio: f64, numerator: f64, denominator: f64) -> Result<f64, Invalid> {
    require_freedom("numerator", numerator)?;
    require_freedom("denominator", denominator)?;
    require_number("ratio", ratio)?;
    for (name, freedom) in [("numerator", numerator), ("denominator", denominator)] {
        if freedom.is_infinite() {
            let message = "must be finite".to_owned();
            return Err(Invalid::Range { name, message });
        }
    }
    if ratio <= 0.0 {
        return Ok(1.0);
    }
    let above = numerator * ratio;
    if above.is_infinite() {
        return Ok(0.0);
    }
    let x = denominator / (denominator + above);
    Ok(beta_reg(0.5 * denominator, 0.5 * numerator, x))
}

fn require_freedom(name: &'static str, freedom: f64) -> Result<(), Invalid> {
    if freedom > 0.0 {
        return Ok(());
    }
    let message = format!("must be above 0, is {freedom}");
    Err(Invalid::Range { name, message })
}

fn require_number(name: &'static str, value: f64) -> Result<(), Invalid> {
    if value.is_nan() {
        return Err(Invalid::NonFinite {
            name,
            index: 0,
            value,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_and_critical_values_undo_each_other() {
        for freedom in [1.0, 4.0, 12.5, 300.0] {
            for tail in [1e-6, 1e-3, 0.05, 0.5, 0.9] {
                let t = student_critical(tail, freedom).unwrap();
                assert!((student_tail(t, freedom).unwrap() / tail - 1.0).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn a_squared_student_is_a_fisher() {
        let (t, freedom) = (1.7, 9.0);
        let two_sided = 2.0 * student_tail(t, freedom).unwrap();
        assert!((fisher_tail(t * t, 1.0, freedom).unwrap() - two_sided).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_number_is_refused() {
        assert!(student_tail(f64::NAN, 4.0).is_err());
        assert!(student_tail(1.0, 0.0).is_err());
        assert!(student_tail(1.0, f64::NAN).is_err());
        assert!(student_critical(0.0, 4.0).is_err());
        assert!(fisher_tail(f64::NAN, 4.0, 4.0).is_err());
        assert!(fisher_tail(1.0, f64::INFINITY, 4.0).is_err());
    }
}
