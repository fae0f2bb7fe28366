"""Dispersion is that of the functional named, in energies as in forces; what has no parameters is said beforehand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("pyscf.dispersion")

from molecules_of_tests import moved, water

from mlipilot.runtime.labels.dispersion import lack_of
from mlipilot.runtime.labels.labelling import label
from mlipilot.runtime.labels.method import Method
from mlipilot.runtime.labels.program import pyscf
from mlipilot.spec.units import BOHR, HARTREE

PLAIN = Method("b3lyp", "sto-3g", cartesian=False, grid=1)


@pytest.mark.parametrize("dispersion", ["d3bj", "d3zero", "d4"])
def test_what_is_added_is_the_dispersion_of_that_functional(dispersion: str) -> None:
    geometry = water()
    molecule = PLAIN.molecule(geometry.numbers, geometry.coordinates / float(BOHR), 0, 0)
    if dispersion == "d4":
        model = pyscf("dispersion.dftd4").DFTD4Dispersion(molecule, xc="b3lyp")
    else:
        model = pyscf("dispersion.dftd3").DFTD3Dispersion(molecule, xc="b3lyp", version=dispersion)
    known = model.get_dispersion(grad=True)
    plain, added = label(geometry, PLAIN), label(geometry, replace(PLAIN, dispersion=dispersion))
    assert known["energy"] < -1e-6
    assert added.energy - plain.energy == pytest.approx(known["energy"] * float(HARTREE), abs=1e-7)
    slope = np.asarray(known["gradient"]) * float(HARTREE / BOHR)
    assert added.forces - plain.forces == pytest.approx(-slope, abs=1e-5)


def test_forces_are_the_slope_of_the_energy() -> None:
    method, geometry, step = replace(PLAIN, functional="hf", dispersion="d3bj"), water(), 0.01
    energies = {n: label(moved(geometry, 1, 2, n * step), method).energy for n in (-2, -1, 1, 2)}
    slope = (energies[-2] - 8 * energies[-1] + 8 * energies[1] - energies[2]) / (12 * step)
    assert label(geometry, method).forces[1, 2] == pytest.approx(-slope, abs=1e-4)


@pytest.mark.parametrize(("functional", "dispersion"), [("lda,vwn", "d3bj"), ("lda,vwn", "d4"), ("wb97m-v", "d3zero")])
def test_a_functional_without_parameters_is_named(functional: str, dispersion: str) -> None:
    lack = lack_of(dispersion, functional)
    assert lack is not None
    assert lack[0].startswith(f"`{dispersion}` has no parameters for `{functional}`: ")
    (missing,) = Method(functional, "sto-3g", cartesian=False, dispersion=dispersion).lacks()
    assert (missing.argument, missing.message) == ("dispersion", lack[0])


@pytest.mark.parametrize("functional", ["b3lyp", "hf", "pbe"])
def test_a_functional_with_parameters_lacks_nothing(functional: str) -> None:
    assert [lack_of(dispersion, functional) for dispersion in ("d3bj", "d3zero", "d4")] == [None] * 3


def test_an_unknown_functional_is_said_once() -> None:
    (missing,) = Method("b3lyb", "sto-3g", cartesian=False, dispersion="d4").lacks()
    assert missing.argument == "functional"


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlipilot.runtime.labels.dispersion.find_spec", lambda name: None)
    assert lack_of("d3bj", "b3lyp") == (
        "`d3bj` needs pyscf-dispersion, which is not installed",
        "install `pyscf-dispersion`, or leave `dispersion` out",
    )
