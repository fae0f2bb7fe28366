//! Bins along one direction: how many, how far a search reaches among them, and in which an atom lies.
use super::MOST_VISITS;
use crate::lattice::{Lattice, Vector};

/// Widens bins by more than a fractional coordinate can be off by rounding, so that no neighbour falls beyond the
/// next bin.
const BIN_SLACK: f64 = 1e-6;

/// The interval of fractional coordinates that bins divide along one direction.
pub(super) struct Span {
    start: f64,
    width: f64,
    /// Its extent in Å.
    height: f64,
    periodic: bool,
}

impl Span {
    pub(super) fn new(lattice: &Lattice, fractional: &[Vector], k: usize) -> Self {
        let (start, width) = if lattice.periodic[k] {
            (0.0, 1.0)
        } else {
            let start = fractional
                .iter()
                .map(|s| s[k])
                .fold(f64::INFINITY, f64::min);
            let end = fractional
                .iter()
                .map(|s| s[k])
                .fold(f64::NEG_INFINITY, f64::max);
            (start, (end - start).max(0.0))
        };
        Self {
            start,
            width,
            height: width * lattice.heights[k],
            periodic: lattice.periodic[k],
        }
    }

    pub(super) fn reach(&self, count: i64, cutoff: f64) -> i64 {
        if count == 1 && !self.periodic {
            return 0;
        }
        let bins = cutoff * count as f64 / self.height;
        let reach = (bins + 1e-9).ceil().min(MOST_VISITS) as i64;
        if self.periodic {
            reach
        } else {
            reach.min(count - 1)
        }
    }

    pub(super) fn place(&self, fractional: f64, count: i64) -> i64 {
        if count == 1 {
            return 0;
        }
        let inside = if self.periodic {
            fractional - fractional.floor()
        } else {
            (fractional - self.start) / self.width
        };
        ((inside * count as f64).floor() as i64).clamp(0, count - 1)
    }
}

/// As many bins as are wider than the cutoff, but no more than a few an atom.
pub(super) fn bin_counts(spans: &[Span; 3], cutoff: f64, atoms: usize) -> [i64; 3] {
    let most = (4 * atoms.max(1)) as f64;
    let mut counts = [0, 1, 2].map(|k| {
        (spans[k].height / (cutoff * (1.0 + BIN_SLACK)))
            .floor()
            .clamp(1.0, 1e9)
    });
    while counts.iter().product::<f64>() > most {
        let largest = if counts[0] >= counts[1] && counts[0] >= counts[2] {
            0
        } else if counts[1] >= counts[2] {
            1
        } else {
            2
        };
        counts[largest] = (counts[largest] / 2.0).floor().max(1.0);
    }
    counts.map(|count| count as i64)
}
