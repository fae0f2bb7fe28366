"""Whatever a model answers: what comes of it is a point of the space, and all else of the spec stays as it was."""

from __future__ import annotations

import random
from typing import Any

from campaign_spec import METRIC, UNLIMITED, call, history, resolved, space_of, trial
from hypothesis import given
from hypothesis import strategies as st
from scripted_server import Call, Raw, Refusal, Status, Text, Truncated

from mlipilot.runtime.pilot.language.arguments import Malformed, read_proposal
from mlipilot.runtime.pilot.language.menu import options, picked
from mlipilot.runtime.pilot.language.quoting import quoted
from mlipilot.runtime.pilot.language.repair import read_object
from mlipilot.runtime.pilot.language.tried import Tried
from mlipilot.runtime.pilot.trial import Proposal
from mlipilot.spec.document import Spec
from mlipilot.spec.edit import apply
from mlipilot.spec.resolve import resolve
from mlipilot.spec.space import Draw, SearchSpace, holds
from mlipilot.spec.values import BlockValue, Data, meaning

SPEC = resolved()
SPACE = space_of(SPEC)
PATHS = [draw.path.text for draw in SPACE.draws]
WORDS = ["8", "16", "32", "2", "5.5 Å", "0.55 nm", "95 %", "huber(10, 100)", "1e-3", "40", "true", "cu.test"]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
edits = st.lists(st.tuples(st.sampled_from(PATHS) | st.text(max_size=20), json_values), max_size=4)


def fixed(block: BlockValue, prefix: str = "") -> object:
    """What a block says besides the values that the search declares."""

    def kept(path: str, data: Data) -> object:
        return None if path in PATHS else meaning(data)

    fields = [(name, kept(f"{prefix}{block.name}.{name}", value.data)) for name, value in block.fields.items()]
    children = [fixed(child, f"{block.name}.") for child in block.children]
    rules = [(rule.verb, rule.metric.written, rule.comparator, rule.because) for rule in block.constraints]
    return block.kind, block.name, block.tag, fields, children, rules


def changed(found: Proposal) -> set[str]:
    return {change.path for change in found.changes}


def is_drawn(draw: Draw, point: Any) -> bool:
    return draw.when is None or holds(draw.when, point)


def assert_within(spec: Spec, space: SearchSpace, found: Proposal) -> None:
    """That a proposal is a point of the space and changes nothing else."""
    edited = apply(spec.source, found.changes)
    assert edited.source is not None, edited.diagnostics
    after = resolve(edited.source).spec
    assert [fixed(block) for block in after.blocks] == [fixed(block) for block in spec.blocks]
    assert after.space is not None
    point = after.space.baseline
    settled = space.settle(point)
    assert not [draw for draw in after.space.draws if not is_drawn(draw, settled) and draw.path.text in changed(found)]
    assert all(space.admits(draw, point[draw.path.text]) for draw in space.draws)
    assert not space.violated(settled)


@given(edits, st.dictionaries(st.sampled_from(["magnitude", "metric", "edits", "x"]), json_values, max_size=1))
def test_arguments_are_a_point_of_the_space_or_a_fault(given_edits: Any, others: dict[str, Any]) -> None:
    found = read_proposal(call(*given_edits, **others), [METRIC], SPACE, Tried(SPACE))
    if isinstance(found, Proposal):
        assert_within(SPEC, SPACE, found)
    else:
        assert isinstance(found, Malformed)


@given(st.text() | st.text(alphabet="{}[]\"',:<think>/`0a \n\\"))
def test_no_text_breaks_the_reading_of_answers(text: str) -> None:
    parsed = read_object(text)
    assert parsed is None or isinstance(parsed.document, dict)
    place = picked(text, 3)
    assert isinstance(place, Malformed) or 0 <= place < 3


@given(st.text(), st.text(max_size=5))
def test_quoted_text_stays_one_string_of_one_line(text: str, key: str) -> None:
    import json

    line = quoted({key: [text]})
    assert line.isprintable()
    assert not any(mark in line for mark in ("<", ">", "|", "`", "#"))
    assert line.count("[") == line.count("]") == 1
    (value,) = next(iter(json.loads(line).values()))
    assert value == text or (len(text) > 200 and value == text[:199] + "…")


def test_every_option_of_a_menu_is_a_point_of_the_space() -> None:
    for seed in range(5):
        offered = options(SPACE, Tried(SPACE, history(SPACE)), seed)
        assert len(offered) == 6
        for changes in offered:
            assert_within(SPEC, SPACE, Proposal(changes))
        assert offered == options(SPACE, Tried(SPACE, history(SPACE)), seed)


def random_answer(generator: random.Random) -> Any:
    """An answer of a model that is partly sound, partly broken, partly hostile."""
    paths = [*PATHS, "cu.seed", "copper.confidence", "budget.tokens", "fit.seeds", "/etc/passwd"]
    values = [*WORDS, 5.1, 16, 7, 0.003, "16 } scorecard x { }", "1, seed = 2", None, [8], "9" * 300]
    chosen = [(generator.choice(paths), generator.choice(values)) for _ in range(generator.randint(0, 3))]
    sound = call(("potential.r_max", round(generator.uniform(4, 6), 3)))
    return generator.choice(
        [
            Call(call(*chosen)),
            Call(call(*chosen)),
            Call(sound),
            Text(str(sound)),
            Text("```json\n{'edits': ["),
            Text("3"),
            Call({}, generator.choice(["read_spec", "write_file", "bash"])),
            Call("not json", usage=None),
            Refusal(),
            Truncated(),
            Status(generator.choice([400, 429, 500])),
            Raw(b'{"choices": null}'),
        ]
    )


def test_a_campaign_with_a_hostile_model_stays_within_the_space_and_its_budget(serve: Any, bench: Any) -> None:
    generator = random.Random(7)
    server = serve(lambda body: random_answer(generator))
    b = bench(server)
    trials = history(b.space)
    origins = set()
    for number in range(3, 33):
        found = b.proposer.propose(trials, b.space, UNLIMITED)
        assert isinstance(found, Proposal)
        assert_within(b.spec, b.space, found)
        origins.add(found.origin)
        after = resolve(apply(b.spec.source, found.changes).source).spec  # type: ignore[arg-type]
        trials.append(trial(number, b.space, dict(space_of(after).baseline)))
    assert origins == {"llm", "llm (menu)", "tpe (fallback)"}
    unknown = sum(e["tokens"] for e in b.entries if e["event"] == "llm-settle" and not e["known"])
    assert b.ledger.spent.tokens == server.tokens + unknown
    assert len([e for e in b.entries if e["event"] == "llm-settle"]) == len(server.requests)
