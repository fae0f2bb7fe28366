//! Extended XYZ, read as ASE reads it: a count, a line of keys and values, one line an atom, frame after frame.
//!
//! What counts is what a training will see, so every value here is the value that `ase.io.read` would give, quirks
//! included (ASE 3.29). Where ASE would raise, or silently drop or invent something, there is a [`Fault`] with its line
//! instead, and the reader goes on with the next frame where it can tell where that starts.
//!
//! Start with [`Reader`]; [`Frame`] is what it yields.
mod columns;
mod elements;
mod fault;
mod frame;
mod header;
mod json;
mod lines;
mod numbers;
mod properties;
mod reader;
mod value;
mod vectors;

pub use columns::{Column, Data, Texts};
pub use elements::symbol;
pub use fault::{Fault, FaultKind};
pub use frame::Frame;
pub use header::Entry;
pub use reader::Reader;
pub use value::{Elements, Value};
