"""What is known in the end of a design that was accepted, by the best evidence that there is."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from mlipilot.runtime.pilot.campaign.judging import estimates, outcome
from mlipilot.runtime.pilot.campaign.measurement import Figure, Measurement
from mlipilot.runtime.pilot.campaign.rules import Rule
from mlipilot.runtime.pilot.gate.noise import mean
from mlipilot.runtime.pilot.outcome.sample import Sample, read_sample
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.schema.metrics import METRICS

Evidence = Literal["sealed", "closing", "confirmation"]
WORDS: Mapping[Evidence, str] = {
    "sealed": "on the sealed split",
    "closing": "on the test split, under new seeds",
    "confirmation": "on the test split, under the seeds of its confirmation",
}


@dataclass(frozen=True)
class Final:
    """A design's models under several seeds."""

    evidence: Evidence
    samples: tuple[Sample, ...]
    place: int | None = None
    """Of the design among those that the campaign closed with; None before."""

    @property
    def sound(self) -> list[Measurement]:
        """Those that have figures."""
        return [sample.measurement for sample in self.samples if sample.measurement.failure is None]

    def values(self, rule: int) -> list[float]:
        """A rule's figure of each sound model, in base units; NaN where it is not known."""
        return estimates(rule, self.sound)

    def mean(self, rule: int) -> float:
        """Over seeds; NaN where one is not known."""
        return mean(self.values(rule))

    def range(self, rule: int) -> tuple[float, float]:
        """The least and the largest over seeds; NaN where there is none."""
        values = self.values(rule)
        return (min(values), max(values)) if values else (math.nan, math.nan)

    def outcome(self, rule: Rule, place: int) -> Literal["pass", "fail", "undecided"] | None:
        """Of a require: it passes when every seed's model passes, and fails when one does or has no figures."""
        if rule.comparator is None:
            return None
        if not self.sound or len(self.sound) < len(self.samples):
            return "fail"
        found = {outcome(rule, run.figures[place]) for run in self.sound}
        return "fail" if "fail" in found else "pass" if found == {"pass"} else "undecided"

    def reason(self, rule: Rule, place: int) -> str:
        """Why a require does not pass, by the first model that does not; empty where it does, and of no require."""
        found = self.outcome(rule, place)
        if found is None or found == "pass":
            return ""
        for sample in self.samples:
            run = sample.measurement
            if run.failure is not None:
                return f"seed {sample.seed} has no figures: {run.reason}"
            figure = run.figures[place]
            if outcome(rule, figure) == found:
                return _of_model(rule, figure, f"the model of seed {sample.seed}", found, self.evidence)
        return "nothing was measured"

    def verdict(self, rules: Sequence[Rule]) -> Literal["accepted", "rejected", "undecided"]:
        """Of the whole scorecard."""
        found = {self.outcome(rule, place) for place, rule in enumerate(rules) if rule.is_required}
        return "rejected" if "fail" in found else "undecided" if "undecided" in found else "accepted"

    def __repr__(self) -> str:
        return in_a_line("Final", f"{self.evidence}:", count(len(self.samples), "model"))


def _of_model(rule: Rule, figure: Figure, who: str, found: str, evidence: Evidence) -> str:
    split = "sealed" if evidence == "sealed" else "test"
    if found == "fail":
        return f"{who} has {rule.reads(figure.estimate)} on the {split} split"
    decided_by = METRICS[rule.metric].target.decided_by.format(split=split)
    known = [(word, end) for word, end in (("from", figure.lower), ("to", figure.upper)) if end is not None]
    ends = " ".join(f"{word} {rule.reads(end)}" for word, end in known)
    bounds = f"the bounds of {who}, {ends}, hold the threshold" if known else f"no bounds could be given of {who}"
    return f"{bounds}; {decided_by} would decide it"


def read_finals(entries: Iterable[Mapping[str, Any]]) -> dict[str, Final]:
    """By lane, from the entries of the close: what the seal gave, else the runs under new seeds."""
    found: dict[str, dict[int, list[Sample]]] = {"measured": defaultdict(list), "sealed": defaultdict(list)}
    for entry in entries:
        if entry["event"] in found:
            sample = read_sample(entry)
            found[entry["event"]][sample.trial].append(sample)
        elif entry["event"] == "closed":
            return {
                str(lane): Final("sealed", tuple(found["sealed"][place]), place)
                if found["sealed"][place]
                else Final("closing", tuple(found["measured"][place]), place)
                for lane, place in entry.get("lanes", {}).items()
            }
    return {}
