"""A verdict and its file: what is written is read again to the last bit, and what is damaged is not known."""

from __future__ import annotations

import json
import math
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlipilot.compiler.render.style import style_for
from mlipilot.runtime.display.scorecard import scorecard_text
from mlipilot.runtime.judgement.number import UNKNOWN, Number
from mlipilot.runtime.judgement.sealed import NotJudged, load_sealed, sealed_verdict, write_sealed
from mlipilot.runtime.judgement.verdict import Verdict, load_verdict, read_verdict, write_verdict
from mlipilot.runtime.pilot.audit.packing import PACKED, unpack
from mlipilot.spec.schema.metrics import METRICS
from mlipilot.spec.units import unit as spec_unit

RECORD = Path(__file__).parents[3] / "examples/campaign/record"
finite = st.floats(allow_nan=False, allow_infinity=False)
metrics = st.sampled_from(sorted(METRICS))
words = st.text(max_size=8)
UNITS = {
    "force": ["meV/Å", "eV/Å", "eV/nm"],
    "energy per atom": ["meV/atom", "eV/atom"],
    "pressure": ["meV/Å³", "GPa"],
}


@st.composite
def constraints(draw: st.DrawFn) -> dict[str, Any]:
    metric = draw(metrics)
    rule = draw(st.sampled_from([("require", "<="), ("prefer", ">="), ("minimize", None)]))
    number = st.none() | finite
    return {
        "verb": rule[0],
        "shown": f"{metric}(cu.test)",
        "metric": metric,
        "target": "cu.test",
        "unit": draw(st.sampled_from(UNITS.get(METRICS[metric].dimension, [METRICS[metric].unit]))),
        "comparator": rule[1],
        "threshold": draw(finite) if rule[1] else None,
        "estimate": draw(number),
        "lower": draw(number),
        "upper": draw(number),
        "outcome": draw(st.sampled_from(["pass", "fail", "undecided"])) if rule[1] else None,
        "margin": draw(number),
        "reason": draw(words),
        "advice": draw(words),
        "because": draw(words),
        "method": draw(words),
        "details": {"trajectories": 9, "standard_error": draw(number), "deaths": draw(words)},
    }


outcomes = st.sampled_from(["accepted", "rejected", "undecided"])
seeds = st.fixed_dictionaries(
    {
        "verdict": outcomes,
        "constraints": st.lists(constraints(), max_size=3),
        "stages": st.dictionaries(st.sampled_from(["forces", "energy"]), st.lists(constraints(), max_size=2)),
    }
)
documents = st.fixed_dictionaries(
    {
        "scorecard": words,
        "hash": words,
        "confidence": st.floats(0.5, 1.0),
        "verdict": outcomes,
        "selected_seed": st.none() | st.integers(-(2**40), 2**40),
        "seeds": st.dictionaries(st.integers(-5, 50).map(str), seeds, max_size=2),
    }
)


