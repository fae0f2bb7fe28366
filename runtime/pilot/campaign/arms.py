"""From the words of a `pilot` block to its proposers."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from mlipilot.compiler.lower.campaign import arm_name, arms
from mlipilot.runtime.pilot.campaign.control import slug
from mlipilot.runtime.pilot.campaign.log import said
from mlipilot.runtime.pilot.campaign.settings import Settings, seed_of
from mlipilot.runtime.pilot.language import (
    ADDRESS,
    ENDPOINT,
    MADE,
    Endpoint,
    Events,
    InTurn,
    LanguageModel,
    Ledger,
    Mode,
    Model,
    Prices,
    Shuffled,
    Subject,
    Transcript,
)
from mlipilot.runtime.pilot.proposers import TPE, Default, Grid, Human, Random, Replay, Watched, read_record
from mlipilot.runtime.pilot.trial import Proposer
from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.values import Applied

LANGUAGE_MODELS = ("llm", "llm_tpe", "llm_shuffled")


@dataclass
class Hearing:
    """Where proposers that are not functions of a seed hear from, and are heard."""

    folder: Path
    """Of the campaign: transcripts, and a person's edits."""
    mode: Mode
    write: Callable[[str, Mapping[str, Any]], object]
    """Enter what a language model's layer says, for a lane."""
    entries: Callable[[str], list[Mapping[str, Any]]]
    """What was entered for a lane before."""
    explain: Callable[[str], None]
    """Tell a person what is wrong with an edit."""
    is_stopped: Callable[[], bool]
    endpoint: Callable[[str], Endpoint] = Endpoint
    """Where a language model is served, by its name."""
    wait: Callable[[float], object] = time.sleep
    """Seconds until a language model is asked again."""
    lost: Callable[[str], Mapping[str, int]] = lambda lane: {}
    """Of a lane of a record that is repeated: the attempts that were cut off."""


@dataclass
class Arm:
    """A lane's proposer, and the ledger of its language model."""

    proposer: Proposer
    ledger: Ledger | None = None
    endpoint: Endpoint | None = None
    """Where its language model is asked."""
    is_asked: bool = False
    """Whether its language model was being asked for a proposal when an earlier execution was cut off."""


def proposers(spec: Spec, settings: Settings, hearing: Hearing) -> dict[str, Arm] | Diagnostic:
    """A proposer for each lane, from seeds of its own."""
    found: dict[str, Arm] = {}
    for call in arms(spec):
        for replicate in range(1, settings.replicates + 1):
            lane = f"{arm_name(call)}/{replicate}"
            made = _made(call, spec, lane, seed_of(settings.seed, lane, "proposer"), hearing)
            if isinstance(made, str):
                pilot = spec.only("pilot")
                assert pilot is not None
                span = pilot.fields["proposer"].span or pilot.span
                help_ = "restore the file: a path is relative to the spec"
                return Diagnostic("MLP0903", made, pilot.source, Annotation(span, "the proposer"), help=help_)
            found[lane] = made
    return {lane: found[lane] for lane in settings.lanes}


def _made(call: Applied, spec: Spec, lane: str, seed: int, hearing: Hearing) -> Arm | str:
    match call.name:
        case "default":
            return Arm(Default())
        case "random":
            return Arm(Random(seed))
        case "grid":
            return Arm(Grid())
        case "tpe":
            return Arm(TPE(seed))
        case "human":
            return Arm(Human(Watched(hearing.folder / "edits.txt", hearing.is_stopped), hearing.explain))
        case "replay":
            return _replay(call, spec)
        case _:
            return _language_model(call, spec, lane, seed, hearing)


def _replay(call: Applied, spec: Spec) -> Arm | str:
    data = call.arguments["record"].data
    assert isinstance(data, str)
    read = read_record(Path(spec.source.name).parent / data)
    return read if isinstance(read, str) else Arm(Replay(read))


def _language_model(call: Applied, spec: Spec, lane: str, seed: int, hearing: Hearing) -> Arm:
    name = call.arguments["model"].data
    assert isinstance(name, str)

    def log(event: Mapping[str, Any]) -> object:
        return hearing.write(lane, event)

    entered = hearing.entries(lane)
    ledger = Ledger(_prices(call), write=log, entries=entered, lost=hearing.lost(lane))
    events = Events(log, ({**said(entry), "event": entry["event"]} for entry in entered))
    transcript = Transcript(hearing.folder / "transcripts" / f"{slug(lane)}.jsonl", hearing.mode)
    model = Model(hearing.endpoint(name), ledger, transcript, events, hearing.wait, hearing.is_stopped)
    arm, _, replicate = lane.rpartition("/")
    kind = Shuffled if call.name == "llm_shuffled" else LanguageModel
    estimator = TPE(seed)
    about = {"arm": arm, "replicate": int(replicate)}
    asked = kind(model, Subject(spec), estimator, seed, about, events)
    is_asked = bool(entered) and entered[-1]["event"] not in MADE
    return Arm(InTurn(asked, estimator) if call.name == "llm_tpe" else asked, ledger, model.endpoint, is_asked)


def as_asked(entries: Iterable[Mapping[str, Any]], name: str) -> Endpoint:
    """The endpoint of a model, in the dialect in which a record has it, whatever the environment says now."""
    asked = (entry for entry in entries if entry.get("event") == ENDPOINT and entry["model"] == name)
    return Endpoint(name, dialect=next((str(entry["dialect"]) for entry in asked), ""))


def _prices(call: Applied) -> Prices | None:
    """What a model's tokens cost, where the spec says so."""
    given = call.arguments["prices"].data
    assert isinstance(given, Applied)
    if given.name == "unknown":
        return None
    prompt, completion, share = (Fraction(given.arguments[name].data) for name in ("prompt", "completion", "cached"))  # type: ignore[arg-type]
    return Prices(prompt, completion, prompt * share)


def unusable(arms: Mapping[str, Arm], ended: Collection[str]) -> Diagnostic | None:
    """What a language model lacks that a lane has still to ask, before a device is paid for; None where nothing is."""
    for lane, arm in arms.items():
        endpoint = arm.endpoint
        if endpoint is None or lane in ended:
            continue
        lacking = endpoint.lacks or endpoint.unreached()
        if lacking:
            remedy = endpoint.remedy or f"start the server, or set `{ADDRESS}` to where it is"
            return Diagnostic(
                "MLP0920",
                f"`{lane}` cannot ask {endpoint.host}: {lacking}",
                help=f"{remedy}; then try it: `mlipilot doctor --model {endpoint.model}`",
            )
    return None
