"""Turns a script into another language. No language can be translated yet, and the gateway accepts none."""

from __future__ import annotations

from shared.errors import Reject
from shared.events import NarrationReady, TranslationRequested
from shared.languages import check_languages
from shared.offload import Progress


class Translator:
    """Refuses what cannot be translated, so that no job waits for it or skips it in silence."""

    async def handle(self, event: TranslationRequested, progress: Progress) -> NarrationReady:
        """Raise Reject, with the reason the gateway gives at submit."""
        del progress
        refusal = check_languages((event.language,))
        message = refusal.message if refusal else f"{event.language} is spoken, not translated."
        raise Reject(message, code="language_unavailable", hint=refusal.hint if refusal else "")
