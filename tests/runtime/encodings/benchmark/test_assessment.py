"""From raw scores to verdicts and claims: families, directions, what is left out, and what would decide."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from encoding_blocks import spec_of

from mlipilot.compiler.datasets.data_files import DataFiles
from mlipilot.compiler.encodings.benchmark import benchmarks
from mlipilot.compiler.encodings.cells import Cell, cells, pairs
from mlipilot.compiler.operations.compare import CompareParameters, compare_job
from mlipilot.compiler.operations.encode import encode_jobs
from mlipilot.runtime.encodings.benchmark.assessment import Measured, assess
from mlipilot.runtime.encodings.benchmark.outcome import ClaimOutcome, Compared
from mlipilot.runtime.encodings.benchmark.scores import METRICS
from mlipilot.runtime.encodings.benchmark.tables import Table

Score = Callable[[Cell, np.random.Generator], np.ndarray | None]
CLASSES = {"task": "classes", "deviation": None, "unit": ""}
NUMBERS = {"task": "numbers", "deviation": 50.0, "unit": ""}


def parameters(fields: str) -> CompareParameters:
    spec = spec_of(fields)
    (found,) = benchmarks(spec.blocks)
    return CompareParameters.read(compare_job(found, encode_jobs(found, spec, DataFiles(spec))).params)


def measured(params: CompareParameters, name: str, about: dict[str, object], score: Score) -> Measured:
    """Made scores of every cell on a data set; None leaves a cell out."""
    rng = np.random.default_rng(7)
    task = str(about["task"])
    rows = []
    for cell in cells(pairs(params.factors)):
        values = score(cell, rng)
        for number in range(params.protocol.differences):
            repeat, fold = divmod(number, params.protocol.outer)
            value = None if values is None else float(values[number])
            rows.append(
                {
                    **cell._asdict(),
                    "repeat": repeat,
                    "fold": fold,
                    "left_out": "" if values is not None else "its features take 2 TiB",
                    "fit_seconds": None if values is None else 0.1,
                    **dict.fromkeys(METRICS[task], value),  # type: ignore[index]
                }
            )
    return Measured(name, about, Table(pl.DataFrame(rows, infer_schema_length=None)))


def around(**levels: float) -> Score:
    """Scores about a level for each arm, the same noise of folds for all, and a little of their own."""
    shared = 0.02 * np.random.default_rng(3).standard_normal(200)

    def score(cell: Cell, rng: np.random.Generator) -> np.ndarray:
        level = levels[cell.arm.partition("(")[0]]
        return level * (1 + shared[:20] + 1e-3 * rng.standard_normal(20))

    return score


FIELDS = """
    data = [wine], encodings = [angle, amplitude], controls = [same_head(raw, fourier), same_kernel(rbf)]
