"""Modules, imports, the small picture of them, and the code chosen from them."""

from __future__ import annotations

import pytest

from services.scanner.analysis.closer import looked_closer
from services.scanner.analysis.manifests import read_manifests
from services.scanner.analysis.measured import language_facts, size_facts
from services.scanner.analysis.structure import imports_between, structure_facts
from services.scanner.analysis.survey import survey
from services.scanner.limits import ScanLimits
from shared.facts import Fact
from tests.unit.scanner.building import files_of


def structure_of(texts: dict[str, str]) -> tuple[list[str], list[str]]:
    """Names of the modules and of the imports."""
    facts = facts_of(texts)
    return [f.value for f in facts if f.kind == "module"], sorted(
        f.value for f in facts if f.kind == "import"
    )


def facts_of(texts: dict[str, str]) -> list[Fact]:
    seen = survey(files_of(texts), ScanLimits())
    manifests, _warnings = read_manifests(seen.texts)
    return list(structure_facts(seen, imports_between(seen, manifests)))


def edges_of(texts: dict[str, str]) -> list[str]:
    return structure_of(texts)[1]


PACKAGE = {"app/__init__.py": "", "app/core.py": "x = 1\n", "app/tools.py": "y = 1\n"}


@pytest.mark.parametrize(
    ("statement", "target"),
    [
        ("import app.core", "app.core"),
        ("import app.core as c, os", "app.core"),
        ("from app import core", "app.core"),
        ("from app.core import x", "app.core"),
        ("from . import core", "app.core"),
        ("from .core import x", "app.core"),
        ("def late():\n    from .core import x", "app.core"),
        ("try:\n    import app.core\nexcept ImportError: pass", "app.core"),
        ("from app import (\n    core,\n)", "app.core"),
    ],
)
def test_python_imports_are_resolved(statement, target):
    assert edges_of(PACKAGE | {"app/cli.py": statement + "\n"}) == [f"app.cli -> {target}"]


@pytest.mark.parametrize(
    "text",
    [
        '"""Use it so:\n\n    from app.core import x\n"""\n',
        "text = '''\nimport app.core\n'''\n",
        "# from app.core import x\n",
        "import core\n",
        "from ... import core\n",
    ],
)
def test_what_only_looks_like_an_import_is_none(text):
    assert edges_of(PACKAGE | {"app/cli.py": text}) == []


def test_a_source_folder_is_no_package():
    texts = {"src/app/__init__.py": "", "src/app/a.py": "import app.b\n", "src/app/b.py": "x = 1\n"}
    assert edges_of(texts) == ["app.a -> app.b"]


def test_a_namespace_package_without_init_is_resolved():
    texts = {"app/a.py": "from app.inner.b import x\n", "app/inner/b.py": "x = 1\n"}
    assert edges_of(texts) == ["app.a -> app.inner.b"] or edges_of(texts) == ["app.a -> app.inner"]


def test_scripts_find_what_lies_beside_them():
    texts = {"backend/main.py": "from helper import x\n", "backend/helper.py": "x = 1\n"}
    assert edges_of(texts) == ["backend.main -> backend.helper"]


def test_a_sibling_of_a_package_hides_no_standard_module():
    texts = {"app/__init__.py": "", "app/logging.py": "x = 1\n", "app/cli.py": "import logging\n"}
    assert edges_of(texts) == []


JS = {"lib/router/index.js": "x\n", "lib/view.js": "y\n"}


@pytest.mark.parametrize(
    ("statement", "target"),
    [
        ("const r = require('./router')", "lib/router"),
        ("import r from './router/index.js'", "lib/router"),
        ("export * from './view'", "lib/view"),
        ("const v = await import('./view.js')", "lib/view"),
        ('import {\n  a,\n  b\n} from "./view"', "lib/view"),
    ],
)
def test_javascript_imports_are_resolved(statement, target):
    assert edges_of(JS | {"lib/app.js": statement + ";\n"}) == [f"lib/app -> {target}"]


def test_javascript_comments_and_strings_are_no_imports():
    text = "// import a from './view'\nconst s = \"require('./view')\";\n"
    assert edges_of(JS | {"lib/app.js": text}) == []


def test_typescript_reads_js_suffixes_aliases_and_workspaces():
    texts = {
        "package.json": '{"name": "root"}',
        "packages/a/package.json": '{"name": "@acme/a"}',
        "packages/a/src/index.ts": "export const x = 1\n",
        "src/main.tsx": 'import { x } from "@acme/a"\nimport { y } from "@/util"\n'
        'import z from "./other.js"\n',
        "src/util.ts": "export const y = 1\n",
        "src/other.ts": "export default 1\n",
    }
    assert edges_of(texts) == ["src/main -> packages/a/src", "src/main -> src/other", "src/main -> src/util"]


