"""Asking about frames written as text: what the tests of this folder share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from clusters import frame

from mlipilot import _core
from mlipilot.compiler.backends.mace.losses import LOSSES
from mlipilot.compiler.data import Finding, Question, Split, ask
from mlipilot.compiler.data.question import UsedLoss, more_keys

Ask = Callable[..., list[Finding]]
SOUND = {"train": range(12), "valid": range(900, 904), "test": range(910, 914)}
"""Seeds of the frames of each split that a test does not give."""


@pytest.fixture
def asking(tmp_path: Path) -> Ask:
    """Ask about splits given as lists of frames; splits that are not given are sound copper."""

    def ask_about(sealed: Sequence[str] | None = None, **given: Any) -> list[Finding]:
        splits = {name: [frame(seed) for seed in seeds] for name, seeds in SOUND.items()}
        splits |= {name: given.pop(name) for name in SOUND if name in given}
        if sealed is not None:
            splits["sealed"] = list(sealed)
        question: dict[str, Any] = {"energy": "REF_energy", "forces": "REF_forces", "stress": None}
        question |= {"e0": "average", "r_max": 5.0, "batch": 4, "losses": (used("weighted"),)} | given
        scanned = []
        for name, frames in splits.items():
            path = tmp_path / f"{name}.xyz"
            path.write_text("".join(frames))
            scan = _core.scan_extxyz(
                str(path),
                energy=question["energy"],
                forces=question["forces"],
                stress=question["stress"],
                r_max=question["r_max"],
                others=more_keys(question.get("others", {})),
            )
            scanned.append(Split.of_scans(name, (scan,)))
        return ask(Question(splits=tuple(scanned), **question))

    return ask_about


def used(name: str, **weights: float) -> UsedLoss:
    """A loss by MACE's word, with these weights; those of energy and forces are 1 unless they are given."""
    return UsedLoss(name, LOSSES[name], {"energy": 1.0, "forces": 1.0} | weights)


def codes(found: list[Finding]) -> list[str]:
    """The codes of findings, in their order."""
    return [finding.code for finding in found]
