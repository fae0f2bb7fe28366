//! A column of a table whose first rows lie in a file.
use std::io;

use super::spill::Spill;

/// Values of many frames, in their order.
#[derive(Debug)]
pub struct Column<T> {
    /// Where blocks start in the file, and how many values each holds.
    blocks: Vec<(u64, usize)>,
    /// Those that come behind the file's.
    recent: Vec<T>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self {
            blocks: Vec::new(),
            recent: Vec::new(),
        }
    }
}

impl<T: Item> Column<T> {
    /// The number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.blocks.iter().map(|&(_, count)| count).sum::<usize>() + self.recent.len()
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a value.
    pub(crate) fn push(&mut self, value: T) {
        self.recent.push(value);
    }

    /// Adds values.
    pub(crate) fn extend(&mut self, values: impl IntoIterator<Item = T>) {
        self.recent.extend(values);
    }

    /// Moves all values to the file; where that fails they stay in memory.
    pub(crate) fn spill(&mut self, spill: &mut Spill) {
        if spill.refuses() {
            return;
        }
        let mut bytes = Vec::with_capacity(self.recent.len() * T::SIZE);
        self.recent.iter().for_each(|value| value.put(&mut bytes));
        if let Some(start) = spill.append(&bytes) {
            self.blocks.push((start, self.recent.len()));
            self.recent.clear();
        }
    }

    /// All values.
    pub(crate) fn read(&self, spill: &Spill) -> io::Result<Vec<T>> {
        let mut values = Vec::with_capacity(self.len());
        let mut bytes = Vec::new();
        for &(start, count) in &self.blocks {
            bytes.resize(count * T::SIZE, 0);
            spill.read(start, &mut bytes)?;
            values.extend(bytes.chunks_exact(T::SIZE).map(T::of));
        }
        values.extend_from_slice(&self.recent);
        Ok(values)
    }
}

/// What a column can hold.
pub trait Item: Copy + 'static {
    /// Bytes of a value.
    const SIZE: usize;
    /// Appends a value's bytes.
    fn put(&self, bytes: &mut Vec<u8>);
    /// The value of so many bytes.
    fn of(bytes: &[u8]) -> Self;
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Item for $number {
            const SIZE: usize = size_of::<$number>();

            fn put(&self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_ne_bytes());
            }

            fn of(bytes: &[u8]) -> Self {
                bytes.try_into().map_or(Self::default(), <$number>::from_ne_bytes)
            }
        }
    )*};
}

numbers!(u8, i32, u32, f32, i64, u64, f64);

impl Item for bool {
    const SIZE: usize = 1;

    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(*self));
    }

    fn of(bytes: &[u8]) -> Self {
        bytes.first().is_some_and(|&byte| byte != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comes_back<T: Item + PartialEq + std::fmt::Debug>(values: &[T]) {
        let mut spill = Spill::default();
        let mut column = Column::default();
        for (place, &value) in values.iter().enumerate() {
            column.push(value);
            if place % 3 == 1 {
                column.spill(&mut spill);
            }
        }
        assert!(spill.is_used());
        assert!(column.recent.len() < 3);
        assert_eq!(column.len(), values.len());
        assert_eq!(column.read(&spill).unwrap(), values);
    }

    #[test]
    fn values_of_every_type_come_back() {
        comes_back(&[0_u8, 1, u8::MAX, 7]);
        comes_back(&[i32::MIN, -1, 0, i32::MAX]);
        comes_back(&[0, 1, u32::MAX, 7]);
        comes_back(&[f32::MIN, -0.1, f32::INFINITY, 0.3]);
        comes_back(&[i64::MIN, -1, 0, i64::MAX]);
        comes_back(&[0, 1, u64::MAX, 7]);
        comes_back(&[f64::MIN_POSITIVE, -0.1, f64::NEG_INFINITY, 0.3]);
        comes_back(&[true, false, false, true]);
    }

    #[test]
    fn values_stay_in_memory_where_no_file_can_be_written() {
        let mut spill = Spill::full();
        let mut column = Column::default();
        for value in 0..10_i32 {
            column.push(value);
            column.spill(&mut spill);
        }
        assert!(!spill.is_used());
        assert_eq!(column.read(&spill).unwrap(), (0..10).collect::<Vec<_>>());
    }
}
