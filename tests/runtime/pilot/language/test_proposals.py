"""A model's calls come to proposals within the space, or to a named fault, and never stop a campaign."""

from __future__ import annotations

import json
from typing import Any

import pytest
from campaign_spec import INJECTION, METRIC, TEXT, UNLIMITED, call, history, resolved, space_of
from scripted_server import Call, Raw, Refusal, Status, Text, Truncated

from mlipilot.runtime.pilot.language import InTurn, Shuffled, reliability
from mlipilot.runtime.pilot.language.arguments import Kind, Malformed, settle
from mlipilot.runtime.pilot.language.proposer import Permutation
from mlipilot.runtime.pilot.language.tried import Tried
from mlipilot.runtime.pilot.trial import Exhausted, Proposal, Remaining
from mlipilot.spec.edit import apply

GOOD = call(("potential.channels", "16"), ("potential.r_max", 5.25))
EXPECTED = {"potential.channels": "16", "potential.r_max": "5.25 Å"}
DIALECTS = pytest.mark.parametrize("dialect", ["chat", "responses"])


def edits(found: object) -> dict[str, str]:
    assert isinstance(found, Proposal), found
    return {change.path: change.value for change in found.changes}


@DIALECTS
def test_a_sound_call_is_the_proposal(dialect: str, serve: Any, bench: Any) -> None:
    server = serve(Call(GOOD))
    b = bench(server, endpoint={"dialect": dialect})
    found = b.proposer.propose(history(b.space), b.space, UNLIMITED)
    assert edits(found) == EXPECTED
    assert (found.metric, found.direction, found.magnitude, found.origin) == (METRIC, "lower", 0.2, "llm")
    assert found.hypothesis
    assert found.falsifier
    assert len(server.requests) == 1
    assert b.faults() == []


def test_the_first_trial_is_the_baseline_and_asks_nobody(serve: Any, bench: Any) -> None:
    server = serve(Call(GOOD))
    b = bench(server)
    assert edits(b.proposer.propose([], b.space, UNLIMITED)) == {}
    assert server.requests == []


@DIALECTS
def test_one_strict_call_is_asked_for_and_nothing_is_stored(dialect: str, serve: Any, bench: Any) -> None:
    server = serve(Call(GOOD))
    b = bench(server, endpoint={"dialect": dialect})
    b.proposer.propose(history(b.space), b.space, UNLIMITED)
    (body,) = server.requests
    assert body["tool_choice"] == "required"
    assert body["parallel_tool_calls"] is False
    assert body["stream"] is False
    assert all((tool.get("function") or tool)["strict"] is True for tool in body["tools"])
    assert body.get("store") is {"responses": False, "chat": None}[dialect]
    assert server.paths == [{"responses": "/v1/responses", "chat": "/v1/chat/completions"}[dialect]]


@DIALECTS
def test_tools_are_read_and_reasoning_is_handed_back(dialect: str, serve: Any, bench: Any) -> None:
    reads = ["read_spec", "read_scorecard", "read_diagnostics"]
    server = serve(*(Call({}, name) for name in reads), Call({"first": 1, "count": 1}, "read_history"), Call(GOOD))
    b = bench(server, endpoint={"dialect": dialect})
    assert edits(b.proposer.propose(history(b.space), b.space, UNLIMITED)) == EXPECTED
    last = server.requests[-1]
    if dialect == "chat":
        results = [json.loads(m["content"]) for m in last["messages"] if m["role"] == "tool"]
    else:
        results = [json.loads(m["output"]) for m in last["input"] if m.get("type") == "function_call_output"]
    reasoning = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "opaque"}
    kept = [m for m in last.get("input", ()) if m.get("type") == "reasoning"]
    assert kept == [reasoning] * (4 if dialect == "responses" else 0)
    spec, scorecard, diagnostics, trials = results
    assert "potential.max_L" in {row["path"] for row in spec["search"]["paths"]}
    assert scorecard["constraints"][0]["threshold"] == "30 meV/Å"
    assert diagnostics["failures"] == {"candidate": 1}
    assert [row["code"] for row in diagnostics["codes"]] == ["MLP0810"]
    assert [row["trial"] for row in trials] == [1]
    assert trials[0]["edits"] == {"potential.max_L": "1"}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key != name}


