//! Bindings of `mlipilot-core` for Python, the module `mlipilot._core`.
use pyo3::prelude::*;

/// Kernels of mlipilot.
#[pymodule]
mod _core {
    use super::*;

    #[pymodule_init]
    fn init(m: &Bound<'_, PyModule>) -> PyResult<()> {
        m.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
