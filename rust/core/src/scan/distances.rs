//! Distances to nearest neighbours, and how many neighbours a cutoff holds.
use super::geometries::periodic_part;
use crate::Invalid;
use crate::extxyz::Frame;
use crate::neighbours::Bins;

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
}

impl Distances {
    /// Of a frame without atoms, or in which no distance has a meaning.
    pub(crate) const UNKNOWN: Self = Self {
        shortest: f64::NAN,
        loneliest: f64::NAN,
        neighbours: f64::NAN,
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
    let mut nearest = vec![f64::INFINITY; atoms];
    let mut count = 0_usize;
    let mut seen = r_max.unwrap_or(FIRST_LOOK.min(search));
    bins(seen)?.for_each_pair(|pair| {
        count += 1;
        nearest[pair.first] = nearest[pair.first].min(pair.distance);
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
                bins.for_each_neighbour(atom, &mut |pair| *nearest = nearest.min(pair.distance));
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
    })
}
