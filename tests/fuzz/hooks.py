"""Loaded by schemathesis: webhooks are rightly signed, so that more of them is tried than the refusal."""

from __future__ import annotations

import hashlib
import hmac

import requests
import schemathesis

from tests.support.doors import SECRET


class Signed(requests.auth.AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        if isinstance(body, bytes):
            signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
            request.headers["X-Hub-Signature-256"] = f"sha256={signature}"
        return request


schemathesis.auth.set_from_requests(Signed()).apply_to(path="/webhook")
