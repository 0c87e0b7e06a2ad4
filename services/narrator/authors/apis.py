"""The two kinds of endpoint that are spoken to: OpenAI's chat completions, which many offer, and Gemini's."""

from __future__ import annotations

from typing import Any

import msgspec

from services.narrator.authors.endpoint import Api, Call, Reply
from services.narrator.authors.prompt import SCHEMA


class _Message(msgspec.Struct):
    content: str


class _Choice(msgspec.Struct):
    message: _Message


class _Usage(msgspec.Struct):
    total_tokens: int = 0


class _Completion(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage = msgspec.field(default_factory=_Usage)


class _Part(msgspec.Struct):
    text: str = ""


class _Content(msgspec.Struct):
    parts: list[_Part]


class _Candidate(msgspec.Struct):
    content: _Content


class _Metadata(msgspec.Struct):
    total: int = msgspec.field(name="totalTokenCount", default=0)


class _Generated(msgspec.Struct):
    candidates: list[_Candidate]
    usage: _Metadata = msgspec.field(name="usageMetadata", default_factory=_Metadata)


def openai(url: str, model: str, key: str, max_tokens: int) -> Api:
    """`POST <url>/chat/completions`, the answer held to a JSON schema."""
    shape = {"type": "json_schema", "json_schema": {"name": "script", "strict": True, "schema": SCHEMA}}

    def ask(system: str, user: str) -> Call:
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        body: dict[str, Any] = {
            "model": model,
            "messages": messages,
            "temperature": 0,
            "max_tokens": max_tokens,
            "response_format": shape,
        }
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return Call(f"{url.rstrip('/')}/chat/completions", headers, body)

    def read(body: bytes) -> Reply:
        completion = msgspec.json.decode(body, type=_Completion)
        return Reply(completion.choices[0].message.content, completion.usage.total_tokens)

    return Api(ask, read)


def gemini(url: str, model: str, key: str, max_tokens: int) -> Api:
    """`POST <url>/v1beta/models/<model>:generateContent`; its schemas know no additionalProperties."""

    def ask(system: str, user: str) -> Call:
        body: dict[str, Any] = {
            "systemInstruction": {"parts": [{"text": system}]},
            "contents": [{"role": "user", "parts": [{"text": user}]}],
            "generationConfig": {
                "temperature": 0,
                "maxOutputTokens": max_tokens,
                "responseMimeType": "application/json",
                "responseSchema": _without_extras(SCHEMA),
            },
        }
        return Call(f"{url.rstrip('/')}/v1beta/models/{model}:generateContent", {"x-goog-api-key": key}, body)

    def read(body: bytes) -> Reply:
        generated = msgspec.json.decode(body, type=_Generated)
        text = "".join(part.text for part in generated.candidates[0].content.parts)
        return Reply(text, generated.usage.total)

    return Api(ask, read)


def _without_extras(schema: Any) -> Any:
    if isinstance(schema, dict):
        kept = {name: _without_extras(value) for name, value in schema.items()}
        kept.pop("additionalProperties", None)
        return kept
    return [_without_extras(value) for value in schema] if isinstance(schema, list) else schema
