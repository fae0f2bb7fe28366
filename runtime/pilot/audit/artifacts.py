"""Results that figures were read from: in the store, or in the folder of a committed record."""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple
from weakref import finalize

from mlipilot.compiler.operations import Role, role_of
from mlipilot.compiler.operations.evaluate import predictions
from mlipilot.compiler.operations.seal import SealPart
from mlipilot.compiler.operations.verdict import VerdictInput
from mlipilot.compiler.plan import Job, Plan, job_keys
from mlipilot.runtime.judgement.sealed import NotJudged, load_sealed, sealed_verdict
from mlipilot.runtime.judgement.verdict import Verdict, load_verdict
from mlipilot.runtime.pilot.audit.packing import PACKED, unpack
from mlipilot.runtime.pilot.campaign.design import Design, design
from mlipilot.runtime.pilot.campaign.jobs import jobs_of, seal_jobs
from mlipilot.runtime.pilot.campaign.laboratory import figures
from mlipilot.runtime.pilot.campaign.measurement import Figure, Run
from mlipilot.runtime.pilot.campaign.rules import Rule
from mlipilot.runtime.record import Store
from mlipilot.runtime.record.store import MANIFEST, damage
from mlipilot.spec.source import SourceFile

ARTIFACTS = "artifacts"
"""Where a committed record keeps results, in its packed file: one folder for each job's key."""
TOLERANCE = 1e-9
"""Relative: what sums in another order may differ by, on another machine."""


class Shelf:
    """Results by key."""

    def __init__(self, folder: Path, store: Store | None) -> None:
        self._folder, self._store = folder / ARTIFACTS, store
        self.broken = ""
        """Why the results of a committed record cannot be unpacked."""
        if not self._folder.is_dir() and (folder / PACKED).is_file():
            unpacked = Path(mkdtemp(prefix="mlipilot-record-"))
            finalize(self, shutil.rmtree, unpacked, ignore_errors=True)
            self.broken = unpack(folder / PACKED, unpacked)
            self._folder = unpacked / ARTIFACTS
        self._is_bare = store is None and not self._folder.is_dir()
        self.damaged: dict[str, list[str]] = {}
        """Files that do not have the content that was published, by key."""
        self._seen: set[str] = set()

    def result(self, key: str) -> Path | None:
        """The folder of a result, its files held against what was published; None where there is none."""
        if self._is_bare:
            return None
        committed = self._folder / key
        stored = None if self._store is None else self._store.entry(key)
        found = stored.result if stored is not None and stored.result.is_dir() else committed
        if not key or not found.is_dir():
            return None
        if key not in self._seen:
            self._seen.add(key)
            bad = damage(found)
            if found == committed:
                # It need not have all files of a result; those that it has are as they were published.
                bad = [name for name in bad if name == MANIFEST or (found / name).exists()]
            if bad:
                self.damaged[key] = bad
        return found


class Source(NamedTuple):
    """The verdict of a run: what it was judged by, and the results that it read."""

    key: str
    params: Mapping[str, Any]
    inputs: Mapping[str, tuple[str, str]]
    """Key and file, by role."""


class Origins:
    """Where figures come from: the jobs of a run, made again from the record's spec and plan."""

    def __init__(self, plan: Plan, baseline: SourceFile, hardware: Sequence[Mapping[str, Any]]) -> None:
        self._plan, self._hardware = plan, tuple(hardware) or ({},)
        self._design = lru_cache(256)(lambda changes: design(baseline, changes))
        self._seal = lru_cache(1)(self._opened)

    def measured(self, run: Run, key: str) -> Source | None:
        """The verdict job whose key this is; None where the run makes another: its figures are of something else."""
        made = self._design(run.changes)
        if not isinstance(made, Design):
            return None
        jobs = jobs_of(self._plan, run, made.spec)
        keys = self._keys(jobs, key)
        if keys is None:
            return None
        inputs = {role: (str(keys[source.job]), source.file) for role, source in jobs[-1].inputs.items()}
        return Source(key, jobs[-1].params, inputs)

    def sealed(self, runs: tuple[Run, ...], run: str, key: str) -> Source | None:
        """The verdict of a run in the seal whose key this is; None where these runs make another seal."""
        return self._seal(runs, key).get(run)

    def _opened(self, runs: tuple[Run, ...], key: str) -> dict[str, Source]:
        made = [(run, self._design(run.changes)) for run in runs]
        jobs = seal_jobs(self._plan, [(run, found.spec) for run, found in made if isinstance(found, Design)])
        if self._keys(jobs, key) is None:
            return {}
        parts = [SealPart.read(part) for part in jobs[-1].params["parts"]]
        verdicts = [part for part in parts if role_of(part.kind) is Role.VERDICT]
        return {part.design: Source(key, part.params, _wired(part, parts, key)) for part in verdicts}

    def _keys(self, jobs: list[Job], last: str) -> dict[str, str | None] | None:
        """The keys of jobs on the hardware on which the last has this one; None where it has it on none."""
        for hardware in self._hardware:
            keys = job_keys(replace(self._plan, jobs=tuple(jobs)), hardware)
            if keys[jobs[-1].id] == last:
                return keys
        return None


def _wired(part: SealPart, parts: Sequence[SealPart], key: str) -> dict[str, tuple[str, str]]:
    """What a verdict of the seal read of other parts: all in the seal's own result."""
    wirings = {role: wiring for role, wiring in part.inputs.items() if "part" in wiring}
    return {role: (key, f"{parts[wiring['part']].folder}/{wiring['file']}") for role, wiring in wirings.items()}


def needed(source: Source) -> dict[str, tuple[str, str]]:
    """What the figures are computed from: of the inputs of a verdict those of the last stage that its rules read."""
    targets = {constraint["target"] for constraint in source.params["constraints"]}
    earlier = {predictions(stage) for stage in source.params["stages"]} - {predictions(source.params["final"])}
    read = {role: VerdictInput.read(role) for role in source.inputs}
    return {
        role: source.inputs[role] for role, part in read.items() if part.target in targets and part.file not in earlier
    }


def recomputed(source: Source, shelf: Shelf, rules: tuple[Rule, ...], seed: int) -> tuple[Figure, ...] | None:
    """The figures of a run from predictions, trajectories and timings; None where one of these is lost or damaged."""
    inputs: dict[str, Path] = {}
    for role, (key, file) in needed(source).items():
        folder = shelf.result(key)
        if folder is None or not (folder / file).is_file() or file in shelf.damaged.get(key, ()):
            return None
        inputs[role] = folder / file
    from mlipilot.runtime.judgement.scorecard import judge_seed
    from mlipilot.runtime.operations import measure

    return figures(judge_seed({**source.params, "stages": []}, inputs, seed, measure), rules)


def verdict_in(folder: Path, run: str) -> Verdict | NotJudged | None:
    """The verdict of a run in a result: a file of its own, or that of the seal; None where it has neither."""
    found = load_verdict(folder)
    if found is not None:
        return found
    sealed = load_sealed(folder)
    return None if sealed is None else sealed_verdict(sealed, run)


def are_same(ours: Sequence[Figure], theirs: Sequence[Figure], tolerance: float = 0.0) -> bool:
    """Whether figures agree: what is not known in one is not known in the other."""
    return len(ours) == len(theirs) and all(
        _is_same(one, other, tolerance)
        for ours_, theirs_ in zip(ours, theirs, strict=True)
        for one, other in zip(ours_, theirs_, strict=True)
    )


def _is_same(one: float | None, other: float | None, tolerance: float) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or math.isclose(one, other, rel_tol=tolerance, abs_tol=0.0)
