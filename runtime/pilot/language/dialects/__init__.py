"""Wire formats: a request to an endpoint's body, and an endpoint's body to a reply. Neither ever raises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mlipilot.runtime.pilot.language.dialects import chat, responses
from mlipilot.runtime.pilot.language.items import Reply, Request


class Dialect(NamedTuple):
    """The two halves of an adapter."""

    write: Callable[[Request, str], dict[str, Any]]
    """A request and the model's name to the arguments of the SDK's call."""
    read: Callable[[Mapping[str, Any]], Reply]


DIALECTS = {
    "chat": Dialect(chat.write, chat.read),
    "responses": Dialect(responses.write, responses.read),
}

__all__ = ["DIALECTS", "Dialect"]
