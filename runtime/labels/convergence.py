"""The ladder that a self-consistent field climbs until it converges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from mlipilot.runtime.labels.failure import LabelFailure, Reason
from mlipilot.runtime.labels.integration import forget_orbitals

DAMPING = 0.4
"""Share of the last Fock matrix that is kept."""
LEVEL_SHIFT = 0.4
"""Hartree, by which empty orbitals are raised."""


SOON = 30
"""Cycles: where several starts are tried, one that takes more is left to the others."""


class Converged(NamedTuple):
    """A field at its end."""

    field: Any
    step: str
    """Of the ladder."""
    cycles: int
    """Of all steps."""


def _plain(field: Any) -> Any:
    return field


def _damped(field: Any) -> Any:
    field.damp, field.diis_start_cycle = DAMPING, 8
    return field


def _shifted(field: Any) -> Any:
    field.level_shift = LEVEL_SHIFT
    return field


def _second_order(field: Any) -> Any:
    return field.newton()


LADDER: dict[str, Callable[[Any], Any]] = {
    "plain": _plain,
    "damped": _damped,
    "level shift": _shifted,
    "second order": _second_order,
}
"""Steps in their order; each starts from the density of the one before."""


def converge(build: Callable[[], Any], density: Any = None) -> Converged:
    """A converged field, from a density or PySCF's own guess.

    `build` gives the field anew. Raises `LabelFailure` where no step converges.
    """
    cycles = 0
    for step, prepare in LADDER.items():
        field = prepare(build())
        field.kernel(dm0=density)
        cycles += int(getattr(field, "cycles", 0) or 0)
        forget_orbitals(field)
        if field.converged:
            return Converged(field, step, cycles)
        density = field.make_rdm1()
    raise LabelFailure(Reason.CONVERGENCE, f"the field does not converge: {', '.join(LADDER)}, {cycles} cycles")


def converge_once(build: Callable[[], Any], density: Any) -> Converged | None:
    """A field that converges from a density soon and without help; None where it does not."""
    field = build()
    field.max_cycle = SOON
    field.kernel(dm0=density)
    return Converged(field, next(iter(LADDER)), int(field.cycles)) if field.converged else None
