"""Options whose values are not known, and what of the data's findings hangs on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlipilot.compiler.lint.settings import Settings

if TYPE_CHECKING:
    from mlipilot.compiler.data import Finding

_FILES = ("train_file", "valid_file", "test_file")
_HEEDED = (
    *_FILES,
    *("valid_fraction", "energy_key", "forces_key", "stress_key", "E0s", "r_max", "batch_size", "valid_batch_size"),
    *("loss", "energy_weight", "forces_weight", "stress_weight", "heads", "foundation_model"),
)
"""Options that the data are judged by."""
_WEIGHTS = ("loss", "energy_weight", "forces_weight", "stress_weight")
_HANGS_ON = {
    "energy": ("energy_key",),
    "forces": ("forces_key",),
    "stress": ("stress_key",),
    "e0": ("E0s", "energy_key"),
    "r_max": ("r_max", "foundation_model"),
    "batch": ("batch_size",),
    "valid_batch": ("valid_batch_size",),
    "loss": _WEIGHTS,
    "dataset": ("valid_file", "valid_fraction"),
}
"""By the part that a finding is about: the options without which it may be false."""
_HANGS_BY_CODE = {"MLP1054": _WEIGHTS, "MLP1041": ("r_max", "foundation_model")}


def doubted(settings: Settings) -> set[str]:
    """Options that the data are judged by and whose values are not known."""
    return {name for name in _HEEDED if settings.table.find(name) is not None and not settings.known(name)}


def without_doubted(findings: Iterable[Finding], doubts: set[str]) -> list[Finding]:
    """Findings but for those that another value of a doubted option would make false."""
    return [
        finding
        for finding in findings
        if doubts.isdisjoint((*_HANGS_ON.get(finding.anchor.part, ()), *_HANGS_BY_CODE.get(finding.code, ())))
    ]


def told(settings: Settings, doubts: set[str]) -> list[str]:
    """Sentences that say which options are not known; of `train_file`, without which no data are read, another does."""
    named = [name for name in _HEEDED if name in doubts and name != "train_file"]
    own = [name for name in named if name in settings.unreadable]
    remarks = []
    if own:
        verb = "are" if len(own) > 1 else "is"
        remarks.append(f"{_listed(own)} {verb} not known: what the data prove of {_it(own)} was not checked")
    rest = [name for name in named if name not in own]
    if rest:
        remarks.append(f"{_listed(rest)} may still be given: what the data prove of {_it(rest)} was not checked")
    return remarks


def _listed(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _it(names: list[str]) -> str:
    return "them" if len(names) > 1 else "it"


__all__ = ["doubted", "told", "without_doubted"]
