"""Manifests of each ecosystem, well-formed and not."""

from __future__ import annotations

import msgspec
import pytest

from services.scanner.analysis.licenses import license_declared, license_of_text
from services.scanner.analysis.manifests import is_manifest, read_manifests
from services.scanner.analysis.manifests.manifest import Manifest
from services.scanner.analysis.project import dependency_facts, license_facts, manifest_facts
from services.scanner.naming import Name, repo_facts


def read(path: str, text: str) -> Manifest:
    (found,), warnings = read_manifests({path: text})
    assert warnings == ()
    return found


def named(manifest: Manifest) -> list[tuple[str, str, str]]:
    return [(each.name, each.requirement, each.scope) for each in manifest.dependencies]


def test_pyproject():
    found = read(
        "pyproject.toml",
        '[project]\nname = "demo"\nversion = "1.0"\ndescription = "Adds."\nlicense = "MIT"\n'
        'dependencies = ["aiohttp[speedups]>=3,<4", "attrs; python_version < \'3.12\'"]\n'
        '[project.optional-dependencies]\ntest = ["pytest>=8"]\nfast = ["uvloop"]\n'
        '[project.scripts]\ndemo = "demo.cli:main"\n[project.urls]\nHomepage = "https://x.example"\n',
    )
    assert (found.name.value, found.name.line, found.version.value) == ("demo", 2, "1.0")
    assert named(found) == [
        ("aiohttp", ">=3,<4", "runtime"),
        ("attrs", "", "optional"),
        ("pytest", ">=8", "test"),
        ("uvloop", "", "optional"),
    ]
    assert [(each.name, each.target, each.line) for each in found.commands] == [("demo", "demo.cli:main", 11)]
    assert found.homepage.value == "https://x.example"


def test_poetry():
    found = read(
        "pyproject.toml",
        '[tool.poetry]\nname = "demo"\n[tool.poetry.dependencies]\npython = "^3.11"\nhttpx = "^0.27"\n'
        '[tool.poetry.group.dev.dependencies]\npytest = {version = "^8"}\n',
    )
    assert named(found) == [("httpx", "^0.27", "runtime"), ("pytest", "^8", "dev")]


def test_setup_cfg():
    found = read(
        "setup.cfg",
        "[metadata]\nname = demo\nversion = attr: demo.__version__\n[options]\n"
        "install_requires =\n    click>=8\n"
        "[options.entry_points]\nconsole_scripts =\n    demo = demo.cli:main\n",
    )
    assert (found.name.value, found.version, named(found)) == ("demo", None, [("click", ">=8", "runtime")])
    assert found.commands[0].name == "demo"


def test_setup_py_is_read_but_never_run():
    found = read(
        "setup.py",
        "import os\nos.abort()\nNEEDS = ['click>=8']\n"
        "setup(name='demo', version=get_version(), install_requires=NEEDS,\n"
        "      entry_points={'console_scripts': ['demo=demo:main']})\n",
    )
    assert (found.name.value, found.version, named(found)) == ("demo", None, [("click", ">=8", "runtime")])


def test_pkg_info():
    found = read(
        "PKG-INFO",
        "Metadata-Version: 2.1\nName: demo\nVersion: 2\nSummary: Adds.\nRequires-Dist: click (>=8)\n",
    )
    assert (found.name.value, found.version.line, named(found)) == ("demo", 3, [("click", ">=8", "runtime")])


def test_pkg_info_in_another_encoding_is_read():
    found = read("PKG-INFO", "Name: demo\nRequires-Dist: cli\udcffck\nSummary: \udcff\n")
    assert found.name.value == "demo"


def test_requirements():
    found = read("requirements-dev.txt", "# tools\n-r base.txt\npytest==8.1\nhttps://x.example/a.whl\n")
    assert named(found) == [("pytest", "==8.1", "dev")]
    assert found.dependencies[0].line == 3


def test_package_json():
    found = read(
        "package.json",
        '{\n "name": "@acme/demo",\n "version": "1.0.0",\n "bin": "./cli.js",\n'
        ' "dependencies": {"left-pad": "^1"},\n "devDependencies": {"ava": "^6"}\n}',
    )
    assert (found.name.value, found.version.line) == ("@acme/demo", 3)
    assert named(found) == [("left-pad", "^1", "runtime"), ("ava", "^6", "dev")]
    assert [(each.name, each.target) for each in found.commands] == [("demo", "./cli.js")]


def test_cargo_toml():
    found = read(
        "Cargo.toml",
        '[package]\nname = "demo"\nversion = "0.1.0"\nlicense = "MIT OR Apache-2.0"\n'
        '[dependencies]\nserde = { version = "1", features = ["derive"] }\n[dev-dependencies]\ninsta = "1"\n',
    )
    assert named(found) == [("serde", "1", "runtime"), ("insta", "1", "dev")]
    assert license_declared(found.license.value) == "MIT OR Apache-2.0"


