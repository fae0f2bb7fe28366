"""The engines, by the tag of the `engine` block."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mlipilot.runtime.engine.fault import EngineFault
from mlipilot.runtime.engine.local import LocalEngine
from mlipilot.runtime.engine.protocol import Engine, Setting
from mlipilot.runtime.engine.slurm.engine import SlurmEngine
from mlipilot.runtime.engine.slurm.preflight import described_cluster, preflight
from mlipilot.spec.numerals import count

ENGINES: dict[str, Callable[[Setting], Engine]] = {"local": LocalEngine, "slurm": SlurmEngine}
CHECKS: dict[str, Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], list[EngineFault]]] = {"slurm": preflight}
"""What speaks against running jobs, by the engine's settings and what the jobs are: engines that somebody can ask."""

DESCRIPTIONS: dict[str, Callable[[], list[str]]] = {"slurm": described_cluster}
"""What these have, in lines."""


def faults_of(engine: Mapping[str, Any], requests: Sequence[Mapping[str, Any]]) -> list[EngineFault]:
    """What an engine with these settings would refuse of jobs with these requests; asked now."""
    check = CHECKS.get(str(engine["kind"]))
    return [] if check is None else check(engine, requests)


def described(engine: Mapping[str, Any]) -> list[str]:
    """What an engine with these settings has, a line each."""
    describe = DESCRIPTIONS.get(str(engine["kind"]))
    return [f"jobs run on this machine, {count(engine['workers'], 'worker')}"] if describe is None else describe()
