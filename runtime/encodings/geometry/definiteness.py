"""Matrices that are not positive semidefinite: what is said of an eigenvalue below 0."""

from __future__ import annotations

REMEDY = (
    "give a kernel of states an even `zeta`, as its size at another power may be indefinite; compute a matrix of your "
    "own in float64, not in small integers, and give similarities, not distances"
)


def indefinite(name: str, smallest: float, largest: float) -> str:
    """What is said of a matrix whose smallest eigenvalue is below 0."""
    return (
        f"{name} is not positive semidefinite: its smallest eigenvalue is {smallest:.3g}, its largest {largest:.3g}; "
        + REMEDY
    )
