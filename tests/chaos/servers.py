"""Three nats-servers that hold every stream three times."""

from __future__ import annotations

import contextlib
from typing import Any

from shared.bus import Bus
from shared.errors import Unavailable
from shared.provision import provision
from shared.topology import ProvisionSettings
from tests.chaos.children import Child, Children, free_port, start_server
from tests.support.pipelines import wait_until

FORM_SECONDS = 60.0
CLUSTER = """
cluster {{ name: chaos, listen: "127.0.0.1:{port}", routes: [{routes}], no_advertise: true }}
"""


class Servers:
    """One server, or a cluster of three."""

    def __init__(self, children: list[Child], ports: list[int]) -> None:
        self.children = children
        self.url = ",".join(f"nats://127.0.0.1:{port}" for port in ports)

    @property
    def replicas(self) -> int:
        return len(self.children)

    async def provision(self, bus: Bus, **settings: Any) -> None:
        """Make the streams, as soon as the servers agree on who leads."""

        async def made() -> bool:
            with contextlib.suppress(Unavailable):
                await provision(bus, ProvisionSettings(replicas=self.replicas, **settings))
                return True
            return False

        await wait_until(made, FORM_SECONDS)

    async def whole(self, bus: Bus, *streams: str) -> None:
        """Wait until every stream is led and all its replicas have caught up."""

        async def are_whole() -> bool:
            with contextlib.suppress(Unavailable):
                known = [await bus.api(f"STREAM.INFO.{stream}") for stream in streams]
                return all(self._is_whole(stream.get("cluster", {})) for stream in known)
            return False

        await wait_until(are_whole, FORM_SECONDS)

    def _is_whole(self, cluster: dict[str, Any]) -> bool:
        if self.replicas == 1:
            return True
        current = [
            one for one in cluster.get("replicas", []) if one.get("current") and not one.get("offline")
        ]
        return bool(cluster.get("leader")) and len(current) == self.replicas - 1


async def start_servers(mine: Children, count: int) -> Servers:
    ports = [free_port() for _ in range(count)]
    if count == 1:
        return Servers([await start_server(mine, ports[0])], ports)
    routes = [free_port() for _ in range(count)]
    known = ", ".join(f'"nats://127.0.0.1:{port}"' for port in routes)
    return Servers(
        [
            await start_server(
                mine, port, name=f"nats-{number}", more=CLUSTER.format(port=route, routes=known)
            )
            for number, (port, route) in enumerate(zip(ports, routes, strict=True))
        ],
        ports,
    )
