"""A tiny experiment whose scorecard has stress errors and static properties, run through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from execution_project import TINY, Project

RULES = """\
    require stress_rmse(cu.test) <= 100 GPa because "an untrained model has more"
    require stress_mae(cu.test) <= 500 meV/Å³ because "the same in another unit"
    require lattice_constant_error(cu) <= 6 % because "the volumes reach as far"
    prefer bulk_modulus_error(cu) <= 100 %
"""
LOSS = "loss = weighted(energy = 1000, forces = 100, stress = 100)"

pytestmark = pytest.mark.slow


def spec() -> str:
    """The tiny experiment, with enough of a training that its copper resists compression."""
    text = TINY.replace("stage forces { epochs = 4, lr = 1e-2 }", f"stage forces {{ epochs = 20, lr = 1e-2, {LOSS} }}")
    text = text.replace("loss = weighted(energy = 1000, forces = 100)", LOSS)
    text = text.replace("strain = -2 % .. 2 %", "strain = -4 % .. 4 %").replace("trajectories = 6", "trajectories = 12")
    text = text.replace("split = by_trajectory(train = 3,", "split = by_trajectory(train = 9,")
    start, end = text.index("    require force_rmse"), text.index("    minimize force_rmse")
    return text[:start] + RULES + text[end:]


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("material")
    (folder / "tiny.mlp").write_text(spec())
    project = Project(folder)
    project.run("execute", "tiny.mlp")
    return project


def test_every_metric_is_measured_and_judged(material: Project) -> None:
    verdict = json.loads((material.result("verdict/sanity") / "verdict.json").read_text())
    found = {entry["metric"]: entry for entry in verdict["seeds"]["1"]["constraints"]}
    assert list(found) == [
        "stress_rmse",
        "stress_mae",
        "lattice_constant_error",
        "bulk_modulus_error",
        "force_rmse",
    ]
    assert all(entry["estimate"] is not None for entry in found.values())
    assert (found["stress_rmse"]["unit"], found["stress_mae"]["unit"]) == ("GPa", "meV/Å³")
    assert found["stress_rmse"]["threshold"] == pytest.approx(0.6241509074)
    assert found["stress_mae"]["threshold"] == pytest.approx(0.5)
    assert found["stress_rmse"]["method"].endswith("over 8 frames with a stress of 8")
    exact = found["lattice_constant_error"]
    assert exact["estimate"] == exact["lower"] == exact["upper"]
    assert exact["outcome"] == "pass"


def test_each_figure_is_read_in_the_unit_of_its_author(material: Project, tmp_path: Path) -> None:
    entries = json.loads((material.result("verdict/sanity") / "verdict.json").read_text())["seeds"]["1"]["constraints"]
    base = {entry["metric"]: entry["estimate"] for entry in entries}
    shown = json.loads(material.run("execute", "tiny.mlp", "--json").stdout)["verdict"]["seeds"]["1"]["constraints"]
    for entry, unit, threshold, factor in (
        (shown[0], "GPa", 100.0, 160.2176634),
        (shown[1], "meV/Å³", 500.0, 1000.0),
        (shown[2], "%", 6.0, 100.0),
    ):
        assert (entry["unit"], entry["threshold"]) == (unit, pytest.approx(threshold))
        assert entry["estimate"] == pytest.approx(factor * base[entry["metric"]])
    pascal = f"{shown[0]['estimate']:.3g} GPa"
    status = material.run("status").stdout
    assert f"stress_rmse(cu.test) <= 100 GPa  {pascal}" in " ".join(status.split()).replace(f" {pascal}", f"  {pascal}")
    material.run("report", "--output", str(tmp_path / "report.html"))
    page = (tmp_path / "report.html").read_text()
    assert "100 GPa" in page
    assert "624.15" not in page


def test_what_was_judged_is_verified(material: Project) -> None:
    assert "MLP" not in material.run("verify").stdout


def test_the_report_shows_the_curves(material: Project, tmp_path: Path) -> None:
    material.run("report", "--output", str(tmp_path / "report.html"))
    page = (tmp_path / "report.html").read_text()
    assert '<section id="static">' in page
    assert "Energy against volume" in page
