//! The kernels of mlipilot, free of Python: what a verdict is computed from, in one place, deterministic and checked.
//!
//! Start with [`scorecard`], which says what a bound decides; [`statistics`] and [`drift`] make the bounds,
//! [`errors`] and [`survival`] the quantities they bound. Nothing here panics on a user's data: what cannot be
//! computed is an [`Invalid`] value, and what is unknown is `None`, never zero.
#![forbid(unsafe_code)]

pub mod drift;
pub mod errors;
pub mod extxyz;
pub mod gate;
pub mod invalid;
pub mod lattice;
pub mod neighbours;
pub mod quantile;
pub mod scan;
pub mod scorecard;
pub mod statistics;
pub mod survival;

pub use invalid::Invalid;
