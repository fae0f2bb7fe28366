//! Names that many frames share, each kept once.
use std::collections::HashMap;

/// One name or none for each frame.
#[derive(Debug, Default)]
pub struct Names {
    names: Vec<String>,
    index: HashMap<String, usize>,
    /// The index of each frame's name.
    of_frames: Vec<Option<usize>>,
}

impl Names {
    /// The distinct names, in order of first appearance.
    #[must_use]
    pub fn distinct(&self) -> &[String] {
        &self.names
    }

    /// The index of each frame's name among the distinct ones.
    #[must_use]
    pub fn of_frames(&self) -> &[Option<usize>] {
        &self.of_frames
    }

    /// Adds the next frame's name; the index it has.
    pub(crate) fn push(&mut self, name: Option<&str>) -> Option<usize> {
        let index = name.map(|name| match self.index.get(name) {
            Some(&index) => index,
            None => {
                self.names.push(name.to_owned());
                self.index.insert(name.to_owned(), self.names.len() - 1);
                self.names.len() - 1
            }
        });
        self.of_frames.push(index);
        index
    }
}
