//! Frames that are nearly the same: what leaks from a training set into a test set.
//!
//! Only frames of the same elements in the same order with the same periodicity can be. Of these, a block of the first
//! frames is taken into memory, sorted on a [`Shelf`] for each such family, and all second frames pass by it one at a
//! time; then comes the next block. So the memory does not grow with the atoms, and the search can end early.
use std::collections::BTreeMap;
use std::io;

use super::geometries::Geometries;
use super::pivot::{Pivot, Placed, SAME_CELL, cell_number, difference};
use super::positions::Cursor;
use super::shelf::Shelf;

/// Atoms of a block: 8 MB of positions, twice while they are sorted.
const MOST_ATOMS: usize = (1 << 23) / 12;
/// Frames of a block: each may have a lattice of its own.
const MOST_FRAMES: usize = 1 << 15;
/// Frames of the first block, which is all that is needed where nearly all frames are alike; each next may have more.
const FIRST_FRAMES: usize = 64;
const GROWTH: usize = 4;

/// Two frames that are nearly the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearDuplicate {
    /// The row of the first scan.
    pub first: usize,
    /// The row of the second scan.
    pub second: usize,
    /// The root mean square displacement, in Å.
    pub distance: f64,
}

/// Which pairs are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// The largest root mean square displacement, in Å.
    pub tolerance: f64,
    /// No more pairs than this, those of the first rows.
    pub most: usize,
    /// Which pairs count.
    pub pairs: Pairs,
    /// The rows that the first frame of a pair may have; all without.
    pub first: Option<&'a [bool]>,
    /// The rows that the second frame of a pair may have; all without.
    pub second: Option<&'a [bool]>,
}

/// Which pairs of rows count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairs {
    /// All: the frames are of two scans.
    All,
    /// Those of one scan whose rows differ.
    Other,
    /// Those of one scan whose first row is the smaller, so that each comes once.
    Ordered,
}

impl Pairs {
    fn count(self, first: usize, second: usize) -> bool {
        match self {
            Self::All => true,
            Self::Other => first != second,
            Self::Ordered => first < second,
        }
    }
}

/// Pairs of frames of `a` and `b` whose root mean square displacement is at most a tolerance: atom for atom in their
/// order, by the shortest image, without rotation or translation, in cells that agree within 10⁻³ Å.
///
/// Isolated atoms are left out. In order of their rows. Errors: those of the file system, where positions lie in a
/// temporary file.
pub fn near_duplicates(
    a: &Geometries,
    b: &Geometries,
    search: &Search,
) -> io::Result<Vec<NearDuplicate>> {
    in_blocks(a, b, search, FIRST_FRAMES, MOST_ATOMS)
}

fn in_blocks(
    a: &Geometries,
    b: &Geometries,
    search: &Search,
    mut frames: usize,
    atoms: usize,
) -> io::Result<Vec<NearDuplicate>> {
    let mut seconds = seconds(a, b, search);
    // by index in a, the index of the same family in b
    let families: Vec<Option<usize>> = a.families().iter().map(|f| b.index_of(f)).collect();
    let mut rows = a.comparable(search.first).peekable();
    let mut found = Found::new(search.most);
    while rows.peek().is_some() && !found.is_full() {
        let mut block: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let (mut taken, mut room) = (0, atoms);
        while taken < frames
            && let Some(row) = rows.next_if(|&row| taken == 0 || a.atoms(row) <= room)
        {
            let family = families[a.family_of(row)];
            if let Some(family) = family.filter(|&family| !seconds[family].rows.is_empty()) {
                block.entry(family).or_default().push(row);
                room = room.saturating_sub(a.atoms(row));
                taken += 1;
            }
        }
        for (family, firsts) in block {
            seconds[family].pass(a, &firsts, b, search, &mut found)?;
        }
        found.sort();
        frames = MOST_FRAMES.min(GROWTH * frames);
    }
    Ok(found.pairs)
}

