//! Quantiles by linear interpolation between order statistics: NumPy's default, so that a reader can recompute them.
//!
//! Definition 7 of Hyndman and Fan, The American Statistician 50, 361 (1996).

/// Where a quantile falls among `n` sorted values: the rank below it and the fraction of the way to the next rank.
pub(crate) fn position(n: usize, fraction: f64) -> (usize, f64) {
    let last = n.saturating_sub(1);
    let virtual_rank = fraction * last as f64;
    let rank = (virtual_rank.floor() as usize).min(last);
    (rank, virtual_rank - rank as f64)
}

/// A point between two neighbouring order statistics; exact at both ends and where they are equal.
pub(crate) fn between(below: f64, above: f64, weight: f64) -> f64 {
    if weight == 0.0 || below == above {
        below
    } else {
        below + weight * (above - below)
    }
}

/// The quantile at `fraction` (0 to 1) of values in ascending order. Panics on an empty slice.
pub(crate) fn of_sorted(sorted: &[f64], fraction: f64) -> f64 {
    let (rank, weight) = position(sorted.len(), fraction);
    between(
        sorted[rank],
        sorted[(rank + 1).min(sorted.len() - 1)],
        weight,
    )
}

/// Quantiles at ascending `fractions` in O(n) each: reorders `values` and never sorts them whole.
pub(crate) fn select<const K: usize>(values: &mut [f64], fractions: [f64; K]) -> [f64; K] {
    let mut settled = 0;
    fractions.map(|fraction| {
        let (rank, weight) = position(values.len(), fraction);
        let (_, below, rest) =
            values[settled..].select_nth_unstable_by(rank - settled, f64::total_cmp);
        let below = *below;
        let above = rest.iter().copied().min_by(f64::total_cmp).unwrap_or(below);
        settled = rank;
        between(below, above, weight)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selection_agrees_with_sorting() {
        let values: Vec<f64> = (0..101).map(|i| f64::from((i * 37) % 101)).collect();
        let mut shuffled = values.clone();
        let found = select(&mut shuffled, [0.0, 0.5, 0.905, 0.905, 1.0]);
        let mut sorted = values;
        sorted.sort_by(f64::total_cmp);
        let expected = [0.0, 0.5, 0.905, 0.905, 1.0].map(|q| of_sorted(&sorted, q));
        assert_eq!(found, expected);
        assert_eq!(found[1], 50.0);
        assert!((found[2] - 90.5).abs() < 1e-12);
    }

    #[test]
    fn one_value_is_every_quantile_of_itself() {
        assert_eq!(select(&mut [3.0], [0.5, 0.99]), [3.0, 3.0]);
        assert_eq!(of_sorted(&[3.0], 0.1), 3.0);
    }
}
