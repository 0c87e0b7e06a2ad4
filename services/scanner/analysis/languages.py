"""Which language a file is in, by its name or its first line, with the colours of GitHub's linguist (MIT)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal["programming", "markup", "prose", "data"]


class Language(NamedTuple):
    name: str
    kind: Kind
    color: str | None = None

    @property
    def is_code(self) -> bool:
        return self.kind in ("programming", "markup")


# name | kind | colour | suffixes, whole file names and #!interpreters
TABLE = """
Ada|programming|#02f88c|.adb .ads
Assembly|programming|#6E4C13|.asm .s .S
Astro|markup|#ff5a03|.astro
Awk|programming|#c30e9b|.awk #!awk #!gawk
Batchfile|programming|#C1F12E|.bat .cmd
Bicep|programming|#519aba|.bicep
C|programming|#555555|.c .h
C#|programming|#178600|.cs .csx
C++|programming|#f34b7d|.cpp .cc .cxx .hpp .hh .hxx .ipp .inl
CMake|programming|#DA3434|.cmake CMakeLists.txt
CSS|markup|#663399|.css
CSV|data||.csv .tsv
Clojure|programming|#db5855|.clj .cljs .cljc .edn
CoffeeScript|programming|#244776|.coffee
Common Lisp|programming|#3fb68b|.lisp .cl .asd
Crystal|programming|#000100|.cr
Cuda|programming|#3A4E3A|.cu .cuh
Cython|programming|#fedf5b|.pyx .pxd .pxi
D|programming|#ba595e|.d
Dart|programming|#00B4AB|.dart
Dockerfile|programming|#384d54|.dockerfile Dockerfile Containerfile
Elixir|programming|#6e4a7e|.ex .exs #!elixir
Elm|programming|#60B5CC|.elm
Emacs Lisp|programming|#c065db|.el
Erlang|programming|#B83998|.erl .hrl #!escript
F#|programming|#b845fc|.fs .fsx .fsi
Fortran|programming|#4d41b1|.f90 .f95 .f03 .f08 .f .for
GDScript|programming|#355570|.gd
GLSL|programming|#5686a5|.glsl .vert .frag
Gleam|programming|#ffaff3|.gleam
Go|programming|#00ADD8|.go
GraphQL|data|#e10098|.graphql .gql
Groovy|programming|#4298b8|.groovy .gradle Jenkinsfile
HCL|programming|#844FBA|.hcl .tf .tfvars
HTML|markup|#e34c26|.html .htm .xhtml
Handlebars|markup|#f7931e|.hbs .handlebars
Haskell|programming|#5e5086|.hs .hsc
Haxe|programming|#df7900|.hx
JSON|data||.json .jsonc .json5 .webmanifest .geojson
Java|programming|#b07219|.java
JavaScript|programming|#f1e05a|.js .mjs .cjs .jsx #!node #!nodejs
Jinja|markup|#a52a22|.jinja .jinja2 .j2
Julia|programming|#a270ba|.jl #!julia
Jupyter Notebook|markup|#DA5B0B|.ipynb
Just|programming|#384d54|justfile Justfile
Kotlin|programming|#A97BFF|.kt .kts
Less|markup|#1d365d|.less
Lua|programming|#000080|.lua #!lua
MATLAB|programming|#e16737|.mlx
Makefile|programming|#427819|.mk .mak Makefile makefile GNUmakefile #!make
Markdown|prose|#083fa1|.md .markdown .mdx
Meson|programming|#007800|meson.build meson_options.txt
Mojo|programming|#ff4c1f|.mojo
Nim|programming|#ffc200|.nim .nims
Nix|programming|#7e7eff|.nix
OCaml|programming|#ef7a08|.ml .mli
Objective-C|programming|#438eff|.m .mm
PHP|programming|#4F5D95|.php .phtml #!php
PLpgSQL|programming|#336790|.pgsql
Pascal|programming|#E3F171|.pas .pp .dpr
Perl|programming|#0298c3|.pl .pm .t #!perl
PowerShell|programming|#012456|.ps1 .psm1 .psd1 #!pwsh
Prolog|programming|#74283c|.prolog
Protocol Buffer|data||.proto
Pug|markup|#a86454|.pug .jade
PureScript|programming|#1D222D|.purs
Python|programming|#3572A5|.py .pyi .pyw #!python #!python2 #!python3 #!pypy3
QML|programming|#44a51c|.qml
R|programming|#198CE7|.r .R #!Rscript
Racket|programming|#3c5caa|.rkt
ReScript|programming|#ed5051|.res .resi
Roff|prose|#ecdebe|.1 .3 .5 .7 .8
Ruby|programming|#701516|.rb .rake .gemspec .ru Rakefile Gemfile #!ruby
Rust|programming|#dea584|.rs
SCSS|markup|#c6538c|.scss
SQL|data|#e38c00|.sql
SVG|data||.svg
Sass|markup|#a53b70|.sass
Scala|programming|#c22d40|.scala .sc .sbt
Scheme|programming|#1e4aec|.scm .ss
Shell|programming|#89e051|.sh .bash .zsh .ksh .bats #!sh #!bash #!zsh #!dash #!ksh
Solidity|programming|#AA6746|.sol
Starlark|programming|#76d275|.bzl BUILD BUILD.bazel WORKSPACE
Svelte|markup|#ff3e00|.svelte
Swift|programming|#F05138|.swift
SystemVerilog|programming|#DAE1C2|.sv .svh
TOML|data||.toml
Tcl|programming|#e4cc98|.tcl #!tclsh
TeX|markup|#3D6117|.tex .sty .cls .bib
Text|prose||.txt
Thrift|programming|#D12127|.thrift
Twig|markup|#c1d026|.twig
TypeScript|programming|#3178c6|.ts .tsx .mts .cts #!deno #!ts-node
Typst|programming|#239dad|.typ
V|programming|#4f87c4|.vsh
VHDL|programming|#adb2cb|.vhd .vhdl
Verilog|programming|#b2b7f8|.v .vh
Vim Script|programming|#199f4b|.vim
Visual Basic .NET|programming|#945db7|.vb
Vue|markup|#41b883|.vue
WebAssembly|programming|#04133b|.wat .wast
XML|data||.xml .xsd .plist
YAML|data||.yaml .yml
Zig|programming|#ec915c|.zig
reStructuredText|prose|#141414|.rst
"""

SHEBANG = re.compile(rb"#![ \t]*(?:\S*/)?([^\s/]+)(?:[ \t]+(?:-S[ \t]+)?([^\s/-][^\s/]*))?")

CPP_HEADER = re.compile(
    rb"^[ \t]*(?:template[ \t]*<|namespace\b|class[ \t]+\w+|(?:public|private|protected)[ \t]*:)|\bstd::\w",
    re.MULTILINE,
)
"""What no header of C says."""


def _read_table() -> tuple[dict[str, Language], dict[str, Language], dict[str, Language]]:
    by_suffix: dict[str, Language] = {}
    by_name: dict[str, Language] = {}
    by_interpreter: dict[str, Language] = {}
    for row in TABLE.strip().splitlines():
        name, kind, color, marks = row.split("|")
        language = Language(name, kind, color or None)  # type: ignore[arg-type]
        for mark in marks.split():
            if mark.startswith("."):
                by_suffix[mark] = language
            elif mark.startswith("#!"):
                by_interpreter[mark.removeprefix("#!")] = language
            else:
                by_name[mark] = language
    return by_suffix, by_name, by_interpreter


BY_SUFFIX, BY_NAME, BY_INTERPRETER = _read_table()


def language_of(path: str, head: bytes) -> Language | None:
    """The language by whole name, then suffix, then `#!` line; None when none of them tells."""
    name = path.rpartition("/")[2]
    suffix = name[name.rfind(".") :] if "." in name[1:] else ""
    found = BY_NAME.get(name) or BY_SUFFIX.get(suffix) or BY_SUFFIX.get(suffix.lower())
    return found or (None if suffix else _by_first_line(head))


def of_header(content: bytes) -> Language:
    """Whether a `.h` file is C or C++, by what stands in it."""
    return BY_SUFFIX[".hpp" if CPP_HEADER.search(content) else ".h"]


def color_of(name: str) -> str | None:
    return next((language.color for language in BY_SUFFIX.values() if language.name == name), None)


def _by_first_line(head: bytes) -> Language | None:
    match = SHEBANG.match(head)
    if not match:
        return None
    program, argument = match.group(1), match.group(2)
    interpreter = argument if program == b"env" and argument else program
    return BY_INTERPRETER.get(interpreter.decode("ascii", "replace").rstrip(".0123456789")) or (
        BY_INTERPRETER.get(interpreter.decode("ascii", "replace"))
    )
