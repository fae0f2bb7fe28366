//! Every pair from one of its ends: half the work, where it does not matter from which.
use super::{Bins, Pair};

impl Bins {
    /// Visits every pair from one of its ends, in any order.
    ///
    /// Of two bins at an offset and its opposite, only one is looked into.
    pub(crate) fn for_each_pair_once(&self, mut visit: impl FnMut(Pair)) {
        let [to_x, to_y, to_z] = self.reach;
        let mut start = 0;
        for &end in &self.ends {
            let members = &self.members[start..end];
            start = end;
            let Some(&one) = members.first() else {
                continue;
            };
            let [home_x, home_y, home_z] = self.place[one];
            for (n, &first) in members.iter().enumerate() {
                self.visit_members(first, &members[n + 1..], [0; 3], &mut visit);
            }
            for x in 0..=to_x {
                let least_y = if x == 0 { 0 } else { -to_y };
                for y in least_y..=to_y {
                    let least_z = if x == 0 && y == 0 { 1 } else { -to_z };
                    for z in least_z..=to_z {
                        let bins = [home_x + x, home_y + y, home_z + z];
                        if let Some((place, image)) = self.folded(bins) {
                            let others = &self.members[self.range(&place)];
                            for &first in members {
                                self.visit_members(first, others, image, &mut visit);
                            }
                        }
                    }
                }
            }
        }
    }

    fn folded(&self, bins: [i64; 3]) -> Option<([i64; 3], [i64; 3])> {
        let (x, image_x) = self.fold(0, bins[0])?;
        let (y, image_y) = self.fold(1, bins[1])?;
        let (z, image_z) = self.fold(2, bins[2])?;
        Some(([x, y, z], [image_x, image_y, image_z]))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MOST_VISITS, pairs};
    use super::*;

    const CUBE: [[f64; 3]; 3] = [[4.0, 0.0, 0.0], [0.0, 4.0, 0.0], [0.0, 0.0, 4.0]];

    #[test]
    fn a_pair_seen_once_is_seen_from_both_ends_otherwise() {
        let positions = [[0.3, 0.1, 0.0], [2.0, 3.9, 1.0], [2.5, 2.0, 8.5]];
        for periodic in [[true; 3], [true, false, true], [false; 3]] {
            for cutoff in [2.5, 4.5, 9.0] {
                let bins = Bins::new(&positions, &CUBE, periodic, cutoff, MOST_VISITS).unwrap();
                let mut found = Vec::new();
                bins.for_each_pair_once(|pair| {
                    found.push((pair.first, pair.second, pair.shift));
                    found.push((pair.second, pair.first, pair.shift.map(|n| -n)));
                });
                let all = pairs(&positions, &CUBE, periodic, cutoff).unwrap();
                let mut all: Vec<_> = all.iter().map(|p| (p.first, p.second, p.shift)).collect();
                found.sort_unstable();
                all.sort_unstable();
                assert_eq!(found, all);
            }
        }
    }
}
