"""An endpoint over real HTTP whose answers are written beforehand: both dialects, and all that can go wrong."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

USAGE = (100, 20)


class Call(NamedTuple):
    """A tool call; arguments that are no text are written as JSON."""

    arguments: Any
    name: str = "propose_edit"
    usage: tuple[int, int] | None = USAGE


class Text(NamedTuple):
    """A plain answer."""

    text: str
    usage: tuple[int, int] | None = USAGE


class Refusal(NamedTuple):
    """A refusal."""

    usage: tuple[int, int] | None = USAGE


class Truncated(NamedTuple):
    """An answer cut short."""

    usage: tuple[int, int] | None = USAGE


class Status(NamedTuple):
    """An HTTP error."""

    status: int
    headers: dict[str, str] = {}  # noqa: RUF012
    body: str = '{"error": {"message": "no"}}'


class Raw(NamedTuple):
    """A body as it stands."""

    body: bytes


class Slow(NamedTuple):
    """A body of blanks that never ends while the client listens: a read timeout alone would wait for ever."""

    seconds: float


Answer = Call | Text | Refusal | Truncated | Status | Raw | Slow


class Server:
    """A server with a script, whose last answer is given again and again."""

    def __init__(self, *script: Answer | Callable[[dict[str, Any]], Answer]) -> None:
        self.script: Sequence[Any] = script
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.tokens = 0
        self.lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with outer.lock:
                    answer = outer.script[min(len(outer.requests), len(outer.script) - 1)]
                    outer.requests.append(body)
                    outer.headers.append({name.lower(): value for name, value in self.headers.items()})
                    outer.paths.append(self.path)
                answer = answer(body) if callable(answer) else answer
                outer.give(self, answer, "/chat/" in self.path)

            def log_message(self, *arguments: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def give(self, handler: BaseHTTPRequestHandler, answer: Answer, is_chat: bool) -> None:
        if isinstance(answer, Slow):
            handler.send_response(200)
            handler.end_headers()
            until = time.monotonic() + answer.seconds
            try:
                while time.monotonic() < until:
                    handler.wfile.write(b" ")
                    handler.wfile.flush()
                    time.sleep(0.02)
            except OSError:
                pass
            return
        status, headers = 200, {}
        if isinstance(answer, Status):
            status, headers, data = answer.status, answer.headers, answer.body.encode()
        elif isinstance(answer, Raw):
            data = answer.body
        else:
            with self.lock:
                self.tokens += sum(answer.usage or ())
            data = json.dumps((_chat if is_chat else _response)(answer)).encode()
        handler.send_response(status)
        for name, value in {"content-type": "application/json", **headers}.items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)


def _arguments(answer: Call) -> str:
    return answer.arguments if isinstance(answer.arguments, str) else json.dumps(answer.arguments)


def _chat(answer: Call | Text | Refusal | Truncated) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": None}
    reason = "stop"
    match answer:
        case Call(name=name):
            function = {"name": name, "arguments": _arguments(answer)}
            message["tool_calls"] = [{"id": "c1", "type": "function", "function": function}]
            reason = "tool_calls"
        case Text(text):
            message["content"] = text
        case Refusal():
            message["refusal"] = "I will not"
        case Truncated():
            message["content"], reason = "I would beg", "length"
    body: dict[str, Any] = {"id": "x", "object": "chat.completion", "system_fingerprint": "fp"}
    body["choices"] = [{"index": 0, "message": message, "finish_reason": reason}]
    if answer.usage is not None:
        prompt, completion = answer.usage
        body["usage"] = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": sum(answer.usage)}
    return body


def _response(answer: Call | Text | Refusal | Truncated) -> dict[str, Any]:
    reasoning = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "opaque", "status": None}
    output: list[dict[str, Any]] = [reasoning]
    incomplete = None
    match answer:
        case Call(name=name):
            output.append({"type": "function_call", "call_id": "c1", "name": name, "arguments": _arguments(answer)})
        case Text(text):
            output.append({"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]})
        case Refusal():
            output.append({"type": "message", "role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]})
        case Truncated():
            incomplete = {"reason": "max_output_tokens"}
    body: dict[str, Any] = {"id": "r", "object": "response", "output": output, "incomplete_details": incomplete}
    if answer.usage is not None:
        prompt, completion = answer.usage
        body["usage"] = {"input_tokens": prompt, "output_tokens": completion, "total_tokens": sum(answer.usage)}
    return body
