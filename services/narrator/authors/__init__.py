"""Who puts a script into words: the template alone, or a language model that rewords it, gated."""

from __future__ import annotations

from typing import Protocol

from shared.facts import FactBase
from shared.script import Script


class ScriptWriter(Protocol):
    """Takes the template's script and gives one that says the same; never fails a job."""

    async def reword(self, script: Script, facts: FactBase) -> Script:
        """Give the script in other words, or as it was with a warning that says why."""


class TemplateWriter:
    """The default: the same facts always give the same words."""

    async def reword(self, script: Script, facts: FactBase) -> Script:
        del facts
        return script
