//! Names that many frames share, each kept once.
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;

/// One name or none for each frame.
#[derive(Debug, Default)]
pub struct Names {
    names: Vec<Arc<str>>,
    index: HashMap<Arc<str>, usize>,
    /// One more than the index of each frame's name.
    of_frames: Vec<Option<NonZeroU32>>,
}

impl Names {
    /// The distinct names, in order of first appearance.
    #[must_use]
    pub fn distinct(&self) -> &[Arc<str>] {
        &self.names
    }

    /// The index of each frame's name among the distinct ones.
    pub fn of_frames(&self) -> impl ExactSizeIterator<Item = Option<usize>> {
        let frames = self.of_frames.iter();
        frames.map(|index| index.map(|index| index.get() as usize - 1))
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
        let after = |index| u32::try_from(index).ok()?.checked_add(1);
        self.of_frames
            .push(index.and_then(after).and_then(NonZeroU32::new));
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
        assert_eq!(names.of_frames().collect::<Vec<_>>(), pushed);
        assert_eq!(names.distinct().len(), 2);
    }
}
