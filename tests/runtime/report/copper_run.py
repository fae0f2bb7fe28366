"""Result files as a copper run leaves them, with drawn numbers, for the report's tests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from mlipilot import _core
from mlipilot.runtime.report import JobRow, ReportInput, Result
from mlipilot.spec.units import Unit
from mlipilot.spec.units import unit as known_unit

STAGES = ("forces", "energy")
ATOMS = 32
GROUPS = 9
FRAMES = 45
ERRORS = {"forces": (0.0305, 0.0104), "energy": (0.0026, 0.0173)}
"""Scale of the energy (eV/atom) and force (eV/Å) errors after each stage."""
HARDWARE = {"cpu": "AMD EPYC 7B13", "cores": 2, "threads": 2, "device": "cpu", "gpu": None, "system": "Linux"}
LATTICE = 3.59 * 2


@dataclass
class CopperRun:
    """Writes the files of a run below `folder`, each on demand."""

    folder: Path
    seeds: tuple[int, ...] = (1,)
    stages: tuple[str, ...] = STAGES
    results: list[Result] = field(default_factory=list)

    def complete(self, name: str = "Copper from EMT", **changes: Any) -> ReportInput:
        """A finished run with all of its parts."""
        for seed in self.seeds:
            self.train(seed)
            self.evaluate(seed)
            self.simulate("warm", "nve", seed, replicas=2, steps=1000, temperature=300.0)
            self.simulate("hot", "nvt", seed, replicas=16, steps=500, temperature=1200.0)
            self.time(seed)
        return self.report(name, **changes)

    def moved(self, folder: Path) -> CopperRun:
        """The same run with its files in another folder."""

        def there(path: Path) -> Path:
            return folder / path.relative_to(self.folder)

        return CopperRun(
            folder,
            self.seeds,
            self.stages,
            [replace(result, folder=there(result.folder)) for result in self.results],
        )

    def report(self, name: str = "Copper from EMT", **changes: Any) -> ReportInput:
        """The report's input of what was written so far."""
        return ReportInput(
            **{
                "name": name,
                "question": "Which small MACE survives 1200 K within 30 meV/Å?",
                "hashes": {"spec": "b3c1" * 16, "scorecard": "90fe" * 16, "plan": "1d7a" * 16},
                "packages": {"mace-torch": "0.3.16", "torch": "2.15.0", "ase": "3.29.0", "numpy": "2.4.6"},
                "hardware": HARDWARE,
                "jobs": self.jobs(),
                "device_seconds": 351.2,
                "wall_seconds": 372.9,
                "model_path": "runs/copper/train/fit/seed-1/model.model",
                "results": self.results,
                **changes,
            }
        )

    def only(self, kind: str) -> Result:
        """The one result of a kind."""
        (found,) = (result for result in self.results if result.kind == kind)
        return found

    def jobs(self) -> list[JobRow]:
        rows = [JobRow("dataset/cu", "dataset", "reused", 41.3, 1, "5ac0e7f1b2" * 6)]
        shapes = {
            "train": ("train/fit/seed-{0.seed}", 218.4),
            "evaluate": ("evaluate/fit/seed-{0.seed}/{0.target}", 3.9),
            "dynamics": ("dynamics/{0.target}/seed-{0.seed}", 31.7),
            "speed": ("speed/fit/seed-{0.seed}/{0.target}", 8.8),
        }
        parts = [
            (kind, shape.format(result), seconds)
            for kind, (shape, seconds) in shapes.items()
            for result in self.results
            if result.kind == kind
        ]
        rows += [JobRow(i, kind, "done", s, 1, f"{n:02x}c41d9e7a" * 6) for n, (kind, i, s) in enumerate(parts)]
        return [*rows, JobRow("verdict/copper", "verdict", "done", 1.2, 1, "e7f155ac0e" * 6)]

    def train(self, seed: int) -> Result:
        rng = np.random.default_rng(seed)
        rows: list[dict[str, Any]] = []
        stages = []
        for number, stage in enumerate(self.stages):
            energy_end, force_end = ERRORS[stage]
            length = (26, 14)[number]
            force_start, energy_start = ((0.5, 0.4), (0.03, 0.025))[number]
            fade = np.exp(-np.arange(1, length + 1) / (length / 5))
            forces = (force_end + (force_start - force_end) * fade) * rng.lognormal(0, 0.08, length)
            energies = (energy_end + (energy_start - energy_end) * fade) * rng.lognormal(0, 0.2, length)
            weight = (1.0, 1000.0)[number]
            losses = 100 * forces**2 + weight * energies**2
            for epoch in range(length):
                rows.append(
                    {
                        "stage": stage,
                        "stage_epoch": epoch + 1,
                        "epoch": len(rows) + 1,
                        "train_loss": float(losses[epoch] * rng.lognormal(-0.15, 0.1)),
                        "valid_loss": float(losses[epoch]),
                        "valid_energy_rmse": float(energies[epoch]),
                        "valid_force_rmse": float(forces[epoch]),
                        "lr": (1e-2, 1e-3)[number],
                        "grad_norm": 40.0,
                        "seconds": 5.4,
                        "selected": epoch == int(np.argmin(losses)),
                    }
                )
            best = next(row for row in rows if row["stage"] == stage and row["selected"])
            stages.append(
                {
                    "name": stage,
                    "epochs": length,
                    "best_epoch": best["stage_epoch"],
                    "best_valid_loss": best["valid_loss"],
                    "best_valid_energy_rmse": best["valid_energy_rmse"],
                    "best_valid_force_rmse": best["valid_force_rmse"],
                    "seconds": 5.4 * length,
                    "ended": "epochs",
                }
            )
        folder = self._folder("train", seed)
        pl.DataFrame(rows).write_parquet(folder / "history.parquet")
        training = {
            "parameters": 22832,
            "versions": {"python": "3.11.7", "torch": "2.15.0"},
            "seed": seed,
            "device": "cpu",
            "threads": 2,
            "dtype": "float64",
            "elements": ["Cu"],
            "e0": {"Cu": 0.07660767829706656},
            "scaling": "rms_forces",
            "scale": 0.7994828520074234,
            "average_neighbours": 37.03125,
            "epochs": len(rows),
            "seconds": 5.4 * len(rows),
            "stages": stages,
        }
        (folder / "training.json").write_text(json.dumps(training))
        result = Result("train", seed, folder, params={"stages": [{"name": stage} for stage in self.stages]})
        self.results.append(result)
        return result

    def evaluate(self, seed: int, split: str = "cu.test") -> Result:
        rng = np.random.default_rng(100 + seed)
        group = np.repeat(np.arange(GROUPS), FRAMES // GROUPS)
        temperature = np.array([300.0, 700.0, 1200.0])[group % 3]
        strain = rng.uniform(-0.04, 0.04, GROUPS)[group]
        per_atom = 25 * strain**2 + 1.2e-4 * temperature * rng.normal(1, 0.04, FRAMES)
        forces = rng.normal(0, 1, (FRAMES * ATOMS, 3)) * np.repeat(0.029 * np.sqrt(temperature), ATOMS)[:, None]
        folder = self._folder("evaluate", seed)
        for stage in self.stages:
            energy_error, force_error = ERRORS[stage]
            shift = rng.normal(0, energy_error, GROUPS)[group] * 0.8
            per_atom_error = shift + rng.normal(0, 0.6 * energy_error, FRAMES)
            np.savez(
                folder / f"predictions-{stage}.npz",
                energy_ref=ATOMS * per_atom,
                energy_pred=ATOMS * (per_atom + per_atom_error),
                atoms=np.full(FRAMES, ATOMS, dtype=np.int64),
                group=group,
                groups=np.array([f"cu-{i}" for i in range(GROUPS)], dtype=np.str_),
                temperature=temperature,
                forces_ref=forces,
                forces_pred=forces + rng.normal(0, force_error, forces.shape),
                numbers=np.full(FRAMES * ATOMS, 29),
                frame=np.repeat(np.arange(FRAMES), ATOMS),
            )
        result = Result("evaluate", seed, folder, split)
        self.results.append(result)
        return result

    def simulate(
        self,
        name: str,
        ensemble: str,
        seed: int,
        *,
        replicas: int,
        steps: int,
        temperature: float,
        dead: tuple[int, ...] = (),
    ) -> Result:
        """Noise with the right mean and width; a dead replica heats up from the middle and stops as too hot."""
        rng = np.random.default_rng(1000 + seed + sum(result.kind == "dynamics" for result in self.results))
        every, timestep, freedom = 10, 2.0, 3 * ATOMS - 3
        grid = np.stack(np.meshgrid(*[np.arange(4)] * 3, indexing="ij"), -1).reshape(-1, 3)
        sites = grid[grid.sum(axis=1) % 2 == 0] * LATTICE / 4
        tables, described = [], []
        arrays: dict[str, Any] = {"replicas": np.int64(replicas)}
        for replica in range(replicas):
            length = steps // 2 if replica in dead else steps
            step = np.arange(length + 1)
            noise = np.zeros(length + 1)
            kicks = rng.normal(0, 1, length + 1)
            for i in range(1, length + 1):
                noise[i] = 0.95 * noise[i - 1] + np.sqrt(1 - 0.95**2) * kicks[i]
            kelvin = temperature * (1 + np.sqrt(2 / freedom) * noise * (1 - np.exp(-step / 40)))
            if replica in dead:
                kelvin[-8:] = temperature * 2.0 ** np.arange(1, 9)
                kelvin[-1] = temperature + 20_000
            total = -0.1 + 0.4 * np.cos(step / 3) * 1e-3 + 2e-6 * replica * step * timestep
            total += rng.normal(0, 1e-4, length + 1)
            if ensemble == "nvt":
                total = total + 0.05 * noise
            kinetic = kelvin * freedom * 8.617333e-5 / 2
            tables.append(
                pl.DataFrame(
                    {
                        "replica": np.full(length + 1, replica, dtype=np.int32),
                        "step": step,
                        "time_fs": step * timestep,
                        "potential": total - kinetic,
                        "kinetic": kinetic,
                        "total": total,
                        "temperature": kelvin,
                    }
                )
            )
            stored = np.unique(np.append(step[::every], length))
            arrays[f"positions_{replica}"] = sites + rng.normal(0, 0.05, (len(stored), len(sites), 3))
            arrays[f"temperature_{replica}"] = kelvin[stored]
            arrays[f"steps_{replica}"] = stored
            arrays[f"cell_{replica}"] = np.eye(3) * LATTICE
            arrays[f"pbc_{replica}"] = np.array([True] * 3)
            arrays[f"numbers_{replica}"] = np.full(len(sites), 29)
            described.append(
                {
                    "replica": replica,
                    "start_frame": replica % 15,
                    "start_trajectory": f"cu-{temperature:.0f}K-{replica % 3}",
                    "start_label_temperature": temperature,
                    "start_temperature": float(kelvin[0]),
                    "atoms": ATOMS,
                    "degrees_of_freedom": freedom,
                    "steps_done": length,
                    "stopped": "too_hot" if replica in dead else None,
                    "bonds": {"pairs": [], "lengths": []},
                }
            )
        folder = self._folder(f"dynamics-{name}", seed)
        pl.concat(tables).write_parquet(folder / "thermo.parquet")
        np.savez(folder / "trajectory.npz", **arrays)
        about = {
            "ensemble": ensemble,
            "target_temperature": temperature,
            "timestep": timestep,
            "steps": steps,
            "every": every,
            "seed": 77120 + seed,
            "min_distance": 2.1,
            "seconds_per_step": 0.027,
            "replicas": described,
        }
        (folder / "dynamics.json").write_text(json.dumps(about))
        result = Result("dynamics", seed, folder, name, {"ensemble": ensemble})
        self.results.append(result)
        return result

    def time(self, seed: int, rounds: int = 20) -> Result:
        rng = np.random.default_rng(2000 + seed)
        ours = 0.0271 * rng.lognormal(0, 0.02, rounds)
        reference = 0.0388 * rng.lognormal(0, 0.02, rounds)
        content = {
            "ours_s": ours.tolist(),
            "reference_s": reference.tolist(),
            "ratios": (reference / ours).tolist(),
            "calls_per_round": {"ours": 2, "reference": 2},
            "atoms": 256,
            "hardware": HARDWARE,
            "params": {"repeats": [4, 4, 4], "rounds": rounds, "precision": "float64"},
        }
        folder = self._folder("speed", seed)
        (folder / "speed.json").write_text(json.dumps(content))
        result = Result("speed", seed, folder, "cu.cell-4-4-4")
        self.results.append(result)
        return result

    def _folder(self, kind: str, seed: int) -> Path:
        folder = self.folder / kind / f"seed-{seed}"
        folder.mkdir(parents=True)
        return folder


def constraint(
    metric: str,
    target: str,
    unit: str,
    rule: tuple[str, float] | None,
    measured: tuple[float | None, float | None, float | None],
    **changes: Any,
) -> dict[str, Any]:
    """A constraint as verdict.json has it; `rule` and `measured` are in its unit."""
    found = known_unit(unit)
    assert isinstance(found, Unit)
    base = float(found.factor)
    estimate, lower, upper = (None if value is None else value * base for value in measured)
    rule = None if rule is None else (rule[0], rule[1] * base)
    outcome = margin = None
    if rule is not None:
        judged = _core.judge(rule[0], rule[1], estimate, lower, upper)  # type: ignore[arg-type]
        outcome, margin = judged.outcome, judged.margin
    return {
        "verb": "require",
        "shown": f"{metric}({target})",
        "metric": metric,
        "target": target,
        "unit": unit,
        "comparator": rule[0] if rule else None,
        "threshold": rule[1] if rule else None,
        "estimate": estimate,
        "lower": lower,
        "upper": upper,
        "outcome": outcome,
        "margin": margin,
        "reason": "",
        "advice": "",
        "because": "",
        "method": "",
        "details": {},
        **changes,
    }


def split_constraints(stage: str) -> list[dict[str, Any]]:
    """The constraints on cu.test after a stage, with the figures of the copper example."""
    force = {"forces": (10.4, 8.6, 12.0), "energy": (17.3, 14.0, 20.7)}[stage]
    energy = {"forces": (30.5, 24.0, 36.0), "energy": (2.6, 2.2, 2.8)}[stage]
    common = {"method": "BCa bootstrap over 9 trajectories", "details": {"trajectories": 9, "values": 4320}}
    return [
        constraint("force_rmse", "cu.test", "meV/Å", ("<=", 30.0), force, because="phonons drift above it", **common),
        constraint(
            "energy_rmse", "cu.test", "meV/atom", ("<=", 5.0), energy, because="defect energies need it", **common
        ),
        constraint("force_rmse", "cu.test", "meV/Å", ("<=", 15.0), force, verb="prefer", **common),
        constraint("force_rmse", "cu.test", "meV/Å", None, force, verb="minimize", **common),
    ]


def copper_verdict(seeds: tuple[int, ...] = (1,), stages: tuple[str, ...] = STAGES) -> dict[str, Any]:
    """verdict.json of the accepted copper example."""
    content: dict[str, Any] = {}
    for seed in seeds:
        force, energy, preferred, minimized = split_constraints(stages[-1])
        constraints = [
            force,
            energy,
            constraint(
                "nve_drift",
                "warm",
                "meV/atom/ps",
                ("<=", 0.1),
                (0.00081, 0.0, 0.0027),
                because="energy must not leak",
                method="least-squares slope, Newey-West error; worst of 2",
                details={"replicas": 2},
            ),
            constraint(
                "survival",
                "hot",
                "%",
                (">=", 80.0),
                (100.0, 82.93, 100.0),
                because="16 of 16 proves 83 %; 95 % would need 59 replicas",
                method="Clopper-Pearson, 16 of 16 alive",
                details={"alive": 16, "replicas": 16, "deaths": ""},
            ),
            constraint(
                "relative_speed",
                "cu.cell-4-4-4",
                "×",
                (">=", 0.5),
                (1.43, 1.41, 1.46),
                shown="relative_speed(cu.cell(4, 4, 4))",
                because="speed is a constraint, not a bonus",
                method="median of 20 interleaved rounds, order statistics",
                details={"rounds": 20},
            ),
            preferred,
            minimized,
        ]
        content[str(seed)] = {
            "verdict": _core.combine([c["outcome"] for c in constraints if c["verb"] == "require"]),
            "constraints": constraints,
            "stages": {stage: split_constraints(stage) for stage in sorted(stages)},
        }
    verdicts = [seed["verdict"] for seed in content.values()]
    return {
        "scorecard": "copper",
        "hash": "90fe" * 16,
        "confidence": 0.95,
        "verdict": verdicts[0] if len(set(verdicts)) == 1 else "rejected",
        "selected_seed": seeds[0],
        "seeds": content,
    }
