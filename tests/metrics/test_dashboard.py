"""The dashboard of `docker compose --profile observe` asks for numbers that the chats have."""

import json
import re

import yaml

from chat_core.frames import ServerInfo
from chat_core.metrics import Metrics
from tests.compose.composition import ROOT, services

_NAME = re.compile(r"\b(?:chat|process)_[a-z_]+")
_DOCKER = ROOT / "docker"
_JOBS = {"django-channels": "django", "fastapi": "fastapi"}


def test_every_name_on_the_dashboard_is_one_of_a_chat() -> None:
    dashboard = json.loads((_DOCKER / "grafana" / "chats.json").read_text("utf-8"))
    asked = {
        name
        for panel in dashboard["panels"]
        for target in panel["targets"]
        for name in _NAME.findall(target["expr"])
    }
    metrics = Metrics(ServerInfo("f", "s", "memory", "off", "1", 1))
    known = {family.name for family in metrics.registry.collect()}
    assert {re.sub(r"_(total|bucket)$", "", name) for name in asked} <= known
    assert {name for name in known if name.startswith("chat_")} - {"chat_server", "chat_joins"} <= {
        re.sub(r"_(total|bucket)$", "", name) for name in asked
    }


def test_panels_do_not_overlap() -> None:
    dashboard = json.loads((_DOCKER / "grafana" / "chats.json").read_text("utf-8"))
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in dashboard["panels"]]
    assert len(set(places)) == len(places)


def test_prometheus_asks_every_replica_of_both_chats() -> None:
    told = yaml.safe_load((_DOCKER / "prometheus.yml").read_text("utf-8"))
    asked = {each["job_name"]: each["dns_sd_configs"][0] for each in told["scrape_configs"]}
    for framework, service in _JOBS.items():
        listens = services()[service]["command"][-1]
        assert asked[framework]["names"] == [service]
        assert listens.endswith(f":{asked[framework]['port']}")
        assert services()[service]["environment"]["CHAT_METRICS"] == "1"


def test_the_dashboard_and_its_source_name_each_other() -> None:
    sources = yaml.safe_load((_DOCKER / "grafana" / "datasources.yml").read_text("utf-8"))
    (source,) = sources["datasources"]
    dashboard = json.loads((_DOCKER / "grafana" / "chats.json").read_text("utf-8"))
    assert {panel["datasource"]["uid"] for panel in dashboard["panels"]} == {source["uid"]}
    assert source["url"] == "http://prometheus:9090"
