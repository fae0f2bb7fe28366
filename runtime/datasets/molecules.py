"""Molecules that other jobs labelled: gathered, counted, shared out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from ase import Atoms

from mlipilot.compiler.molecules.bonding import untrained
from mlipilot.runtime.datasets.elements import check_elements
from mlipilot.runtime.datasets.frames import labelled, plain_name, read_frames
from mlipilot.runtime.datasets.labels import is_isolated_atom
from mlipilot.runtime.datasets.source import DataSource, Made, Sample
from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.spec.numerals import count
from mlipilot.spec.schema import SPLITS
from mlipilot.spec.schema.labels import CONFIG_TYPE, ISOLATED_ATOM

DISPLACEMENT = 0.05
"""Å, of each coordinate of a sample's frames."""
_MOST_NAMED = 3
_BELONGS = ("name", "part", "group")
"""What the card says of each molecule."""


class _Molecules(DataSource):
    def make(self, job: JobContext) -> Made:
        """The frames of each part, free atoms in `train`.

        Raises `JobFailure`: MLP0825 where more geometries have no label than are tolerated, or a free atom has none;
        MLP0813 for an element that is in no training frame.
        """
        job.progress(phase="gather")
        shards = sorted({role.partition("/")[2] for role in job.inputs})
        frames = [frame for name in shards for frame in read_frames(job.inputs[f"frames/{name}"])]
        told = [json.loads(job.inputs[f"labels/{name}"].read_text(encoding="utf-8")) for name in shards]
        failures = [failure for one in told for failure in one["failures"]]
        asked = sum(one["asked"] for one in told)
        _tolerate(failures, asked, job.params["tolerate"])
        by_molecule: dict[str, list[Atoms]] = {}
        splits: dict[str, list[Atoms]] = {part: [] for part in SPLITS}
        for frame in frames:
            if is_isolated_atom(frame):
                splits["train"].append(frame)
            else:
                by_molecule.setdefault(str(frame.info["molecule"]), []).append(frame)
        for molecule in job.params["molecules"]:
            found = by_molecule.pop(plain_name(molecule["name"]), [])
            for frame in found if "group" in molecule else ():
                frame.info["trajectory"] = plain_name(molecule["group"])
            splits[molecule["part"]] += found
        _account(splits, failures, asked)
        check_elements(splits)
        return Made(splits, provenance=_provenance(job.params, told, failures))

    def sample(self, question: Mapping[str, Any], paths: Mapping[str, str]) -> Sample:
        """What a probe is told of, displaced at random, and free atoms; all labels are 0, since none costs more."""
        draw = np.random.default_rng(0)
        frames = []
        for number, molecule in enumerate(question["molecules"]):
            atoms = Atoms(numbers=molecule["numbers"], positions=molecule["positions"])
            atoms.positions += DISPLACEMENT * draw.standard_normal(atoms.positions.shape)
            none = np.zeros_like(atoms.positions)
            info = {"trajectory": f"probe-{number}"}
            frames.append(labelled(atoms, energy=0.0, forces=none, stress=None, info=info))
        places = list(range(len(frames)))
        half = max(1, len(frames) // 2)
        still = np.zeros((1, 3))
        atoms_info = {CONFIG_TYPE: ISOLATED_ATOM}
        free = [
            labelled(Atoms(numbers=[number], positions=still), energy=0.0, forces=still, stress=None, info=atoms_info)
            for number in question["elements"]
        ]
        return Sample([*frames, *free], frames, places[:half], places[half:] or places)


def _account(splits: Mapping[str, Sequence[Atoms]], failures: Sequence[Mapping[str, Any]], asked: int) -> None:
    """Refuse a part that failures left without a molecule, and frames that went nowhere."""
    held, lost = sum(map(len, splits.values())), sum(failure["geometries"] for failure in failures)
    if held + lost != asked:
        raise RuntimeError(f"{asked} geometries were asked for, {held} are in the splits and {lost} failed")
    for name in ("train", "valid", "test"):
        if all(is_isolated_atom(frame) for frame in splits[name]):
            help_ = failures[0]["help"] if failures else "take more molecules"
            raise JobFailure("MLP0825", f"no molecule of the {name} split has a label", help_)


def _tolerate(failures: Sequence[Mapping[str, Any]], asked: int, share: float) -> None:
    """Refuse a set with too many failures; a free atom may never fail."""
    lost = sum(failure["geometries"] for failure in failures)
    atoms = [failure for failure in failures if failure["molecule"].startswith("atom/")]
    if atoms:
        first = atoms[0]
        raise JobFailure("MLP0825", f"the free atom {first['what']} has no label: {first['message']}", first["help"])
    if lost > share * asked:
        named = "; ".join(f"{failure['what']}: {failure['message']}" for failure in failures[:_MOST_NAMED])
        more = f"; and {len(failures) - _MOST_NAMED} more" if len(failures) > _MOST_NAMED else ""
        have = "has" if lost == 1 else "have"
        headline = f"{lost} of {count(asked, 'geometry', 'geometries')} {have} no label, and {share:.3g} of them may"
        raise JobFailure("MLP0825", f"{headline}: {named}{more}", failures[0]["help"])


def _provenance(
    params: Mapping[str, Any], told: Sequence[Mapping[str, Any]], failures: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What the labels are and what is missing, as JSON."""
    steps: Counter[str] = Counter()
    for one in told:
        steps.update(one["steps"])
    said = {name: params[name] for name in ("op", "geometries", "split", "displace", "method", "tolerate")}
    return {
        **said,
        "molecules": [{key: m[key] for key in _BELONGS if key in m} for m in params["molecules"]],
        "untrained": untrained(params["molecules"]),
        "labels": told[0]["method"],
        "steps": dict(steps),
        "failures": [*failures],
        "left_out": {},
    }


SOURCE = _Molecules()
