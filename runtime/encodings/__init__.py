"""Encodings as fixed feature maps: their kernels in closed form, classical controls, and the geometry of both."""
