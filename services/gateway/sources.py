"""How often each caller may try to start something."""

from __future__ import annotations

from aiohttp import web

from services.gateway.errors import ApiError
from services.gateway.limits import Limit, source_of
from services.gateway.settings import GatewaySettings

FORGERY_SECONDS = 10


class Sources:
    def __init__(self, settings: GatewaySettings) -> None:
        self._proxies = settings.proxies
        self._jobs = Limit(settings.source_jobs_per_minute, "one address")
        self._forgeries = Limit(settings.source_forgeries_per_minute, "one address")

    def check(self, request: web.Request) -> None:
        """Let one request that may start a job pass.

        Raises ApiError (429) for a caller who has had enough.
        """
        self._jobs.check(source_of(request, self._proxies))

    def check_forgeries(self, request: web.Request) -> None:
        """Let a webhook pass before anything of it is read.

        Raises ApiError (429) for a caller who has sent too many that were wrongly signed.
        """
        if self._forgeries.is_used_up(source_of(request, self._proxies)):
            message = "Too many webhooks from this address were wrongly signed."
            raise ApiError(
                429, "too_many", message, "Mend the secret, then come again.", retry_after=FORGERY_SECONDS
            )

    def count_forgery(self, request: web.Request) -> None:
        source = source_of(request, self._proxies)
        if not self._forgeries.is_used_up(source):
            self._forgeries.check(source)
