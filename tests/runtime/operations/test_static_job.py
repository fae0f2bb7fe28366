"""The static job: curves of a model and of the method that labelled the data, and what is fitted to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.eos import EquationOfState
from ase.units import GPa

from mlipilot.runtime.backends.mace.potential import MacePotential
from mlipilot.runtime.datasets.frames import read_frames, write_frames
from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.operations import measure, static
from mlipilot.runtime.operations.static import fit_curve, stretched
from mlipilot.runtime.report.section import Page, Result
from mlipilot.spec.schema import METRICS

MakeJob = Callable[..., JobContext]
PARAMS: dict[str, Any] = {"source": "emt_supercells", "volumes": 11, "range": 0.06}


def test_a_curve_of_emt_has_the_lattice_constant_and_the_bulk_modulus_of_emt_copper() -> None:
    frames = stretched(bulk("Cu", "fcc", a=3.61, cubic=True), 11, 0.06)
    volumes, energies = [], []
    for frame in frames:
        frame.calc = EMT()
        volumes.append(frame.get_volume() / 4)
        energies.append(frame.get_potential_energy() / 4)
    found = fit_curve(np.array(volumes), np.array(energies))
    assert found is not None
    assert (4 * found.volume) ** (1 / 3) == pytest.approx(3.59, abs=0.01)
    assert found.bulk_modulus / GPa == pytest.approx(134.2, rel=0.01)
    assert found.energy == pytest.approx(-0.007036, abs=1e-4)
    volume, energy, modulus = EquationOfState(volumes, energies, eos="birchmurnaghan").fit()
    assert (found.volume, found.bulk_modulus) == (pytest.approx(volume, rel=1e-6), pytest.approx(modulus, rel=1e-4))
    assert found.energy == pytest.approx(energy, abs=1e-8)


def test_a_known_equation_is_found_again() -> None:
    volumes, modulus, slope = np.linspace(11.0, 12.4, 11), 0.85, 5.2
    eta = (11.6 / volumes) ** (2 / 3) - 1
    energies = -3.5 + 9 / 16 * 11.6 * modulus * (eta**3 * slope + eta**2 * (6 - 4 * (eta + 1)))
    found = fit_curve(volumes, energies)
    assert found is not None
    assert found.volume == pytest.approx(11.6, rel=1e-8)
    assert found.bulk_modulus == pytest.approx(modulus, rel=1e-6)
    assert found.energy == pytest.approx(-3.5, abs=1e-10)
    np.testing.assert_allclose(found.energies(volumes), energies, atol=1e-10)


def test_a_parabola_has_its_minimum_and_its_curvature() -> None:
    volumes = np.linspace(11.9, 12.1, 11)
    found = fit_curve(volumes, 0.05 * (volumes - 12.0) ** 2 + 1.0)
    assert found is not None
    assert found.volume == pytest.approx(12.0, abs=1e-4)
    assert found.bulk_modulus == pytest.approx(12.0 * 0.1, rel=1e-3)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_slope_or_a_summit_has_no_minimum(sign: float) -> None:
    volumes = np.linspace(11.0, 12.4, 11)
    assert fit_curve(volumes, sign * volumes) is None
    assert fit_curve(volumes, -((volumes - 11.7) ** 2)) is None


def test_volumes_are_evenly_spaced_about_the_unstrained_cell() -> None:
    cell = bulk("Cu", "fcc", a=3.6, cubic=True)
    volumes = np.array([frame.get_volume() for frame in stretched(cell, 11, 0.06)])
    np.testing.assert_allclose(volumes / cell.get_volume(), np.linspace(0.94, 1.06, 11))


def test_both_curves_and_their_fits_are_kept(job: MakeJob, bound_copper_model: Path, copper_data: Path) -> None:
    made = job(PARAMS, {"model": bound_copper_model, "cell": copper_data / "unstrained.xyz"})
    static.run(made)
    report = json.loads((made.out / "static.json").read_text())
    assert len(report["volumes"]) == len(report["model"]["energies"]) == len(report["reference"]["energies"]) == 11
    assert report["volumes"][5] == pytest.approx(3.59**3 / 4)
    assert report["reference"]["lattice_constant"] == pytest.approx(3.5898, abs=1e-3)
    assert report["reference"]["bulk_modulus"] == pytest.approx(134.2, rel=0.01)
    frames = stretched(read_frames(copper_data / "unstrained.xyz")[0], 11, 0.06)
    predicted = [prediction.energy / 4 for prediction in MacePotential.load(bound_copper_model).evaluate(frames)]
    np.testing.assert_allclose(report["model"]["energies"], predicted, atol=1e-10)
    for curve in ("model", "reference"):
        assert report[curve]["volume"] == pytest.approx(report[curve]["lattice_constant"] ** 3 / 4)
        assert report[curve]["energy"] <= min(report[curve]["energies"]) + 1e-4
    (last,) = (json.loads(line) for line in (made.out.parent / "progress.jsonl").read_text().splitlines())
    assert last["result"].startswith("lattice constant 3.")


def test_a_deviation_is_a_magnitude_and_its_own_bound(
    job: MakeJob, bound_copper_model: Path, copper_data: Path
) -> None:
    made = job(PARAMS, {"model": bound_copper_model, "cell": copper_data / "unstrained.xyz"})
    static.run(made)
    report = json.loads((made.out / "static.json").read_text())
    for metric, quantity in (("lattice_constant_error", "lattice_constant"), ("bulk_modulus_error", "bulk_modulus")):
        found = measure(METRICS[metric], {"static.json": made.out / "static.json"}, {}, "fit", 0.95)
        expected = abs(report["model"][quantity] - report["reference"][quantity]) / report["reference"][quantity]
        assert found.estimate == found.lower == found.upper == pytest.approx(expected)
        assert "against" in found.method


def test_a_model_without_a_minimum_is_a_failure_with_a_name(
    job: MakeJob, copper_model: Path, copper_data: Path
) -> None:
    with pytest.raises(JobFailure, match=r"the energy of the model has no minimum from 10\.87 to 12\.26") as failure:
        static.run(job(PARAMS, {"model": copper_model, "cell": copper_data / "unstrained.xyz"}))
    assert failure.value.code == "MLP0818"


@pytest.mark.parametrize("model", ["bound_copper_model", "copper_model"])
def test_a_reference_without_a_minimum_is_named_whatever_the_model_says(
    job: MakeJob, model: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    write_frames(tmp_path / "wide.xyz", [bulk("Cu", "fcc", a=3.75, cubic=True)])
    inputs = {"model": request.getfixturevalue(model), "cell": tmp_path / "wide.xyz"}
    with pytest.raises(JobFailure, match="the energy of the reference calculator has no minimum") as failure:
        static.run(job(PARAMS, inputs))
    assert failure.value.code == "MLP0818"
    assert "lattice" in failure.value.help


def test_an_energy_that_is_not_finite_is_named(
    job: MakeJob, copper_model: Path, copper_data: Path, tmp_path: Path
) -> None:
    model = torch.load(copper_model, weights_only=False)
    next(model.readouts[0].parameters()).data.fill_(torch.nan)
    torch.save(model, tmp_path / "nan.model")
    with pytest.raises(JobFailure, match=r"the energy of the model at 10\.87") as failure:
        static.run(job(PARAMS, {"model": tmp_path / "nan.model", "cell": copper_data / "unstrained.xyz"}))
    assert failure.value.code == "MLP0815"


def test_it_stops_when_asked(job: MakeJob, copper_model: Path, copper_data: Path) -> None:
    inputs = {"model": copper_model, "cell": copper_data / "unstrained.xyz"}
    with pytest.raises(Stopped):
        static.run(job(PARAMS, inputs, stop_requested=lambda: True))


def test_a_repeated_measurement_gives_the_same_bytes(job: MakeJob, bound_copper_model: Path, copper_data: Path) -> None:
    inputs = {"model": bound_copper_model, "cell": copper_data / "unstrained.xyz"}
    made = [job(params, inputs) for params in (PARAMS, {**PARAMS, "repeat": 2})]
    for one in made:
        static.run(one)
    assert len({(one.out / "static.json").read_bytes() for one in made}) == 1


def test_a_section_shows_each_seed_and_draws_the_main_one(
    job: MakeJob, bound_copper_model: Path, copper_data: Path
) -> None:
    made = job(PARAMS, {"model": bound_copper_model, "cell": copper_data / "unstrained.xyz"})
    static.run(made)
    results = [Result("static", seed, made.out, "cu") for seed in (1, 2)]
    section = static.OPERATION.section(results, Page(["fit"], 2, None, 0.95))
    assert section is not None
    first, second = section.variables["statics"]
    assert (first.figure, second.figure.svg.count("<svg")) == (None, 1)
    assert [row.name for row in first.curves.rows] == [
        "lattice constant",
        "bulk modulus",
        "volume of an atom",
        "energy of an atom",
    ]
    assert first.curves.rows[0].reference.value == pytest.approx(3.59, abs=0.01)
    assert static.OPERATION.section([], Page([], None, None, 0.95)) is None
