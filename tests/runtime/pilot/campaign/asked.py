"""Campaigns with language models: what scripted models answer, and what must hold of a record whatever they did."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from scripted_server import Call, Server
from simulated import Campaign, entries_of, spec_text

from mlipilot.compiler.compile import compile_spec
from mlipilot.runtime.pilot.campaign.design import Design, design
from mlipilot.runtime.pilot.campaign.settings import seed_of, settings_of
from mlipilot.runtime.pilot.language import Endpoint, Reliability, reliability
from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.runtime.record import read_journal
from mlipilot.spec.document import Spec
from mlipilot.spec.edit import Change
from mlipilot.spec.values import meaning

KEY = "sk-test-0123456789abcdef"
MODEL = 'llm("gpt-5.5")'
THREE = f'proposer = {MODEL}, controls = [random, llm_shuffled("gpt-5.5")]'
BUDGET = "trials <= 5, tokens <= 2_000_000"
METRIC = "force_rmse(cu.test)"
PROTECTED = ("experiment", "dataset", "dynamics", "scorecard", "budget", "pilot", "engine")


def campaign(folder: Path, pilot: str = THREE, budget: str = BUDGET, **others: Any) -> Campaign:
    """A campaign in a folder of its own."""
    folder.mkdir(exist_ok=True)
    given = {"dialect": "chat", "timeout": 5.0, "attempts": 3, **others.pop("endpoint", {})}
    return Campaign(folder, spec_text(pilot, budget), endpoint=lambda name: Endpoint(name, **given), **others)


def call(*edits: tuple[str, object], **others: Any) -> dict[str, Any]:
    """Arguments of a well-formed call."""
    return {
        "hypothesis": "more channels fit better",
        "edits": [{"path": path, "value": value} for path, value in edits],
        "metric": METRIC,
        "direction": "lower",
        "magnitude": 0.5,
        "falsifier": "the error rises",
        **others,
    }


def trial_of(body: dict[str, Any]) -> int:
    """The number of the trial that a request asks for: as many as the model was told of."""
    found = re.search(r'\\?"trials\\?": ?(\d+)', json.dumps(body))
    assert found is not None
    return int(found[1])


def read_before(body: dict[str, Any]) -> int:
    """How many tools the model has read."""
    items = body.get("messages", body.get("input", []))
    return sum(item.get("role") == "tool" or item.get("type") == "function_call_output" for item in items)


def sound(body: dict[str, Any]) -> dict[str, Any]:
    """A new point for each trial; the first is the one that the truth rewards, the second the one that it punishes."""
    number = trial_of(body)
    match number:
        case 1:
            return call(("potential.channels", "16"))
        case 2:
            return call(("potential.channels", "4"))
    return call(("fit.forces.lr", round(0.001 * (1 + number / 2), 4)))


def well_behaved(body: dict[str, Any]) -> Call:
    """Reads the history, then the scorecard, then proposes."""
    reads = [Call({"first": 0, "count": 10}, "read_history"), Call({}, "read_scorecard")]
    done = read_before(body)
    return reads[done] if done < len(reads) else Call(sound(body))


def language_entries(made: Campaign, lane: str | None = None) -> list[dict[str, Any]]:
    """What the model's layer entered."""
    entries = read_journal(made.path).entries
    return [e for e in entries if str(e["event"]).startswith("llm-") and lane in (None, e["lane"])]


def counted(made: Campaign, lane: str = "llm(gpt-5.5)/1") -> Reliability:
    """The reliability of a lane's model."""
    return reliability(language_entries(made, lane))


def origins(made: Campaign, lane: str = "llm(gpt-5.5)/1") -> list[str]:
    """Who made each proposal of a lane."""
    return [e["proposal"]["origin"] for e in entries_of(made.path, "proposed", lane)]


def settled(made: Campaign, *, known: bool | None = None) -> int:
    """Tokens of the ledger, over all lanes."""
    entries = [e for e in language_entries(made) if e["event"] == "llm-settle"]
    return sum(e["tokens"] for e in entries if known in (None, e["known"]))


def protected(spec: Spec) -> list[object]:
    """All that no search may change."""
    kept: list[object] = [
        (b.kind, b.name, {name: meaning(value.data) for name, value in b.fields.items()}, [str(c) for c in _lines(b)])
        for b in spec.blocks
        if b.kind in PROTECTED
    ]
    return [*kept, [meaning(training.fields["seeds"].data) for training in spec.of_kind("training")]]


def _lines(block: Any) -> list[object]:
    return [(c.verb, c.metric.written, c.comparator, c.threshold and c.threshold.written) for c in block.constraints]


def assert_untouched(made: Campaign) -> None:
    """That the record holds no change outside the search, and nothing else is other than it was."""
    spec = made.spec
    compiled = compile_spec(spec)
    assert not isinstance(compiled, list)
    assert spec.space is not None
    settings = settings_of(spec, compiled.plan)
    (pinned,) = entries_of(made.path, "campaign")
    assert pinned["scorecard"] == compiled.plan.scorecard_hash
    assert pinned["spec"] == compiled.plan.spec_hash
    assert pinned["settings"] == json.loads(json.dumps(settings.document()))
    assert (made.folder / "baseline.mlp").read_text() == made.text
    chart = Chart(spec.space)
    for entry in [*entries_of(made.path, "proposed"), *entries_of(made.path, "accepted")]:
        told = entry["changes"] if entry["event"] == "accepted" else [
            [c["path"], c["value"], c["because"]] for c in entry["proposal"]["changes"]
        ]  # fmt: skip
        changes = tuple(Change(*each) for each in told)
        assert not isinstance(chart.read(changes), str), entry
        edited = design(spec.source, changes)
        assert isinstance(edited, Design)
        assert protected(edited.spec) == protected(spec)
    measured = [entry for entry in entries_of(made.path, "measured") if entry["lane"] in settings.lanes]
    assert measured
    for entry in measured:
        allowed = [
            seed_of(settings.seed, entry["lane"], entry["trial"], entry["purpose"], place) for place in range(20)
        ]
        assert entry["seed"] in allowed
    written_always = {"baseline.mlp", "campaign.jsonl", "transcripts"}
    assert {path.name for path in made.folder.iterdir()} - {"accepted", "plan.json"} == written_always
    written = "".join(p.read_text() for p in made.folder.rglob("*") if p.is_file())
    assert KEY not in written


def assert_paid(made: Campaign, server: Server) -> None:
    """That the ledger is exact, every request is in it once, and no lane had more than its share."""
    assert settled(made, known=True) == server.tokens
    entries = language_entries(made)
    attempts = Counter(e["attempt"] for e in entries if e["event"] == "llm-settle")
    assert set(attempts.values()) == {1}
    assert len(attempts) == len(server.requests)
    spec = made.spec
    compiled = compile_spec(spec)
    assert not isinstance(compiled, list)
    tokens = settings_of(spec, compiled.plan).limits.tokens
    asking = [arm for arm in made.arms.values() if arm.ledger is not None]
    assert tokens is not None
    for arm in asking:
        assert arm.ledger is not None
        assert arm.ledger.spent.tokens <= tokens // len(asking)
    assert sum(arm.ledger.spent.tokens for arm in asking if arm.ledger) == settled(made)
