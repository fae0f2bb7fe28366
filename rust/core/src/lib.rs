//! The kernels of mlipilot, free of Python.
#![forbid(unsafe_code)]