def test_go_mod():
    found = read(
        "go.mod",
        "module github.com/acme/demo/v2\n\nrequire (\n"
        "\tgolang.org/x/net v0.1.0\n\tgithub.com/a/b v1 // indirect\n)\n",
    )
    assert (found.name.value, named(found)) == (
        "github.com/acme/demo/v2",
        [("golang.org/x/net", "v0.1.0", "runtime")],
    )


def test_gemfile_and_gemspec():
    assert named(read("Gemfile", 'gem "rails", "~> 7"\n')) == [("rails", "~> 7", "runtime")]
    spec = (
        'Gem::Specification.new do |s|\n  s.name = "demo"\n'
        '  s.version = "1.0"\n  s.add_dependency "rack", ">= 2"\nend\n'
    )
    found = read("demo.gemspec", spec)
    assert (found.name.value, named(found)) == ("demo", [("rack", ">= 2", "runtime")])


def test_pom_xml():
    found = read(
        "pom.xml",
        "<project "
        'xmlns="http://maven.apache.org/POM/4.0.0"><artifactId>demo</artifactId><version>${v}</version>'
        ""
        "<dependencies><dependency><artifactId>guava</artifactId><version>33</version></dependency></dependencies></project>",
    )
    assert (found.name.value, found.version, named(found)) == ("demo", None, [("guava", "33", "runtime")])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[project\n"),
        ("package.json", "{"),
        ("Cargo.toml", "="),
        ("setup.py", "def ("),
        ("setup.cfg", "no section\n"),
        ("pom.xml", "<project>"),
        ("pom.xml", '<!DOCTYPE x [<!ENTITY a "b">]><project>&a;</project>'),
    ],
)
def test_a_broken_manifest_is_a_warning(path, text):
    found, warnings = read_manifests({path: text})
    assert found == ()
    assert path in warnings[0]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package.json", '["not", "a", "table"]'),
        ("package.json", '{"name": 5, "dependencies": [1], "bin": {"a": 2}}'),
        ("pyproject.toml", 'project = "text"\n[tool]\npoetry = 3\n'),
        ("Cargo.toml", 'package = 1\nbin = "x"\ndependencies = 2\n'),
    ],
)
def test_a_manifest_of_wrong_types_says_nothing(path, text):
    found = read(path, text)
    assert (found.name, found.dependencies, found.commands) == (None, (), ())
    assert list(manifest_facts((found,))) == []


def test_manifests_of_fixtures_vendored_code_and_examples_do_not_count():
    for path in ("tests/fixtures/package.json", "node_modules/a/package.json", "examples/x/Cargo.toml"):
        assert not is_manifest(path)


def test_what_runs_with_the_project_comes_first():
    manifest = read("package.json", '{"name":"x","devDependencies":{"ava":"1"},"dependencies":{"zod":"3"}}')
    facts = list(dependency_facts((manifest,), []))
    assert [(fact.id, fact.value) for fact in facts] == [("dependency.1", "zod"), ("dependency.2", "ava")]


def test_requirements_beside_a_package_are_its_developers_unless_it_names_them():
    texts = {
        "pyproject.toml": '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "demo"\n'
        'dependencies = ["anyio"]\n[dependency-groups]\ntest = ["pytest"]\n',
        "requirements.txt": "build==1\ncoverage==7\n",
        "requirements-docs.txt": "sphinx\n",
        "app/requirements.txt": "flask\n",
    }
    found, _warnings = read_manifests(texts)
    scopes = {each.name: each.scope for manifest in found for each in manifest.dependencies}
    assert scopes == {
        "anyio": "runtime",
        "hatchling": "build",
        "pytest": "test",
        "build": "dev",
        "coverage": "dev",
        "sphinx": "dev",
        "flask": "runtime",
    }
    assert [fact.value for fact in dependency_facts(found, [])][:2] == ["anyio", "flask"]
    named = {"setup.py": 'setup(name="d", install_requires=open("requirements.txt").read())\n'}
    found, _warnings = read_manifests(named | {"requirements.txt": "flask\n"})
    assert found[1].dependencies[0].scope == "runtime"


def test_a_gemfile_beside_a_gemspec_is_its_developers():
    texts = {"demo.gemspec": 's.name = "demo"\ns.add_dependency "rack"\n', "Gemfile": 'gem "rake"\n'}
    found, _warnings = read_manifests(texts)
    assert {each.name: each.scope for one in found for each in one.dependencies} == {
        "rack": "runtime",
        "rake": "dev",
    }


