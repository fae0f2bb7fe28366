"""A language model that is asked: each attempt is paid from the ledger and kept in the transcript; retries are ours."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mlipilot.runtime.pilot.language.connection import Connection, Endpoint, Fault, Received
from mlipilot.runtime.pilot.language.dialects import DIALECTS
from mlipilot.runtime.pilot.language.items import Reply, Request, Usage
from mlipilot.runtime.pilot.language.ledger import Ledger, Limit
from mlipilot.runtime.pilot.language.transcript import Transcript, key_of
from mlipilot.runtime.pilot.trial import Stopped

FIRST_WAIT = 1.0
"""Seconds before the first retry; twice as many before each that follows."""
ENDPOINT = "llm-endpoint"
"""The event that says how a model was asked."""
TEMPLATE_TOKENS = 1024
"""Of a chat template that a server wraps around a request."""


class Unasked(NamedTuple):
    """A request that was not sent: the budget does not reach, or the transcript has no answer."""

    why: str
    """`budget` or `transcript`."""
    message: str


@dataclass
class Model:
    """An endpoint with its ledger and its transcript."""

    endpoint: Endpoint
    ledger: Ledger = field(default_factory=Ledger)
    transcript: Transcript = field(default_factory=Transcript)
    log: Callable[[Mapping[str, Any]], object] = lambda event: None
    """Told of each attempt."""
    wait: Callable[[float], object] = time.sleep
    """Seconds between attempts."""
    is_stopped: Callable[[], bool] = lambda: False
    """Whether nothing more shall be sent."""

    def __post_init__(self) -> None:
        self._connection = Connection(self.endpoint)
        self._is_named = False

    def ask(self, request: Request, about: Mapping[str, Any], limit: Limit) -> Reply | Fault | Unasked:
        """Ask until there is an answer, asking again is of no use, or the budget does not reach.

        `about` tells requests apart that are the same to the endpoint: arm, replicate, trial. Raises `Stopped` where
        something would have to be sent and nothing shall be.
        """
        dialect = DIALECTS[self.endpoint.speaks]
        body = dialect.write(request, self.endpoint.model)
        key = key_of({"about": dict(about), "dialect": self.endpoint.speaks, "body": body})
        most = Usage(most_prompt_tokens(body), request.most_output)
        attempt = 0
        while True:
            name = f"{key}/{self.transcript.next_occurrence(key)}"
            is_replayed = self.transcript.holds(key)
            if not is_replayed and not self.transcript.is_closed:
                if self.is_stopped():
                    raise Stopped
                self.ledger.give_up(name)
            for _ in range(self.ledger.lost(name)):  # as in executions that were killed
                self._name()
                self.ledger.reserve(name, most, limit)
                self.ledger.give_up(name)
            # First the budget: what it refused was never asked, and stands in no transcript.
            if not self.ledger.allows(name, most, limit):
                return Unasked("budget", self.ledger.refusal(most, limit))
            if not is_replayed and self.transcript.is_closed:
                return Unasked("transcript", f"the transcript has no answer `{name[:12]}…`")
            self._name()
            self.ledger.reserve(name, most, limit)
            answer = self.transcript.exchange(key, about, lambda: self._connection.send(body))
            reply = dialect.read(answer.body) if isinstance(answer, Received) else None
            self.ledger.settle(name, _used(reply, answer))
            self.log(_event(name, answer, reply))
            if reply is not None:
                return reply
            assert isinstance(answer, Fault)
            attempt += 1
            if not answer.is_passing or attempt >= self.endpoint.attempts:
                return answer
            if not is_replayed:
                self.wait(self._pause(attempt, answer))

    def _name(self) -> None:
        """Enter how the model is asked, so that its requests can be made again where the environment says otherwise."""
        if not self._is_named:
            self.log({"event": ENDPOINT, "model": self.endpoint.model, "dialect": self.endpoint.speaks})
            self._is_named = True

    def _pause(self, attempt: int, fault: Fault) -> float:
        """Seconds before the next attempt: at least as many as the endpoint asks for, within reason."""
        backoff = FIRST_WAIT * 2.0 ** (attempt - 1)
        return min(max(backoff, fault.retry_after or 0.0), self.endpoint.longest_wait)


def most_prompt_tokens(body: Mapping[str, Any]) -> int:
    """A bound on the tokens of a request: no tokenizer makes more of a text than it has bytes."""
    return len(json.dumps(body, ensure_ascii=False).encode()) + TEMPLATE_TOKENS


def _used(reply: Reply | None, answer: Received | Fault) -> Usage | None:
    if reply is not None:
        return reply.usage
    return Usage(0, 0) if isinstance(answer, Fault) and answer.unserved else None


def _event(name: str, answer: Received | Fault, reply: Reply | None) -> dict[str, Any]:
    event: dict[str, Any] = {"event": "llm-attempt", "attempt": name}
    if isinstance(answer, Fault):
        return {**event, "fault": answer.kind, "status": answer.status}
    usage = reply.usage if reply is not None else None
    fingerprint = answer.body.get("system_fingerprint")
    return {
        **event,
        "usage": None if usage is None else usage._asdict(),
        "fingerprint": fingerprint if isinstance(fingerprint, str) else None,
        "latency": answer.latency,
    }
