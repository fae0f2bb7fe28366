"""From a model's answers to one proposal: what is malformed is said back, asked for in plainer ways, and logged.

The rungs: any tool, with faults echoed; `propose_edit` by name; an object instead of a call; a number of a menu. A
model that fails on all of them has cost tokens, not an experiment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from mlipilot.runtime.pilot.language import menu, prompt, subject
from mlipilot.runtime.pilot.language.arguments import Kind, Malformed, read_proposal
from mlipilot.runtime.pilot.language.connection import Fault
from mlipilot.runtime.pilot.language.items import Item, Message, Reasoning, Reply, Request, Tool, ToolCall, ToolResult
from mlipilot.runtime.pilot.language.ledger import Limit
from mlipilot.runtime.pilot.language.model import Model, Unasked
from mlipilot.runtime.pilot.language.quoting import quoted
from mlipilot.runtime.pilot.language.repair import read_object
from mlipilot.runtime.pilot.language.subject import Subject
from mlipilot.runtime.pilot.language.tools import PROPOSE, READING, choose_one, propose_edit
from mlipilot.runtime.pilot.language.tried import Tried
from mlipilot.runtime.pilot.trial import History, Proposal
from mlipilot.spec.space import SearchSpace

ECHOES = 2
"""Faults that are said back."""
READINGS = 4
"""Tools that are read before a proposal must come."""


class Rung(StrEnum):
    """How plainly a proposal was asked for."""

    TOOLS = "tools"
    NAMED = "named"
    OBJECT = "object"
    MENU = "menu"
    FALLBACK = "fallback"
    STOP = "stop"


class Failed(NamedTuple):
    """No proposal came of a model."""

    kind: Kind
    message: str
    is_final: bool = False
    """Whether no other proposer may stand in: the endpoint is misconfigured, or a transcript ends."""


class _Read(NamedTuple):
    """A tool that was read, and what it gave."""

    call: ToolCall
    text: str


@dataclass
class Ladder:
    """One proposal's way down."""

    model: Model
    subject: Subject
    space: SearchSpace
    told: History
    """What the model sees."""
    tried: Tried
    """What was tried."""
    seed: int
    about: Mapping[str, Any]
    limit: Limit
    log: Callable[[Mapping[str, Any]], object]

    def climb(self) -> Proposal | Failed:
        """The first rung's proposal that is sound."""
        document = {
            "search": subject.search(self.space),
            "scorecard": self.subject.scorecard(),
            "history": subject.overview(self.space, self.told),
        }
        opening = prompt.opening(document)
        propose = propose_edit(self.space, self.subject.metrics)
        found: Proposal | Failed = Failed(Kind.NO_CALL, "nothing was asked")
        for rung in (self._tools, self._named, self._object, self._menu):
            found = rung(opening, propose)
            if isinstance(found, Proposal) or found.is_final or found.kind in (Kind.BUDGET, Kind.UNREACHABLE):
                break
        return found

    def _tools(self, opening: tuple[Item, ...], propose: Tool) -> Proposal | Failed:
        items, most = opening, self.model.endpoint.most_output
        echoes = 0
        read: list[tuple[str, str]] = []
        while True:
            reply = self._ask(Request(items, (propose, *READING), most_output=most), Rung.TOOLS)
            if isinstance(reply, Failed):
                return reply
            found = self._interpreted(reply, read)
            if isinstance(found, Proposal):
                return self._done(Rung.TOOLS, found)
            if isinstance(found, _Read):
                read.append((found.call.name, found.call.arguments))
                items = (*items, *_kept(reply, found.call), ToolResult(found.call.id, found.text))
                continue
            self._fault(Rung.TOOLS, found)
            if found.kind is Kind.TRUNCATED and most == self.model.endpoint.most_output:
                most *= 2
                continue
            if found.kind in (Kind.TRUNCATED, Kind.REFUSAL, Kind.LOOP) or echoes == ECHOES:
                return Failed(found.kind, found.message)
            echoes += 1
            items = (*items, *_echo(reply, found))

    def _named(self, opening: tuple[Item, ...], propose: Tool) -> Proposal | Failed:
        return self._once(Rung.NAMED, Request(opening, (propose,), PROPOSE, most_output=self._most))

    def _object(self, opening: tuple[Item, ...], propose: Tool) -> Proposal | Failed:
        return self._once(Rung.OBJECT, Request(prompt.plain(opening), answer=propose, most_output=self._most))

    @property
    def _most(self) -> int:
        return self.model.endpoint.most_output

    def _once(self, rung: Rung, request: Request) -> Proposal | Failed:
        reply = self._ask(request, rung)
        if isinstance(reply, Failed):
            return reply
        found = self._interpreted(reply, None)
        if isinstance(found, Proposal):
            return self._done(rung, found)
        assert isinstance(found, Malformed)
        self._fault(rung, found)
        return Failed(found.kind, found.message)

    def _menu(self, opening: tuple[Item, ...], propose: Tool) -> Proposal | Failed:
        offered = menu.options(self.space, self.tried, self.seed)
        if not offered:
            return Failed(Kind.DUPLICATE, "no untried point was found for a menu")
        items = prompt.menu(opening, [menu.shown(changes) for changes in offered])
        answer = choose_one(len(offered))
        reply = self._ask(Request(items, answer=answer, most_output=self._most), Rung.MENU)
        if isinstance(reply, Failed):
            return reply
        place = _stopped(reply) or menu.picked(reply.text, len(offered))
        if isinstance(place, Malformed):
            self._fault(Rung.MENU, place)
            return Failed(place.kind, place.message)
        return self._done(Rung.MENU, Proposal(offered[place], origin="llm (menu)"))

    def _ask(self, request: Request, rung: Rung) -> Reply | Failed:
        answer = self.model.ask(request, self.about, self.limit)
        if isinstance(answer, Reply):
            return answer
        if isinstance(answer, Unasked):
            failed = Failed(Kind.BUDGET, answer.message, is_final=answer.why == "transcript")
        elif answer.is_configuration:
            failed = Failed(Kind.UNREACHABLE, f"the endpoint refuses: {answer.message}", is_final=True)
        else:
            failed = Failed(_kind(answer), answer.message)
        self._fault(rung, Malformed(failed.kind, failed.message))
        return failed

    def _interpreted(self, reply: Reply, read: list[tuple[str, str]] | None) -> Proposal | Malformed | _Read:
        """What an answer comes to; `read` holds what was read before, None where nothing can be read."""
        stopped = _stopped(reply)
        if stopped is not None:
            return stopped
        call = _call(reply)
        if call is not None and call.name != PROPOSE:
            return Malformed(*_STRANGER) if read is None else self._reading(call, read)
        parsed = read_object(call.arguments if call is not None else reply.text)
        if parsed is None:
            return Malformed(Kind.NO_CALL, "no tool was called") if call is None else Malformed(*_NO_JSON)
        document = parsed.document
        wrapped = document.get("arguments", document.get("parameters"))
        if document.get("name") == PROPOSE and isinstance(wrapped, dict):
            document = wrapped  # a call that was written as text
        found = read_proposal(document, self.subject.metrics, self.space, self.tried, self.subject.protects)
        if isinstance(found, Proposal) and (parsed.is_repaired or (call is None and read is not None)):
            self._fault(Rung.TOOLS, Malformed(Kind.BAD_JSON if call else Kind.NO_CALL, "repaired"), is_repaired=True)
        return found

    def _reading(self, call: ToolCall, read: list[tuple[str, str]]) -> _Read | Malformed:
        if call.name not in {tool.name for tool in READING}:
            return Malformed(*_STRANGER)
        if (call.name, call.arguments) in read or len(read) == READINGS:
            return Malformed(Kind.LOOP, "this was read before, or enough was read")
        parsed = read_object(call.arguments or "{}")
        given = parsed.document if parsed is not None else {}
        return _Read(call, quoted(self._answer(call.name, given)))

    def _answer(self, name: str, given: Mapping[str, Any]) -> Any:
        if name == "read_spec":
            return {**self.subject.baseline(), "search": subject.search(self.space)}
        if name == "read_scorecard":
            return self.subject.scorecard()
        if name == "read_diagnostics":
            return subject.diagnostics(self.told)
        return subject.trials(self.space, self.told, _whole(given.get("first"), 0), _whole(given.get("count"), 20))

    def _fault(self, rung: Rung, found: Malformed, *, is_repaired: bool = False) -> None:
        entry = {"event": "llm-fault", "rung": rung.value, "class": found.kind.value, "message": found.message}
        self.log({**entry, "repaired": is_repaired, **self.about})

    def _done(self, rung: Rung, proposal: Proposal) -> Proposal:
        self.log({"event": "llm-proposal", "rung": rung.value, **self.about})
        return proposal


