"""Kernels of encodings in closed form: no state vector is made where none is needed."""