def test_the_weightier_scope_of_a_dependency_counts():
    texts = {
        "package.json": '{"name":"x","devDependencies":{"zod":"1"}}',
        "a/package.json": '{"name":"y","dependencies":{"zod":"1"}}',
    }
    (only,) = dependency_facts(read_manifests(texts)[0], [])
    assert only.attributes["scope"] == "runtime"


def test_composer_json():
    found = read(
        "composer.json",
        '{"name": "acme/demo", "require": {"php": ">=8", "ext-json": "*", "psr/log": "^3"},\n'
        '"require-dev": {"phpunit/phpunit": "^11"}, "autoload": {"psr-4": {"Acme\\\\Demo\\\\": "src/"}}}',
    )
    assert (found.name.value, named(found)) == (
        "acme/demo",
        [("psr/log", "^3", "runtime"), ("phpunit/phpunit", "^11", "dev")],
    )
    assert found.roots == (("Acme\\Demo", "src"),)


def test_a_project_file_of_dotnet():
    found = read(
        "src/Acme.Demo/Acme.Demo.csproj",
        '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><Version>1.2.0</Version></PropertyGroup><ItemGroup>'
        '<PackageReference Include="Polly" Version="8.0.0" />'
        '<PackageReference Include="StyleCop" Version="1" PrivateAssets="all" /></ItemGroup></Project>',
    )
    assert (found.name.value, found.version.value) == ("Acme.Demo", "1.2.0")
    assert named(found) == [("Polly", "8.0.0", "runtime"), ("StyleCop", "1", "build")]


def test_gradle_vcpkg_and_cmake():
    gradle = read(
        "build.gradle.kts",
        'version = "2.0"\ndependencies {\n    implementation("com.squareup.okio:okio:3.9.0")\n'
        '    testImplementation("junit:junit:4.13")\n}\n',
    )
    assert named(gradle) == [("okio", "3.9.0", "runtime"), ("junit", "4.13", "test")]
    vcpkg = read("vcpkg.json", '{"name": "demo", "dependencies": ["fmt", {"name": "zlib"}]}')
    assert named(vcpkg) == [("fmt", "", "runtime"), ("zlib", "", "runtime")]
    cmake = read(
        "CMakeLists.txt", "project(demo VERSION 1.4.2 LANGUAGES CXX)\nfind_package(Threads REQUIRED)\n"
    )
    assert (cmake.name.value, cmake.version.value, named(cmake)) == (
        "demo",
        "1.4.2",
        [],
    )


MIT = (
    "MIT License\n\n"
    "Permission is hereby granted, free of charge, to any person\nThe above copyright notice and this "
    "permission notice shall be included"
)
BSD = "Redistribution and use in source and binary forms. Redistributions in binary form must"


@pytest.mark.parametrize(
    ("text", "spdx"),
    [
        (MIT, "MIT"),
        ("Apache License\n  Version 2.0, January 2004", "Apache-2.0"),
        ("GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007", "GPL-3.0"),
        ("GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3, 19 November 2007", "AGPL-3.0"),
        ("GNU LESSER GENERAL PUBLIC LICENSE\nVersion 2.1, February 1999", "LGPL-2.1"),
        ("Mozilla Public License Version 2.0", "MPL-2.0"),
        (BSD, "BSD-2-Clause"),
        (BSD + " to endorse or promote products", "BSD-3-Clause"),
        ("All rights reserved. You may do nothing.", None),
    ],
)
def test_a_licence_is_known_by_its_text(text, spdx):
    assert license_of_text(text) == spdx


@pytest.mark.parametrize(
    ("written", "spdx"),
    [("MIT", "MIT"), ("mit license", "MIT"), ("BSD", None), ("Proprietary", None), ("See LICENSE", None)],
)
def test_a_declared_licence_is_taken_only_when_it_is_clear(written, spdx):
    assert license_declared(written) == spdx


def test_the_manifest_refines_what_the_text_tells():
    manifest = read("Cargo.toml", '[package]\nname = "d"\nlicense = "GPL-3.0-or-later"\n')
    texts = {"LICENSE": "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007"}
    (found,) = license_facts(texts, (manifest,))
    assert found.value == "GPL-3.0-or-later"
    assert [evidence.path for evidence in found.evidence] == ["LICENSE", "Cargo.toml"]


def test_no_licence_gives_no_fact():
    assert list(license_facts({}, ())) == []


def test_the_licence_of_a_text_is_the_first_one_in_it():
    mit = (
        "Permission is hereby granted, free of charge, to any. "
        "The above copyright notice and this permission notice."
    )
    bundled = "Redistribution and use in source and binary forms. Redistributions in binary form must."
    assert license_of_text(f"{mit}\n{'x ' * 4000}\n{bundled}") == "MIT"
    assert license_of_text(f"{bundled}\n{'x ' * 4000}\n{mit}") == "BSD-2-Clause"