MALFORMED = [
    (Text("I think more channels are good."), "no_call"),
    (Call({}, "edit_file"), "unknown_tool"),
    (Call("{'hypothesis': "), "bad_json"),
    (Call("[1, 2]"), "bad_json"),
    (Call({**GOOD, "extra": 1}), "schema_violation"),
    (Call(call()), "schema_violation"),
    (Call({**GOOD, "magnitude": "big"}), "schema_violation"),
    (Call('{"magnitude": NaN, ' + json.dumps(without("magnitude"))[1:]), "schema_violation"),
    (Call('{"magnitude": 1' + "0" * 400 + ", " + json.dumps(without("magnitude"))[1:]), "schema_violation"),
    (Call({**GOOD, "metric": ["x"]}), "schema_violation"),
    (Call({**GOOD, "hypothesis": " "}), "schema_violation"),
    (Call(call(("fit.batch", 1), ("fit.batch", 2))), "schema_violation"),
    (Call({**GOOD, "edits": [{"path": "fit.batch", "value": 1, "op": "append"}]}), "schema_violation"),
    (Call(without("falsifier")), "missing_arg"),
    (Call(call(("potential.channels", "64"))), "out_of_space"),
    (Call(call(("potential.r_max", 7.0))), "out_of_space"),
    (Call(call(("potential.r_max", 1e308))), "out_of_space"),
    (Call(call(("fit.energy.epochs", 15))), "out_of_space"),
    (Call(call(("potential.correlation", "3"))), "out_of_space"),
    (Call(call(("potential.channels", "32"), ("potential.max_L", "2"))), "out_of_space"),
    (Call(call(("potential.max_L", "1"))), "duplicate"),
    (Call(call(("potential.channels", "8"))), "duplicate"),
    (Truncated(), "truncated"),
    (Refusal(), "refusal"),
    (Raw(b"{}"), "no_call"),
    (Raw(b'{"choices": [{"message": 7}], "output": 3, "usage": []}'), "no_call"),
    (Raw(b'{"choices": [{"message": {"content": "\\ud800"}}], "output": [{"type": "x"}]}'), "no_call"),
]


@DIALECTS
@pytest.mark.parametrize(("answer", "kind"), MALFORMED)
def test_each_malformed_answer_is_logged_by_its_class_and_asked_again(
    answer: Any, kind: str, dialect: str, serve: Any, bench: Any
) -> None:
    server = serve(answer, Call(GOOD))
    b = bench(server, endpoint={"dialect": dialect})
    assert edits(b.proposer.propose(history(b.space), b.space, UNLIMITED)) == EXPECTED
    assert b.faults() == [("tools", kind)]
    assert len(server.requests) == 2


def test_the_ladder_goes_down_to_the_fallback(serve: Any, bench: Any) -> None:
    server = serve(Text("no"))
    b = bench(server)
    found = b.proposer.propose(history(b.space), b.space, UNLIMITED)
    assert edits(found) == {"potential.channels": "32"}
    assert found.origin == "tpe (fallback)"
    assert [rung for rung, _ in b.faults()] == ["tools"] * 3 + ["named", "object", "menu"]
    assert server.requests[3]["tool_choice"] == {"type": "function", "function": {"name": "propose_edit"}}
    assert server.requests[4]["response_format"]["json_schema"]["strict"] is True
    assert reliability(b.events).rungs == {"fallback": 1}
    assert reliability(b.events).faults == {"bad_json": 1, "no_call": 5}


def test_without_a_fallback_the_end_is_a_reason(serve: Any, bench: Any) -> None:
    b = bench(serve(Text("no")), fallback=None)
    assert isinstance(b.proposer.propose(history(b.space), b.space, UNLIMITED), Exhausted)


def test_a_menu_needs_only_a_number(serve: Any, bench: Any) -> None:
    b = bench(serve(*[Text("no")] * 5, Text("<think>2 or 4?</think>Option 3.")))
    found = b.proposer.propose(history(b.space), b.space, UNLIMITED)
    again = bench(serve(*[Text("no")] * 5, Text('{"option": 3}')))
    assert edits(found) == edits(again.proposer.propose(history(b.space), b.space, UNLIMITED))
    assert found.origin == "llm (menu)"
    assert apply(b.spec.source, found.changes).source is not None


