"""A laboratory of known truth, and campaigns run in it: no job, no clock, the same numbers each time."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mlipilot.compiler.compile import check_source, compile_spec
from mlipilot.compiler.plan import Compiled
from mlipilot.runtime.execution.session import Session
from mlipilot.runtime.execution.watcher import Silent
from mlipilot.runtime.pilot.campaign.arms import Arm, Hearing, proposers
from mlipilot.runtime.pilot.campaign.execution import Execution
from mlipilot.runtime.pilot.campaign.measurement import Figure, Measurement, Run
from mlipilot.runtime.pilot.campaign.phases import Phases
from mlipilot.runtime.pilot.campaign.rules import Rule, rules_of
from mlipilot.runtime.pilot.language import Endpoint
from mlipilot.runtime.record import Run as RunFolder
from mlipilot.runtime.record import Workspace
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.source import SourceFile

COPPER = (Path(__file__).parents[4] / "examples/copper/copper.mlp").read_text()
BUDGET = "budget { trials <= 12, device_time <= 2 h, wall <= 4 h, tokens <= 200_000 }"
SEARCH = """
search {
    potential.channels ~ choice(4, 8, 16)
    potential.r_max    ~ uniform(4 Å, 6 Å, step = 0.5 Å)
    fit.forces.lr      ~ log_uniform(1e-3, 3e-2)
}
"""
SECONDS = 10.0
"""Device seconds of a whole run."""
Truth = Callable[[Mapping[str, str]], Mapping[str, float]]
"""From the edited values to the true figure of each metric, in base units."""


def spec_text(
    pilot: str = "proposer = tpe, controls = [random]", budget: str = "trials <= 8", search: str = SEARCH
) -> str:
    """The copper example with a pilot."""
    assert BUDGET in COPPER
    return COPPER.replace(BUDGET, f"budget {{ {budget} }}") + search + f"pilot {{ {pilot} }}\n"


def better_with_channels(point: Mapping[str, str]) -> dict[str, float]:
    """A truth in which more channels halve the errors, and the baseline's energies are outside."""
    factor = {"4": 2.0, "8": 1.0, "16": 0.4}[point.get("potential.channels", "8")]
    return {"force_rmse": 0.020 * factor, "energy_rmse": 0.008 * factor}


@dataclass
class Laboratory:
    """Figures drawn around a truth; noise is relative, and a function of the run alone."""

    rules: tuple[Rule, ...]
    truth: Truth
    noise: float = 0.05
    fail: Callable[[Run], Measurement | None] = lambda run: None
    made: list[Run] = field(default_factory=list)
    is_stopping: bool = False
    stop_after: int | None = None
    """Runs after which nothing more is made, as if the machine had been switched off."""
    furnish: Callable[[Run, Measurement], Measurement] = lambda run, found: found
    """Leave the artifacts of a run, from which its figures are then read."""
    _ready: list[tuple[Run, Measurement]] = field(default_factory=list)
    _sealed: list[Measurement] | None = None

    def submit(self, run: Run) -> None:
        if self.stop_after is not None and len(self.made) >= self.stop_after:
            self.is_stopping = True
            return
        self.made.append(run)
        self._ready.append((run, self.fail(run) or self.furnish(run, self.measure(run))))

    def measure(self, run: Run, word: str = "") -> Measurement:
        point = {change.path: change.value for change in run.changes}
        figures = []
        drawn = random.Random(f"{run.key}{word}")
        values: dict[str, float] = {}
        true = self.truth(point)
        for rule in self.rules:
            if rule.metric not in values:
                known = {"nve_drift": 1e-9, "survival": 1.0, "relative_speed": 1.5, **true}
                spread = 0.0 if rule.is_even else self.noise
                values[rule.metric] = known[rule.metric] * math.exp(drawn.gauss(0.0, spread))
            value = values[rule.metric]
            low, high = (0.829, 1.0) if rule.metric == "survival" else (0.95 * value, 1.05 * value)
            figures.append(Figure(value, low, high))
        return Measurement(tuple(figures), SECONDS * float(run.fidelity), f"verdict-{run.key}")

    def results(self) -> list[tuple[Run, Measurement]]:
        ready, self._ready = self._ready, []
        return ready

    def open_seal(self, runs: tuple[Run, ...]) -> None:
        self._sealed = [self.measure(run, "sealed") for run in runs]

    def opened(self) -> list[Measurement] | None:
        return self._sealed


