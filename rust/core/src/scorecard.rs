//! The three-valued rule of a scorecard: what a bound decides, and what it leaves open.
//!
//! A constraint passes when its one-sided bound lies on the right side of the threshold, fails when the opposite bound
//! lies on the wrong side, and is undecided between them. A missing estimate fails: unknown is never success.
use crate::Invalid;

/// The direction of a constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparator {
    /// The metric must not exceed the threshold.
    AtMost,
    /// The metric must reach the threshold.
    AtLeast,
}

/// What a constraint came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Satisfied, at the stated confidence.
    Pass,
    /// Violated, at the stated confidence, or without a value.
    Fail,
    /// The data prove neither.
    Undecided,
}

impl Outcome {
    /// The name by which Python knows it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Undecided => "undecided",
        }
    }
}

/// Why a constraint came to its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A bound lies on the deciding side.
    Bound,
    /// The bounds enclose the threshold: more data would decide.
    Straddles,
    /// The estimate is known, a bound that might decide is not.
    UnknownBound,
    /// There is no finite estimate.
    MissingEstimate,
}

impl Reason {
    /// The name by which Python knows it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bound => "bound",
            Self::Straddles => "straddles",
            Self::UnknownBound => "unknown_bound",
            Self::MissingEstimate => "missing_estimate",
        }
    }
}

/// The outcome of one constraint, and by how much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// Pass, fail or undecided.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// Distance of the deciding bound from the threshold over |threshold|, positive inside; while undecided, of the
    /// bound that would have to pass. `None` without such a bound or with a threshold of zero.
    pub margin: Option<f64>,
}

/// The verdict of a scorecard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All constraints pass.
    Accepted,
    /// One fails.
    Rejected,
    /// None fails, not all pass, or there is nothing to judge.
    Undecided,
}

/// Judges one constraint. Estimates and bounds that are not finite count as unknown.
///
/// A deterministic quantity is its own bound: give it as `estimate`, `lower` and `upper`. Errors: a threshold that is
/// not finite, or a lower bound above the upper one.
pub fn judge(
    comparator: Comparator,
    threshold: f64,
    estimate: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
) -> Result<Judgement, Invalid> {
    if !threshold.is_finite() {
        return Err(Invalid::NonFinite {
            name: "threshold",
            index: 0,
            value: threshold,
        });
    }
    let known = |value: Option<f64>| value.filter(|value| value.is_finite());
    if known(estimate).is_none() {
        let reason = Reason::MissingEstimate;
        return Ok(Judgement {
            outcome: Outcome::Fail,
            reason,
            margin: None,
        });
    }
    let (lower, upper) = (known(lower), known(upper));
    if let (Some(lower), Some(upper)) = (lower, upper)
        && lower > upper
    {
        let message = format!("must not exceed upper = {upper}, is {lower}");
        return Err(Invalid::Range {
            name: "lower",
            message,
        });
    }
    let (proving, refuting) = match comparator {
        Comparator::AtMost => (upper, lower),
        Comparator::AtLeast => (lower, upper),
    };
    let inside = |bound: f64| match comparator {
        Comparator::AtMost => bound <= threshold,
        Comparator::AtLeast => bound >= threshold,
    };
    let (outcome, reason, deciding) = if proving.is_some_and(inside) {
        (Outcome::Pass, Reason::Bound, proving)
    } else if refuting.is_some_and(|bound| !inside(bound)) {
        (Outcome::Fail, Reason::Bound, refuting)
    } else if proving.is_some() && refuting.is_some() {
        (Outcome::Undecided, Reason::Straddles, proving)
    } else {
        (Outcome::Undecided, Reason::UnknownBound, proving)
    };
    let margin = deciding.map(|bound| match comparator {
        Comparator::AtMost => (threshold - bound) / threshold.abs(),
        Comparator::AtLeast => (bound - threshold) / threshold.abs(),
    });
    Ok(Judgement {
        outcome,
        reason,
        margin: known(margin),
    })
}

