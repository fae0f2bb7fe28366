//! An error statistic as a function of how often each group is drawn: what makes ten thousand resamples cheap.
//!
//! Means need one sum a group. A percentile needs ranks: the magnitudes are sorted once, and a table of how many
//! values of each group precede every block of the sorted order lets a resample find its order statistic in O(G log
//! n), with as much memory as the values themselves take.
use crate::quantile;

/// What is estimated from the errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Statistic {
    /// √(mean Δ²)
    Rmse,
    /// mean |Δ|
    Mae,
    /// √(mean (Δ − mean Δ)²), the mean being that of the resample.
    ShiftedRmse,
    /// The percentile of |Δ|, from 0 to 100.
    Percentile(f64),
}

/// Errors grouped and condensed for one statistic.
pub(crate) enum Resampled {
    Means {
        statistic: Statistic,
        scale: f64,
        groups: Vec<Sums>,
    },
    Ranks(Ranks),
}

/// Sums over one group, or over a resample.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sums {
    count: f64,
    /// Of Δ² or |Δ|, as the statistic needs.
    magnitude: f64,
    /// Of Δ itself.
    signed: f64,
}

impl Resampled {
    /// Condenses finite `values`, of which the i-th belongs to group `membership[i]` of `n_groups` non-empty ones.
    pub(crate) fn new(
        values: &[f64],
        membership: &[usize],
        n_groups: usize,
        statistic: Statistic,
    ) -> Self {
        if let Statistic::Percentile(percent) = statistic {
            return Self::Ranks(Ranks::new(values, membership, n_groups, percent / 100.0));
        }
        let largest = values
            .iter()
            .fold(0.0_f64, |largest, value| largest.max(value.abs()));
        let scale = if largest > 0.0 { largest } else { 1.0 };
        let centre = match statistic {
            Statistic::ShiftedRmse => {
                values.iter().map(|value| value / scale).sum::<f64>() / values.len() as f64
            }
            _ => 0.0,
        };
        let mut groups = vec![Sums::default(); n_groups];
        for (value, &group) in values.iter().zip(membership) {
            let value = value / scale - centre;
            let sums = &mut groups[group];
            sums.count += 1.0;
            sums.signed += value;
            sums.magnitude += if statistic == Statistic::Mae {
                value.abs()
            } else {
                value * value
            };
        }
        Self::Means {
            statistic,
            scale,
            groups,
        }
    }

    /// The statistic of the values as they are.
    pub(crate) fn estimate(&self) -> f64 {
        match self {
            Self::Means { groups, .. } => self.resample(&vec![1; groups.len()]),
            Self::Ranks(ranks) => ranks.resample(&vec![1; ranks.of_group.len()]),
        }
    }

    /// The statistic where group g is drawn `multiplicities[g]` times; at least one group must be drawn.
    pub(crate) fn resample(&self, multiplicities: &[usize]) -> f64 {
        match self {
            Self::Means {
                statistic,
                scale,
                groups,
            } => {
                let mut total = Sums::default();
                for (sums, &times) in groups.iter().zip(multiplicities) {
                    total.add(sums, times as f64);
                }
                scale * total.mean(*statistic)
            }
            Self::Ranks(ranks) => ranks.resample(multiplicities),
        }
    }

    /// The statistic without each group in turn; at least two groups are needed.
    pub(crate) fn jackknife(&self) -> Vec<f64> {
        match self {
            Self::Means {
                statistic,
                scale,
                groups,
            } => {
                let mut total = Sums::default();
                groups.iter().for_each(|sums| total.add(sums, 1.0));
                let without = |sums: &Sums| {
                    let mut rest = total;
                    rest.add(sums, -1.0);
                    scale * rest.mean(*statistic)
                };
                groups.iter().map(without).collect()
            }
            Self::Ranks(ranks) => ranks.jackknife(),
        }
    }
}

impl Sums {
    fn add(&mut self, other: &Self, times: f64) {
        self.count += times * other.count;
        self.magnitude += times * other.magnitude;
        self.signed += times * other.signed;
    }

    fn mean(&self, statistic: Statistic) -> f64 {
        let mean = (self.magnitude / self.count).max(0.0);
        match statistic {
            Statistic::Mae => mean,
            Statistic::ShiftedRmse => (mean - (self.signed / self.count).powi(2)).max(0.0).sqrt(),
            _ => mean.sqrt(),
        }
    }
}

/// Magnitudes in ascending order, with what is needed to find an order statistic of a resample.
pub(crate) struct Ranks {
    fraction: f64,
    magnitudes: Vec<f64>,
    /// The group of each sorted magnitude.
    membership: Vec<usize>,
    /// The sorted positions of each group's values.
    of_group: Vec<Vec<usize>>,
    block: usize,
    /// Row b: how many values of each group stand before sorted position b · block.
    preceding: Vec<usize>,
}

