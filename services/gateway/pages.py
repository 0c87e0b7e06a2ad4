"""`GET /docs`: the API for people, written from its own description."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import msgspec

STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent) }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { font-size: 1.1rem; margin: 2.5rem 0 .3rem; border-top: 1px solid var(--line); padding-top: 1rem }
code { font: .9em ui-monospace, monospace }
table { border-collapse: collapse }
td { padding: .15rem 1rem .15rem 0; vertical-align: top; overflow-wrap: anywhere }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700 }
"""


def documentation(described: dict[str, Any]) -> str:
    """Give the page for an OpenAPI document."""
    body = "\n".join(_body(described))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Reporeel: the API</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<main>{body}</main></html>\n"
    )


def _body(described: dict[str, Any]) -> Iterator[str]:
    yield "<h1>The API</h1>"
    yield (
        "<p>Answers are JSON. An error is <code>{&quot;error&quot;: {&quot;code&quot;, &quot;message&quot;, "
        "&quot;hint&quot;}}</code>. Where tokens are set, send <code>Authorization: Bearer TOKEN</code>. "
        'Programs read <a href="/openapi.json">openapi.json</a>.</p>'
    )
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield from _operation(method, path, operation)
    yield "<h1>Bodies</h1>"
    for name, schema in sorted(described["components"]["schemas"].items()):
        yield from _schema(name, schema)


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield (
        f'<h2 id="{operation["operationId"]}"><span class="method">{method.upper()}</span> '
        f"<code>{escape(path)}</code></h2>"
    )
    scope = operation.get("x-scope")
    needs = f" Needs a token that allows <b>{scope}</b>." if scope else ""
    yield f"<p>{_prose(operation['summary'])}{needs}</p>"
    rows = [(f"{one['in']} <code>{escape(one['name'])}</code>", "") for one in operation["parameters"]]
    body = operation.get("requestBody", {}).get("content", {})
    rows += [(f"body, {escape(media)}", _named(content["schema"])) for media, content in body.items()]
    for status, response in operation["responses"].items():
        contents = response.get("content", {})
        shown = ", ".join(f"{escape(media)} {_named(one['schema'])}" for media, one in contents.items())
        rows.append((f"<b>{status}</b>", shown or "no body"))
    yield from _table(rows)


def _schema(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f'<h2 id="{escape(name)}"><code>{escape(name)}</code></h2>'
    yield f"<p>{_prose(schema.get('description', ''))}</p>"
    required = set(schema.get("required", ()))
    rows = []
    for field, of in schema.get("properties", {}).items():
        mark = " (required)" if field in required else ""
        rows.append((f"<code>{escape(field)}</code>{mark}", _named(of)))
    yield from _table(rows)


def _table(rows: list[tuple[str, str]]) -> Iterator[str]:
    if rows:
        yield "<table>"
        yield from (f"<tr><td>{left}</td><td>{right}</td></tr>" for left, right in rows)
        yield "</table>"


def _named(schema: dict[str, Any]) -> str:
    """A link to what the schema refers to, or the schema itself."""
    reference = schema.get("$ref", "").rpartition("/")[2]
    if reference:
        return f'<a href="#{escape(reference)}">{escape(reference)}</a>'
    return f"<code>{escape(msgspec.json.encode(schema).decode())}</code>" if schema else ""


def _prose(text: str) -> str:
    """Escaped text; what stands between backquotes is code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