/// The verdict over the outcomes of all requires under all seeds. An empty scorecard accepts nothing: undecided.
pub fn combine(outcomes: &[Outcome]) -> Verdict {
    if outcomes.contains(&Outcome::Fail) {
        Verdict::Rejected
    } else if outcomes.is_empty() || outcomes.contains(&Outcome::Undecided) {
        Verdict::Undecided
    } else {
        Verdict::Accepted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(comparator: Comparator, lower: f64, upper: f64) -> (Outcome, Reason) {
        let estimate = Some(0.5 * (lower + upper));
        let found = judge(comparator, 10.0, estimate, Some(lower), Some(upper)).unwrap();
        (found.outcome, found.reason)
    }

    #[test]
    fn bounds_on_one_side_decide_and_bounds_around_the_threshold_do_not() {
        use Comparator::{AtLeast, AtMost};
        assert_eq!(outcome(AtMost, 8.0, 9.0), (Outcome::Pass, Reason::Bound));
        assert_eq!(outcome(AtMost, 11.0, 12.0), (Outcome::Fail, Reason::Bound));
        assert_eq!(
            outcome(AtMost, 9.0, 11.0),
            (Outcome::Undecided, Reason::Straddles)
        );
        assert_eq!(outcome(AtLeast, 8.0, 9.0), (Outcome::Fail, Reason::Bound));
        assert_eq!(outcome(AtLeast, 11.0, 12.0), (Outcome::Pass, Reason::Bound));
    }

    #[test]
    fn a_deterministic_value_on_the_threshold_passes() {
        for comparator in [Comparator::AtMost, Comparator::AtLeast] {
            assert_eq!(outcome(comparator, 10.0, 10.0).0, Outcome::Pass);
        }
    }

    #[test]
    fn the_unknown_never_passes() {
        let at_most = |estimate, lower, upper| {
            judge(Comparator::AtMost, 1.0, estimate, lower, upper).unwrap()
        };
        let nan = at_most(Some(f64::NAN), Some(0.0), Some(0.5));
        assert_eq!(
            (nan.outcome, nan.reason),
            (Outcome::Fail, Reason::MissingEstimate)
        );
        let unbounded = at_most(Some(0.5), None, Some(f64::INFINITY));
        assert_eq!(
            (unbounded.outcome, unbounded.reason),
            (Outcome::Undecided, Reason::UnknownBound)
        );
        assert_eq!(at_most(Some(0.5), None, Some(0.75)).margin, Some(0.25));
    }

    #[test]
    fn margins_are_positive_inside_and_absent_at_a_zero_threshold() {
        let at_least = judge(Comparator::AtLeast, -2.0, Some(0.0), Some(-1.0), Some(1.0)).unwrap();
        assert_eq!(
            (at_least.outcome, at_least.margin),
            (Outcome::Pass, Some(0.5))
        );
        let failed = judge(Comparator::AtMost, 2.0, Some(4.0), Some(3.0), Some(5.0)).unwrap();
        assert_eq!((failed.outcome, failed.margin), (Outcome::Fail, Some(-0.5)));
        let zero = judge(Comparator::AtMost, 0.0, Some(1.0), Some(1.0), Some(1.0)).unwrap();
        assert_eq!((zero.outcome, zero.margin), (Outcome::Fail, None));
    }

    #[test]
    fn crossed_bounds_and_a_nan_threshold_are_refused() {
        assert!(judge(Comparator::AtMost, 1.0, Some(1.0), Some(2.0), Some(1.0)).is_err());
        assert!(judge(Comparator::AtMost, f64::NAN, Some(1.0), None, None).is_err());
    }

    #[test]
    fn one_failure_rejects_and_nothing_accepts_an_empty_scorecard() {
        use Outcome::{Fail, Pass, Undecided};
        assert_eq!(combine(&[Pass, Pass]), Verdict::Accepted);
        assert_eq!(combine(&[Pass, Undecided]), Verdict::Undecided);
        assert_eq!(combine(&[Undecided, Fail, Pass]), Verdict::Rejected);
        assert_eq!(combine(&[]), Verdict::Undecided);
    }
}
