"""Blots out secrets that stand in a repository by mistake, before anything else reads the text."""

from __future__ import annotations

import re

BLOT = "[redacted]"

# Each pattern is a published token format: prefix, alphabet, length.
TOKENS = (
    r"gh[pousr]_[A-Za-z0-9]{36,255}",  # GitHub
    r"github_pat_[A-Za-z0-9_]{60,255}",
    r"glpat-[A-Za-z0-9_-]{20,64}",  # GitLab
    r"(?:AKIA|ASIA)[A-Z2-7]{16}",  # AWS access key
    r"AIza[A-Za-z0-9_-]{35}",  # Google API key
    r"ya29\.[A-Za-z0-9_-]{20,}",  # Google OAuth
    r"xox[abeoprs]-[A-Za-z0-9-]{10,}",  # Slack
    r"sk-(?:proj-|ant-|live-)?[A-Za-z0-9_-]{20,}",  # OpenAI, Anthropic
    r"[rs]k_(?:live|test)_[A-Za-z0-9]{16,}",  # Stripe
    r"npm_[A-Za-z0-9]{36}",
    r"pypi-[A-Za-z0-9_-]{50,}",
    r"dop_v1_[a-f0-9]{64}",  # DigitalOcean
    r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}",  # SendGrid
    r"hf_[A-Za-z0-9]{30,}",  # Hugging Face
    r"\d{8,10}:AA[A-Za-z0-9_-]{33}",  # Telegram bot
    r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",  # JSON web token
)
TOKEN = re.compile(r"(?<![A-Za-z0-9])(?:" + "|".join(TOKENS) + r")(?![A-Za-z0-9])")
PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:.*?-----END [A-Z ]*PRIVATE KEY-----|.*)", re.DOTALL
)
PASSWORD_IN_ADDRESS = re.compile(r"(?<=://)([^\s/:@]{1,64}):([^\s/@]{3,128})(?=@)")
NAMED_SECRET = re.compile(
    r"""(?ix) (\b[\w.-]*(?:passw(?:or)?d|secret|api_?key|access_?token|auth_?token)[\w.-]*["']?\s*[:=]\s*)
        (["'])(?!\s)[A-Za-z0-9+/_.=~-]{16,}\2"""
)


def redacted(text: str) -> str:
    """The text with each well-known token, key and password replaced by a blot."""
    text = PRIVATE_KEY.sub(BLOT, text)
    text = TOKEN.sub(BLOT, text)
    text = PASSWORD_IN_ADDRESS.sub(rf"\1:{BLOT}", text)
    return NAMED_SECRET.sub(rf"\1\2{BLOT}\2", text)
