"""The dialects whose imports can be read. To add one: a module beside this one, and its name here."""

from __future__ import annotations

from services.scanner.analysis.imports.c import C
from services.scanner.analysis.imports.csharp import CSHARP
from services.scanner.analysis.imports.dialect import Dialect
from services.scanner.analysis.imports.go import GO
from services.scanner.analysis.imports.java import JAVA
from services.scanner.analysis.imports.javascript import JAVASCRIPT
from services.scanner.analysis.imports.php import PHP
from services.scanner.analysis.imports.python import PYTHON
from services.scanner.analysis.imports.reading import suffix_of
from services.scanner.analysis.imports.ruby import RUBY
from services.scanner.analysis.imports.rust import RUST

DIALECTS: tuple[Dialect, ...] = (PYTHON, JAVASCRIPT, GO, RUST, JAVA, C, RUBY, CSHARP, PHP)
BY_SUFFIX = {suffix: dialect for dialect in DIALECTS for suffix in dialect.grammars}


STUBS = (".d.ts", ".d.mts", ".d.cts", ".pyi")
"""Files that declare what others define."""


def dialect_of(path: str) -> Dialect | None:
    """None for languages whose imports cannot be read, and for stubs."""
    if path.endswith(STUBS):
        return None
    return BY_SUFFIX.get(suffix_of(path))
