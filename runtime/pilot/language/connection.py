"""One attempt to ask an endpoint: sent once, bounded in time and size, its key in memory alone."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

OPENAI = "https://api.openai.com/v1"
ADDRESS = "OPENAI_BASE_URL"
"""The environment's variable of the address of another server."""
KEY = "OPENAI_API_KEY"
"""The environment's variable of the key, which stands nowhere else."""
LOCAL = {
    "vLLM": "http://localhost:8000/v1",
    "Ollama": "http://localhost:11434/v1",
    "llama.cpp": "http://localhost:8080/v1",
}
"""Servers of one's own, and where they listen unless told otherwise; they need no key."""
MOST_BYTES = 8 << 20
"""Of an answer."""
LONGEST_MESSAGE = 300
LONGEST_CONNECT = 5.0
"""Seconds until a server that does not even take a connection is said to be absent."""
SHORTEST_KEY = 8


class Endpoint(NamedTuple):
    """Where a model is served, and how it is asked."""

    model: str
    base_url: str = ""
    """Empty: the environment's `OPENAI_BASE_URL`, else OpenAI's own."""
    dialect: str = ""
    """A key of `DIALECTS`; empty: `responses` at OpenAI's own address, `chat` elsewhere."""
    timeout: float = 120.0
    """Seconds of one attempt, from the first byte sent to the last received."""
    attempts: int = 5
    """Of one request."""
    most_output: int = 4096
    """Tokens of an answer; twice as many where one was cut short."""
    longest_wait: float = 60.0
    """Seconds between attempts, whatever the endpoint asks for."""

    @property
    def address(self) -> str:
        """The base of its addresses."""
        return self.base_url or os.environ.get(ADDRESS) or OPENAI

    @property
    def is_openai(self) -> bool:
        """Whether it is OpenAI's own."""
        return self._parts is not None and self._parts.hostname == urlsplit(OPENAI).hostname

    @property
    def _parts(self) -> SplitResult | None:
        """Of the address; None where it is none."""
        try:
            parts = urlsplit(self.address)
            is_sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            return None
        return parts if is_sound and not re.search(r"\s", self.address) else None

    @property
    def lacks(self) -> str:
        """What has to be there before it can be asked, and is not; empty where nothing is missing."""
        if find_spec("openai") is None:
            return "`openai` is not installed: install `mlipilot[pilot]`"
        if self._parts is None:
            return f"`{ADDRESS}` is not the address of a server"
        key = os.environ.get(KEY, "").strip()
        if not re.fullmatch(r"[!-~]*", key):
            return f"`{KEY}` holds blanks or characters that no key has"
        if self.is_openai and not key:
            return f"`{KEY}` is not set"
        return ""

    @property
    def remedy(self) -> str:
        """How to mend what it lacks; empty where nothing is missing."""
        if not self.lacks:
            return ""
        if find_spec("openai") is None:
            return 'run `pip install "mlipilot[pilot]"`'
        if os.environ.get(KEY, "").strip() and self._parts is not None:
            return f"set `{KEY}` to the key alone, on one line"
        servers = ", ".join(f"`{address}` for {name}" for name, address in LOCAL.items())
        if self._parts is None:
            return f"begin it with `http://` or `https://`, as {servers}; unset it to ask OpenAI"
        return (
            f"set `{KEY}` to ask OpenAI; to ask another server set `{ADDRESS}`, and `{KEY}` where it wants a key: "
            f"one of your own wants none, as {servers}"
        )

    def unreached(self) -> str:
        """Why no connection to it can be made; empty where one can, or a proxy stands before it."""
        parts = self._parts
        if parts is None or parts.hostname is None:
            return self.lacks
        if {parts.scheme, "all"} & set(getproxies()) and not proxy_bypass(parts.hostname):
            return ""
        try:
            port = parts.port or {"http": 80, "https": 443}[parts.scheme]
            socket.create_connection((parts.hostname, port), timeout=LONGEST_CONNECT).close()
        except (OSError, UnicodeError) as error:
            return f"no connection can be made ({getattr(error, 'strerror', None) or error})"
        return ""

    @property
    def host(self) -> str:
        """Where it is, without what an address may hold in secret."""
        parts = self._parts
        return f"`{ADDRESS}`" if parts is None else f"{parts.hostname}{f':{parts.port}' if parts.port else ''}"

    @property
    def speaks(self) -> str:
        """Its dialect."""
        return self.dialect or ("responses" if self.is_openai else "chat")


