"""One made-up secret of every known format, for tests to plant: drawn anew for each seed, never written down.

The table is independent of the patterns: each row follows what the format's owner documents.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from typing import NamedTuple

LOWER, UPPER, DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
ALNUM, HEX, WORD = LOWER + UPPER + DIGITS, "0123456789abcdef", LOWER + UPPER + DIGITS + "_-"
BASE64 = LOWER + UPPER + DIGITS + "+/"


class Planted(NamedTuple):
    text: str
    """How it stands in a file."""
    secret: str
    """The part that must never be seen again."""


class Dice:
    def __init__(self, seed: object) -> None:
        self._random = random.Random(str(seed))

    def draw(self, alphabet: str, length: int) -> str:
        """Ends in a letter or digit, holds a digit and, where the alphabet does, both cases."""
        while True:
            drawn = "".join(self._random.choices(alphabet, k=length))
            wanted = [
                kind for kind in (LOWER, UPPER, DIGITS) if set(kind[:6]) <= set(alphabet) and length > 12
            ]
            if drawn[-1].isalnum() and drawn[0].isalnum() and all(set(kind) & set(drawn) for kind in wanted):
                return drawn


def an(prefix: str, length: int, alphabet: str = ALNUM, suffix: str = "") -> Callable[[Dice], str]:
    return lambda dice: prefix + dice.draw(alphabet, length) + suffix


def parts(*pieces: str | tuple[str, int]) -> Callable[[Dice], str]:
    return lambda dice: "".join(each if isinstance(each, str) else dice.draw(*each) for each in pieces)


def around(before: str, inner: Callable[[Dice], str], after: str = "") -> Callable[[Dice], Planted]:
    def make(dice: Dice) -> Planted:
        secret = inner(dice)
        return Planted(before + secret + after, secret)

    return make


def _key(dice: Dice) -> str:
    return "\n".join(dice.draw(BASE64, 64) for _line in range(6))


TOKENS: dict[str, Callable[[Dice], str]] = {
    "GitHub classic token": an("ghp_", 36),
    "GitHub OAuth token": an("gho_", 36),
    "GitHub user token": an("ghu_", 36),
    "GitHub installation token": an("ghs_", 36),
    "GitHub refresh token": an("ghr_", 76),
    "GitHub fine-grained token": parts("github_pat_", (ALNUM, 22), "_", (ALNUM, 59)),
    "GitLab personal token": an("glpat-", 20, WORD),
    "GitLab other token": an("glrt-", 20, WORD),
    "GitLab runner registration": an("GR1348941", 20, WORD),
    "Bitbucket app password": an("ATBB", 32),
    "Atlassian API token": an("ATATT3", 180, WORD, "=1A2B3C4D"),
    "npm token": an("npm_", 36),
    "PyPI token": an("pypi-AgEIcHlwaS5vcmcC", 140, WORD),
    "RubyGems key": an("rubygems_", 48, HEX),
    "crates.io token": an("cio", 32),
    "NuGet key": an("oy2", 43, LOWER + DIGITS),
    "Docker Hub token": an("dckr_pat_", 27, WORD),
    "Artifactory key": an("AKCp", 69),
    "Sourcegraph token": parts("sgp_", (HEX, 16), "_", (HEX, 40)),
    "AWS access key": an("AKIA", 16, UPPER + "234567"),
    "Google API key": an("AIza", 35, WORD),
    "Google OAuth secret": an("GOCSPX-", 28, WORD),
    "Google OAuth token": an("ya29.", 120, WORD),
    "Azure client secret": parts((ALNUM, 3), "8Q~", (ALNUM, 34)),
    "Alibaba access key": an("LTAI", 20),
    "Tencent secret id": an("AKID", 32),
    "DigitalOcean token": an("dop_v1_", 64, HEX),
    "Heroku key": an("HRKU-AA", 58, WORD),
    "Netlify token": an("nfp_", 40),
    "Vercel storage token": parts("vercel_blob_rw_", (ALNUM, 16), "_", (ALNUM, 30)),
    "Fly.io token": an("fm2_", 300, BASE64),
    "Cloudflare origin key": parts("v1.0-", (HEX, 24), "-", (HEX, 146)),
    "Supabase token": an("sbp_", 40, HEX),
    "PlanetScale secret": an("pscale_pw_", 43, WORD),
    "Databricks token": an("dapi", 32, HEX),
    "Terraform Cloud token": parts((ALNUM, 14), ".atlasv1.", (ALNUM, 67)),
    "Vault token": an("hvs.", 95, WORD),
    "Pulumi token": an("pul-", 40, HEX),
    "Doppler token": an("dp.pt.", 43),
    "age secret key": an("AGE-SECRET-KEY-1", 58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
    "Slack token": parts("xoxb-", (DIGITS, 12), "-", (DIGITS, 13), "-", (ALNUM, 24)),
    "Slack app token": parts("xapp-1-A", (UPPER + DIGITS, 10), "-", (DIGITS, 13), "-", (HEX, 64)),
    "Discord bot token": parts("MTA", (WORD, 23), ".", (WORD, 6), ".", (WORD, 38)),
    "Telegram bot token": parts((DIGITS, 10), ":AA", (WORD, 33)),
    "SendGrid key": parts("SG.", (WORD, 22), ".", (WORD, 43)),
    "Mailgun key": an("key-", 32, HEX),
    "Mailchimp key": an("", 32, HEX, "-us21"),
    "Brevo key": parts("xkeysib-", (HEX, 64), "-", (ALNUM, 16)),
    "Twilio key": an("SK", 32, HEX),
    "Stripe key": an("sk_live_", 24),
    "Stripe webhook secret": an("whsec_", 32),
    "Square token": an("sq0csp-", 43, WORD),
    "Braintree token": parts("access_token$production$", (LOWER + DIGITS, 16), "$", (HEX, 32)),
    "Shopify token": an("shpat_", 32, HEX),
    "Anthropic key": an("sk-ant-api03-", 95, WORD),
    "OpenAI key": parts("sk-proj-", (ALNUM, 20), "T3BlbkFJ", (ALNUM, 20)),
    "Hugging Face token": an("hf_", 34),
    "Replicate token": an("r8_", 37),
    "Groq key": an("gsk_", 52),
    "Postman key": parts("PMAK-", (HEX, 24), "-", (HEX, 34)),
    "Linear key": an("lin_api_", 40),
    "Notion token": an("ntn_", 46),
    "Figma token": an("figd_", 43, WORD),
    "Airtable token": parts("pat", (ALNUM, 14), ".", (HEX, 64)),
    "Grafana token": parts("glsa_", (ALNUM, 32), "_", (HEX, 8)),
    "New Relic key": an("NRAK-", 27, UPPER + DIGITS),
    "Sentry token": an("sntrys_eyJ", 120, BASE64),
    "SonarQube token": an("squ_", 40, HEX),
    "Typeform token": parts("tfp_", (ALNUM, 44), "_", (ALNUM, 14)),
    "Contentful token": an("CFPAT-", 43, WORD),
    "Mapbox secret token": parts("sk.eyJ", (ALNUM, 80), ".", (ALNUM, 22)),
    "Facebook token": an("EAA", 180),
    "JSON web token": parts("eyJ", (ALNUM, 33), ".eyJ", (ALNUM, 80), ".", (WORD, 43)),
}

WITHIN: dict[str, Callable[[Dice], Planted]] = {
    "private key": around("-----BEGIN RSA PRIVATE KEY-----\n", _key, "\n-----END RSA PRIVATE KEY-----"),
    "PuTTY key": around("Private-Lines: 6\n", _key, "\nPrivate-MAC: 0"),
    "password in an address": around("postgres://app:", an("", 14), "@db.example/main"),
    "Slack webhook": around(
        "https://hooks.slack.com/services/", parts("T", (UPPER, 8), "/B", (UPPER, 10), "/", (ALNUM, 24))
    ),
    "Discord webhook": around("https://discord.com/api/webhooks/", parts((DIGITS, 18), "/", (WORD, 68))),
    "Azure storage key": around("AccountName=demo;AccountKey=", an("", 86, BASE64), "==;"),
    "AWS secret key": around("aws_secret_access_key = ", an("", 40, BASE64)),
    "authorization header": around("Authorization: Bearer ", an("", 40)),
    "npm registry login": around("//registry.example/:_authToken=", an("", 36)),
    "netrc login": around("machine api.example login ada password ", an("", 16)),
    "named secret": around('client_secret: "', an("", 24), '"'),
    "secret in an environment variable": around("SESSION_SECRET=", an("", 32)),
}


def planted(seed: object = "") -> dict[str, Planted]:
    """By name of the format."""
    tokens = {name: make(Dice(f"{seed}{name}")) for name, make in TOKENS.items()}
    within = {name: make(Dice(f"{seed}{name}")) for name, make in WITHIN.items()}
    return {name: Planted(token, token) for name, token in tokens.items()} | within
