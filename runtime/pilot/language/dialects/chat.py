"""Chat Completions, as vLLM, Ollama, llama.cpp and many others serve it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlipilot.runtime.pilot.language.dialects import lenient
from mlipilot.runtime.pilot.language.items import Item, Message, Reply, Request, Tool, ToolCall, ToolResult


def write(request: Request, model: str) -> dict[str, Any]:
    """The body of a request."""
    body: dict[str, Any] = {
        "model": model,
        "messages": _messages(request.items),
        "max_tokens": request.most_output,
        "stream": False,
    }
    if request.tools:
        body["tools"] = [{"type": "function", "function": {**_schema(tool), "strict": True}} for tool in request.tools]
        body["tool_choice"] = (
            {"type": "function", "function": {"name": request.named}} if request.named is not None else "required"
        )
        body["parallel_tool_calls"] = False
    if request.answer is not None:
        shape = {"name": request.answer.name, "strict": True, "schema": dict(request.answer.parameters)}
        body["response_format"] = {"type": "json_schema", "json_schema": shape}
    return body


def _schema(tool: Tool) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}


def _messages(items: tuple[Item, ...]) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    for item in items:
        match item:
            case Message(role, text):
                messages.append({"role": role, "content": text})
            case ToolCall(name=name, arguments=arguments):
                call = {"id": item.id, "type": "function", "function": {"name": name, "arguments": arguments}}
                messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
            case ToolResult(call=of, text=text):
                messages.append({"role": "tool", "tool_call_id": of, "content": text})
            case _:
                pass  # reasoning belongs to the other format
    return messages


def read(body: Mapping[str, Any]) -> Reply:
    """The reply in a body of whatever shape."""
    choice = next(iter(lenient.objects(body.get("choices"))), {})
    message = lenient.mapping(choice.get("message"))
    items: list[Item] = []
    text = lenient.string(message.get("content"))
    if text:
        items.append(Message("assistant", text))
    for number, call in enumerate(lenient.objects(message.get("tool_calls"))):
        function = lenient.mapping(call.get("function"))
        name, arguments = lenient.string(function.get("name")), lenient.string(function.get("arguments"))
        items.append(ToolCall(lenient.string(call.get("id")) or f"call_{number}", name, arguments))
    counts = lenient.mapping(body.get("usage"))
    cached = lenient.mapping(counts.get("prompt_tokens_details")).get("cached_tokens")
    reason = choice.get("finish_reason")
    return Reply(
        tuple(items),
        refusal=bool(lenient.string(message.get("refusal"))) or reason == "content_filter",
        truncated=reason == "length",
        usage=lenient.usage(counts.get("prompt_tokens"), counts.get("completion_tokens"), cached),
    )
