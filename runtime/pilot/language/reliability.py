"""How often a model's answers were calls as asked for: what the honest comparison of models rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mlipilot.runtime.pilot.language.arguments import Kind, failure_of


class Reliability(NamedTuple):
    """Counts over the events of a log."""

    rungs: dict[str, int]
    """Proposals, by the rung that they came from; `fallback` and `stop` are none of the model's."""
    faults: dict[str, int]
    """Answers that were none, by class; those that were repaired too."""
    attempts: int
    """Requests sent."""
    unanswered: int
    """Of them, those without an answer."""
    failures: dict[str, int]
    """The faults by whose they are: `format` and `tamper` are the model's, `infrastructure` the endpoint's."""


def reliability(events: Iterable[Mapping[str, Any]]) -> Reliability:
    """The counts; events of other kinds are passed over."""
    rungs: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    attempts = unanswered = 0
    for event in events:
        match event.get("event"):
            case "llm-proposal" | "llm-fallback" | "llm-stop":
                rungs[event["rung"]] += 1
            case "llm-fault":
                faults[event["class"]] += 1
            case "llm-attempt":
                attempts += 1
                unanswered += "fault" in event
    failures: Counter[str] = Counter()
    for name, count in faults.items():
        failure = failure_of(Kind(name))
        if failure is not None:
            failures[failure.value] += count
    return Reliability(
        dict(sorted(rungs.items())), dict(sorted(faults.items())), attempts, unanswered, dict(sorted(failures.items()))
    )
