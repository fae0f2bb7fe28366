"""Spec and lint know one bound of an option that both know, and one range in which it is plausible."""

from __future__ import annotations

from pathlib import Path

import pytest
from linting import codes, found

from mlipilot.compiler.backends.mace.knowledge import BOUNDS
from mlipilot.compiler.backends.mace.table import option_table
from mlipilot.spec.schema.options import OPTION_TYPES
from mlipilot.spec.schema.plausible import in_base_units
from mlipilot.spec.schema.types import Integer, Real

REFUSED, DOUBTED = "MLP1109", "MLP1115"
BESIDE = {"max_ell": "MLP1120", "max_L": "MLP1120", "patience": "MLP1138"}
"""What is rightly said of an option's number besides."""
STAGE_TWO = "swa: true\nstart_swa: 10\nmax_num_epochs: 20\n"


ACTIVE = {
    "ema_decay": "ema: true\n",
    "stress_weight": "loss: stress\n",
    "swa_stress_weight": "loss: stress\n",
    "huber_delta": "loss: huber\n",
    "lr_scheduler_gamma": "scheduler: ExponentialLR\n",
}
"""What makes an option act."""


def options() -> list[str]:
    return [name for name in OPTION_TYPES if option_table().find(name) is not None]


def numbers(name: str) -> tuple[list[float], list[float]]:
    """Numbers that the language takes at the ends of its bounds, and that it refuses beyond them."""
    type_ = OPTION_TYPES[name]
    if isinstance(type_, Integer):
        low, high = type_.minimum, type_.maximum
        ends = [end for end in (low, high) if end is not None]
        return [*ends], [end + step for end, step in ((low, -1), (high, 1)) if end is not None]
    taken = [float(end) for end in (type_.minimum, type_.maximum) if end is not None]
    refused = [float(end) for end in (type_.above, type_.below) if end is not None]
    refused += [float(type_.minimum) - 0.5] if type_.minimum is not None else []
    refused += [float(type_.maximum) + 0.5] if type_.maximum is not None else []
    return taken, refused


def said(name: str, number: float, folder: Path) -> list[str]:
    stage_two = STAGE_TWO if name.startswith("swa_") else ""
    return codes(f"{name}: {number!r}\n{ACTIVE.get(name, '')}{stage_two}", folder)


@pytest.mark.parametrize("name", options())
def test_what_the_language_refuses_is_refused_or_doubted(name: str, tmp_path: Path) -> None:
    _, refused = numbers(name)
    assert refused
    for number in refused:
        assert {REFUSED, DOUBTED, BESIDE.get(name, "")} & set(said(name, number, tmp_path)), number


@pytest.mark.parametrize("name", options())
def test_what_the_language_takes_is_not_refused(name: str, tmp_path: Path) -> None:
    taken, _ = numbers(name)
    for number in taken:
        assert REFUSED not in said(name, number, tmp_path), number


@pytest.mark.parametrize("name", [name for name in options() if isinstance(OPTION_TYPES[name], Real)])
def test_a_number_outside_the_range_of_the_language_is_doubted(name: str, tmp_path: Path) -> None:
    type_ = OPTION_TYPES[name]
    assert isinstance(type_, Real)
    assert type_.plausible is not None
    ends = (type_.plausible.low, type_.plausible.high)
    low, high = (None if end is None else float(in_base_units(end)) for end in ends)
    for end, beyond in ((low, 0.99), (high, 1.000001)):
        if end is not None:
            assert not {REFUSED, DOUBTED} & set(said(name, end, tmp_path)), end
            assert {REFUSED, DOUBTED} & set(said(name, end * beyond, tmp_path)), end


def test_the_bounds_that_both_know_stand_once() -> None:
    assert len(set(BOUNDS) & set(OPTION_TYPES)) > 20
    for name in set(BOUNDS) & set(OPTION_TYPES):
        type_, bounds = OPTION_TYPES[name], BOUNDS[name]
        low = type_.minimum if isinstance(type_, Integer) else type_.minimum or type_.above
        assert bounds.low == (None if low is None else float(low)), name


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("weight_decay: 0.5", DOUBTED),
        ("r_max: 40.0", DOUBTED),
        ("lr: 0.5", DOUBTED),
        ("lr: 1.5", REFUSED),
        ("seed: 4294967296", REFUSED),
        ("seed: 4294967295", None),
        ("r_max: 0.4", REFUSED),
        ("ema: true\nema_decay: 0.1", DOUBTED),
        ("correlation: 9", DOUBTED),
        ("lr: 0.05", None),
        ("r_max: 10.0", None),
        ("weight_decay: 0.001", None),
    ],
)
def test_options_are_judged_by_the_ranges_of_the_language(line: str, code: str | None, tmp_path: Path) -> None:
    assert codes(line + "\n", tmp_path) == ([code] if code else [])


def test_a_doubt_tells_the_range_and_the_reason(tmp_path: Path) -> None:
    (doubt,) = found("weight_decay: 0.5\n", tmp_path)
    assert not doubt.is_error
    assert doubt.primary is not None
    assert doubt.primary.label == "usual: at most 0.01"
    assert "weights" in doubt.notes[0]
