"""Molecules that a spec names: where their geometries come from, which are taken, and what part each goes to.

Start in `chosen`, which reads a block. A source of geometries is one module, found in the table there.
"""
