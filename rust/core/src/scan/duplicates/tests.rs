//! The search against the comparison of every pair, whatever the blocks and wherever the positions lie.
use super::*;
use crate::extxyz::Frame;
use crate::lattice::{Lattice, Vector, add, dot, subtract};
use crate::scan::geometries::periodic_part;
use crate::statistics::generator::Generator;

/// Of random frames, in Å.
const SIZE: f64 = 4.0;
/// What cells that nearly agree leave open, in Å.
const EDGE: f64 = 5e-3;

struct Draw(Generator);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0.below(bound as u64) as usize
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn vector(&mut self, scale: f64) -> Vector {
        [(); 3].map(|()| scale * (self.below(1 << 20) as f64 / f64::from(1 << 19) - 1.0))
    }

    fn mask(&mut self, count: usize) -> Vec<bool> {
        (0..count).map(|_| self.below(3) > 0).collect()
    }

    /// A molecule or a crystal.
    fn kind(&mut self) -> Frame {
        let atoms = 1 + self.below(30);
        let skewed = [
            add(&[SIZE, 0.0, 0.0], &self.vector(0.5)),
            add(&[0.0, SIZE, 0.0], &self.vector(2.0)),
            add(&[0.0, 0.0, SIZE], &self.vector(2.0)),
        ];
        Frame {
            number: 0,
            line: 1,
            numbers: (0..atoms).map(|_| self.one(&[1, 8])).collect(),
            positions: (0..atoms).map(|_| self.vector(2.0 * SIZE)).collect(),
            cell: Some(skewed),
            periodic: self.one(&[[false; 3], [true; 3], [true, false, true]]),
            header: Vec::new(),
            columns: Vec::new(),
        }
    }

    /// A frame of a kind, near to some of it and far from others.
    fn frame(&mut self, kind: &Frame, strains: &[f64]) -> Frame {
        let mut frame = kind.clone();
        let mut cell = frame.cell.unwrap_or_default();
        cell[0][0] += self.one(strains);
        frame.cell = Some(cell);
        let moves = self.one(&[0.0, 0.02, 0.1, 0.5]);
        for r in &mut frame.positions {
            *r = add(r, &self.vector(moves));
            let k = self.below(6);
            if k < 3 && frame.periodic[k] {
                *r = add(r, &cell[k]);
            }
        }
        frame
    }

    fn frames(&mut self) -> Vec<Frame> {
        let mut kinds: Vec<Frame> = (0..1 + self.below(3)).map(|_| self.kind()).collect();
        // the same atoms at other places: near duplicates then lie on either side of the images around the first frame
        let mut elsewhere = kinds[0].clone();
        elsewhere.positions = kinds[0]
            .positions
            .iter()
            .map(|_| self.vector(2.0 * SIZE))
            .collect();
        kinds.push(elsewhere);
        let strains = self.one(&[&[0.0][..], &[0.0, 4e-4], &[0.0, 4e-4, 0.05]]);
        let count = 1 + self.below(60);
        let frame = |_| {
            let kind = &kinds[self.below(kinds.len())];
            self.frame(kind, strains)
        };
        (0..count).map(frame).collect()
    }
}

fn lattice(frame: &Frame) -> Lattice {
    Lattice::new(&periodic_part(frame), frame.periodic).unwrap()
}

fn gathered(frames: &[Frame], most_in_memory: usize) -> Geometries {
    let mut geometries = Geometries::with_most_in_memory(most_in_memory);
    for frame in frames {
        geometries.push(frame, Some(&lattice(frame)));
    }
    geometries
}

/// The distance of two frames that can be near duplicates, in double precision.
fn distance(a: &Frame, b: &Frame) -> Option<f64> {
    let differ = difference(&periodic_part(a), &periodic_part(b)) > SAME_CELL;
    if a.numbers != b.numbers || a.periodic != b.periodic || differ {
        return None;
    }
    let lattice = lattice(a);
    let pairs = a.positions.iter().zip(&b.positions);
    let squares = pairs.map(|(a, b)| {
        let moved = lattice.minimum_image(&subtract(b, a));
        dot(&moved, &moved)
    });
    Some((squares.sum::<f64>() / a.positions.len() as f64).sqrt())
}

fn is_among(rows: Option<&[bool]>, row: usize) -> bool {
    rows.is_none_or(|rows| rows[row])
}

#[test]
fn near_duplicates_are_those_of_every_pair_compared() {
    let mut count = 0;
    for seed in 0..60 {
        let mut draw = Draw(Generator::new(seed));
        let (a, other) = (draw.frames(), draw.frames());
        let pairs = draw.one(&[Pairs::All, Pairs::Other, Pairs::Ordered]);
        let b = if pairs == Pairs::All && seed % 2 == 0 {
            other
        } else {
            a.clone()
        };
        let masks = [draw.mask(a.len()), draw.mask(b.len())];
        let is_masked = draw.below(2) > 0;
        let [first, second] = [0, 1].map(|k| is_masked.then_some(&masks[k][..]));
        let search = Search {
            tolerance: draw.one(&[0.05, 0.2, 1.0]),
            most: usize::MAX / 2,
            pairs,
            first,
            second,
        };
        let (mine, theirs) = (gathered(&a, usize::MAX), gathered(&b, usize::MAX));
        let found = near_duplicates(&mine, &theirs, &search).unwrap();
        let mut rest = found.iter().peekable();
        for (i, one) in a.iter().enumerate().filter(|(i, _)| is_among(first, *i)) {
            for (j, two) in b.iter().enumerate().filter(|(j, _)| is_among(second, *j)) {
                let distance = distance(one, two).filter(|_| pairs.count(i, j));
                let next = rest.next_if(|pair| (pair.first, pair.second) == (i, j));
                if let Some(pair) = next {
                    assert!((pair.distance - distance.unwrap()).abs() < EDGE, "{seed}");
                    count += 1;
                } else {
                    let is_far = distance.is_none_or(|d| d > search.tolerance - EDGE);
                    assert!(is_far, "{seed}: {i} {j} {distance:?}");
                }
            }
        }
        assert_eq!(rest.next(), None, "{seed}");
        // in blocks of any size, out of a file, and as many as are asked for
        let files = (gathered(&a, draw.below(50)), gathered(&b, 0));
        for (frames, atoms) in [(1, 1), (2, 100), (1000, 70)] {
            for most in [found.len() / 3, found.len(), 1 + found.len()] {
                let fewer = Search { most, ..search };
                let again = in_blocks(&files.0, &files.1, &fewer, frames, atoms).unwrap();
                assert_eq!(again, found[..most.min(found.len())], "{seed}");
            }
        }
    }
    assert!(count > 5000, "{count} pairs");
}