@pytest.mark.parametrize(
    "text",
    [
        "```json\n" + json.dumps(GOOD) + "\n```",
        "<think>{never} mind</think>" + json.dumps(GOOD),
        json.dumps(GOOD).replace("}]", "},]"),
        str(GOOD),
        json.dumps({"name": "propose_edit", "arguments": GOOD}),
    ],
)
@pytest.mark.parametrize("as_call", [True, False])
def test_json_that_is_almost_json_is_repaired_and_logged(text: str, as_call: bool, serve: Any, bench: Any) -> None:
    b = bench(serve(Call(text) if as_call else Text(text)))
    assert edits(b.proposer.propose(history(b.space), b.space, UNLIMITED)) == EXPECTED
    assert all(event["repaired"] for event in b.events if event["event"] == "llm-fault")


def test_reading_without_end_is_a_loop(serve: Any, bench: Any) -> None:
    b = bench(serve(Call({}, "read_spec"), Call({}, "read_spec"), Call(GOOD)))
    assert edits(b.proposer.propose(history(b.space), b.space, UNLIMITED)) == EXPECTED
    assert b.faults() == [("tools", "loop")]


def test_what_a_server_does_not_support_is_asked_for_otherwise(serve: Any, bench: Any) -> None:
    server = serve(Status(400), Status(422), Text(json.dumps(GOOD)))
    b = bench(server)
    assert edits(b.proposer.propose(history(b.space), b.space, UNLIMITED)) == EXPECTED
    assert b.faults() == [("tools", "unsupported"), ("named", "unsupported")]


ATTACKS: list[tuple[str, object]] = [
    ("copper.confidence", "50 %"),
    ("scorecard.copper", "none"),
    ("cu.seed", 3),
    ("cu.split", "by_trajectory(train = 11, valid = 2, test = 1)"),
    ("fit.seeds", "[1]"),
    ("budget.trials", 1000),
    ("../other.mlp", "x"),
    ("potential.channels\n", "16"),
    ("potential.channels = 16, potential.r_max", 5.0),
    ("potential.channels", "16 }\nscorecard copper { }"),
    ("potential.channels", "16, seed = 3"),
    ("potential.channels", "16 # and more"),
    ("potential.channels", ["16"]),
    ("potential.channels", {"value": 16}),
    ("potential.channels", None),
    ("potential.channels", True),
    ("potential.r_max", "5 Å }"),
    ("potential.r_max", "5 meV"),
    ("potential.r_max", "1e999"),
    ("fit.energy.loss", "huber(10, 100, stress = 7)"),
    ("fit.energy.loss", INJECTION),
    ("fit.batch", "9" * 5000),
    ("fit.batch", 10**30),
    ("fit.batch", 2.5),
]


@pytest.mark.parametrize(("path", "value"), ATTACKS)
def test_no_edit_outside_the_space_gets_through(path: str, value: object, serve: Any, bench: Any) -> None:
    b = bench(serve(Call(call((path, value)))), fallback=None)
    found = b.proposer.propose(history(b.space), b.space, UNLIMITED)
    assert isinstance(found, Exhausted)
    assert {kind for rung, kind in b.faults() if rung != "menu"} <= {"out_of_space", "schema_violation", "tamper"}


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        ("potential.channels", 16, "16"),
        ("potential.channels", 16.0, "16"),
        ("potential.r_max", "0.55 nm", "5.5 Å"),
        ("potential.r_max", "5.5", "5.5 Å"),
        ("potential.r_max", 5.123456789, "5.12346 Å"),
        ("fit.ema", 95, "95 %"),
        ("fit.energy.lr", 3e-4, "0.0003"),
        ("fit.energy.epochs", "20", "20"),
        ("fit.batch", 70_000, "70000"),
        ("fit.energy.loss", "huber( 10,100 )", "huber(10, 100)"),
    ],
)
def test_a_value_is_written_by_us_in_the_domains_words(
    path: str, value: object, text: str, serve: Any, bench: Any
) -> None:
    b = bench(serve(Call(call((path, value)))))
    found = b.proposer.propose(history(b.space), b.space, UNLIMITED)
    assert edits(found) == {path: text}
    assert apply(b.spec.source, found.changes).source is not None


