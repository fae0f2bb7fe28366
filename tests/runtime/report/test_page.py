"""The page as a file: alone, escaped, the same each time, and whole however much is missing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from copper_run import CopperRun, copper_verdict
from report_page import Page, read_page

from mlipilot.runtime.judgement.verdict import read_verdict
from mlipilot.runtime.report import JobRow, ReportInput
from mlipilot.runtime.reporting.page import write_report

EVIL = "<script>alert(1)</script> & \"quotes\" 'and' $x^2$"


def test_the_same_record_gives_the_same_bytes(small: CopperRun, tmp_path: Path) -> None:
    write_report(small.report(), tmp_path / "a.html")
    write_report(small.report(), tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "b.html"]


def test_the_page_needs_no_network(finished_page: Page) -> None:
    attributes = re.findall(r'\b(?:src|href|action|data)="([^"]*)"', finished_page.html)
    assert attributes
    assert all(value.startswith("#") for value in attributes)
    assert "@import" not in finished_page.html
    assert "url(" not in re.sub(r"url\(#[\w-]+\)", "", finished_page.html)


def test_figures_keep_text_as_text_and_take_colours_from_the_page(finished_page: Page) -> None:
    plots = re.findall(r'<svg class="plot".*?</svg>', finished_page.html, re.DOTALL)
    assert len(plots) == 6
    for plot in plots:
        assert "<text" in plot and "<image" not in plot
        assert not re.search(r"(?:fill|stroke): #", plot.replace("#000000", ""))
    assert "Force RMSE, meV/Å" in finished_page.words


def test_ids_are_unique_and_every_reference_resolves(finished_page: Page) -> None:
    ids = re.findall(r'\bid="([^"]+)"', finished_page.html)
    assert len(ids) == len(set(ids))
    used = set(re.findall(r'href="#([^"]+)"', finished_page.html)) | set(
        re.findall(r"url\(#([^)]+)\)", finished_page.html)
    )
    assert used
    assert used <= set(ids)


def test_the_page_is_small(finished: ReportInput, tmp_path: Path) -> None:
    write_report(finished, tmp_path / "report.html")
    assert (tmp_path / "report.html").stat().st_size < 500_000


def test_text_from_the_user_is_escaped_everywhere(small: CopperRun, tmp_path: Path) -> None:
    document = copper_verdict(stages=("forces",))
    document["scorecard"] = EVIL
    for entry in document["seeds"]["1"]["constraints"]:
        entry |= {"because": EVIL, "reason": EVIL, "shown": EVIL, "unit": EVIL, "method": EVIL}
    jobs = [JobRow(EVIL, EVIL, "failed", 1.0, 1, EVIL, EVIL, EVIL, EVIL)]
    run = small.report(
        EVIL,
        question=EVIL,
        verdict=read_verdict(document),
        jobs=jobs,
        model_path=EVIL,
        packages={EVIL: EVIL},
        hardware={EVIL: EVIL},
    )
    page = read_page(run, tmp_path)
    assert page.html.count("<script>") == 1
    assert "alert(1)</script>" not in page.html
    assert EVIL in page.words


def test_a_training_of_one_epoch_has_that_epoch_on_its_axis(damaged: CopperRun, tmp_path: Path) -> None:
    history = damaged.only("train").folder / "history.parquet"
    pl.read_parquet(history).head(1).with_columns(selected=True).write_parquet(history)
    curves = read_page(damaged.report(), tmp_path).section("stages")
    labels = [float(text) for text in re.findall(r">([\d.]+)</text>", curves)]
    assert [label for label in labels if 0.5 <= label < 1.5] == [1, 1, 1]


@pytest.mark.usefixtures("blank_figures")
def test_a_model_path_is_a_python_literal_in_the_snippet(small: CopperRun, tmp_path: Path) -> None:
    path = "it's/a \\ path.model"
    words = read_page(small.report(model_path=path), tmp_path).words
    literal = re.search(r"model_paths=(.*?), device=", words)
    assert literal is not None
    assert literal[1] == repr(path)


def test_many_points_are_counted_in_hexagons_and_the_caption_says_so(finished_page: Page) -> None:
    assert (
        "45 energies and 4320 force components of cu.test; force components counted in hexagons" in finished_page.words
    )
    assert "Every 4th step of a replica is drawn." in finished_page.words


def test_deaths_are_listed_with_cause_and_time(copper: CopperRun, tmp_path: Path) -> None:
    copper.simulate("hot", "nvt", 1, replicas=5, steps=200, temperature=1200.0, dead=(1, 3))
    page = read_page(copper.report(), tmp_path)
    assert 'data-alive="3" data-replicas="5"' in page.html
    for replica in (1, 3):
        assert f"Replica {replica} died after 0.200 ps: hotter than the target by more than 10 000 K." in page.words
    assert "Temperatures above" in page.words


def test_a_stopped_replica_has_no_drift(copper: CopperRun, tmp_path: Path) -> None:
    copper.simulate("warm", "nve", 1, replicas=2, steps=100, temperature=300.0, dead=(1,))
    page = read_page(copper.report(), tmp_path)
    row = re.search(r'data-replica="1">.*?</tr>', page.html, re.DOTALL)
    assert row is not None
    assert "not known: it died: hotter than the target" in row[0]


def test_several_seeds_share_the_curves_and_fill_the_tables(copper: CopperRun, tmp_path: Path) -> None:
    for seed in (3, 5):
        copper.train(seed)
        copper.evaluate(seed)
        copper.simulate("warm", "nve", seed, replicas=1, steps=40, temperature=300.0)
        copper.time(seed)
    document = copper_verdict((3, 5)) | {"selected_seed": 5}
    page = read_page(copper.report(verdict=read_verdict(document)), tmp_path)
    assert "In colour seed 5; grey, the other seeds." in page.words
    assert "figures of seed 5" in page.words and "figure of seed 5" in page.words
    for seed in (3, 5):
        assert f'<tr data-seed="{seed}" data-stage="forces">' in page.section("stages")
        assert f'<tr data-seed="{seed}" data-replica="0">' in page.section("dynamics")
    assert page.section("speed").count('<svg class="plot"') == 1


def test_an_empty_run_is_still_a_page(tmp_path: Path) -> None:
    page = read_page(ReportInput("nothing"), tmp_path)
    assert "NOT JUDGED" in page.words
    assert "device time not known: it was not recorded" in page.words


FILES = {
    "history": ("train/seed-1/history.parquet", "stages"),
    "training": ("train/seed-1/training.json", "stages"),
    "predictions": ("evaluate/seed-1/predictions-forces.npz", "parity"),
    "thermo": ("dynamics-hot/seed-1/thermo.parquet", "dynamics"),
    "trajectory": ("dynamics-hot/seed-1/trajectory.npz", "dynamics"),
    "dynamics": ("dynamics-hot/seed-1/dynamics.json", "dynamics"),
    "speed": ("speed/seed-1/speed.json", "speed"),
}
DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "other": lambda path: path.write_bytes(b"[1, 2]"),
}
SAID = {"missing": "was not written", "empty": "cannot be read", "cut": "cannot be read"}


def reason(path: str, damage: str) -> str:
    """What the report says of a file."""
    name = path.rpartition("/")[2]
    if damage == "missing" and name.startswith("predictions"):
        return "no predictions were written"
    of_other = "holds no object" if name.endswith(".json") else "cannot be read"
    return f"{name} {SAID.get(damage, of_other)}"


@pytest.mark.usefixtures("blank_figures")
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("file", FILES)
def test_a_damaged_file_is_named_and_the_rest_of_the_report_stands(
    damaged: CopperRun, tmp_path: Path, file: str, damage: str
) -> None:
    relative, section = FILES[file]
    DAMAGES[damage](damaged.folder / relative)
    page = read_page(damaged.report(), tmp_path)
    assert re.search(f"not known: [^<]*{re.escape(reason(relative, damage))}", page.section(section))
    for other in {"stages", "parity", "dynamics", "speed"} - {section}:
        assert "Figure not known" not in page.section(other)


@pytest.mark.usefixtures("blank_figures")
def test_predictions_that_are_not_finite_are_refused_not_averaged(damaged: CopperRun, tmp_path: Path) -> None:
    path = damaged.folder / "evaluate/seed-1/predictions-forces.npz"
    arrays = dict(np.load(path))
    arrays["energy_pred"][3] = np.nan
    np.savez(path, **arrays)
    section = read_page(damaged.report(), tmp_path).section("parity")
    assert "not known: predictions-forces.npz" in section
    assert '<p class="errors">' not in section


def test_energies_that_are_not_finite_leave_a_reason_in_place_of_a_slope(damaged: CopperRun, tmp_path: Path) -> None:
    path = damaged.folder / "dynamics-warm/seed-1/thermo.parquet"
    table = pl.read_parquet(path).with_columns(
        total=pl.when(pl.col("step") == 20).then(float("nan")).otherwise(pl.col("total"))
    )
    table.write_parquet(path)
    section = read_page(damaged.report(), tmp_path).section("dynamics")
    row = re.search(r'data-replica="0">.*?</tr>', section, re.DOTALL)
    assert row is not None
    assert "not known" in row[0]


@pytest.mark.usefixtures("blank_figures")
@pytest.mark.parametrize("key", ["min_distance", "target_temperature", "timestep"])
def test_dynamics_without_a_parameter_says_which(damaged: CopperRun, tmp_path: Path, key: str) -> None:
    path = damaged.folder / "dynamics-hot/seed-1/dynamics.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: None}))
    section = read_page(damaged.report(), tmp_path).section("dynamics")
    assert f"not known: dynamics.json has no {key}" in section
    assert '<svg class="plot"' in section


@pytest.mark.usefixtures("blank_figures")
@pytest.mark.parametrize("steps", [None, "many"])
def test_dynamics_without_its_number_of_steps_lacks_only_its_length(
    damaged: CopperRun, tmp_path: Path, steps: object
) -> None:
    path = damaged.folder / "dynamics-hot/seed-1/dynamics.json"
    before = read_page(damaged.report(), tmp_path).section("dynamics")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"steps": steps}))
    after = read_page(damaged.report(), tmp_path).section("dynamics")
    warm, hot, figures = re.split(r'(data-dynamics="hot".*?</p>)', before, flags=re.DOTALL)
    assert hot.count(" 0.0800 ps") == 2
    assert after == warm + hot.replace(", 0.0800 ps", "").replace(" after 0.0800 ps", "") + figures


@pytest.mark.usefixtures("blank_figures")
@pytest.mark.parametrize("ratio", [None, float("nan"), 0.0, "fast"])
def test_a_round_without_a_time_makes_the_speed_unknown(damaged: CopperRun, tmp_path: Path, ratio: object) -> None:
    path = damaged.folder / "speed/seed-1/speed.json"
    content = json.loads(path.read_text())
    content["ratios"][4] = ratio
    path.write_text(json.dumps(content))
    assert "not known: speed.json holds" in read_page(damaged.report(), tmp_path).section("speed")


def test_the_report_imports_no_torch() -> None:
    code = "import sys, mlipilot.runtime.report; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.usefixtures("blank_figures")
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"replicas": [{"replica": None}]}, "the files do not fit together"),
        ({"replicas": []}, "trajectory.npz has 2 replicas and dynamics.json describes 0"),
        ({"replicas": "two"}, "dynamics.json lists no replicas"),
        ({"timestep": "long"}, "dynamics.json has no timestep"),
    ],
    ids=str,
)
def test_a_record_that_contradicts_itself_is_not_known(
    damaged: CopperRun, tmp_path: Path, change: dict[str, object], why: str
) -> None:
    path = damaged.folder / "dynamics-hot/seed-1/dynamics.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    section = read_page(damaged.report(), tmp_path).section("dynamics")
    assert f"not known: {why}" in section


def test_a_replica_that_died_at_once_is_drawn(copper: CopperRun, tmp_path: Path) -> None:
    result = copper.simulate("hot", "nvt", 1, replicas=1, steps=20, temperature=1200.0)
    path = result.folder / "thermo.parquet"
    pl.read_parquet(path).filter(pl.col("step") == 0).write_parquet(path)
    assert '<svg class="plot"' in read_page(copper.report(), tmp_path).section("dynamics")


@pytest.mark.usefixtures("blank_figures")
def test_the_split_that_is_judged_comes_before_the_one_that_selects(copper: CopperRun, tmp_path: Path) -> None:
    copper.evaluate(1, "cu.valid")
    result = replace(copper.only("evaluate"), target="cu.test")
    report = copper.report(results=[*copper.results, result], verdict=read_verdict(copper_verdict()))
    section = read_page(report, tmp_path).section("parity")
    assert section.index("<code>cu.test</code>") < section.index("<code>cu.valid</code>")
