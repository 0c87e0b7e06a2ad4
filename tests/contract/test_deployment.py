"""The images, compose file and manifests say what the code says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.permissions import users
from shared.pipeline import PIPELINE, SERVICES, consumers
from shared.routes import DEBIAN

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
KEDA = ROOT / "k8s" / "components" / "keda"


def documents(path: Path) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(path.read_text()) if one]


def deployments() -> dict[str, dict[str, Any]]:
    return {
        one["metadata"]["name"]: one["spec"]["template"]["spec"]["containers"][0]
        for path in sorted((ROOT / "k8s" / "base").glob("*.yaml"))
        for one in documents(path)
        if one["kind"] == "Deployment"
    }


def test_compose_runs_each_service_with_the_password_of_its_own_user() -> None:
    mounted = {
        name: [volume.split(":")[0] for volume in service.get("volumes", []) if "passwords-" in volume]
        for name, service in COMPOSE["services"].items()
        if name in {user.name for user in users()}
    }
    assert mounted == {name: [f"passwords-{name}"] for name in mounted}
    assert set(mounted) == {user.name for user in users()}


def test_only_doors_are_published_and_only_on_the_loopback() -> None:
    published = {name: one["ports"] for name, one in COMPOSE["services"].items() if "ports" in one}
    assert set(published) == {"gateway", "grafana"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_monitoring_is_started_only_where_it_is_asked_for() -> None:
    asked = {name for name, one in COMPOSE["services"].items() if one.get("profiles") == ["monitoring"]}
    assert asked == {"prometheus", "grafana"}


def test_monitoring_reads_the_gateway_and_shows_the_dashboard_there_is() -> None:
    folder = ROOT / "deploy" / "monitoring"
    (scraped,) = yaml.safe_load((folder / "prometheus.yml").read_text())["scrape_configs"]
    (source,) = yaml.safe_load((folder / "grafana-sources.yml").read_text())["datasources"]
    (provider,) = yaml.safe_load((folder / "grafana-dashboards.yml").read_text())["providers"]
    host, _, port = scraped["static_configs"][0]["targets"][0].partition(":")
    assert COMPOSE["services"][host]["environment"]["REPOREEL_PORT"] == port
    assert source["url"] == "http://prometheus:9090"
    mounted = dict(
        volume.removesuffix(":ro").split(":")
        for name in ("prometheus", "grafana")
        for volume in COMPOSE["services"][name]["volumes"]
        if volume.startswith("./")
    )
    assert all((ROOT / file).is_file() for file in mounted)
    shown = mounted["./k8s/components/monitoring/dashboard.json"]
    assert shown.startswith(f"{provider['options']['path']}/")
    assert COMPOSE["services"]["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] == shown


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_every_container_of_compose_is_held_back(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"cpus", "memory"} <= service["deploy"]["resources"]["limits"].keys()


def set_by_images(dockerfile: str) -> set[str]:
    return set(re.findall(r"\b(REPOREEL_\w+)=", dockerfile))


def test_a_copied_env_example_takes_nothing_from_what_the_images_set() -> None:
    """Its empty lines would win over an image's ENV, but not over what compose sets."""
    gateway, workers = (ROOT / "Dockerfile").read_text().split("FROM base AS media\n")
    for name, service in COMPOSE["services"].items():
        if "env_file" in service and name != "provision":
            dockerfile = gateway if name == "gateway" else gateway.split("FROM base AS gateway")[0] + workers
            assert set_by_images(dockerfile) <= set(service["environment"]), name
    assert "REPOREEL_HEALTH_PORT" in set_by_images(workers)


def test_kubernetes_runs_every_stage_once() -> None:
    commands = [container["args"][1:] for container in deployments().values()]
    assert {command[0] for command in commands} == set(SERVICES)
    assert ["publisher", "--stage", "render"] in commands
    assert ["publisher", "--stage", "publish"] in commands


def test_each_deployment_connects_as_its_services_user() -> None:
    for container in deployments().values():
        (url,) = (one for one in container["env"] if one["name"] == "NATS_URL")
        assert url["valueFrom"]["secretKeyRef"]["key"] == container["args"][1]


def test_keda_looks_at_the_consumers_there_are() -> None:
    known = {name for stage in PIPELINE for name in consumers(stage).values()}
    watched = {
        trigger["metadata"]["consumer"]
        for path in KEDA.glob("*.yaml")
        for one in documents(path)
        if one["kind"] == "ScaledObject"
        for trigger in one["spec"]["triggers"]
    }
    heavy = {"scan", "write", "speak", "translate", "render"}
    assert watched <= known
    assert {name.removesuffix("-high").removesuffix("-low") for name in watched} == heavy
    assert heavy < {stage.name for stage in PIPELINE}


def test_the_translators_image_holds_every_package_of_its_languages() -> None:
    installed = set(re.findall(r"apertium-[\w-]+", (ROOT / "Dockerfile").read_text()))
    assert installed == set(DEBIAN.values())


def test_compose_and_kubernetes_promise_the_same_languages() -> None:
    settings = (one["data"] for one in documents(ROOT / "k8s" / "base" / "settings.yaml"))
    (made,) = (one["made"] for one in settings if "made" in one)
    for service in ("gateway", "scanner"):
        assert made in COMPOSE["services"][service]["environment"]["REPOREEL_LANGUAGES"]
