"""A conversation with a language model, in terms that no endpoint's wire format shows through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias


class Message(NamedTuple):
    """A text: `system`, `user` or `assistant` says it."""

    role: str
    text: str


class ToolCall(NamedTuple):
    """A tool that the model calls; its arguments are text as they came, which need not be JSON."""

    id: str
    name: str
    arguments: str


class ToolResult(NamedTuple):
    """What a call gave."""

    call: str
    text: str


class Reasoning(NamedTuple):
    """An item that belongs to the endpoint: it is handed back as it came, and never read."""

    raw: Mapping[str, Any]


Item: TypeAlias = Message | ToolCall | ToolResult | Reasoning


class Tool(NamedTuple):
    """A tool with strict arguments."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    """JSON Schema in which all fields are required and no others allowed."""


@dataclass(frozen=True)
class Request:
    """One question to a model."""

    items: tuple[Item, ...]
    tools: tuple[Tool, ...] = ()
    named: str | None = None
    """The tool that must be called; none: any of them, but one."""
    answer: Tool | None = None
    """The shape of a plain answer, where no tool is called."""
    most_output: int = 4096
    """Tokens."""


class Usage(NamedTuple):
    """Tokens that an endpoint says it counted."""

    prompt: int
    completion: int
    cached: int = 0
    """Of the prompt's, those read from a cache."""


@dataclass(frozen=True)
class Reply:
    """What a model answered."""

    items: tuple[Item, ...] = ()
    refusal: bool = False
    truncated: bool = False
    usage: Usage | None = None
    """None where the endpoint does not say: unknown, which is not zero."""

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The tools called."""
        return tuple(item for item in self.items if isinstance(item, ToolCall))

    @property
    def text(self) -> str:
        """What was said besides."""
        return "\n".join(item.text for item in self.items if isinstance(item, Message))