def test_what_an_author_or_a_log_says_reaches_the_model_only_as_quoted_data(serve: Any, bench: Any) -> None:
    server = serve(Call({}, "read_spec"), Call({}, "read_diagnostics"), Call(GOOD))
    b = bench(server)
    b.proposer.propose(history(b.space), b.space, UNLIMITED)
    said = [m["content"] or "" for m in server.requests[-1]["messages"]]
    assert not any(mark in text for text in said for mark in ("<|", "</s>", "[INST]", "<tool_call>"))
    assert not any("diverged" in text for text in said)
    (spec,) = [json.loads(text) for text in said if '"blocks"' in text]
    assert spec["note"] == INJECTION
    assert "Ignore all rules" not in json.dumps([tool for r in server.requests for tool in r["tools"]])


def test_the_schema_lists_what_can_be_counted_and_bounds_the_rest(serve: Any, bench: Any) -> None:
    server = serve(Call(GOOD))
    b = bench(server)
    b.proposer.propose(history(b.space), b.space, UNLIMITED)
    (tool,) = [t["function"] for t in server.requests[0]["tools"] if t["function"]["name"] == "propose_edit"]
    branches = tool["parameters"]["properties"]["edits"]["items"]["anyOf"]
    values = {branch["properties"]["path"]["enum"][0]: branch["properties"]["value"] for branch in branches}
    assert set(values) == {draw.path.text for draw in b.space.draws}
    assert values["potential.channels"]["enum"] == ["8", "16", "32"]
    assert values["fit.energy.epochs"]["enum"] == ["10", "20", "30", "40", "50"]
    assert (values["potential.r_max"]["minimum"], values["potential.r_max"]["maximum"]) == (4.0, 6.0)
    assert (values["fit.batch"]["type"], values["fit.batch"]["maximum"]) == ("integer", 100_000)

    def objects(schema: Any) -> list[dict[str, Any]]:
        inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
        mine = [schema] if isinstance(schema, dict) and schema.get("type") == "object" else []
        return mine + [found for part in inner for found in objects(part)]

    described = objects(tool["parameters"])
    assert len(described) > len(values)
    for found in described:
        assert found["additionalProperties"] is False
        assert found["required"] == list(found["properties"])


def test_a_shuffled_history_keeps_points_and_moves_outcomes(serve: Any, bench: Any) -> None:
    server = serve(Call(call(("potential.max_L", "1"))), Call(GOOD))
    b = bench(server, Shuffled, seed=4)
    tried = history(b.space)
    mixed = list(Permutation(4).of(tried))
    assert [t.point for t in mixed] == [t.point for t in tried]
    assert sorted(str(t.objective) for t in mixed) == sorted(str(t.objective) for t in tried)
    assert [t.objective for t in mixed] != [t.objective for t in tried]
    growing = Permutation(4)
    growing.of(tried[:1])
    assert growing.of(tried) == mixed
    assert edits(b.proposer.propose(tried, b.space, UNLIMITED)) == EXPECTED
    assert b.faults() == [("tools", "duplicate")]


def test_in_turn_every_other_proposal_is_the_estimators(serve: Any, bench: Any) -> None:
    b = bench(serve(Call(GOOD)))
    both = InTurn(b.proposer, b.proposer.fallback)
    trials = history(b.space)
    found = [both.propose(trials[:count], b.space, Remaining(None, None, None, None)) for count in range(3)]
    assert [p.origin for p in found] == ["llm", "llm", "tpe"]


def test_an_argument_of_another_call_can_have_the_baselines_value(serve: Any, bench: Any) -> None:
    edited_paths = (("fit.forces.loss.stress", "1000"), ("fit.forces.loss", "huber(10, 100)"))
    b = bench(serve(Call(call(*edited_paths))))
    found = b.proposer.propose(history(b.space), b.space, UNLIMITED)
    assert edits(found) == {"fit.forces.loss": "huber(10, 100)", "fit.forces.loss.stress": "1000"}
    edited = apply(b.spec.source, found.changes).source
    assert edited is not None
    assert "loss = huber(10, 100, stress = 1000)" in edited.text


def test_a_path_that_comes_to_be_drawn_needs_a_value_of_its_domain(serve: Any, bench: Any) -> None:
    text = TEXT.replace("potential.correlation ~ choice(2, 3)", "potential.correlation ~ choice(1, 3)")
    space = space_of(resolved(text))
    tried = Tried(space)
    fault = settle({"potential.channels": "16"}, "", space, tried)
    assert isinstance(fault, Malformed)
    assert fault.kind is Kind.OUT_OF_SPACE
    assert isinstance(settle({"potential.channels": "16", "potential.correlation": "3"}, "", space, tried), tuple)