/// The second frames of one family.
#[derive(Debug, Default)]
struct Seconds {
    rows: Vec<u32>,
    /// The numbers they are sorted by, NaN until they are known.
    numbers: Vec<f64>,
    /// Whether all cells agree with that of the first.
    agree: bool,
}

/// The second frames by their family's index in `b`; none of a family that `a` does not have.
fn seconds(a: &Geometries, b: &Geometries, search: &Search) -> Vec<Seconds> {
    let mut seconds: Vec<Seconds> = Vec::new();
    seconds.resize_with(b.families().len(), Seconds::default);
    for row in b.comparable(search.second) {
        let index = b.family_of(row);
        if a.index_of(&b.families()[index]).is_some() {
            seconds[index].rows.push(row as u32);
        }
    }
    for family in &mut seconds {
        family.agree = agree(b, &family.rows);
        let number = |&row: &u32| {
            if family.agree {
                f64::NAN
            } else {
                cell_number(b, row as usize)
            }
        };
        family.numbers = family.rows.iter().map(number).collect();
    }
    seconds
}

/// Whether all cells agree with the first.
fn agree(b: &Geometries, rows: &[u32]) -> bool {
    let Some(&first) = rows.first() else {
        return true;
    };
    let first = first as usize;
    let agrees = |&row: &u32| {
        b.cell_of(row as usize) == b.cell_of(first)
            || difference(b.cell(row as usize), b.cell(first)) <= SAME_CELL
    };
    rows.iter().all(agrees)
}

impl Seconds {
    /// Compares all with some first frames of their family.
    fn pass(
        &mut self,
        a: &Geometries,
        firsts: &[usize],
        b: &Geometries,
        search: &Search,
        found: &mut Found,
    ) -> io::Result<()> {
        let Some(&first) = self.rows.first() else {
            return Ok(());
        };
        let mut cursor = Cursor::new(b.positions());
        let pivot = Pivot::new(b, first as usize, self.agree, &mut cursor)?;
        let shelf = Shelf::new(a, firsts, &pivot, search.tolerance)?;
        let least = match search.pairs {
            Pairs::Ordered => firsts.first().map_or(0, |first| first + 1),
            Pairs::All | Pairs::Other => 0,
        };
        let mut placed = Placed::default();
        let from = self.rows.partition_point(|&row| (row as usize) < least);
        for (&row, number) in self.rows.iter().zip(&mut self.numbers).skip(from) {
            let second = row as usize;
            if !number.is_nan() && !shelf.may_hold(*number) {
                continue;
            }
            pivot.place(&mut placed, b, second, &mut cursor)?;
            *number = placed.number;
            let wanted =
                |first| search.pairs.count(first, second) && !found.is_beyond(first, second);
            let near: Vec<(usize, f64)> = shelf.near(&placed, b.cell(second), wanted).collect();
            for (first, distance) in near {
                found.push(NearDuplicate {
                    first,
                    second,
                    distance,
                });
            }
        }
        Ok(())
    }
}

/// The first pairs of those found so far, and some more.
struct Found {
    pairs: Vec<NearDuplicate>,
    most: usize,
    /// The last of the first pairs, once there are so many.
    last: Option<(usize, usize)>,
}

impl Found {
    fn new(most: usize) -> Self {
        Self {
            pairs: Vec::new(),
            most,
            last: None,
        }
    }

    fn is_full(&self) -> bool {
        self.pairs.len() >= self.most
    }

    /// Whether a pair comes behind those that are kept.
    fn is_beyond(&self, first: usize, second: usize) -> bool {
        self.last.is_some_and(|last| (first, second) > last)
    }

    fn push(&mut self, pair: NearDuplicate) {
        self.pairs.push(pair);
        if self.pairs.len() / 2 >= self.most {
            self.sort();
        }
    }

    fn sort(&mut self) {
        self.pairs
            .sort_unstable_by_key(|pair| (pair.first, pair.second));
        self.pairs.truncate(self.most);
        if self.is_full() {
            self.last = self.pairs.last().map(|pair| (pair.first, pair.second));
        }
    }
}

#[cfg(test)]
mod tests;
