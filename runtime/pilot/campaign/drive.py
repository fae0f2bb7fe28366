"""Drives lanes side by side: hands out what they ask for, and goes on with each as its answers come in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from mlipilot.runtime.pilot.campaign.measurement import Measurement, Run
from mlipilot.runtime.pilot.campaign.requests import Measure, Request, Seal, Steps, Think
from mlipilot.runtime.pilot.trial import Stopped


class Laboratory(Protocol):
    """What runs are made by."""

    def submit(self, run: Run) -> None:
        """Have a run made."""

    def open_seal(self, runs: tuple[Run, ...]) -> None:
        """Have the sealed split opened for the models of runs that were made."""

    def results(self) -> list[tuple[Run, Measurement]]:
        """Runs that ended since, after a moment at most."""

    def opened(self) -> list[Measurement] | None:
        """What the seal gave, once it did."""

    @property
    def is_stopping(self) -> bool:
        """Whether nothing more will be made."""


@dataclass
class _Waiting:
    """A lane that asked."""

    steps: Steps
    runs: tuple[Run, ...] = ()
    answers: dict[str, Measurement] = field(default_factory=dict)
    thought: Future[object] | None = None
    is_sealing: bool = False


def drive(
    lanes: Mapping[str, Steps],
    laboratory: Laboratory,
    recorded: Callable[[Run], Measurement | None] = lambda run: None,
    tick: Callable[[], object] = lambda: None,
    halt: Callable[[], object] = lambda: None,
    *,
    in_background: bool = True,
) -> bool:
    """Go on with all lanes until each has ended; False where the laboratory stopped before.

    `recorded` knows the measurements of an earlier execution. Thoughts run in threads unless told otherwise; `halt`
    tells those that are under way when nobody will hear them to come to an end, which is waited for.
    """
    waiting: dict[str, _Waiting] = {}
    pool = ThreadPoolExecutor(max(1, len(lanes)), thread_name_prefix="proposer")

    def advance(name: str, steps: Steps, answer: object) -> None:
        """Send an answer; go on for as long as the next question can be answered at once."""
        while True:
            try:
                request: Request = steps.send(answer)
            except StopIteration:
                waiting.pop(name, None)
                return
            match request:
                case Think(call) if in_background:
                    waiting[name] = _Waiting(steps, thought=pool.submit(call))
                    return
                case Think(call):
                    answer = call()
                case Measure(runs):
                    known = {run.key: found for run in runs if (found := recorded(run)) is not None}
                    if all(run.key in known for run in runs):
                        answer = [known[run.key] for run in runs]
                        continue
                    waiting[name] = _Waiting(steps, runs, known)
                    for run in runs:
                        if run.key not in known:
                            laboratory.submit(run)
                    return
                case Seal(runs):
                    waiting[name] = _Waiting(steps, runs, is_sealing=True)
                    laboratory.open_seal(runs)
                    return

    try:
        for name, steps in lanes.items():
            advance(name, steps, None)
        while waiting:
            tick()
            if laboratory.is_stopping:
                return False
            for run, found in laboratory.results():
                for asking in waiting.values():
                    if any(other.key == run.key for other in asking.runs) and not asking.is_sealing:
                        asking.answers[run.key] = found
            for name, asking in list(waiting.items()):
                if asking.thought is not None:
                    # One that was stopped waits until all that is stopping has stopped.
                    if asking.thought.done() and not isinstance(asking.thought.exception(), Stopped):
                        advance(name, asking.steps, asking.thought.result())
                elif asking.is_sealing:
                    opened = laboratory.opened()
                    if opened is not None:
                        advance(name, asking.steps, opened)
                elif len(asking.answers) >= len({other.key for other in asking.runs}):
                    advance(name, asking.steps, [asking.answers[other.key] for other in asking.runs])
    except Stopped:
        return False
    finally:
        for asking in waiting.values():
            asking.steps.close()
        if any(asking.thought is not None and not asking.thought.done() for asking in waiting.values()):
            halt()
        # The record is closed after this: what a thought has paid for must have been entered.
        pool.shutdown(cancel_futures=True)
    return True
