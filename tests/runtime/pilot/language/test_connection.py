"""What a network does is a value: asked again where that may help, in bounded time, and the key stays in memory."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from campaign_spec import UNLIMITED, call, history
from scripted_server import Call, Raw, Slow, Status, Text

from mlipilot.runtime.pilot.language import Endpoint, Transcript
from mlipilot.runtime.pilot.language.connection import Connection, Fault
from mlipilot.runtime.pilot.trial import Exhausted

KEY = "sk-test-0123456789abcdef"
GOOD = Call(call(("potential.channels", "16")))


def test_waiting_grows_and_heeds_the_endpoint_within_reason(serve: Any, bench: Any) -> None:
    server = serve(
        Status(500),
        Status(503),
        Status(429, {"retry-after": "7"}),
        Status(429, {"retry-after": "1e9"}),
        Status(429, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}),
        GOOD,
    )
    b = bench(server, endpoint={"attempts": 6, "longest_wait": 30.0})
    assert b.proposer.propose(history(b.space), b.space, UNLIMITED).origin == "llm"
    assert b.waits == [1.0, 2.0, 7.0, 30.0, 16.0]
    assert [e["status"] for e in b.events if e["event"] == "llm-attempt" and "fault" in e] == [500, 503, 429, 429, 429]


def test_each_attempt_is_one_request(serve: Any, bench: Any) -> None:
    server = serve(Status(500))
    b = bench(server, endpoint={"attempts": 3})
    found = b.proposer.propose(history(b.space), b.space, UNLIMITED)
    assert found.origin == "tpe (fallback)"
    assert len(server.requests) == 3
    assert len([e for e in b.entries if e["event"] == "llm-settle"]) == 3
    assert b.faults() == [("tools", "unreachable")]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_wrong_key_or_name_stops_the_arm_and_is_not_asked_again(status: int, serve: Any, bench: Any) -> None:
    server = serve(Status(status))
    b = bench(server)
    assert isinstance(b.proposer.propose(history(b.space), b.space, UNLIMITED), Exhausted)
    assert len(server.requests) == 1
    assert b.ledger.spent.tokens == 0


def test_an_endpoint_that_drips_blanks_is_given_up_in_time(serve: Any) -> None:
    """It is given up while it drips: an answer that has ended, and is blank, is another fault."""
    connection = Connection(Endpoint("m", serve(Slow(30)).url, "chat", timeout=0.5))
    found = connection.send({"model": "m", "messages": []})
    assert isinstance(found, Fault)
    assert (found.kind, found.unserved) == ("timeout", False)


def test_where_nobody_listens_nothing_was_counted(serve: Any) -> None:
    server = serve(GOOD)
    server.close()
    found = Connection(Endpoint("m", server.url, "chat", timeout=2)).send({"model": "m", "messages": []})
    assert isinstance(found, Fault)
    assert (found.kind, found.unserved) == ("unreachable", True)


@pytest.mark.parametrize("body", [b"<html>busy</html>", b"[1]", b'"x"', b"\xff", b"[" * 100_000, b""])
def test_a_body_that_is_no_object_is_a_fault(body: bytes, serve: Any) -> None:
    found = Connection(Endpoint("m", serve(Raw(body)).url, "chat", timeout=5)).send({"model": "m", "messages": []})
    assert isinstance(found, Fault)
    assert found.kind == "unreadable"
    assert not found.unserved


def test_openai_is_not_asked_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    found = Connection(Endpoint("gpt-5.5")).send({})
    assert isinstance(found, Fault)
    assert found.is_configuration
    assert "OPENAI_API_KEY" in found.message


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "localhost:8000/v1",
        "http://[::1/v1",
        "http://h:x/v1",
        "http://h:99999/v1",
        "ftp://h/v1",
        "http://a b",
    ],
)
def test_what_is_no_address_is_asked_for_nothing(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    endpoint = Endpoint("m")
    found = Connection(endpoint).send({"model": "m", "messages": []})
    assert isinstance(found, Fault)
    assert found.unserved
    assert found.is_configuration
    assert "OPENAI_BASE_URL" in endpoint.lacks
    assert endpoint.remedy
    assert endpoint.host


@pytest.mark.parametrize("key", ["sk-secret\nsecret", "sk-secret secret", "sk-sécret-secret"])
def test_what_is_no_key_is_not_sent_and_not_told(key: str, serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(GOOD)
    monkeypatch.setenv("OPENAI_API_KEY", key)
    endpoint = Endpoint("m")
    found = Connection(endpoint).send({"model": "m", "messages": []})
    assert isinstance(found, Fault)
    assert found.is_configuration
    assert not server.requests
    assert "cret" not in f"{found} {endpoint.remedy}"


def test_each_address_has_its_dialect(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Endpoint("gpt-5.5").speaks == "responses"
    assert Endpoint("qwen", "http://127.0.0.1:8000/v1").speaks == "chat"
    assert Endpoint("x", "http://api.openai.com.example/v1").speaks == "chat"
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1")
    assert Endpoint("qwen").speaks == "chat"


def test_the_key_is_sent_and_stands_nowhere_else(serve: Any, bench: Any, tmp_path: Path) -> None:
    escaped = "".join(f"\\u{ord(c):04x}" for c in KEY)
    server = serve(
        Status(500, body=json.dumps({"error": {"message": f"bad key {KEY}"}})),
        Text(f"your key is {KEY}"),
        Raw(b'{"choices": [{"message": {"content": "' + escaped.encode() + b'"}}]}'),
        GOOD,
    )
    path = tmp_path / "llm.jsonl"
    b = bench(server, transcript=Transcript(path))
    found = b.proposer.propose(history(b.space), b.space, UNLIMITED)
    assert found.origin == "llm"
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    hashes = [hashlib.new(name, KEY.encode()).hexdigest() for name in ("sha256", "sha1", "md5")]
    everything = path.read_text() + repr(b.events) + repr(b.entries) + json.dumps(server.requests)
    assert not any(secret in everything for secret in [KEY, KEY[:12], *hashes])
    assert "[redacted]" in everything
