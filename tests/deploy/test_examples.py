"""The files to copy in examples/deploy: what they name exists, and production accepts it."""

import configparser
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

import fastapi_chat.fanout
from chat_core.settings import Settings, declared
from chat_servers.settings import PING_INTERVAL_SECONDS, STOP_SECONDS
from tests.compose.composition import ROOT, services

FILES = ROOT / "examples" / "deploy"
UNITS = {"fastapi": "fastapi@.service", "django": "django@.service"}
_KUBERNETES = "1.34"
_KEY = "a-k3y-of-the-test" * 4


def _objects() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((FILES / "kubernetes.yaml").read_text("utf-8")))


def _object(kind: str) -> dict[str, Any]:
    return next(each for each in _objects() if each["kind"] == kind)


def _pod() -> dict[str, Any]:
    pod: dict[str, Any] = _object("Deployment")["spec"]["template"]["spec"]
    return pod


def _lines(name: str) -> Iterator[tuple[str, str]]:
    for line in (FILES / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            key, _, value = line.partition("=")
            yield key, value


def _unit(name: str) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string((FILES / name).read_text("utf-8"))
    return unit


@pytest.mark.parametrize("kind", [each["kind"] for each in _objects()])
def test_kubernetes_accepts_the_manifest(kind: str) -> None:
    kubernetes_validate.validate(_object(kind), _KUBERNETES, strict=True)


def test_the_pods_settings_are_good_in_production(tmp_path: Path) -> None:
    secret = {
        "CHAT_SECRET_KEY": _KEY,
        "CHAT_HISTORY": "postgresql://chat:PASSWORD@postgres:5432/chat",
        "CHAT_FANOUT": "redis://redis:6379/0",
        "CHAT_REPLICA": "chat-5d8f-x2x",
    }
    for container in (*_pod()["initContainers"], *_pod()["containers"]):
        assert {each["name"] for each in container["env"]} == secret.keys()
    told = _object("ConfigMap")["data"] | secret
    assert told.keys() <= declared().keys()
    settings = Settings.from_environ(told, fastapi_chat.fanout.FANOUTS, ("standard",))
    assert settings.environment == "production"
    assert settings.metrics


def test_the_pods_run_what_compose_runs() -> None:
    (migrate,), (chat,) = _pod()["initContainers"], _pod()["containers"]
    assert migrate["args"] == services()["migrate-fastapi"]["command"]
    assert chat["args"] == services()["fastapi"]["command"]
    text = (FILES / "kubernetes.yaml").read_text("utf-8")
    assert ", ".join(services()["migrate-django"]["command"]) in text
    server, application = services()["django"]["command"][1:3]
    assert f'[chat_servers, {server}, "{application}", "0.0.0.0:8002"]' in text


def test_a_probe_asks_by_a_served_name_and_a_stop_has_the_time_that_it_takes() -> None:
    (chat,) = _pod()["containers"]
    (port,) = chat["ports"]
    assert chat["args"][-1].endswith(f":{port['containerPort']}")
    probe = chat["readinessProbe"]["httpGet"]
    assert (probe["path"], probe["port"]) == ("/healthz", port["name"])
    assert {"name": "Host", "value": "localhost"} in probe["httpHeaders"]
    assert _pod()["terminationGracePeriodSeconds"] > 2 * STOP_SECONDS
    (service,) = _object("Service")["spec"]["ports"]
    assert service["targetPort"] == port["name"]
    timeout = _object("Ingress")["metadata"]["annotations"][
        "nginx.ingress.kubernetes.io/proxy-read-timeout"
    ]
    assert int(timeout) > PING_INTERVAL_SECONDS


def test_all_parts_select_the_same_pods() -> None:
    labels = _object("Deployment")["spec"]["template"]["metadata"]["labels"]
    chosen = {"app": labels["app"]}
    assert _object("Deployment")["spec"]["selector"]["matchLabels"] == chosen
    assert _object("Service")["spec"]["selector"] == chosen
    assert _object("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == chosen


@pytest.mark.parametrize("chat", UNITS)
def test_a_unit_runs_one_process_as_compose_does(chat: str) -> None:
    service = _unit(UNITS[chat])["Service"]
    _, server, application, _ = services()[chat]["command"]
    started = service["ExecStart"].split()
    assert started[1:] == ["-m", "chat_servers", server, application, "127.0.0.1:%i"]
    assert int(service["TimeoutStopSec"]) > 2 * STOP_SECONDS


@pytest.mark.parametrize("chat", UNITS)
def test_a_units_settings_are_good_in_production(chat: str, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(_KEY, "utf-8")
    told = dict(_lines("chat.env"))
    for name, value in _lines(UNITS[chat]):
        if name == "Environment":
            variable, _, text = value.partition("=")
            told[variable] = text.replace("%d", str(tmp_path)).replace("%H-%i", "host-9001")
    assert told.keys() <= declared().keys()
    settings = Settings.from_environ(told, fastapi_chat.fanout.FANOUTS, ("standard",))
    assert settings.environment == "production"
    assert settings.secret_key == _KEY
    assert settings.replica == "host-9001"


def test_both_units_differ_in_the_chat_alone() -> None:
    fastapi, django = (_unit(UNITS[chat])["Service"] for chat in UNITS)
    assert {key for key in fastapi if fastapi[key] != django.get(key)} == {"ExecStart"}
    assert fastapi.keys() == django.keys()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
@pytest.mark.parametrize("chat", UNITS)
def test_systemd_reads_a_unit(chat: str, tmp_path: Path) -> None:
    unit = tmp_path / UNITS[chat].replace("@.", "@9001.")
    text = (FILES / UNITS[chat]).read_text("utf-8")
    unit.write_text(text.replace("/opt/chat/.venv/bin/python", shutil.which("true") or ""), "utf-8")
    read = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert unit.name not in read.stderr, read.stderr


def test_the_proxy_keeps_the_metrics_inside_and_knows_two_processes() -> None:
    text = (FILES / "Caddyfile").read_text("utf-8")
    assert "respond /metrics 404" in text
    assert "reverse_proxy 127.0.0.1:9001 127.0.0.1:9002 {" in text
    (origin,) = {value for key, value in _lines("chat.env") if key == "CHAT_ORIGINS"}
    assert f"{origin.removeprefix('https://')} {{" in text
