"""A scripted endpoint, and proposers that ask it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent))

from campaign_spec import Estimator, resolved
from scripted_server import Server

from mlipilot.runtime.pilot.language import Endpoint, LanguageModel, Ledger, Model, Subject, Transcript

KEY = "sk-test-0123456789abcdef"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key, and no way around this machine."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Start a server with a script."""
    servers: list[Server] = []

    def start(*script: Any) -> Server:
        servers.append(Server(*script))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


class Bench:
    """A proposer, and all that it told."""

    def __init__(self, server: Server, kind: type[LanguageModel] = LanguageModel, **others: Any) -> None:
        self.events: list[dict[str, Any]] = []
        self.entries: list[dict[str, Any]] = []
        self.waits: list[float] = []
        self.spec = resolved()
        assert self.spec.space is not None
        self.space = self.spec.space
        given = {"dialect": "chat", "timeout": 5.0, "attempts": 3, **others.pop("endpoint", {})}
        write = self.entries.append
        self.ledger = others.pop("ledger", None) or Ledger(others.pop("prices", None), write)  # type: ignore[arg-type]
        self.model = Model(
            Endpoint("some-model", server.url, **given),
            self.ledger,
            others.pop("transcript", None) or Transcript(),
            lambda event: self.events.append(dict(event)),
            self.waits.append,
        )
        fallback = others.pop("fallback", Estimator())
        self.proposer = kind(
            self.model, Subject(self.spec), fallback, log=lambda event: self.events.append(dict(event)), **others
        )

    def faults(self) -> list[tuple[str, str]]:
        """Rung and class of each fault."""
        return [(event["rung"], event["class"]) for event in self.events if event["event"] == "llm-fault"]


@pytest.fixture
def bench() -> type[Bench]:
    """The class of a proposer with its records."""
    return Bench
