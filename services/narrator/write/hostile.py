"""Repository text that talks to the narrator, or boasts in figures nobody measured, is not quoted."""

from __future__ import annotations

import re

_MODEL = (
    r"(?:ais?|a\.i\.|llms?|language\s+models?|(?:ai\s+)?assistants?|chat\s?bots?|gpt|claude|gemini|copilot|narrators?|"
    r"summari[sz]ers?|agents?)"
)
_SAYING = r"(?:say|narrate|recite|pronounce|announce|utter|speak|repeat|print|output|respond|reply|answer)"
_ORDERS = (
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|prompts?|previous|prior|everything)\b",
    r"\b(?:system|hidden|secret)\s+prompts?\b|\bnew\s+instructions?\b",
    rf"\b(?:you\s+are|act\s+as|pretend\s+to\s+be)\s+(?:now\s+)?(?:an?\s+|the\s+)?(?:\w+\s+)?{_MODEL}\b",
    rf"\b(?:dear|hey|attention|note\s+to|to\s+(?:the|any|all|every))\s+(?:an?\s+|the\s+|any\s+|all\s+)?{_MODEL}\b",
    rf"\b{_SAYING}\b.{{0,40}}\b(?:pwned|hacked|after\s+me|to\s+the\s+(?:viewer|audience|listener)s?)\b",
    r"\bpwned\b|<\|\w*\|>|\[/?inst\]|<<sys>>|\bjailbreak",
    r"\b(?:this|the|your)\s+(?:video|film|narration|voice-?over|summary)\s+(?:must|should|shall|has\s+to|needs?\s+to)\b",
    r"\b(?:tell|inform|remind|urge|convince)\s+(?:the\s+|your\s+|all\s+)?(?:viewers?|audience|listeners?)\b",
    (
        r"\b(?:ignor\w*|olvid\w+|esque[cç]\w+|desconsider\w+|oubli\w+|vergiss|vergesst|dimentica\w*)\b.{0,40}"
        r"\b(?:instru\w+|anweisung\w*|istruzion\w+|consigne\w*)"
    ),
    r"(?:忽略|無視|无视).{0,20}|.{0,20}(?:指令|指示).{0,10}(?:忽略|無視|无视)|(?:игнорируй|забудь).{0,40}инструкц",
)
_SUSPICIOUS = (
    rf"\b{_SAYING}\s+(?:only\s+|exactly\s+|the\s+words?\s+|that\s+|[\"'“‘])",
    r"(?:^|\n)\s*(?:system|assistant|user|human)\s*:",
    r"\b(?:do\s+not|don't|never|always)\s+(?:mention|tell|say|reveal)\b",
    r"\b(?:diga|digan|dites|annoncez|sprich|pronuncia)\s+[A-Z\"“«]",
)
_COUNTED = (
    r"(?:stars?|stargazers?|downloads?|users?|installs?|customers?|compan(?:y|ies)|contributors?|developers?|forks?|"
    r"followers?|projects?)"
)
_BOASTS = (
    rf"(?:\d|\b(?:thousand|million|billion|hundred|dozen)s?\b).{{0,24}}\b{_COUNTED}\b",
    r"\#\s?1\b|\bnumber\s+one\b|\bworld['’]?s?\s+(?:best|fastest|leading|first|most)\b|\bbest[\s-]in[\s-]class\b",
    r"\b(?:trusted|loved|used)\s+by\b|\bused\s+in\s+production\b|\bbattle[\s-]tested\b",
    r"\bmost\s+(?:popular|starred|downloaded|trusted|advanced|powerful)\b|\b(?:award|prize)[\s-]winning\b",
    r"\b(?:powerful|ultimate|blazing(?:ly)?|amazing|awesome|incredible|revolutionary|game[\s-]chang\w+)\b",
    r"\b(?:star|follow|sponsor|subscribe|donate|buy|vote|like)\s+(?:us|this|the\s+repo\w*|me|my|our|now|it)\b",
    r"\b(?:pull\s+requests?|contributions?|stars|feedback|issues)\b.{0,24}\bwelcome\b",
)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE | re.DOTALL)


_ORDER, _SUSPECT, _BOAST = _any(_ORDERS), _any(_SUSPICIOUS), _any(_BOASTS)


def gives_orders(text: str) -> bool:
    """Whether the text speaks to whoever summarises it: then nothing around it is trusted either."""
    return _ORDER.search(text) is not None


def is_suspect(text: str) -> bool:
    """Whether the sentence might be such an order: it alone is left out."""
    return _SUSPECT.search(text) is not None


def boasts(text: str) -> bool:
    """Whether the text praises, advertises, or counts its admirers."""
    return _BOAST.search(text) is not None
