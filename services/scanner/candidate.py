"""What the policy looks at, taken from GitHub's record and from a finished scan."""

from __future__ import annotations

import msgspec

from services.scanner.github_records import Record
from services.scanner.policy import Candidate
from services.scanner.scan import Scan


def candidate_of(record: Record) -> Candidate:
    repository = record.repository
    return Candidate(
        repo=repository.full_name,
        description=repository.description or "",
        archived=repository.archived,
        disabled=repository.disabled,
        ci_succeeded=record.last_success is not None,
    )


def with_files(candidate: Candidate, scan: Scan) -> Candidate:
    license_fact = scan.base.find("license.spdx")
    spdx = str(license_fact.value) if license_fact else None
    return msgspec.structs.replace(candidate, license=spdx, readme_bytes=scan.readme_bytes)
