"""The peer of the gateway: the earlier design, a Flask app that puts jobs into RQ's queue.

It does what ours does for the same two requests: checks the signature over the raw bytes, reads the payload,
stores a job, answers with its id; and tells where a job stands.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from typing import Any

from flask import Flask, jsonify, request
from redis import Redis
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job

from tests.bench.chain import PORT_VARIABLE

SECRET = os.environ["GITHUB_WEBHOOK_SECRET"].encode()

app = Flask(__name__)
redis = Redis(port=int(os.environ[PORT_VARIABLE]))
queue = Queue("default", connection=redis)


@app.post("/webhook")
def webhook() -> Any:
    body = request.get_data()
    right = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right, request.headers.get("X-Hub-Signature-256", "")):
        return jsonify(error="signature"), 403
    payload = json.loads(body)
    repository = payload["repository"]["full_name"]
    job = queue.enqueue("tests.bench.rq_tasks.first", repository, payload["after"], result_ttl=86400)
    return jsonify(job_id=job.id, status_url=f"/jobs/{job.id}"), 202


@app.get("/jobs/<job_id>")
def show(job_id: str) -> Any:
    try:
        job = Job.fetch(job_id, connection=redis)
    except NoSuchJobError:
        return jsonify(error="unknown"), 404
    return jsonify(job_id=job.id, status=job.get_status().value, created_at=str(job.created_at), result=None)