def as_bytes(document: dict[str, Any]) -> bytes:
    """What the file of a verdict has held from the first version on."""
    return (json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("verdict")


def written(folder: Path, verdict: Verdict) -> bytes:
    write_verdict(folder, verdict)
    return (folder / "verdict.json").read_bytes()


@settings(deadline=None)
@given(documents)
def test_a_file_that_is_read_and_written_again_has_the_same_bytes(folder: Path, document: dict[str, Any]) -> None:
    (folder / "verdict.json").write_bytes(as_bytes(document))
    verdict = load_verdict(folder)
    assert verdict is not None
    assert written(folder, verdict) == as_bytes(document)
    assert read_verdict(verdict.document(base=True)) == verdict


@given(finite)
def test_a_number_is_written_and_read_to_the_last_bit(value: float) -> None:
    number = Number.of(value)
    assert number.value == number.written == value
    assert Number.read(json.loads(json.dumps(number.written))) == number


def shown(unit: str, **numbers: Any) -> dict[str, Any]:
    """A constraint on a stress as programs get it."""
    entry = {"metric": "stress_rmse", "shown": "stress_rmse(cu.test)", "unit": unit, "margin": 0.25, **numbers}
    verdict = read_verdict({"confidence": 0.95, "seeds": {"1": {"constraints": [entry]}}})
    document = verdict.document()
    assert document["confidence"] == 0.95
    return dict(document["seeds"]["1"]["constraints"][0])


def test_programs_read_it_in_the_unit_of_the_spec_s_author() -> None:
    pascal = float(spec_unit("GPa").factor)  # type: ignore[union-attr]
    found = shown("GPa", threshold=2 * pascal, estimate=1.5 * pascal, lower=None, upper=1.6 * pascal)
    numbers = [found[name] for name in ("threshold", "estimate", "lower", "upper", "margin", "unit")]
    assert numbers == [2.0, pytest.approx(1.5), None, pytest.approx(1.6), 0.25, "GPa"]


@pytest.mark.parametrize("unit", ["", "fs", "meV/Å", "x", 3, None])
def test_a_unit_that_is_none_of_the_metric_is_not_shown(unit: Any) -> None:
    found = shown(unit, estimate=0.5, lower="x")
    assert (found["unit"], found["estimate"], found["lower"]) == ("", 0.5, "x")


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_not_known(value: float | None) -> None:
    assert Number.of(value) == UNKNOWN
    assert UNKNOWN.value is None
    assert not UNKNOWN.is_damaged


@pytest.mark.parametrize("shown", [math.nan, math.inf, "17", True, [], {}, 10**400])
def test_what_is_no_number_is_damaged_and_stays_what_it_is(shown: Any) -> None:
    number = Number.read(shown)
    assert number.value is None
    assert number.is_damaged
    assert number.written is shown


DAMAGED = [
    {},
    {"seeds": None},
    {"seeds": {"1": None}},
    {"seeds": {"1": {"constraints": [None, {}, {"details": 3}]}}, "verdict": 3, "selected_seed": "1"},
    {"seeds": {"1": {"constraints": "x", "stages": []}, "2": {"constraints": [{"estimate": "x", "lower": math.nan}]}}},
]


@pytest.mark.parametrize("document", DAMAGED)
def test_a_damaged_verdict_accepts_nothing_and_can_be_shown(document: dict[str, Any]) -> None:
    verdict = read_verdict(document)
    assert not verdict.is_accepted
    assert verdict.selected_seed is None
    assert "pass" not in scorecard_text(verdict, style_for(StringIO()))
    assert all(c.estimate.value is None for seed in verdict.seeds.values() for c in seed.constraints)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff"])
def test_a_file_that_holds_no_object_is_no_verdict(tmp_path: Path, content: bytes) -> None:
    assert load_verdict(tmp_path) is None
    (tmp_path / "verdict.json").write_bytes(content)
    assert load_verdict(tmp_path) is None


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of the example's record."""
    folder = tmp_path_factory.mktemp("committed")
    assert unpack(RECORD / PACKED, folder) == ""
    return folder


def test_the_committed_seal_is_read_and_written_again_with_the_same_bytes(tmp_path: Path, committed: Path) -> None:
    found = next(committed.rglob("sealed.json"))
    sealed = load_sealed(found.parent)
    assert sealed
    write_sealed(tmp_path, sealed)
    assert (tmp_path / "sealed.json").read_bytes() == found.read_bytes()


def test_the_committed_verdicts_are_read_and_written_again_with_the_same_bytes(tmp_path: Path, committed: Path) -> None:
    found = sorted(committed.rglob("verdict.json"))
    assert found
    for path in found:
        verdict = load_verdict(path.parent)
        assert verdict is not None
        assert written(tmp_path, verdict) == path.read_bytes()


def test_the_seal_says_of_a_run_its_verdict_or_why_there_is_none(tmp_path: Path, committed: Path) -> None:
    verdict = load_verdict(next(committed.rglob("verdict.json")).parent)
    assert verdict is not None
    lost = NotJudged("MLP0813", "a value is not finite")
    write_sealed(tmp_path, {"ab12": verdict, "cd34": lost})
    sealed = load_sealed(tmp_path)
    assert sealed is not None
    assert sealed_verdict(sealed, "ab12") == verdict
    assert sealed_verdict(sealed, "cd34") == lost
    assert isinstance(sealed_verdict(sealed, "ab"), NotJudged)


def test_a_damaged_seal_judges_nothing(tmp_path: Path) -> None:
    assert load_sealed(tmp_path) is None
    (tmp_path / "sealed.json").write_text('{"ab12": 3}')
    sealed = load_sealed(tmp_path)
    assert sealed is not None
    assert isinstance(sealed_verdict(sealed, "ab12"), NotJudged)
