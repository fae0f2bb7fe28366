//! Distances to nearest neighbours, and how many neighbours a cutoff holds.
use super::geometries::periodic_part;
use super::radii::covalent_radius;
use crate::Invalid;
use crate::extxyz::Frame;
use crate::lattice::{Vector, norm};
use crate::neighbours::{Bins, Pair};

/// Where the first look for a nearest neighbour ends without a cutoff, in Å: most bonds are shorter.
const FIRST_LOOK: f64 = 3.0;
/// A search may look into so many bins, and so many more an atom: what a cell of a fraction of an ångström needs.
const VISITS: (f64, f64) = (1e7, 1e3);

/// The distances of a frame, in Å.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Distances {
    /// The shortest between two atoms or an atom and its image; infinite without one below the search.
    pub(crate) shortest: f64,
    /// The largest of the distances to the nearest neighbour; infinite for one without a neighbour below the search.
    pub(crate) loneliest: f64,
    /// The mean number of neighbours within the cutoff; NaN without one.
    pub(crate) neighbours: f64,
    /// The least distance of a pair over the sum of its covalent radii; infinite without one below the search.
    pub(crate) closeness: f64,
}

impl Distances {
    /// Of a frame without atoms, or in which no distance has a meaning.
    pub(crate) const UNKNOWN: Self = Self {
        shortest: f64::NAN,
        loneliest: f64::NAN,
        neighbours: f64::NAN,
        closeness: f64::NAN,
    };
}

/// Distances with all periodic images, up to `search`. Refuses a cell so small that the cutoff spans too many periods.
pub(crate) fn distances(
    frame: &Frame,
    r_max: Option<f64>,
    search: f64,
) -> Result<Distances, Invalid> {
    let atoms = frame.positions.len();
    if atoms == 0 {
        return Ok(Distances::UNKNOWN);
    }
    let cell = periodic_part(frame);
    let most_visits = VISITS.0 + VISITS.1 * atoms as f64;
    let bins = |cutoff| Bins::new(&frame.positions, &cell, frame.periodic, cutoff, most_visits);
    let radii: Vec<Option<f64>> = frame.numbers.iter().map(|&n| covalent_radius(n)).collect();
    let mut nearest = vec![f64::INFINITY; atoms];
    let mut count = 0_usize;
    let mut closeness = f64::INFINITY;
    let mut compare = |pair: &Pair| {
        if let (Some(one), Some(other)) = (radii[pair.first], radii[pair.second]) {
            closeness = closeness.min(pair.distance / (one + other));
        }
    };
    let mut seen = r_max.unwrap_or(FIRST_LOOK.min(search));
    bins(seen)?.for_each_pair_once(|pair| {
        count += 2;
        for end in [pair.first, pair.second] {
            nearest[end] = nearest[end].min(pair.distance);
        }
        compare(&pair);
    });
    let neighbours = match r_max {
        Some(_) => count as f64 / atoms as f64,
        None => f64::NAN,
    };
    while seen < search && nearest.contains(&f64::INFINITY) {
        seen = search.min(2.0 * seen);
        let bins = bins(seen)?;
        for (atom, nearest) in nearest.iter_mut().enumerate() {
            if nearest.is_infinite() {
                bins.for_each_neighbour(atom, &mut |pair| {
                    *nearest = nearest.min(pair.distance);
                    compare(&pair);
                });
            }
        }
    }
    let within = |distance: f64| {
        if distance < search {
            distance
        } else {
            f64::INFINITY
        }
    };
    Ok(Distances {
        shortest: within(nearest.iter().copied().fold(f64::INFINITY, f64::min)),
        loneliest: within(nearest.iter().copied().fold(0.0, f64::max)),
        neighbours,
        closeness,
    })
}

/// How one-sided the surroundings of the atom with the most one-sided ones are: 0 where symmetry lets no force act on
/// any atom, up to 1 where all neighbours lie in one direction. Refuses what [`distances`] refuses.
///
/// Neighbours within `reach` (Å) count by their element, less the farther they are.
pub(crate) fn one_sidedness(frame: &Frame, reach: f64) -> Result<f64, Invalid> {
    let atoms = frame.positions.len();
    let most_visits = VISITS.0 + VISITS.1 * atoms as f64;
    let cell = periodic_part(frame);
    let bins = Bins::new(&frame.positions, &cell, frame.periodic, reach, most_visits)?;
    let mut sums = vec![([0.0; 3], 0.0); atoms];
    bins.for_each_pair(|pair| {
        let near = 1.0 - pair.distance / reach;
        let weight = f64::from(frame.numbers[pair.second]) * near * near;
        let (sum, total) = &mut sums[pair.first];
        if pair.distance > 0.0 {
            *sum = [0, 1, 2].map(|k| sum[k] + weight * pair.vector[k] / pair.distance);
        }
        *total += weight;
    });
    let ratio = |(sum, total): &(Vector, f64)| if *total > 0.0 { norm(sum) / total } else { 0.0 };
    Ok(sums.iter().map(ratio).fold(0.0, f64::max))
}