class Received(NamedTuple):
    """An answer's body, which is a JSON object."""

    body: dict[str, Any]
    latency: float
    """Seconds."""


class Fault(NamedTuple):
    """Why there is no answer."""

    kind: str
    """`missing` (a key or a package), `timeout`, `unreachable`, `interrupted`, `unreadable` or `status`."""
    message: str
    status: int | None = None
    retry_after: float | None = None
    """Seconds that the endpoint asks to wait."""
    unserved: bool = False
    """Whether it is certain that no token was counted: the endpoint was not reached, or turned the request down."""

    @property
    def is_passing(self) -> bool:
        """Whether asking again may help."""
        return self.kind not in ("missing", "status") or self.status in (408, 409, 429) or (self.status or 0) >= 500

    @property
    def is_configuration(self) -> bool:
        """Whether nothing that is asked will be answered: key, address or name of the model is wrong."""
        return self.kind == "missing" or self.status in (401, 403, 404)


class Connection:
    """An endpoint that can be asked."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._client: Any = None

    def send(self, body: Mapping[str, Any]) -> Received | Fault:
        """Ask once. Nothing is raised for what an endpoint or a network does."""
        if self.endpoint.lacks:
            return Fault("missing", self.endpoint.lacks, unserved=True)
        import httpx2
        import openai

        key = os.environ.get(KEY, "").strip()
        if self._client is None:
            self._client = openai.OpenAI(
                api_key=key or "none", base_url=self.endpoint.address, max_retries=0, timeout=self.endpoint.timeout
            )
        started = time.monotonic()
        try:
            data = self._receive(body, started)
        except openai.APIStatusError as error:
            status = error.status_code
            retry_after = _seconds(error.response.headers.get("retry-after"))
            refused = 400 <= status < 500 and status != 408
            return Fault("status", _redacted(f"status {status}", key), status, retry_after, refused)
        except (openai.APITimeoutError, httpx2.TimeoutException, TimeoutError):
            return Fault("timeout", f"no whole answer within {self.endpoint.timeout:g} s")
        except openai.APIConnectionError as error:
            never_sent = isinstance(error.__cause__, httpx2.ConnectError)
            message = _redacted(str(error.__cause__ or error), key)
            return Fault("unreachable" if never_sent else "interrupted", message, unserved=never_sent)
        except (httpx2.HTTPError, openai.OpenAIError, OSError, ValueError, RecursionError) as error:
            return Fault("interrupted", _redacted(f"{type(error).__name__}: {error}", key))
        try:
            document = _clean(json.loads(data), key)
        except (ValueError, RecursionError):
            return Fault("unreadable", "the answer is no JSON")
        if not isinstance(document, dict):
            return Fault("unreadable", "the answer is no JSON object")
        return Received(document, time.monotonic() - started)

    def _receive(self, body: Mapping[str, Any], started: float) -> bytes:
        resource = self._client.chat.completions if self.endpoint.speaks == "chat" else self._client.responses
        found = bytearray()
        with resource.with_streaming_response.create(**body) as response:
            for chunk in response.iter_bytes():
                found += chunk
                if time.monotonic() - started > self.endpoint.timeout:
                    raise TimeoutError
                if len(found) > MOST_BYTES:
                    raise OSError(f"the answer is longer than {MOST_BYTES} bytes")
        return bytes(found)


def _seconds(text: str | None) -> float | None:
    """The seconds of a `Retry-After`; a date is not read."""
    try:
        seconds = float(text) if text is not None else -1.0
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None


def _redacted(text: str, key: str) -> str:
    """A text without the key, cut to the length of a message."""
    return _without(text, key)[:LONGEST_MESSAGE]


def _without(text: str, key: str) -> str:
    # A shorter one is no secret, and would be found in words.
    return text.replace(key, "[redacted]") if len(key) >= SHORTEST_KEY else text


def _clean(document: Any, key: str) -> Any:
    """A document without the key, however it was escaped, and without characters that UTF-8 cannot write."""
    text = json.dumps(document, ensure_ascii=False).encode(errors="replace").decode()
    return json.loads(_without(text, key))
