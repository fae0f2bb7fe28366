"""The page's numbers are those of the files."""

from __future__ import annotations

import json
import re

import numpy as np
import polars as pl
import pytest
from report_page import Page, values

from mlipilot.runtime.report import ReportInput


def test_scorecard_rows_show_the_verdicts_values_in_full(finished: ReportInput, finished_page: Page) -> None:
    assert finished.verdict is not None
    for entry in finished.verdict.seeds["1"].constraints:
        shown = values(finished_page.constraint(entry.shown, entry.verb))
        numbers = (entry.threshold, entry.estimate, entry.lower, entry.upper)
        expected = [entry.shown_in_unit(number) for number in numbers if number.value is not None]
        assert shown[: len(expected)] == expected


def test_every_constraint_carries_its_outcome_because_and_method(finished: ReportInput, finished_page: Page) -> None:
    assert finished.verdict is not None
    for entry in finished.verdict.seeds["1"].constraints:
        row = finished_page.constraint(entry.shown, entry.verb)
        assert f'class="outcome {entry.outcome or "none"}"' in row
        assert entry.because in row
        assert entry.method in row


def test_stage_table_keeps_the_order_of_training_not_of_the_json(finished: ReportInput, finished_page: Page) -> None:
    assert finished.verdict is not None
    stages = finished.verdict.seeds["1"].stages
    assert list(stages) == ["energy", "forces"]
    section = finished_page.section("stages")
    assert section.index("after <b>forces</b>") < section.index("after <b>energy</b>")
    for stage in stages:
        cells = re.findall(rf'<td class="\w+" data-stage="{stage}">.*?</td>', section, re.DOTALL)
        assert [values(cell)[0] for cell in cells] == [entry.shown_in_unit(entry.estimate) for entry in stages[stage]]


def test_training_rows_repeat_training_json(finished: ReportInput, finished_page: Page) -> None:
    section = finished_page.section("stages")
    for stage in json.loads((finished.of_kind("train")[0].folder / "training.json").read_text())["stages"]:
        row = re.search(rf'<tr data-seed="1" data-stage="{stage["name"]}">.*?</tr>', section)
        assert row is not None
        assert values(row[0]) == pytest.approx(
            [
                stage["epochs"],
                stage["best_epoch"],
                stage["best_valid_loss"],
                1000 * stage["best_valid_force_rmse"],
                1000 * stage["best_valid_energy_rmse"],
                stage["seconds"],
            ],
            rel=1e-12,
        )


@pytest.mark.parametrize("stage", ["forces", "energy"])
def test_errors_beside_parity_plots_are_recomputed_from_predictions(
    finished: ReportInput, finished_page: Page, stage: str
) -> None:
    data = np.load(finished.of_kind("evaluate")[0].folder / f"predictions-{stage}.npz")
    energy = 1000 * (data["energy_pred"] - data["energy_ref"]) / data["atoms"]
    force = 1000 * (data["forces_pred"] - data["forces_ref"])
    section = finished_page.section("parity")
    found = re.search(rf'After stage {stage}</h4>\s*<p class="errors">.*?</p>', section, re.DOTALL)
    assert found is not None
    expected = [np.abs(energy).mean(), np.sqrt((energy**2).mean()), np.abs(force).mean(), np.sqrt((force**2).mean())]
    assert values(found[0]) == pytest.approx(expected, rel=1e-12)


def test_drift_of_each_replica_is_the_slope_of_its_energy(finished: ReportInput, finished_page: Page) -> None:
    thermo = pl.read_parquet(finished.of_kind("dynamics")[0].folder / "thermo.parquet")
    section = finished_page.section("dynamics")
    for replica in range(2):
        part = thermo.filter(pl.col("replica") == replica)
        slope = np.polyfit(part["time_fs"].to_numpy() / 1000, 1000 * part["total"].to_numpy() / 32, 1)[0]
        row = re.search(rf'data-replica="{replica}">.*?</tr>', section, re.DOTALL)
        assert row is not None
        temperatures = part["temperature"].to_numpy()
        assert values(row[0])[0] == pytest.approx(slope, rel=1e-6)
        assert values(row[0])[2] == pytest.approx(temperatures[len(temperatures) // 2 :].mean(), rel=1e-12)


def test_survival_counts_replicas_and_states_the_bound(finished_page: Page) -> None:
    section = finished_page.section("dynamics")
    assert 'data-alive="16" data-replicas="16"' in section
    bound = 100 * 0.05 ** (1 / 16)
    assert any(value == pytest.approx(bound, rel=1e-9) for value in values(section))


def test_speed_is_the_median_of_the_rounds(finished: ReportInput, finished_page: Page) -> None:
    content = json.loads((finished.of_kind("speed")[0].folder / "speed.json").read_text())
    found = values(finished_page.section("speed"))
    ratios = np.sort(content["ratios"])
    assert found[0] == pytest.approx(np.median(ratios), rel=1e-12)
    assert found[1] in ratios and found[2] in ratios and found[1] < found[0] < found[2]
    assert found[3:5] == pytest.approx(
        [1000 * np.median(content["ours_s"]), 1000 * np.median(content["reference_s"])], rel=1e-12
    )


def test_record_names_hashes_versions_seeds_hardware_and_jobs(finished: ReportInput, finished_page: Page) -> None:
    section = finished_page.section("record")
    for value in (*finished.hashes.values(), *finished.packages.values(), "AMD EPYC 7B13", "77121", "22832"):
        assert value in section
    for job in finished.jobs:
        row = re.search(rf'<tr data-job="{re.escape(job.id)}">.*?</tr>', section, re.DOTALL)
        assert row is not None
        assert job.key[:12] in row[0]
        assert values(row[0]) == [job.seconds]
    assert "1 reused, 6 run" in finished_page.words
    assert "5 min 51 s" in finished_page.words


def test_the_snippet_loads_the_model_with_the_dtype_it_was_trained_in(finished_page: Page) -> None:
    assert (
        "calculator = MACECalculator(model_paths='runs/copper/train/fit/seed-1/model.model', device='cpu', "
        "default_dtype='float64')" in finished_page.words
    )
