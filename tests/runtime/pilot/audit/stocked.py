"""A campaign in a simulated laboratory that leaves what real jobs would: a run's folder, and a store with artifacts."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from simulated import Campaign, spec_text

from mlipilot.compiler.compile import check_source, compile_spec
from mlipilot.compiler.plan import job_keys
from mlipilot.compiler.plan_file import write_plan
from mlipilot.runtime.judgement.number import Number
from mlipilot.runtime.judgement.scorecard import judge_seed, overall
from mlipilot.runtime.judgement.verdict import Verdict, load_verdict, write_verdict
from mlipilot.runtime.operations import measure
from mlipilot.runtime.pilot.campaign.jobs import jobs_of
from mlipilot.runtime.pilot.campaign.laboratory import figures
from mlipilot.runtime.pilot.campaign.measurement import Measurement, Run
from mlipilot.runtime.record import Journal, Store
from mlipilot.runtime.record.journal import GENESIS, _digest
from mlipilot.spec.source import SourceFile

HARDWARE = {"cpu": "simulated"}
_LEFT_OUT = ("nve_drift(warm)", "survival(hot)")


def stocked_text(pilot: str = "proposer = tpe, controls = [random], confirm_seeds = 2", trials: int = 5) -> str:
    """The copper example with a pilot, without what dynamics measures, and sealing nothing."""
    text = spec_text(pilot, f"trials <= {trials}")
    lines = [line for line in text.splitlines() if not any(rule in line for rule in _LEFT_OUT)]
    return "\n".join(lines) + "\n"


def stocked(root: Path, text: str | None = None, **options: Any) -> Campaign:
    """Run a campaign whose figures are read from predictions and timings in the store of a workspace."""
    folder = root / "runs" / "copper-1"
    folder.mkdir(parents=True)
    text = text or stocked_text()
    spec_path = root.parent / "campaign.mlp"
    spec_path.write_text(text)
    spec = check_source(SourceFile(str(spec_path), text)).spec
    assert spec is not None
    compiled = compile_spec(spec)
    assert not isinstance(compiled, list)
    (folder / "plan.json").write_text(write_plan(compiled, folder))
    journal = Journal(folder / "journal.jsonl")
    journal.append("begin", plan=compiled.plan.hash, hardware=HARDWARE, keys={})
    journal.append("end", states={}, interrupted=False, wall_seconds=1.0)
    journal.close()
    store = Store(root / "store")

    def furnish(run: Run, found: Measurement) -> Measurement:
        assert run.spec is not None
        jobs = jobs_of(compiled.plan, run, run.spec)
        keys = job_keys(replace(compiled.plan, jobs=tuple(jobs)), HARDWARE)
        verdict = jobs[-1]
        wanted = {c["metric"]: f.estimate for c, f in zip(verdict.params["constraints"], found.figures, strict=True)}
        inputs: dict[str, Path] = {}
        for role, source in verdict.inputs.items():
            key = keys[source.job]
            assert key is not None
            entry = store.entry(key)
            if not entry.is_done():
                files = [other.file for other in verdict.inputs.values() if other.job == source.job]
                publish(store, key, lambda out, files=files, key=key: [_write(out / f, key, wanted) for f in files])
            inputs[role] = entry.result / source.file
        judged = judge_seed(verdict.params, inputs, run.seed, measure)
        key = keys[verdict.id]
        assert key is not None
        outcome = overall([judged.outcome])
        verdict = Verdict("usable", "", Number.of(0.95), outcome, None, {str(run.seed): judged})
        publish(store, key, lambda out: write_verdict(out, verdict))
        written = load_verdict(store.entry(key).result)
        assert written is not None
        read = figures(written.seeds[str(run.seed)], campaign.laboratory.rules)
        assert read is not None
        return replace(found, figures=read, verdict_key=key)

    campaign = Campaign(folder, text, furnish=furnish, name=str(spec_path), **options)
    campaign.run()
    return campaign


def publish(store: Store, key: str, write: Callable[[Path], object]) -> None:
    """A result of the store."""
    entry = store.entry(key)
    out = entry.folder / ".out-1"
    out.mkdir(parents=True, exist_ok=True)
    write(out)
    entry.publish(out)


def _write(path: Path, key: str, wanted: dict[str, float | None]) -> None:
    drawn = random.Random(f"{key}{path.name}")
    if path.suffix == ".npz":
        frames, atoms = 8, 4
        force, energy = wanted["force_rmse"] or 0.0, wanted["energy_rmse"] or 0.0
        noise = np.array([drawn.choice((-1.0, 1.0)) for _ in range(frames * atoms * 3)]).reshape(-1, 3)
        signs = np.array([drawn.choice((-1.0, 1.0)) * drawn.uniform(0.95, 1.05) for _ in range(frames)])
        zero = np.zeros((frames * atoms, 3))
        np.savez(
            path,
            energy_ref=np.zeros(frames),
            energy_pred=energy * atoms * signs,
            atoms=np.full(frames, atoms),
            group=np.arange(frames) // 2,
            forces_ref=zero,
            forces_pred=force * noise * np.repeat(np.abs(signs), atoms)[:, None],
            frame=np.repeat(np.arange(frames), atoms),
            numbers=np.full(frames * atoms, 29),
        )
    elif path.name == "speed.json":
        path.write_text(json.dumps({"ratios": [drawn.uniform(1.45, 1.55) for _ in range(20)]}))
    else:
        path.write_text("weights")


def alter(path: Path, change: Callable[[dict[str, Any]], object], *, rechained: bool = True) -> None:
    """Change entries of a journal; rechained, so that the chain of hashes tells nothing."""
    previous, lines = GENESIS, []
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        change(entry)
        if rechained:
            entry["previous"] = previous
            entry["hash"] = previous = _digest(entry)
        lines.append(json.dumps(entry, sort_keys=True, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n")