def test_go_rust_java_c_and_ruby_imports_are_resolved():
    go = {
        "go.mod": "module example.com/acme/demo\n",
        "main.go": 'package main\n\nimport (\n\t"fmt"\n\t"example.com/acme/demo/store"\n)\n',
        "store/store.go": "package store\n",
    }
    rust = {
        "Cargo.toml": '[package]\nname = "my-demo"\n',
        "src/main.rs": "use my_demo::store::{self, Disk};\nfn main() {}\n",
        "src/store.rs": "use std::fs;\npub struct Disk;\n",
    }
    java = {
        "src/main/java/a/b/App.java": "package a.b;\nimport a.c.Store;\nclass App {}\n",
        "src/main/java/a/c/Store.java": "package a.c;\npublic class Store {}\n",
    }
    c = {"src/main.c": '#include <stdio.h>\n#include "store.h"\n', "include/store.h": "int x;\n"}
    ruby = {"lib/demo.rb": 'require "json"\nrequire_relative "demo/store"\n', "lib/demo/store.rb": "x = 1\n"}
    assert edges_of(go) == ["demo -> demo/store"]
    assert edges_of(rust) == ["my_demo -> my_demo::store"]
    assert edges_of(java) == ["a.b -> a.c"]
    assert edges_of(c) == ["src/main -> include/store"]
    assert edges_of(ruby) == ["demo -> demo/store"]


def test_nesting_deeper_than_python_can_call_is_no_fault():
    deep = "use a::" + "{" * 3000 + "}" * 3000 + ";\n"
    code = "def f():\n    x = " + "(" * 3000 + "1" + ")" * 3000 + "\n    a = 1\n    b = 2\n    return x\n"
    assert edges_of({"src/main.rs": deep}) == []
    assert excerpts_of({"a.py": code}) == []


def test_tests_benchmarks_and_documentation_are_not_drawn():
    aside = {
        "tests/test_core.py": "import app.core\n",
        "benchmarks/run.py": "import app.core\n",
        "docs/conf.py": "import app.core\n",
        "setup.py": "import app.core\n",
    }
    assert edges_of(PACKAGE | aside) == []


def test_an_import_is_evident_by_file_and_line():
    facts = facts_of(PACKAGE | {"app/cli.py": "import os\n\nimport app.core\n"})
    (edge,) = [fact for fact in facts if fact.kind == "import"]
    assert (edge.evidence[0].path, edge.evidence[0].lines) == ("app/cli.py", (3, 3))
    assert edge.attributes == {"source": "app.cli", "target": "app.core"}


def test_fan_in_counts_the_importing_modules():
    facts = facts_of(
        PACKAGE | {"app/a.py": "import app.core\nimport app.core\n", "app/b.py": "import app.core\n"}
    )
    first = next(fact for fact in facts if fact.id == "module.1")
    assert (first.value, first.attributes["fan_in"]) == ("app.core", 2)


def test_a_cycle_is_broken_at_its_weakest_edge():
    texts = {
        "app/__init__.py": "",
        "app/a/__init__.py": "",
        "app/a/x.py": "import app.b.x\n",
        "app/a/y.py": "import app.b.x\n",
        "app/b/__init__.py": "",
        "app/b/x.py": "x = 1\n",
        "app/b/y.py": "import app.a.x\n",
    }
    many = {f"app/m{number}.py": "import app.a.x\n" for number in range(13)}
    edges = edges_of(texts | many)
    assert "app.a -> app.b" in edges
    assert "app.b -> app.a" not in edges


def test_an_edge_that_others_imply_is_not_drawn():
    texts = {
        "app/__init__.py": "",
        "app/a.py": "import app.b\nimport app.c\n",
        "app/b.py": "import app.c\n",
        "app/c.py": "x = 1\n",
    }
    assert edges_of(texts) == ["app.a -> app.b", "app.b -> app.c"]


def test_a_large_repository_is_drawn_small_and_without_cycles():
    texts = {f"p{n}/__init__.py": "" for n in range(12)}
    texts |= {
        f"p{n}/m{m}.py": f"import p{(n * 7 + m) % 12}.m{(m + 1) % 9}\n" for n in range(12) for m in range(9)
    }
    modules, edges = structure_of(texts)
    assert len(modules) <= 16
    order: dict[str, set[str]] = {}
    for edge in edges:
        source, target = edge.split(" -> ")
        order.setdefault(source, set()).add(target)
    while leaves := {node for node in set().union(*order.values(), order) if not order.get(node)}:
        order = {node: targets - leaves for node, targets in order.items() if node not in leaves}
    assert order == {}


