//! Mutated extended XYZ files against the reader and the scan of mlipilot-core.
//!
//! [`mutation`] makes files out of a small corpus, [`invariants`] says what must hold for any bytes, [`campaign`] runs
//! one over the other, can be stopped and resumed, and keeps what it finds. Input number i of a seed is always the same
//! bytes.
#![forbid(unsafe_code)]

pub mod campaign;
pub mod invariants;
pub mod mutation;