class _Simulated(Execution):
    """The product's execution of a campaign, but that a simulated laboratory makes its runs."""

    def __init__(self, compiled: Compiled, spec: Spec, campaign: Campaign) -> None:
        run = RunFolder(campaign.folder)
        super().__init__(Session(compiled, Workspace(campaign.folder), run, Silent()), spec.source, spec)
        self.campaign = campaign

    def hearing(self) -> Hearing:
        return replace(super().hearing(), endpoint=self.campaign.endpoint, wait=self.campaign.waits.append)

    @property
    def is_stopping(self) -> bool:
        return super().is_stopping or self.campaign.laboratory.is_stopping

    def measure(self, arms: Mapping[str, Arm]) -> None:
        self.campaign.arms = dict(arms)
        self.conduct(arms, self.campaign.laboratory, in_background=self.campaign.in_background)


@dataclass
class Campaign:
    """A campaign in a folder, which may be run again to go on."""

    folder: Path
    text: str
    truth: Truth = better_with_channels
    noise: float = 0.05
    stop_after: int | None = None
    fail: Callable[[Run], Measurement | None] = lambda run: None
    endpoint: Callable[[str], Endpoint] = Endpoint
    """Where a language model is served."""
    in_background: bool = False
    """Whether lanes think in threads."""
    waits: list[float] = field(default_factory=list)
    """Seconds that nobody waited before a language model was asked again."""
    furnish: Callable[[Run, Measurement], Measurement] = lambda run, found: found
    name: str = ""
    """Of the spec's file; one beside the record unless told otherwise."""
    laboratory: Laboratory = field(init=False)
    execution: Execution = field(init=False)
    arms: dict[str, Arm] = field(default_factory=dict)

    @property
    def spec(self) -> Spec:
        checked = check_source(SourceFile(self.name or str(self.folder / "campaign.mlp"), self.text))
        assert checked.spec is not None
        assert not [d for d in checked.diagnostics if d.is_error], [str(d) for d in checked.diagnostics]
        return checked.spec

    @property
    def path(self) -> Path:
        return self.folder / "campaign.jsonl"

    @property
    def phases(self) -> Phases:
        return self.execution.phases

    @property
    def refusals(self) -> list[Diagnostic]:
        """What the last execution could not go on for."""
        return self.execution.ended.diagnostics

    def run(self) -> bool:
        """Run it, or go on with it; False where it was stopped or refused."""
        spec = self.spec
        compiled = compile_spec(spec)
        assert not isinstance(compiled, list)
        self.laboratory = Laboratory(rules_of(spec), self.truth, self.noise, self.fail, stop_after=self.stop_after)
        self.laboratory.furnish = self.furnish
        self.execution = _Simulated(compiled, spec, self)
        return self.execution.execute().is_closed

    def restored(self) -> dict[str, Arm]:
        """The arms as whoever goes on with the record has them."""
        arms = proposers(self.spec, self.execution.settings, self.execution.hearing())
        assert isinstance(arms, dict), arms
        return arms


def entries_of(path: Path, event: str, lane: str | None = None) -> list[dict[str, Any]]:
    """Entries of a kind."""
    from mlipilot.runtime.record import read_journal

    read = read_journal(path)
    assert read.broken is None
    return [e for e in read.entries if e["event"] == event and (lane is None or e["lane"] == lane)]