@pytest.mark.parametrize("written", ["MIT/Apache-2.0", "MIT OR Apache-2.0"])
def test_a_choice_of_licences_is_told_whole(written):
    assert license_declared(written) == "MIT OR Apache-2.0"


def test_what_only_builds_ask_cmake_for_is_no_dependency():
    found = read("CMakeLists.txt", "project(demo)\nfind_package(Threads REQUIRED)\nfind_package(ZLIB 1.2)\n")
    assert named(found) == [("ZLIB", "1.2", "runtime")]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "package.json",
            (
                '{"name": "d", "peerDependencies": {"needed": "1", "spare": "2"},'
                ' "peerDependenciesMeta": {"spare": {"optional": true}}}'
            ),
        ),
        (
            "pyproject.toml",
            (
                '[tool.poetry]\nname = "d"\n[tool.poetry.dependencies]\nneeded = "1"\n'
                'spare = {version = "2", optional = true}\n'
            ),
        ),
        (
            "Cargo.toml",
            '[package]\nname = "d"\n[dependencies]\nneeded = "1"\nspare = {version = "2", optional = true}\n',
        ),
        (
            "pom.xml",
            (
                "<project><artifactId>d</artifactId><dependencies>"
                "<dependency><artifactId>needed</artifactId><version>1</version></dependency>"
                "<dependency><artifactId>spare</artifactId><version>2</version><optional>true</optional>"
                "</dependency></dependencies></project>"
            ),
        ),
        (
            "d.csproj",
            (
                '<Project><ItemGroup><PackageReference Include="needed" Version="1" /></ItemGroup>'
                "<ItemGroup Condition=\"'$(TargetFramework)' == 'net462'\">"
                '<PackageReference Include="spare" Version="2" /></ItemGroup></Project>'
            ),
        ),
    ],
)
def test_what_may_be_left_out_is_not_said_to_be_needed(path, text):
    assert named(read(path, text)) == [("needed", "1", "runtime"), ("spare", "2", "optional")]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "package.json",
            '{"name": "d", "repository": {"type": "git", "url": "git+https://github.com/a/d.git"}}',
        ),
        ("package.json", '{"name": "d", "repository": "github:a/d"}'),
        ("pyproject.toml", '[project]\nname = "d"\n[project.urls]\nSource = "https://github.com/a/d/"\n'),
        ("Cargo.toml", '[package]\nname = "d"\nrepository = "https://github.com/a/d/tree/main/d"\n'),
        ("PKG-INFO", "Metadata-Version: 2.4\nName: d\nProject-URL: Source Code, https://github.com/a/d\n"),
        ("setup.py", 'setup(name="d", url="https://github.com/a/d")\n'),
    ],
)
def test_the_source_is_where_the_manifest_says(path, text):
    manifest = read(path, text)
    here = Name("d", None, next(iter(manifest_facts((manifest,)))).evidence[0])
    facts = {fact.id: fact.value for fact in repo_facts(here, (manifest,))}
    assert facts["repo.source"] == "a/d"
    known = msgspec.structs.replace(here, full="b/d")
    assert "repo.source" not in {fact.id for fact in repo_facts(known, (manifest,))}


@pytest.mark.parametrize(
    "address", ["https://gitlab.com/a/d", "https://example.org/github.com/a/d", "not an address"]
)
def test_another_host_is_no_source_on_github(address):
    manifest = read("Cargo.toml", f'[package]\nname = "d"\nrepository = "{address}"\n')
    here = Name("d", None, next(iter(manifest_facts((manifest,)))).evidence[0])
    assert "repo.source" not in {fact.id for fact in repo_facts(here, (manifest,))}


README = "# D\n\nMIT was the school of its author.\n\n## 📄 License\n\n{}\n\n## Thanks\n\nTo Apache 2.0.\n"


@pytest.mark.parametrize(
    ("said", "spdx"),
    [
        ("This is licensed under the\nMIT license.", "MIT"),
        ("It comes under the Public Domain Dedication and License.", "PDDL-1.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Code: MIT. Data: CC0.", None),
        ("All rights reserved.", None),
        ("GPL", None),
    ],
)
def test_a_readme_tells_the_licence_under_its_heading_only(said, spdx):
    found = list(license_facts({"README.md": README.format(said)}, ()))
    assert [fact.value for fact in found] == ([spdx] if spdx else [])
    assert all(fact.evidence[0].lines == (7, 7) for fact in found)


def test_a_licence_text_counts_more_than_what_a_readme_says():
    texts = {"README.md": README.format("Apache 2.0"), "LICENSE": "CC0 1.0 Universal"}
    assert [fact.value for fact in license_facts(texts, ())] == ["CC0-1.0"]
