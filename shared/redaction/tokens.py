"""The formats of keys and tokens that can be told by themselves.

Each row is `Secret(name, anchors, pattern)`. Without one of its anchors a format is not looked for, so that a
large tree costs substring searches and hardly ever a regular expression. To add a format: a row here, and an
example in the test's own table.
"""

from __future__ import annotations

import re
from typing import NamedTuple

BEFORE = rb"(?<![A-Za-z0-9])"
AFTER = rb"(?![A-Za-z0-9])"


SHORTEST_TOKEN = 20


class Secret(NamedTuple):
    name: str
    anchors: tuple[bytes, ...]
    pattern: re.Pattern[bytes]


def _token(name: str, anchors: str, pattern: str) -> Secret:
    """A token of at least SHORTEST_TOKEN characters, none of them a space, not in the middle of a word."""
    found = re.compile(BEFORE + b"(?:" + pattern.encode() + b")" + AFTER)
    return Secret(name, tuple(anchors.encode().split()), found)


TOKENS: tuple[Secret, ...] = (
    # Code hosting and packages
    _token("GitHub classic token", "ghp_", r"ghp_[A-Za-z0-9]{36,255}"),
    _token("GitHub OAuth token", "gho_", r"gho_[A-Za-z0-9]{36,255}"),
    _token("GitHub user token", "ghu_", r"ghu_[A-Za-z0-9]{36,255}"),
    _token("GitHub installation token", "ghs_", r"ghs_[A-Za-z0-9]{36,255}"),
    _token("GitHub refresh token", "ghr_", r"ghr_[A-Za-z0-9]{36,255}"),
    _token("GitHub fine-grained token", "github_pat_", r"github_pat_[A-Za-z0-9_]{60,255}"),
    _token("GitLab personal token", "glpat-", r"glpat-[A-Za-z0-9_.-]{20,300}"),
    _token(
        "GitLab other token",
        "gldt- glrt- glcbt- glptt- glft- glimt- glagent- gloas- glsoat-",
        r"gl(?:dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[A-Za-z0-9_.-]{20,300}",
    ),
    _token("GitLab runner registration", "GR1348941", r"GR1348941[A-Za-z0-9_-]{20,50}"),
    _token("Bitbucket app password", "ATBB", r"ATBB[A-Za-z0-9]{24,40}"),
    _token("Atlassian API token", "ATATT3 ATCTT3", r"AT[AC]TT3[A-Za-z0-9_\-=]{60,300}"),
    _token("npm token", "npm_", r"npm_[A-Za-z0-9]{36}"),
    _token("PyPI token", "pypi-AgE", r"pypi-AgE[A-Za-z0-9_-]{50,500}"),
    _token("RubyGems key", "rubygems_", r"rubygems_[a-f0-9]{48}"),
    _token("crates.io token", "cio", r"cio[A-Za-z0-9]{32}"),
    _token("NuGet key", "oy2", r"oy2[a-z0-9]{43}"),
    _token("Docker Hub token", "dckr_", r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{27,60}"),
    _token("Artifactory key", "AKCp", r"AKCp[A-Za-z0-9]{60,80}"),
    _token("Sourcegraph token", "sgp_", r"sgp_(?:[a-fA-F0-9]{16}_)?[a-fA-F0-9]{40}"),
    # Clouds
    _token("AWS access key", "AKIA ASIA ABIA ACCA", r"A(?:KI|SI|BI|CC)A[A-Z2-7]{16}"),
    _token("Google API key", "AIza", r"AIza[A-Za-z0-9_-]{35}"),
    _token("Google OAuth secret", "GOCSPX-", r"GOCSPX-[A-Za-z0-9_-]{28}"),
    _token("Google OAuth token", "ya29.", r"ya29\.[A-Za-z0-9_-]{20,2000}"),
    _token("Azure client secret", "8Q~ 7Q~", r"[A-Za-z0-9_~.]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}"),
    _token("Alibaba access key", "LTAI", r"LTAI[A-Za-z0-9]{17,21}"),
    _token("Tencent secret id", "AKID", r"AKID[A-Za-z0-9]{32}"),
    _token("DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", r"do[opr]_v1_[a-f0-9]{64}"),
    _token("Heroku key", "HRKU-", r"HRKU-[A-Za-z0-9_-]{36,70}"),
    _token("Netlify token", "nfp_", r"nfp_[A-Za-z0-9]{36,50}"),
    _token(
        "Vercel storage token", "vercel_blob_rw_", r"vercel_blob_rw_[A-Za-z0-9]{10,30}_[A-Za-z0-9]{20,40}"
    ),
    _token("Fly.io token", "fo1_ fm1_ fm2_ fm1r_", r"f(?:o1|m1r?|m2)_[A-Za-z0-9+/_=-]{40,800}"),
    _token("Cloudflare origin key", "v1.0-", r"v1\.0-[a-f0-9]{24}-[a-f0-9]{100,160}"),
    _token("Supabase token", "sbp_ sb_secret_", r"sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{30,50}"),
    _token("PlanetScale secret", "pscale_", r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,64}"),
    _token("Databricks token", "dapi", r"dapi[a-f0-9]{32}(?:-\d)?"),
    _token("Terraform Cloud token", ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}"),
    _token("Vault token", "hvs. hvb.", r"hv[sb]\.[A-Za-z0-9_-]{24,300}"),
    _token("Pulumi token", "pul-", r"pul-[a-f0-9]{40}"),
    _token("Doppler token", "dp.", r"dp\.(?:pt|st|ct|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}"),
    _token("age secret key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    # Messages and mail
    _token("Slack token", "xox", r"xox[abeoprs]-[A-Za-z0-9-]{10,250}"),
    _token("Slack app token", "xapp-", r"xapp-\d-[A-Z0-9]{5,20}-\d{5,20}-[a-f0-9]{30,70}"),
    _token(
        "Discord bot token",
        "MD MT Mj Mz ND NT Nj Nz OD OT",
        r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}",
    ),
    _token("Telegram bot token", ":AA", r"\d{8,10}:AA[A-Za-z0-9_-]{33}"),
    _token("SendGrid key", "SG.", r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}"),
    _token("Mailgun key", "key-", r"key-[a-f0-9]{32}"),
    _token("Mailchimp key", "-us", r"[a-f0-9]{32}-us\d{1,2}"),
    _token("Brevo key", "xkeysib-", r"xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),
    _token("Twilio key", "SK", r"SK[a-f0-9]{32}"),
    # Money and shops
    _token("Stripe key", "_live_ _test_", r"[rs]k_(?:live|test)_[A-Za-z0-9]{16,250}"),
    _token("Stripe webhook secret", "whsec_", r"whsec_[A-Za-z0-9+/=]{32,64}"),
    _token("Square token", "sq0", r"sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,43}"),
    _token(
        "Braintree token",
        "access_token$",
        r"access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}",
    ),
    _token("Shopify token", "shpat_ shpca_ shppa_ shpss_", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    # Models
    _token("Anthropic key", "sk-ant-", r"sk-ant-[A-Za-z0-9_-]{20,200}"),
    _token("OpenAI key", "sk-", r"sk-(?=[A-Za-z_-]{0,180}\d)(?=[a-z0-9_-]{0,180}[A-Z])[A-Za-z0-9_-]{20,200}"),
    _token("Hugging Face token", "hf_", r"hf_[A-Za-z0-9]{30,60}"),
    _token("Replicate token", "r8_", r"r8_[A-Za-z0-9]{37}"),
    _token("Groq key", "gsk_", r"gsk_[A-Za-z0-9]{40,60}"),
    # Tools of teams
    _token("Postman key", "PMAK-", r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    _token("Linear key", "lin_api_", r"lin_api_[A-Za-z0-9]{40}"),
    _token("Notion token", "ntn_ secret_", r"(?:ntn_|secret_)[A-Za-z0-9]{43,50}"),
    _token("Figma token", "figd_", r"figd_[A-Za-z0-9_-]{40,50}"),
    _token("Airtable token", "pat", r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    _token(
        "Grafana token", "glsa_ glc_", r"glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/]{32,400}={0,2}"
    ),
    _token("New Relic key", "NRAK-", r"NRAK-[A-Z0-9]{27}"),
    _token("Sentry token", "sntrys_ sntryu_", r"sntry[su]_[A-Za-z0-9+/=_-]{40,300}"),
    _token("SonarQube token", "sqp_ squ_ sqa_", r"sq[apu]_[a-f0-9]{40}"),
    _token("Typeform token", "tfp_", r"tfp_[A-Za-z0-9_.=-]{40,60}"),
    _token("Contentful token", "CFPAT-", r"CFPAT-[A-Za-z0-9_-]{43}"),
    _token("Mapbox secret token", "sk.eyJ", r"sk\.eyJ[A-Za-z0-9_-]{20,200}\.[A-Za-z0-9_-]{20,40}"),
    _token("Facebook token", "EAA", r"EAA[A-Za-z0-9]{90,300}"),
    _token(
        "JSON web token", "eyJ", r"eyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,2000}"
    ),
)
