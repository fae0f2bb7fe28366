"""What kind of change an edit is: the four strategies by which models were mended in MLIPilot (arXiv 2605.30889)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from mlipilot.runtime.pilot.outcome.result import Edit


class Strategy(StrEnum):
    """A kind of change, in words."""

    NORMALISATION = "output normalisation"
    LOSS = "loss"
    SCHEDULE = "training schedule"
    CAPACITY = "model capacity"


_FIELDS = {
    Strategy.NORMALISATION: ("e0", "scaling"),
    Strategy.LOSS: ("loss",),
    Strategy.SCHEDULE: (
        *("epochs", "lr", "scheduler", "enabled"),
        *("batch", "ema", "clip", "weight_decay", "amsgrad", "patience"),
    ),
    Strategy.CAPACITY: (
        *("channels", "max_L", "max_ell", "r_max", "correlation", "interactions", "radial_basis", "cutoff_basis"),
        *("radial_mlp", "readout", "pair_repulsion", "precision"),
    ),
}
_BY_FIELD = {field: strategy for strategy, fields in _FIELDS.items() for field in fields}


class Used(NamedTuple):
    """A strategy and the paths that it changed."""

    strategy: Strategy
    paths: tuple[str, ...]


def strategy_of(path: str) -> Strategy | None:
    """The strategy of a path of the search space, such as `fit.forces.lr`; None for a field of none of them."""
    # from the end, since a block may have the name of a field, and the first word is a block's
    words = path.split(".")[:0:-1]
    return next((_BY_FIELD[word] for word in words if word in _BY_FIELD), None)


def strategies(edits: Sequence[Edit]) -> tuple[Used, ...]:
    """Those that edits used, in the order of `Strategy`."""
    found = [Used(one, tuple(edit.path for edit in edits if strategy_of(edit.path) is one)) for one in Strategy]
    return tuple(used for used in found if used.paths)