"""


def words(found: dict[str, tuple[Compared, ...]]) -> dict[tuple[str, str], str]:
    return {(one.encoding, one.control): one.word for one in found["comparisons"]}


def test_each_pair_has_a_verdict_from_the_side_of_the_encoding() -> None:
    params = parameters(FIELDS)
    found = assess(
        params, [measured(params, "wine", CLASSES, around(angle=0.9, amplitude=0.7, raw=0.8, fourier=0.9, rbf=0.7))]
    )
    assert words(found) == {
        ("angle", "raw"): "better",
        ("angle", "fourier"): "equivalent",
        ("angle", "rbf"): "better",
        ("amplitude", "raw"): "worse",
        ("amplitude", "fourier"): "worse",
        ("amplitude", "rbf"): "equivalent",
    }
    (one,) = (one for one in found["comparisons"] if (one.encoding, one.control) == ("angle", "raw"))
    assert one.difference == pytest.approx(0.1, abs=0.01)
    assert one.lower is not None
    assert one.lower < one.difference < one.upper
    assert one.rope == 0.01
    assert one.family == 4  # of the tier on the data set


def test_less_error_is_better_and_the_rope_is_a_share_of_the_targets_deviation() -> None:
    params = parameters(FIELDS.replace("wine", "diabetes"))
    levels = around(angle=50.0, amplitude=60.0, raw=60.0, fourier=50.0, rbf=55.0)
    found = assess(params, [measured(params, "diabetes", NUMBERS, levels)])
    assert words(found)["angle", "raw"] == "better"
    assert words(found)["amplitude", "rbf"] == "worse"
    assert {one.rope for one in found["comparisons"]} == {0.5}
    assert {one.metric for one in found["comparisons"]} == {"rmse"}


@pytest.mark.parametrize(("family", "sizes"), [("data", {4, 2}), ("tier", {8, 4}), ("block", {12})])
def test_p_values_are_corrected_in_the_family_that_is_declared(family: str, sizes: set[int]) -> None:
    params = parameters(FIELDS.replace("[wine]", "[wine, iris]") + f"family = {family}")
    levels = around(angle=0.9, amplitude=0.7, raw=0.8, fourier=0.9, rbf=0.7)
    found = assess(params, [measured(params, name, CLASSES, levels) for name in ("wine", "iris")])
    assert {one.family for one in found["comparisons"]} == sizes


def test_a_cell_that_was_left_out_has_no_verdict_and_says_why() -> None:
    params = parameters(FIELDS)
    known = around(angle=0.9, amplitude=0.7, raw=0.8, fourier=0.9, rbf=0.7)
    found = assess(
        params,
        [measured(params, "wine", CLASSES, lambda cell, rng: None if cell.arm == "fourier" else known(cell, rng))],
    )
    lost = [one for one in found["comparisons"] if one.word == "left out"]
    assert {one.control for one in lost} == {"fourier"}
    assert all(one.reason == "`fourier`: its features take 2 TiB" and one.difference is None for one in lost)
    assert {one.family for one in found["comparisons"] if one.tier == "same_head" and one not in lost} == {2}
    assert [scored.arm for scored in found["scores"] if scored.reason] == ["fourier", "fourier"]


def claims(fields: str, levels: Score) -> list[ClaimOutcome]:
    params = parameters(fields)
    return list(assess(params, [measured(params, name, CLASSES, levels) for name in params.data])["claims"])


def test_claims_hold_fail_or_stay_undecided_by_the_verdicts_that_they_speak_of() -> None:
    found = claims(
        FIELDS
        + """
    require better(angle, raw) because "a"
    require not_worse(angle, fourier) because "b"
    predict equivalent(angle, raw) because "c"
    predict not_worse(amplitude, raw) because "d"
    predict better(angle, rbf, tier = same_kernel) because "e"
""",
        around(angle=0.9, amplitude=0.7, raw=0.8, fourier=0.9, rbf=0.7),
    )
    assert [claim.outcome for claim in found] == ["holds", "holds", "fails", "fails", "holds"]
    assert found[0].words == {"better": 1}
    assert found[0].because == "a"


def test_an_undecided_claim_says_how_many_samples_would_decide_it() -> None:
    def noisy(cell: Cell, rng: np.random.Generator) -> np.ndarray:
        return (0.83 if cell.arm == "angle" else 0.8) + 0.05 * rng.standard_normal(20)

    (found,) = claims(FIELDS + 'require better(angle, raw) because "a"', noisy)
    assert found.outcome == "undecided"
    assert "times as many samples would decide it" in found.advice


def test_not_worse_needs_no_verdict_where_being_worse_is_unlikely() -> None:
    def slightly_better(cell: Cell, rng: np.random.Generator) -> np.ndarray:
        return (0.82 if cell.arm == "angle" else 0.8) + 0.015 * rng.standard_normal(20)

    both, strict = claims(
        FIELDS + 'require not_worse(angle, raw) because "a"\npredict better(angle, raw) because "b"', slightly_better
    )
    assert strict.outcome == "undecided"
    assert both.outcome == "holds"


def test_a_claim_of_all_sets_fails_where_one_of_them_contradicts() -> None:
    params = parameters(FIELDS.replace("[wine]", "[wine, iris]") + 'require better(angle, raw) because "a"')
    good = around(angle=0.9, amplitude=0.7, raw=0.8, fourier=0.9, rbf=0.7)
    bad = around(angle=0.7, amplitude=0.7, raw=0.8, fourier=0.9, rbf=0.7)
    sets = [measured(params, "wine", CLASSES, good), measured(params, "iris", CLASSES, bad)]
    (found,) = assess(params, sets)["claims"]
    assert found.outcome == "fails"
    assert found.words == {"better": 1, "worse": 1}
