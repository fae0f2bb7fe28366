//! Names that many frames share, each kept once.
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use super::column::Column;
use super::spill::Spill;

/// One name or none for each frame.
#[derive(Debug, Default)]
pub struct Names {
    names: Vec<Arc<str>>,
    index: HashMap<Arc<str>, usize>,
    /// One more than the index of each frame's name; 0 for none.
    pub(crate) of_frames: Column<u32>,
}

impl Names {
    /// The distinct names, in order of first appearance.
    #[must_use]
    pub fn distinct(&self) -> &[Arc<str>] {
        &self.names
    }

    /// The index of each frame's name among the distinct ones.
    pub(crate) fn read(&self, spill: &Spill) -> io::Result<Vec<Option<usize>>> {
        let of_frames = self.of_frames.read(spill)?.into_iter();
        Ok(of_frames
            .map(|after| (after as usize).checked_sub(1))
            .collect())
    }

    /// Adds the next frame's name; the index it has.
    pub(crate) fn push(&mut self, name: Option<&str>) -> Option<usize> {
        let index = name.map(|name| match self.index.get(name) {
            Some(&index) => index,
            None => {
                let name: Arc<str> = name.into();
                self.names.push(Arc::clone(&name));
                self.index.insert(name, self.names.len() - 1);
                self.names.len() - 1
            }
        });
        let after = index.and_then(|index| u32::try_from(index + 1).ok());
        self.of_frames.push(after.unwrap_or(0));
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_once() {
        let mut names = Names::default();
        let pushed = [Some("a"), None, Some("b"), Some("a")].map(|name| names.push(name));
        assert_eq!(pushed, [Some(0), None, Some(1), Some(0)]);
        assert_eq!(names.read(&Spill::default()).unwrap(), pushed);
        assert_eq!(names.distinct().len(), 2);
    }
}
