//! How many atoms of which elements each frame has; frames of one formula share it.
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use super::column::Column;
use super::spill::Spill;

/// Elements with their numbers of atoms, ascending.
type Formula = Arc<[(u8, i32)]>;

/// One formula for each frame.
#[derive(Debug, Default)]
pub(crate) struct Formulas {
    distinct: Vec<Formula>,
    index: HashMap<Formula, u32>,
    pub(crate) of_frames: Column<u32>,
}

impl Formulas {
    /// Adds the next frame's.
    pub(crate) fn push(&mut self, numbers: &[u8]) {
        let mut counts = [0_i32; 1 + u8::MAX as usize];
        for &number in numbers {
            let count = &mut counts[usize::from(number)];
            *count = count.saturating_add(1);
        }
        let counts = (0..=u8::MAX).zip(counts);
        let formula: Vec<(u8, i32)> = counts.filter(|&(_, count)| count > 0).collect();
        let index = match self.index.get(&formula[..]) {
            Some(&index) => index,
            None => {
                let index = self.distinct.len() as u32;
                let formula = Formula::from(formula);
                self.distinct.push(Arc::clone(&formula));
                self.index.insert(formula, index);
                index
            }
        };
        self.of_frames.push(index);
    }

    /// All elements, ascending.
    pub(crate) fn elements(&self) -> Vec<u8> {
        let formulas = self.distinct.iter().flat_map(|formula| &formula[..]);
        let mut elements: Vec<u8> = formulas.map(|&(element, _)| element).collect();
        elements.sort_unstable();
        elements.dedup();
        elements
    }

    /// The atoms of each of some elements, ascending, frame after frame.
    pub(crate) fn read(&self, elements: &[u8], spill: &Spill) -> io::Result<Vec<i32>> {
        let of_frames = self.of_frames.read(spill)?;
        let mut counts = Vec::with_capacity(of_frames.len() * elements.len());
        for index in of_frames {
            let mut formula = self.distinct[index as usize].iter().peekable();
            counts.extend(elements.iter().map(|&element| {
                let found = formula.next_if(|&&(number, _)| number == element);
                found.map_or(0, |&(_, count)| count)
            }));
        }
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_a_table_of_all_elements() {
        let mut formulas = Formulas::default();
        for numbers in [&[8, 1, 1][..], &[29], &[], &[1, 8, 1], &[0, 255]] {
            formulas.push(numbers);
        }
        assert_eq!(formulas.distinct.len(), 4);
        let elements = formulas.elements();
        let counts = formulas.read(&elements, &Spill::default()).unwrap();
        assert_eq!(elements, [0, 1, 8, 29, 255]);
        let rows: Vec<&[i32]> = counts.chunks(5).collect();
        assert_eq!(rows[0], [0, 2, 1, 0, 0]);
        assert_eq!(rows[1], [0, 0, 0, 1, 0]);
        assert_eq!(rows[2], [0; 5]);
        assert_eq!(rows[3], rows[0]);
        assert_eq!(rows[4], [1, 0, 0, 0, 1]);
    }
}
