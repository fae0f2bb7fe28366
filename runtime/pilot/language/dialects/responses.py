"""Responses, as OpenAI serves it: nothing is stored there, so reasoning comes encrypted and is handed back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlipilot.runtime.pilot.language.dialects import lenient
from mlipilot.runtime.pilot.language.items import Item, Message, Reasoning, Reply, Request, Tool, ToolCall, ToolResult

_WITHOUT_REASONING = ("gpt-4", "gpt-3")
"""Beginnings of names of models that refuse a request for encrypted reasoning."""


def write(request: Request, model: str) -> dict[str, Any]:
    """The body of a request."""
    body: dict[str, Any] = {
        "model": model,
        "input": [_item(item) for item in request.items],
        "max_output_tokens": request.most_output,
        "store": False,
        "stream": False,
    }
    if not model.startswith(_WITHOUT_REASONING):
        body["include"] = ["reasoning.encrypted_content"]
    if request.tools:
        body["tools"] = [{"type": "function", **_schema(tool)} for tool in request.tools]
        body["tool_choice"] = {"type": "function", "name": request.named} if request.named is not None else "required"
        body["parallel_tool_calls"] = False
    if request.answer is not None:
        shape = {"name": request.answer.name, "strict": True, "schema": dict(request.answer.parameters)}
        body["text"] = {"format": {"type": "json_schema", **shape}}
    return body


def _schema(tool: Tool) -> dict[str, Any]:
    return {
        "name": tool.name,
        "description": tool.description,
        "parameters": dict(tool.parameters),
        "strict": True,
    }


def _item(item: Item) -> dict[str, Any]:
    match item:
        case Message(role, text):
            return {"role": role, "content": text}
        case ToolCall(name=name, arguments=arguments):
            return {"type": "function_call", "call_id": item.id, "name": name, "arguments": arguments}
        case ToolResult(call=call, text=text):
            return {"type": "function_call_output", "call_id": call, "output": text}
        case Reasoning(raw):
            # A field that is null in an answer is refused in a question.
            return {key: value for key, value in raw.items() if value is not None}


def read(body: Mapping[str, Any]) -> Reply:
    """The reply in a body of whatever shape."""
    items: list[Item] = []
    refusal = False
    for number, output in enumerate(lenient.objects(body.get("output"))):
        kind = output.get("type")
        if kind == "reasoning":
            items.append(Reasoning(output))
        elif kind == "function_call":
            identity = lenient.string(output.get("call_id")) or f"call_{number}"
            name, arguments = lenient.string(output.get("name")), lenient.string(output.get("arguments"))
            items.append(ToolCall(identity, name, arguments))
        elif kind == "message":
            parts = lenient.objects(output.get("content"))
            refusal = refusal or any(part.get("type") == "refusal" for part in parts)
            text = "".join(lenient.string(part.get("text")) for part in parts if part.get("type") == "output_text")
            if text:
                items.append(Message("assistant", text))
    reason = lenient.mapping(body.get("incomplete_details")).get("reason")
    counts = lenient.mapping(body.get("usage"))
    cached = lenient.mapping(counts.get("input_tokens_details")).get("cached_tokens")
    return Reply(
        tuple(items),
        refusal=refusal or reason == "content_filter",
        truncated=reason == "max_output_tokens",
        usage=lenient.usage(counts.get("input_tokens"), counts.get("output_tokens"), cached),
    )
