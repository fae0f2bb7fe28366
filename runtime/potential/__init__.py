"""A trained model as energies and forces: load a MACE file, evaluate configurations singly or many at a time.

Every job that judges a model (errors, dynamics, speed) goes through `potential.model`, so that all see one potential.
"""
