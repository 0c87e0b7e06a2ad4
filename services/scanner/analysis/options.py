"""The options and subcommands of a command line, where the code that reads them says so in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec
from tree_sitter import Node

from services.scanner.analysis.evidence import fact, in_file
from services.scanner.analysis.imports.dialect import line_of, text_of
from services.scanner.analysis.imports.dialects import dialect_of
from services.scanner.analysis.imports.reading import parse, suffix_of
from services.scanner.analysis.manifests.manifest import Manifest
from services.scanner.analysis.survey import Survey
from services.scanner.analysis.text import plain, sentences
from shared.facts import Fact

MAX_FILES = 20
MAX_OPTIONS = 40
MAX_SUBCOMMANDS = 20
MAX_HELP_CHARACTERS = 160
PARSERS = frozenset({"argparse", "click", "typer", "optparse", "commander", "yargs", "cac", "flag"}) | {
    "github.com/spf13/cobra",
    "github.com/spf13/pflag",
    "github.com/urfave/cli/v2",
}
"""Modules that read command lines."""
FLAG = re.compile(r"^--?[A-Za-z][\w-]*")
WORD = re.compile(r"^[a-z][a-z0-9:_-]{0,40}(?= |$)")
GO_FLAGS = re.compile(
    r"\.(?:String|Bool|Int|Int64|Uint|Uint64|Float64|Duration|StringSlice|Count)(?:Var)?P?$"
)
OPTION_CALLS = ("add_argument", "add_option", "option", "Option", "requiredOption")
SUBCOMMAND_CALLS = ("add_parser", "command")
JOINED = "concatenated_string"
STRING_TYPES = frozenset({"string", "interpreted_string_literal", "raw_string_literal", JOINED})
QUOTES = re.compile(r"^[rRbBuUfF]*(?:\"\"\"|\'\'\'|[\"\'`])|(?:\"\"\"|\'\'\'|[\"\'`])$")
MAX_CALLEE_BYTES = 200
MADE_OF = ("click", "typer")
"""Their own `command` makes the program itself, that of a group a subcommand."""


class _Read(msgspec.Struct, frozen=True):
    name: str
    help: str
    path: str
    line: int


def option_paths(seen: Survey, manifests: tuple[Manifest, ...]) -> list[str]:
    """The files that read command lines; of a library that does nothing else, none."""
    own = {manifest.name.value.rpartition("/")[2] for manifest in manifests if manifest.name}
    found = [unit.path for unit in seen.units if {raw.target for raw in unit.imports} & (PARSERS - own)]
    return sorted(found, key=lambda path: (path.count("/"), path))[:MAX_FILES]


def option_facts(paths: list[str], contents: Mapping[str, bytes]) -> Iterator[Fact]:
    calls = [(path, call) for path in paths for call in _calls(path, contents.get(path, b""))]
    options = _unique(_option(path, call) for path, call in calls)
    subcommands = _unique(_subcommand(path, call) for path, call in calls)
    for kind, most, found in (("option", MAX_OPTIONS, options), ("subcommand", MAX_SUBCOMMANDS, subcommands)):
        for number, each in enumerate(found[:most], start=1):
            yield from fact(
                f"{kind}.{number}",
                kind,
                each.name,
                in_file(each.path, each.line),
                path=each.path,
                help=each.help,
            )


def _unique(found: Iterator[_Read | None]) -> list[_Read]:
    kept: dict[str, _Read] = {}
    for each in found:
        if each is not None:
            kept.setdefault(each.name, each)
    return list(kept.values())


def _calls(path: str, content: bytes) -> Iterator[Node]:
    dialect = dialect_of(path)
    if dialect is None or not content:
        return
    left = [parse(dialect.grammars[suffix_of(path)], content)]
    while left:
        node = left.pop()
        if node.type in ("call", "call_expression"):
            yield node
        left.extend(reversed(node.children))


def _option(path: str, call: Node) -> _Read | None:
    callee, strings, named = _parts(call)
    if callee.rpartition(".")[2] in OPTION_CALLS:
        flags = [
            match.group()
            for text in strings
            for piece in text.split(",")
            if (match := FLAG.match(piece.strip()))
        ]
        name = next((flag for flag in flags if flag.startswith("--")), next(iter(flags), ""))
        told = [text for text in strings if not FLAG.match(text)]
        shown = named.get("help") or (told[0] if told and path.endswith(SCRIPTS) else "")
        return _Read(name, _short(shown), path, line_of(call)) if name else None
    if path.endswith(".go") and GO_FLAGS.search(callee) and strings:
        prefix = "-" if callee.startswith("flag.") else "--"
        name = f"{prefix}{strings[0]}"
        shown = strings[-1] if len(strings) > 1 else ""
        return _Read(name, _short(shown), path, line_of(call)) if FLAG.fullmatch(name) else None
    return None


SCRIPTS = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts")


def _subcommand(path: str, call: Node) -> _Read | None:
    callee, strings, named = _parts(call)
    owner, _dot, method = callee.rpartition(".")
    if method not in SUBCOMMAND_CALLS or not owner or (method == "command" and owner in MADE_OF):
        return None
    match = WORD.match(strings[0]) if strings else None
    name = match.group() if match else ("" if strings else _decorated(call))
    return _Read(name, _short(named.get("help", "")), path, line_of(call)) if name else None


def _decorated(call: Node) -> str:
    """The function below `@group.command()`, as a word to type."""
    outer = call.parent.parent if call.parent and call.parent.type == "decorator" else None
    defined = outer.child_by_field_name("definition") if outer else None
    name = defined.child_by_field_name("name") if defined else None
    return text_of(name).replace("_", "-") if name else ""


def _parts(call: Node) -> tuple[str, list[str], dict[str, str]]:
    """What is called, its arguments that are strings, and those that are named strings."""
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    given = arguments.named_children if arguments else []
    strings = [_string(node) for node in given if node.type in STRING_TYPES]
    named = {}
    for node in given:
        key, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if node.type == "keyword_argument" and key and value and value.type in STRING_TYPES:
            named[text_of(key)] = _string(value)
    return _callee(function) if function else "", strings, named


def _callee(function: Node) -> str:
    """As written; of a long chain of calls only the last name, with something before it."""
    if function.end_byte - function.start_byte <= MAX_CALLEE_BYTES:
        return "".join(text_of(function).split())
    last = function.child_by_field_name("property") or function.child_by_field_name("attribute")
    return f"_.{text_of(last)}" if last else ""


def _string(node: Node) -> str:
    """A literal without its quotes; parts of a joined one follow each other."""
    parts = node.named_children if node.type == JOINED else [node]
    return "".join(QUOTES.sub("", text_of(part)) for part in parts)


def _short(text: str) -> str:
    first = next(iter(sentences(plain(text))), "")
    return first if len(first) <= MAX_HELP_CHARACTERS else ""