_STRANGER = (Kind.UNKNOWN_TOOL, "there is no such tool")
_NO_JSON = (Kind.BAD_JSON, "the arguments are no JSON object")


def _kind(fault: Fault) -> Kind:
    return Kind.UNREACHABLE if fault.is_passing else Kind.UNSUPPORTED


def _whole(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9 else otherwise


def _stopped(reply: Reply) -> Malformed | None:
    """Why an answer says nothing."""
    if reply.refusal:
        return Malformed(Kind.REFUSAL, "the model refused")
    if reply.truncated:
        return Malformed(Kind.TRUNCATED, "the answer was cut short")
    return None


def _call(reply: Reply) -> ToolCall | None:
    """The call that counts: the first proposal, else the first."""
    proposals = [call for call in reply.calls if call.name == PROPOSE]
    return next(iter(proposals or reply.calls), None)


def _kept(reply: Reply, call: ToolCall) -> tuple[Item, ...]:
    """What of an answer goes back to the model: its reasoning and the call that was answered."""
    return (*(item for item in reply.items if isinstance(item, Reasoning)), call)


def _echo(reply: Reply, fault: Malformed) -> tuple[Item, ...]:
    text = prompt.refused(fault.kind.value, fault.message)
    call = _call(reply)
    parsed = read_object(call.arguments) if call is not None else None
    if call is not None and call.name == PROPOSE and parsed is not None and not parsed.is_repaired:
        return (*_kept(reply, call), ToolResult(call.id, text))
    # Servers that read calls back as JSON would turn down one that is none.
    return Message("assistant", "(an answer that was no valid call)"), Message("user", text)
