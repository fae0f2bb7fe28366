//! The positions of many frames in little memory: the first ones as they are, more in a file without a name.
use std::io;

use super::spill::Spill;

/// A position in Å.
pub(crate) type Point = [f32; 3];

/// So many positions lie in memory, 16 MB of them, before they go to the file.
const MOST_IN_MEMORY: usize = (1 << 24) / BYTES;
/// Bytes of a position.
const BYTES: usize = 12;
/// So many positions are written at a time, and read ahead where one frame after the other is read.
const CHUNK: usize = 1 << 13;

/// Positions, one frame's behind the other's.
#[derive(Debug)]
pub(crate) struct Positions {
    spill: Spill,
    /// How many are in the file.
    filed: u64,
    /// Those that come behind the file's.
    recent: Vec<Point>,
    /// How many may be in memory; more than can be where the file cannot be had or is full.
    most: usize,
}

impl Default for Positions {
    fn default() -> Self {
        Self::with_most_in_memory(MOST_IN_MEMORY)
    }
}

impl Positions {
    pub(crate) fn with_most_in_memory(most: usize) -> Self {
        Self {
            spill: Spill::default(),
            filed: 0,
            recent: Vec::new(),
            most,
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> u64 {
        self.filed + self.recent.len() as u64
    }

    /// Adds those of a frame.
    pub(crate) fn push(&mut self, points: impl Iterator<Item = Point>) {
        self.recent.extend(points);
        if self.recent.len() <= self.most {
            return;
        }
        let mut bytes = Vec::with_capacity(CHUNK * BYTES);
        let mut written = 0;
        for points in self.recent.chunks(CHUNK) {
            bytes.clear();
            let numbers = points.as_flattened().iter();
            bytes.extend(numbers.flat_map(|number| number.to_le_bytes()));
            if self.spill.append(&bytes).is_none() {
                self.most = usize::MAX;
                break;
            }
            written += points.len();
        }
        self.filed += written as u64;
        self.recent.drain(..written);
    }
}

/// Reads positions of one frame at a time.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    positions: &'a Positions,
    /// Where in the file `points` start.
    start: u64,
    points: Vec<Point>,
    bytes: Vec<u8>,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(positions: &'a Positions) -> Self {
        Self {
            positions,
            start: 0,
            points: Vec::new(),
            bytes: Vec::new(),
        }
    }

    /// The positions of a frame of so many atoms. Errors: those of the file system.
    pub(crate) fn read(&mut self, start: u64, atoms: usize) -> io::Result<&[Point]> {
        if let Some(start) = start.checked_sub(self.positions.filed) {
            let start = start as usize;
            return Ok(&self.positions.recent[start..start + atoms]);
        }
        let end = self.start + self.points.len() as u64;
        if start < self.start || start + atoms as u64 > end {
            let ahead = if start == end { CHUNK } else { 0 };
            let left = self.positions.filed - start;
            self.load(start, left.min(ahead.max(atoms) as u64) as usize)?;
        }
        let within = (start - self.start) as usize;
        Ok(&self.points[within..within + atoms])
    }

    fn load(&mut self, start: u64, count: usize) -> io::Result<()> {
        self.points.clear();
        self.start = start;
        self.bytes.resize(count * BYTES, 0);
        let bytes = start * BYTES as u64;
        self.positions.spill.read(bytes, &mut self.bytes)?;
        let numbers = self.bytes.as_chunks::<4>().0.as_chunks::<3>().0;
        let points = numbers.iter().map(|point| point.map(f32::from_le_bytes));
        self.points.extend(points);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(number: usize) -> impl Iterator<Item = Point> + Clone {
        (0..1 + number % 7).map(move |atom| [number as f32, atom as f32, -0.1])
    }

    fn filled(most: usize) -> (Positions, Vec<u64>) {
        let mut positions = Positions::with_most_in_memory(most);
        let starts = (0..3000).map(|number| {
            let start = positions.len();
            positions.push(frame(number));
            start
        });
        let starts = starts.collect();
        (positions, starts)
    }

    #[test]
    fn frames_come_back_from_memory_and_file_in_any_order() {
        for most in [0, 10, 5000, usize::MAX] {
            let (positions, starts) = filled(most);
            assert_eq!(positions.spill.is_used(), most != usize::MAX);
            assert!(positions.recent.len() <= most);
            for step in [1, 7, 2999] {
                let mut cursor = Cursor::new(&positions);
                for number in (0..3000).map(|place| place * step % 3000) {
                    let expected: Vec<Point> = frame(number).collect();
                    let found = cursor.read(starts[number], expected.len()).unwrap();
                    assert_eq!(found, expected);
                }
            }
        }
    }

    #[test]
    fn positions_stay_in_memory_where_no_file_can_be_written() {
        let mut positions = Positions::with_most_in_memory(10);
        positions.spill = Spill::full();
        (0..100).for_each(|number| positions.push(frame(number)));
        assert_eq!(positions.filed, 0);
        let mut cursor = Cursor::new(&positions);
        let expected: Vec<Point> = frame(0).collect();
        assert_eq!(cursor.read(0, 1).unwrap(), expected);
    }
}
