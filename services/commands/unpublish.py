"""`reporeel unpublish`: takes a job's videos down, once and for all; its folder stays."""

from __future__ import annotations

import argparse
import os
import sys

from services.commands.serve import nats_url
from services.publisher.settings import PublisherSettings
from services.publisher.targets import Ledger, targets
from services.publisher.targets.target import Withdrawable
from shared.bus import connect
from shared.errors import ReporeelError
from shared.measures import Measures
from shared.settings import load

INBOX = "_INBOX_publisher"
"""It runs where the publisher runs, as its user of NATS."""


class NothingThere(ReporeelError):
    """Nothing of the job stands at a target that can take it down."""


async def unpublish(options: argparse.Namespace) -> int:
    """Take down what the ledger says of a job, in all languages or some.

    Raises NothingThere when there is nothing.
    """
    settings, taken = load(PublisherSettings, os.environ), 0
    async with (
        connect(nats_url(), "unpublish", inbox_prefix=INBOX) as bus,
        targets(bus, settings, os.environ, Measures()) as sent_to,
    ):
        for target in sent_to.values():
            if not isinstance(target, Withdrawable):
                continue
            for page in await Ledger(bus).pages(options.job_id, target.name):
                stands = page.entry.reference and not page.entry.withdrawn
                if stands and (not options.lang or page.key.language in options.lang):
                    await target.withdraw(page)
                    sys.stdout.write(f"{page.key.language}: {page.entry.url} is taken down\n")
                    taken += 1
    if not taken:
        raise NothingThere(
            f"nothing of job {options.job_id} stands anywhere it could be taken down from; "
            "YouTube's videos are, where REPOREEL_PUBLISH_TARGETS names youtube"
        )
    return 0
