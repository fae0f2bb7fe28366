"""The static job: a model's energy against the volume of a cubic cell, beside that of the data's own method.

A curve of the model alone would say nothing of the material; the reference calculator, which labelled the frames, is
asked at the same volumes, so that the deviation of what is fitted to both is the model's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from ase import Atoms
from numpy.typing import NDArray

from mlipilot.compiler.operations.static import StaticParameters
from mlipilot.runtime.backends import backend
from mlipilot.runtime.datasets import source
from mlipilot.runtime.datasets.frames import read_frames
from mlipilot.runtime.foundation.device import use_threads
from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.judgement.measured import Measured
from mlipilot.runtime.operations.operation import Measuring
from mlipilot.spec.schema import Metric
from mlipilot.spec.units import UNITS

if TYPE_CHECKING:
    from mlipilot.runtime.report.drawing import Figure
    from mlipilot.runtime.report.quantity import Quantity, Unknown
    from mlipilot.runtime.report.section import Page, Result, Section

Floats = NDArray[np.float64]
FILE = "static.json"
CURVES = {"model": "the model", "reference": "the reference calculator"}
_GPA = float(UNITS["GPa"].factor)
_SHOWN = {"lattice_constant": ("Å", 4), "bulk_modulus": ("GPa", 2)}
"""Unit and decimals of a fitted quantity."""


class _Static(Measuring):
    def run(self, job: JobContext) -> None:
        """Write the curves and what was fitted to them."""
        run(job)

    def measure(
        self, metric: Metric, files: Mapping[str, Path], arguments: Mapping[str, str], stage: str, confidence: float
    ) -> Measured:
        """The magnitude of a relative deviation of the last model; nothing is drawn, so it is its own bound."""
        quantity, _ = metric.kernel
        content = json.loads(files[FILE].read_bytes())
        ours, theirs = (float(content[curve][quantity]) for curve in CURVES)
        deviation = abs(ours / theirs - 1.0)
        unit, decimals = _SHOWN[quantity]
        method = f"Birch-Murnaghan fits: {ours:.{decimals}f} {unit} against {theirs:.{decimals}f} {unit}"
        return Measured(deviation, deviation, deviation, method, {"volumes": len(content["volumes"])})

    def section(self, results: Sequence[Result], page: Page) -> Section | None:
        """The curves, a part for each job."""
        from mlipilot.runtime.report.section import Section

        seeds = [result.seed for result in results]
        front = page.seed if page.seed in seeds else next(iter(seeds), None)
        parts = tuple(_part(i, result, result.seed == front) for i, result in enumerate(results))
        return Section("static", "Static", "static.html", {"statics": parts}) if parts else None


class Curve(NamedTuple):
    """The minimum of a third-order Birch-Murnaghan equation of state, and the equation."""

    volume: float
    """Of an atom, Å^3."""
    energy: float
    """Of an atom, eV."""
    bulk_modulus: float
    """eV/Å^3."""
    equation: np.polynomial.Polynomial
    """Energy of an atom (eV) by its volume (Å^3) to the power of -2/3."""

    def energies(self, volumes: Floats) -> Floats:
        """Of an atom (eV), at volumes of an atom (Å^3)."""
        return np.asarray(self.equation(volumes ** (-2 / 3)), dtype=np.float64)


def fit_curve(volumes: Floats, energies: Floats) -> Curve | None:
    """The equation of state through energies (n,) at volumes (n,), by least squares; None without a minimum in range.

    F. Birch, Phys. Rev. 71, 809 (1947): in V^(-2/3) the third-order equation is a cubic polynomial, so that the fit is
    linear and has one solution (K. Lejaeghere et al., Crit. Rev. Solid State Mater. Sci. 39, 1 (2014), appendix).
    """
    equation = np.polynomial.Polynomial.fit(volumes ** (-2 / 3), energies, 3)
    slope, bend = equation.deriv(), equation.deriv(2)
    for root in np.atleast_1d(slope.roots()):
        if root.imag == 0.0 and root.real > 0.0 and bend(root.real) > 0.0:
            x = float(root.real)
            volume = x**-1.5
            if volumes.min() <= volume <= volumes.max():
                # dE/dx = 0 there, so d²E/dV² = E''(x) (dx/dV)², and dx/dV = -2/3 V^(-5/3)
                return Curve(
                    volume, float(equation(x)), float(volume * bend(x) * 4 / 9 * volume ** (-10 / 3)), equation
                )
    return None


def stretched(cell: Atoms, count: int, spread: float) -> list[Atoms]:
    """A cell at volumes evenly spaced from 1 - `spread` to 1 + `spread` of its own, atoms scaled along."""
    frames = []
    for factor in np.linspace(1.0 - spread, 1.0 + spread, count):
        frame = cell.copy()
        frame.set_cell(cell.cell.array * factor ** (1 / 3), scale_atoms=True)
        frames.append(frame)
    return frames


def run(job: JobContext) -> None:
    """Write static.json; inputs `model` and `cell` (one frame, cubic).

    It holds `atoms` of the cell; `volumes`, Å^3 an atom; and for `model` and `reference` their `energies`, eV an atom,
    and of the fit `volume` (Å^3 an atom), `lattice_constant` (Å, edge of the cubic cell), `bulk_modulus` (GPa) and
    `energy` (eV an atom). MLP0818 for a curve without a minimum within the volumes, MLP0815 for an energy that is not
    finite.
    """
    use_threads(job.threads)
    if job.stop_requested():
        raise Stopped
    params = StaticParameters.read(job.params)
    cell = read_frames(job.inputs["cell"])[0]
    frames = stretched(cell, params.volumes, params.range)
    volumes = np.array([frame.get_volume() / len(frame) for frame in frames])
    potential = backend(job.backend).load(job.inputs["model"], job.device)
    energies = {
        "model": np.array([prediction.energy for prediction in potential.evaluate(frames)]) / len(cell),
        "reference": _reference_energies(frames, params.source) / len(cell),
    }
    # The reference first: where its curve has no minimum, the data are at fault, whatever the model says.
    fitted = {name: _fitted(name, volumes, energies[name], len(cell)) for name in ("reference", "model")}
    curves = {name: fitted[name] for name in CURVES}
    report = {"atoms": len(cell), "volumes": volumes.tolist(), **curves}
    (job.out / FILE).write_text(json.dumps(report, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    shown = ", ".join(
        f"{name.replace('_', ' ')} {curves['model'][name]:.{decimals}f} {unit} "
        f"(reference {curves['reference'][name]:.{decimals}f})"
        for name, (unit, decimals) in _SHOWN.items()
    )
    job.progress(phase="static", done=len(frames), total=len(frames), unit="volume", result=shown)


def _reference_energies(frames: Sequence[Atoms], tag: str) -> Floats:
    energies = []
    for frame in frames:
        still = frame.copy()
        still.calc = source(tag).reference()
        energies.append(still.get_potential_energy())
    return np.array(energies)


def _fitted(name: str, volumes: Floats, energies: Floats, atoms: int) -> dict[str, Any]:
    """A curve as JSON."""
    if not np.isfinite(energies).all():
        number = int(np.argmin(np.isfinite(energies)))
        raise JobFailure("MLP0815", f"the energy of {CURVES[name]} at {volumes[number]:.2f} Å³ an atom is not finite")
    curve = fit_curve(volumes, energies)
    if curve is None:
        raise JobFailure(
            "MLP0818",
            f"the energy of {CURVES[name]} has no minimum from {volumes[0]:.2f} to {volumes[-1]:.2f} Å³ an atom",
            "train longer, or on frames of these volumes"
            if name == "model"
            else "choose a `lattice` nearer to the equilibrium of the data's own method",
        )
    return {
        "energies": energies.tolist(),
        "volume": curve.volume,
        "lattice_constant": (curve.volume * atoms) ** (1 / 3),
        "bulk_modulus": curve.bulk_modulus / _GPA,
        "energy": curve.energy,
    }


@dataclass(frozen=True)
class StaticRow:
    """A fitted quantity of both curves."""

    name: str
    model: Quantity
    reference: Quantity
    deviation: Quantity


@dataclass(frozen=True)
class StaticCurves:
    """The curves of one job; volumes in Å^3 an atom, energies in eV an atom."""

    volumes: Floats
    energies: Mapping[str, Floats]
    rows: tuple[StaticRow, ...]
    known: ClassVar[bool] = True


@dataclass(frozen=True)
class StaticPart:
    """One static job."""

    seed: int | None
    target: str
    curves: StaticCurves | Unknown
    figure: Figure | None
    """None for a seed that is not the main one, or without curves."""


def _part(number: int, result: Result, front: bool) -> StaticPart:
    from mlipilot.runtime.report.quantity import Unknown, attempt

    curves = attempt(lambda: _curves(result.folder / FILE))
    figure = _figure(f"static-{number}", curves) if front and not isinstance(curves, Unknown) else None
    return StaticPart(result.seed, result.target, curves, figure)


def _curves(path: Path) -> StaticCurves:
    from mlipilot.runtime.report.evidence import read_json
    from mlipilot.runtime.report.quantity import NotKnown, quantity

    content = read_json(path, "volumes", *CURVES)
    volumes = np.array(content["volumes"], dtype=np.float64)
    energies = {name: np.array(content[name]["energies"], dtype=np.float64) for name in CURVES}
    for series in (volumes, *energies.values()):
        if series.shape != volumes.shape or series.ndim != 1 or not np.isfinite(series).all() or volumes.min() <= 0:
            raise NotKnown(f"{FILE} holds a curve that is not of finite numbers")
    rows = []
    for key, title, unit in (
        ("lattice_constant", "lattice constant", "Å"),
        ("bulk_modulus", "bulk modulus", "GPa"),
        ("volume", "volume of an atom", "Å³"),
    ):
        ours, theirs = (float(content[name][key]) for name in CURVES)
        deviation = quantity(100.0 * (ours / theirs - 1.0), "%")
        rows.append(StaticRow(title, quantity(ours, unit, digits=5), quantity(theirs, unit, digits=5), deviation))
    ours, theirs = (float(content[name]["energy"]) for name in CURVES)
    shift = quantity(1000.0 * (ours - theirs), "meV")
    rows.append(StaticRow("energy of an atom", quantity(ours, "eV", digits=5), quantity(theirs, "eV", digits=5), shift))
    return StaticCurves(volumes, energies, tuple(rows))


def _figure(name: str, curves: StaticCurves) -> Figure:
    from mlipilot.runtime.report.drawing import FIRST, SECOND, Figure, draw

    fine = np.linspace(curves.volumes.min(), curves.volumes.max(), 121)
    styles = {"model": (FIRST, "this model"), "reference": (SECOND, "reference calculator")}

    def paint(canvas: Any) -> None:
        both, apart = canvas.subplots(1, 2, width_ratios=(1.6, 1))
        for curve, (colour, label) in styles.items():
            energies = curves.energies[curve]
            fitted = fit_curve(curves.volumes, energies)
            lowest = float(energies.min()) if fitted is None else fitted.energy
            if fitted is not None:
                both.plot(fine, 1000.0 * (fitted.energies(fine) - lowest), color=colour)
                both.axvline(fitted.volume, color=colour, linewidth=0.9, linestyle=(0, (2, 2.5)), ymax=0.8)
            _points(both, curves.volumes, 1000.0 * (energies - lowest), colour, label)
        both.set_title("Energy of an atom, meV above the curve's own minimum")
        both.legend(loc="upper center", ncols=2)
        both.set_ylim(top=1.25 * both.get_ylim()[1])
        difference = 1000.0 * (curves.energies["model"] - curves.energies["reference"])
        _points(apart, curves.volumes, difference, FIRST, "")
        apart.set_title("This model minus reference, meV")
        for axes in (both, apart):
            axes.set_xlabel("volume of an atom, Å³")
            axes.locator_params(axis="both", nbins=6)

    caption = (
        f"Energies at {len(curves.volumes)} volumes of the unstrained cell, the third-order Birch-Murnaghan equations "
        "fitted to them, and their minima (dotted)."
    )
    return Figure(draw(name, (900, 250), "Energy against volume", paint), caption)


def _points(axes: Any, x: Floats, y: Floats, colour: str, label: str) -> None:
    axes.plot(
        x, y, linestyle="none", marker="o", markersize=4.5, color=colour, alpha=0.85, markeredgewidth=0, label=label
    )


OPERATION = _Static()
