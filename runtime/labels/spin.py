"""Free atoms: the lowest of several states, and its spin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from mlipilot.runtime.labels.convergence import Converged, converge, converge_once
from mlipilot.runtime.labels.failure import LabelFailure, Reason

GUESSES = ("minao", "atom", "1e", "huckel")
"""PySCF's starting densities that are tried on an atom."""
ROTATIONS = 4
"""More starts of an atom: its orbitals turned at random, so that other ones of a shell are filled."""
MOST_CONTAMINATION = 0.05
"""Of <S²> of a free atom, above that of its spin."""


def lowest_atom(build: Callable[[], Any], unpaired: int) -> Converged:
    """The lowest of several solutions of a free atom.

    Raises `LabelFailure` where none converges, or the lowest is no state of that spin.
    """
    starts = list(_starts(build))
    found = [one for density in starts if (one := converge_once(build, density)) is not None]
    lowest = min(found, key=lambda one: float(one.field.e_tot)) if found else converge(build, starts[0])
    squared, expected = squared_spin(lowest.field), unpaired / 2 * (unpaired / 2 + 1)
    if abs(squared - expected) > MOST_CONTAMINATION:
        raise LabelFailure(Reason.CONTAMINATION, f"<S²> is {squared:.3f}, and of its spin {expected:.3f}")
    return lowest._replace(cycles=sum(one.cycles for one in found) or lowest.cycles)


def _starts(build: Callable[[], Any]) -> Iterator[Any]:
    for guess in GUESSES:
        yield build().get_init_guess(key=guess)
    draw = np.random.default_rng(0)
    for _ in range(ROTATIONS):
        field = build()
        molecule = field.mol
        orbitals = np.array(field.eig(np.array([field.get_hcore()] * 2), field.get_ovlp())[1])
        for spin in range(2):
            size = orbitals.shape[-1]
            skew = draw.normal(scale=0.3, size=(size, size))
            turned, _ = np.linalg.qr(np.eye(size) + skew - skew.T)
            orbitals[spin] = orbitals[spin] @ turned
        alpha, beta = molecule.nelec
        filled = orbitals[0][:, :alpha], orbitals[1][:, :beta]
        yield np.array([columns @ columns.T for columns in filled])


def squared_spin(field: Any) -> float:
    """<S²> of a converged field; 0 of a restricted one, which is a singlet."""
    return float(field.spin_square()[0]) if hasattr(field, "nelec") and field.mo_coeff[0].ndim == 2 else 0.0