impl Ranks {
    fn new(values: &[f64], membership: &[usize], n_groups: usize, fraction: f64) -> Self {
        let mut sorted: Vec<(f64, usize)> = values
            .iter()
            .zip(membership)
            .map(|(value, &group)| (value.abs(), group))
            .collect();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let block = n_groups.max(64);
        let mut of_group = vec![Vec::new(); n_groups];
        let mut preceding = Vec::with_capacity((sorted.len() / block + 1) * n_groups);
        for (position, &(_, group)) in sorted.iter().enumerate() {
            if position % block == 0 {
                preceding.extend(of_group.iter().map(Vec::len));
            }
            of_group[group].push(position);
        }
        let (magnitudes, membership) = sorted.into_iter().unzip();
        Self {
            fraction,
            magnitudes,
            membership,
            of_group,
            block,
            preceding,
        }
    }

    fn resample(&self, multiplicities: &[usize]) -> f64 {
        let drawn = self
            .of_group
            .iter()
            .zip(multiplicities)
            .map(|(group, times)| group.len() * times);
        let n: usize = drawn.sum();
        let (rank, weight) = quantile::position(n, self.fraction);
        let n_groups = self.of_group.len();
        let before = |row: usize| -> usize {
            let counts = &self.preceding[row * n_groups..(row + 1) * n_groups];
            counts
                .iter()
                .zip(multiplicities)
                .map(|(count, times)| count * times)
                .sum()
        };
        let (mut row, mut beyond) = (0, self.preceding.len() / n_groups);
        while beyond - row > 1 {
            let middle = row + (beyond - row) / 2;
            if before(middle) <= rank {
                row = middle
            } else {
                beyond = middle
            }
        }
        let mut seen = before(row);
        let mut below = None;
        for position in row * self.block..self.magnitudes.len() {
            seen += multiplicities[self.membership[position]];
            if below.is_none() && seen > rank {
                below = Some(self.magnitudes[position]);
            }
            if let Some(below) = below
                && seen > (rank + 1).min(n - 1)
            {
                return quantile::between(below, self.magnitudes[position], weight);
            }
        }
        unreachable!("the ranks of a resample lie among its values")
    }

    fn jackknife(&self) -> Vec<f64> {
        let without = |group: &Vec<usize>| {
            let n = self.magnitudes.len() - group.len();
            let (rank, weight) = quantile::position(n, self.fraction);
            // The i-th position of the group has position − i others before it, which ascends with i.
            let at = |rank: usize| {
                let (mut skipped, mut end) = (0, group.len());
                while skipped < end {
                    let middle = skipped + (end - skipped) / 2;
                    if group[middle] - middle <= rank {
                        skipped = middle + 1
                    } else {
                        end = middle
                    }
                }
                self.magnitudes[rank + skipped]
            };
            quantile::between(at(rank), at((rank + 1).min(n - 1)), weight)
        };
        self.of_group.iter().map(without).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::generator::Generator;

    /// The statistic computed from the resample written out in full.
    fn plain(values: &[f64], membership: &[usize], times: &[usize], statistic: Statistic) -> f64 {
        let drawn: Vec<f64> = values
            .iter()
            .zip(membership)
            .flat_map(|(&value, &group)| std::iter::repeat_n(value, times[group]))
            .collect();
        let n = drawn.len() as f64;
        let mean = drawn.iter().sum::<f64>() / n;
        let mut magnitudes: Vec<f64> = drawn.iter().map(|value| value.abs()).collect();
        magnitudes.sort_by(f64::total_cmp);
        match statistic {
            Statistic::Rmse => (drawn.iter().map(|v| v * v).sum::<f64>() / n).sqrt(),
            Statistic::Mae => magnitudes.iter().sum::<f64>() / n,
            Statistic::ShiftedRmse => {
                (drawn.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt()
            }
            Statistic::Percentile(q) => quantile::of_sorted(&magnitudes, q / 100.0),
        }
    }

    #[test]
    fn condensed_resamples_and_jackknives_agree_with_those_written_out() {
        let mut generator = Generator::new(11);
        let mut uniform = || generator.below(1 << 40) as f64 / (1_u64 << 40) as f64;
        for (n, n_groups) in [(7, 3), (500, 5), (900, 200)] {
            let values: Vec<f64> = (0..n).map(|_| uniform() * 2.0 - 0.7).collect();
            let membership: Vec<usize> = (0..n)
                .map(|i| {
                    if i < n_groups {
                        i
                    } else {
                        (uniform() * n_groups as f64) as usize
                    }
                })
                .collect();
            for statistic in [
                Statistic::Rmse,
                Statistic::Mae,
                Statistic::ShiftedRmse,
                Statistic::Percentile(0.0),
                Statistic::Percentile(37.5),
                Statistic::Percentile(99.0),
                Statistic::Percentile(100.0),
            ] {
                let resampled = Resampled::new(&values, &membership, n_groups, statistic);
                let close = |found: f64, times: &[usize]| {
                    let expected = plain(&values, &membership, times, statistic);
                    assert!(
                        (found - expected).abs() < 1e-12,
                        "{statistic:?}: {found} {expected}"
                    );
                };
                close(resampled.estimate(), &vec![1; n_groups]);
                for _ in 0..20 {
                    let mut times = vec![0; n_groups];
                    for _ in 0..n_groups {
                        times[(uniform() * n_groups as f64) as usize] += 1;
                    }
                    close(resampled.resample(&times), &times);
                }
                for (left_out, found) in resampled.jackknife().into_iter().enumerate() {
                    let mut times = vec![1; n_groups];
                    times[left_out] = 0;
                    close(found, &times);
                }
            }
        }
    }
}