def excerpts_of(texts: dict[str, str]) -> list[Fact]:
    seen = survey(files_of(texts), ScanLimits())
    contents = {path: text.encode() for path, text in texts.items()}
    facts = looked_closer(
        seen, imports_between(seen, ()), (), lambda paths: {path: contents[path] for path in paths}
    )
    return [fact for fact in facts if fact.kind == "excerpt"]


FUNCTION = "def {name}(a, b):\n    one = a + b\n    two = one * 2\n    three = two - 1\n    return three\n"


def test_the_symbol_imported_most_is_shown():
    texts = {
        "app/__init__.py": "",
        "app/core.py": "\n" + FUNCTION.format(name="seldom") + "\n\n# Why.\n" + FUNCTION.format(name="often"),
        "app/a.py": "from app.core import often\n",
        "app/b.py": "from app.core import often\n",
    }
    first = excerpts_of(texts)[0]
    assert (first.attributes["symbol"], first.attributes["path"], first.attributes["language"]) == (
        "often",
        "app/core.py",
        "python",
    )
    assert first.value.startswith("# Why.\ndef often")
    start, end = first.evidence[0].lines
    assert "\n".join(texts["app/core.py"].splitlines()[start - 1 : end]) == first.value


def test_private_and_overlong_definitions_are_not_shown():
    long = "def long():\n" + "    x = 1\n" * 30
    wide = "def wide():\n    x = '" + "y" * 120 + "'\n    a = 1\n    b = 2\n    return x\n"
    assert excerpts_of({"a.py": FUNCTION.format(name="_hidden") + long + wide}) == []


def test_a_mere_list_of_names_is_not_shown():
    assert (
        excerpts_of({"a.py": "class Color:\n    RED = 1\n    GREEN = 2\n    BLUE = 3\n    GREY = 4\n"}) == []
    )


def test_stubs_are_no_modules():
    assert structure_of({"a.d.ts": "import './b'\n", "b.d.ts": "export {}\n", "c.pyi": "import d\n"}) == (
        [],
        [],
    )


def test_vendored_generated_binary_and_lock_files_are_no_code():
    texts = {
        "main.py": "x = 1\n",
        "vendor/lib.py": "x = 1\n",
        "node_modules/a/index.js": "x\n",
        "api_pb2.py": "x = 1\n",
        "made.go": "// Code generated by tool. DO NOT EDIT.\npackage x\n",
        "app.min.js": "x\n",
        "bundle.js": "a" * 5000 + "\n",
        "package-lock.json": "{}\n",
        "blob.py": "\0\1\2",
    }
    facts = {fact.id: fact for fact in size_facts(survey(files_of(texts), ScanLimits()))}
    assert facts["lines.count"].value == 1
    assert facts["files.count"].value == len(texts)
    assert facts["files.count"].attributes == {"code": 1}


def test_languages_share_the_bytes_of_code():
    texts = {
        "a.py": "x = 12\n",
        "b.js": "y = 1\n" * 2,
        "run": "#!/usr/bin/env python3\nx\n",
        "c.md": "# text\n",
    }
    facts = list(language_facts(survey(files_of(texts), ScanLimits())))
    assert [(fact.value, fact.attributes["files"]) for fact in facts] == [("Python", 2), ("JavaScript", 1)]
    assert sum(float(fact.attributes["share"]) for fact in facts) == pytest.approx(1.0, abs=0.001)
    assert facts[0].attributes["color"] == "#3572A5"


def test_workflows_and_tests_are_counted_with_their_paths():
    texts = {
        ".github/workflows/ci.yml": "on: push\n",
        "tests/__init__.py": "",
        "tests/test_a.py": "def test(): ...\n",
        "tests/helpers/tool.py": "x = 1\n",
        "tests/Makefile": "all:\n",
        "pkg/thing_test.go": "package pkg\n",
    }
    facts = {fact.id: fact for fact in size_facts(survey(files_of(texts), ScanLimits()))}
    assert facts["tests.count"].value == 2
    assert facts["ci.workflows"].value == 1
    assert facts["ci.workflows"].evidence[0].path == ".github/workflows/ci.yml"


def test_too_many_source_files_are_sampled_with_a_warning():
    texts = {f"m{number}.py": "import os\n" for number in range(5)}
    for limits in (ScanLimits(max_parsed_files=3), ScanLimits(max_parsed_total_bytes=25)):
        seen = survey(files_of(texts), limits)
        assert len(seen.units) == 3
        assert seen.warnings == [
            "Sampled: the imports of 3 of 5 source files were read, those that came first."
        ]
