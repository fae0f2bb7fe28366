//! What a data check needs to know about frames, gathered in one pass with one frame in memory.
//!
//! The table of one row a frame and the positions go to a temporary file where there are many; beside them there remain
//! cells, of which frames share one where they can, and what the sign of the forces is judged by, [`Step`]s: 40 bytes a
//! frame, 112 where each has a cell of its own. Start with [`scan`], which reads an extended XYZ file, and [`Scanner`],
//! which takes frames from any reader.
mod column;
mod distances;
mod duplicates;
mod fingerprint;
mod formulas;
mod geometries;
mod keys;
mod labels;
mod lanes;
mod names;
mod options;
mod pivot;
mod positions;
mod radii;
mod scanner;
mod shelf;
mod soundness;
mod spill;
mod table;
mod work;

use std::io::{self, BufRead};

use crate::extxyz::Reader;

pub use column::{Column, Item};
pub use duplicates::{NearDuplicate, Pairs, Search, near_duplicates};
pub use geometries::Geometries;
pub use keys::{KeyKind, KeySummary, Place};
pub use labels::State;
pub use names::Names;
pub use options::{Factors, Isolated, Options};
pub use scanner::{Scan, Scanner};
pub use table::{Columns, Other, Table};
pub use work::{Step, work_correlation, work_ratio};

use geometries::periodic_part;

/// Reads an extended XYZ file to its end, or until `most` frames came, broken ones counted.
///
/// Errors: those of the file system; what is wrong with the file is in [`Scan::faults`].
pub fn scan(source: impl BufRead, mut scanner: Scanner, most: Option<usize>) -> io::Result<Scan> {
    let mut reader = Reader::new(source);
    let mut left = most.unwrap_or(usize::MAX);
    while left > 0
        && let Some(frame) = reader.next_frame()?
    {
        match frame {
            Ok(frame) => scanner.push(frame),
            Err(fault) => scanner.report(fault),
        }
        left -= 1;
    }
    Ok(scanner.finish())
}
