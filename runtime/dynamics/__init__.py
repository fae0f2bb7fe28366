"""Molecular dynamics: start frames, velocities, thermostats, and replicas advanced together."""
