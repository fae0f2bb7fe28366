"""`mlipilot doctor --model`: how a model calls its tool, counted before anything depends on it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from campaign_spec import call
from scripted_server import Call, Refusal, Status, Text

from mlipilot.cli import main
from mlipilot.compiler.compile import check_source
from mlipilot.runtime.pilot.language import Endpoint
from mlipilot.runtime.pilot.language.conformance import _SPEC, conformance
from mlipilot.runtime.pilot.language.connection import LOCAL
from mlipilot.spec.source import SourceFile

METRIC = "energy_rmse(cu.test)"


def good(number: int) -> dict[str, Any]:
    return call(("fit.first.lr", round(0.001 * number, 4)), metric=METRIC)


def obeying() -> Any:
    turn = iter(range(1, 1000))
    return lambda body: Call(good(next(turn)))


def waiting_for_nothing(seconds: float) -> None:
    pass


def test_the_search_of_the_probe_is_a_sound_spec() -> None:
    checked = check_source(SourceFile("conformance.mlp", _SPEC))
    assert not [d for d in checked.diagnostics if d.is_error]


@pytest.mark.parametrize("dialect", ["chat", "responses"])
def test_a_model_that_calls_as_asked_is_usable(dialect: str, serve: Any) -> None:
    server = serve(obeying())
    found = conformance(Endpoint("m", server.url, dialect), 6)
    assert found.is_usable
    assert found.reliability == ({"tools": 6}, {}, 6, 0, {})
    assert found.tokens == server.tokens
    assert len(found.latencies) == 6
    median, most = found.latency(0.5), found.latency(1.0)
    assert median is not None
    assert most is not None
    assert 0 < median <= most == max(found.latencies)


def test_half_of_the_calls_is_not_most(serve: Any) -> None:
    sound = obeying()
    told: list[int] = []

    def model(body: dict[str, Any]) -> Any:
        asked = len(told)
        return Refusal() if asked % 2 else sound(body)

    found = conformance(Endpoint("m", serve(model).url, "chat"), 4, done=told.append)
    assert found.proposed == 2
    assert not found.is_usable
    assert found.reliability.faults["refusal"] >= 2


def test_a_choice_from_a_menu_is_no_proposal_of_its_own(serve: Any) -> None:
    found = conformance(Endpoint("m", serve(Text("2")).url, "chat"), 3)
    assert found.reliability.rungs == {"menu": 3}
    assert not found.is_usable


@pytest.mark.parametrize(("status", "requests"), [(401, 1), (404, 1), (503, 3)])
def test_an_endpoint_that_does_not_answer_is_asked_no_further(status: int, requests: int, serve: Any) -> None:
    server = serve(Status(status))
    found = conformance(Endpoint("m", server.url, "chat"), 20, waiting_for_nothing)
    assert len(server.requests) == requests
    assert str(status) in found.unreachable
    assert not found.is_usable


def test_the_verb_exits_with_0_for_a_usable_model_and_1_for_another(
    serve: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", serve(obeying()).url)
    assert main(["doctor", "--model", "m", "--calls", "3", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["usable"], document["rungs"], document["tokens"]) == (True, {"tools": 3}, 360)
    monkeypatch.setenv("OPENAI_BASE_URL", serve(Text("no")).url)
    assert main(["doctor", "--model", "m", "--calls", "2"]) == 1
    told = capsys.readouterr()
    assert "no_call" in told.out
    assert "MLP0921" in told.err


def test_without_a_key_nothing_is_asked_and_what_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    assert main(["doctor", "--model", "m"]) == 1
    told = capsys.readouterr().err
    assert "MLP0920" in told
    assert "OPENAI_API_KEY" in told
    assert "OPENAI_BASE_URL" in told
    for address in LOCAL.values():
        monkeypatch.setenv("OPENAI_BASE_URL", address)
        assert address in told
        assert Endpoint("m").remedy == Endpoint("m").lacks == ""


def test_what_an_address_holds_in_secret_is_not_shown(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://user:secret@models.example:8000/v1?key=secret")
    assert Endpoint("m").host == "models.example:8000"
