"""The rules for `docker-compose.yml`; these tests need no container engine."""

import json
import re
from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest

import django_chat.layers
import fastapi_chat.fanout
from bench.cli import locust_ui
from bench.declared.arms import Arm, find_arm
from bench.load import options
from bench.up import chats as up
from chat_core.hosts import host_allowed
from chat_core.settings import DEFAULT_BACKENDS, Settings, declared
from tests.compose.composition import COMPOSE_FILE, ROOT, environment, services

CHATS = ("django", "fastapi")
MIGRATIONS = {name: f"migrate-{name}" for name in CHATS}
ENGINES = ("redis", "postgres")
LASTING = {
    "postgres": ["messages:/var/lib/postgresql/data"],
    "key": ["key:/run/chat"],
    "password": ["key:/run/chat", "password:/run/password"],
}
"""The lasting volumes that each service writes; all other data is temporary."""
GATED = {"gateway": CHATS}
"""The services whose port another service has."""
HEALTHY = ("gateway", "companion", "locust", "prometheus", "grafana")
FANOUTS = {"django": django_chat.layers.FANOUTS, "fastapi": fastapi_chat.fanout.FANOUTS}
VARIANTS = {"django": django_chat.layers.VARIANTS, "fastapi": fastapi_chat.fanout.VARIANTS}
FRAMEWORKS = {"django": "django-channels", "fastapi": "fastapi"}

_ORIGINS = dict(entry.split("=") for entry in DEFAULT_BACKENDS.split(","))
PORTS = {name: urlsplit(_ORIGINS[FRAMEWORKS[name]]).port for name in CHATS} | {
    "companion": up.FIRST_PORT + up.COMPANION_OFFSET,
    "locust": locust_ui.WEB_PORT,
    "prometheus": 9090,
    "grafana": 3000,
}
"""The documented ports."""

every_service = pytest.mark.parametrize("name", services())
both_chats = pytest.mark.parametrize("name", CHATS)


def _arms_of_locust() -> dict[str, tuple[Arm, int | None]]:
    """Service → the arm that Locust expects, and the port that it uses."""
    urls = json.loads(environment("locust")[options.STACKS_VARIABLE])
    parts = {arm: urlsplit(url) for arm, url in urls.items()}
    return {str(url.hostname): (find_arm(arm), url.port) for arm, url in parts.items()}


def _settings(name: str) -> Settings:
    """The settings of a chat; the file of its key is in a volume."""
    told = environment(name) | {"CHAT_SECRET_KEY_FILE": ""}
    return Settings.from_environ(told, FANOUTS[name], VARIANTS[name])


def test_all_services_are_there_and_what_loads_and_observes_is_started_by_a_profile() -> None:
    profiles = {name: service.get("profiles", []) for name, service in services().items()}
    once = ("role", "key", "password", *MIGRATIONS.values())
    usual = (*ENGINES, *once, *CHATS, "gateway", "companion")
    assert profiles == {name: [] for name in usual} | {
        "locust": ["bench"],
        "locust-worker": ["bench"],
        "prometheus": ["observe"],
        "grafana": ["observe"],
    }


@pytest.mark.parametrize("name", [*ENGINES, *CHATS, *HEALTHY])
def test_a_service_has_a_health_check(name: str) -> None:
    check = services()[name]["healthcheck"]

    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert len(check["test"]) > 1
    assert not check.get("disable", False)


@every_service
def test_nothing_runs_as_root(name: str) -> None:
    user, _, _ = services()[name]["user"].partition(":")

    assert user not in ("", "0", "root")


@every_service
def test_a_container_writes_only_to_temporary_folders_and_volumes(name: str) -> None:
    service = services()[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    written = [each for each in service.get("volumes", []) if not each.endswith(":ro")]
    assert written == LASTING.get(name, [])
    assert not service.keys() & {"privileged", "network_mode", "pid"}
    # The program in the image of Caddy has this capability, and does not start without it.
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "gateway" else [])


@every_service
def test_a_container_can_fill_neither_the_memory_nor_the_table_of_processes(name: str) -> None:
    service = services()[name]

    assert service["mem_limit"] == "1g"
    assert service["pids_limit"] <= 256
    assert all(re.search(r":size=[0-9]+m$", each) for each in service["tmpfs"])


@every_service
def test_only_the_chats_and_their_migrations_reach_the_engines(name: str) -> None:
    reaching = {*ENGINES, *CHATS, *MIGRATIONS.values(), "role"}
    networks = services()[name].get("networks", ["default"])

    assert ("engines" in networks) is (name in reaching)
    assert networks != ["engines"] or "ports" not in services()[name]


@every_service
def test_an_image_is_pinned_by_its_major_version_or_built_here(name: str) -> None:
    service = services()[name]

    if service["image"].endswith(":local"):
        assert service["pull_policy"] == ("build" if "build" in service else "never")
    else:
        assert re.fullmatch(r"[a-z/]+:v?[0-9]+(\.[0-9]+)*(-[a-z]+)?", service["image"])


def test_each_image_is_built_once_and_the_chats_have_none_of_the_bench() -> None:
    built = {
        each["image"]: each["build"]["target"] for each in services().values() if "build" in each
    }
    assert built == {"chat-bench-chat:local": "chat", "chat-bench-bench:local": "bench"}
    assert len([each for each in services().values() if "build" in each]) == len(built)
    for name, service in services().items():
        if service["image"] in built:
            loads = name in ("companion", "locust", "locust-worker")
            assert built[service["image"]] == ("bench" if loads else "chat")


@every_service
def test_the_documented_ports_are_open_to_this_machine_alone(name: str) -> None:
    own = (name,) if name in PORTS and name not in CHATS else ()
    expected = [f"127.0.0.1:{PORTS[each]}:{PORTS[each]}" for each in GATED.get(name, own)]

    assert expected == services()[name].get("ports", [])


@pytest.mark.parametrize("name", [*CHATS, "companion", "locust"])
def test_a_health_check_asks_its_own_service(name: str) -> None:
    path = "/" if name == "locust" else "/healthz"

    assert f"'http://127.0.0.1:{PORTS[name]}{path}'" in services()[name]["healthcheck"]["test"][-1]


@both_chats
def test_a_chat_gets_only_variables_that_its_settings_know(name: str) -> None:
    settings = _settings(name)

    assert environment(name).keys() <= declared().keys() | {"PGPASSFILE"}
    assert settings.environment == "development"
    assert settings.secret_key


@both_chats
def test_a_chat_answers_the_browser_on_every_published_port(name: str) -> None:
    settings = _settings(name)

    assert dict(settings.backends) == _ORIGINS
    assert settings.origins == {
        f"http://{host}:{PORTS[chat]}" for chat in CHATS for host in ("localhost", "127.0.0.1")
    }


@both_chats
def test_a_chat_waits_for_the_engines_that_its_settings_name_and_for_its_migration(
    name: str,
) -> None:
    settings = _settings(name)

    engines = [urlsplit(url or "").hostname for url in (settings.redis_url, settings.history)]
    assert services()[name]["depends_on"] == {
        engine: {"condition": "service_healthy"} for engine in engines
    } | {MIGRATIONS[name]: {"condition": "service_completed_successfully"}}


@both_chats
def test_a_migration_is_the_frameworks_command_on_the_same_database(name: str) -> None:
    migration = services()[MIGRATIONS[name]]
    arm, _ = _arms_of_locust()[name]
    own = [word for word in arm.migrate if word not in ("-m", "--verbosity", "0")]

    assert migration["command"] == own
    assert migration["environment"] == environment(name)
    assert migration["depends_on"] == {
        each: {"condition": "service_completed_successfully"} for each in ("role", "key")
    }
    # A migration that fails again and again would keep `up` waiting without a word.
    assert migration["restart"] == services()["role"]["restart"] == "no"


@both_chats
def test_a_chat_uses_the_role_and_the_database_that_are_made(name: str) -> None:
    history = urlsplit(environment(name)["CHAT_HISTORY"])

    assert (history.username, history.hostname, history.path) == ("chat", "postgres", "/chat")
    assert services()["role"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


@both_chats
def test_the_password_is_made_at_the_first_start_and_nobody_else_has_it(name: str) -> None:
    assert urlsplit(environment(name)["CHAT_HISTORY"]).password is None
    file, passfile = services()["password"]["command"][1:]
    assert environment(name)["PGPASSFILE"] == passfile
    assert environment("postgres")["PASSWORD_FILE"] == environment("role")["PASSWORD_FILE"] == file
    having = {
        each
        for each, service in services().items()
        if any(volume.startswith("password:") for volume in service.get("volumes", []))
    }
    assert having == {"password", "postgres", "role"}
    assert services()["postgres"]["depends_on"] == {
        "password": {"condition": "service_completed_successfully"}
    }
    assert environment("password") == {"POSTGRES_PASSWORD": ""}, "no secret in the file"


@both_chats
def test_a_chat_is_the_arm_that_locust_expects(name: str) -> None:
    arm, port = _arms_of_locust()[name]
    settings = _settings(name)

    assert port == PORTS[name]
    assert ["chat_servers", arm.server, arm.application, f"0.0.0.0:{port}"] == services()[name][
        "command"
    ]
    assert (arm.framework, arm.scheme, arm.history, arm.variant) == (
        FRAMEWORKS[name],
        settings.fanout_kind,
        settings.history_kind,
        settings.variant,
    )


@both_chats
def test_a_chat_gives_the_browser_the_companions_url(name: str) -> None:
    settings = _settings(name)

    assert settings.companion == f"http://localhost:{PORTS['companion']}"


def test_the_companion_reaches_the_chats_inside_and_allows_the_same_origins() -> None:
    settings = Settings.from_environ(environment("companion"), ("memory",), ("standard",))

    assert environment("companion").keys() <= declared().keys()
    assert dict(settings.backends) == {
        FRAMEWORKS[chat]: f"http://{chat}:{PORTS[chat]}" for chat in CHATS
    }
    for chat in CHATS:
        assert environment(chat)["CHAT_ORIGINS"] == environment("companion")["CHAT_ORIGINS"]
    assert services()["companion"]["command"] == [
        "bench.companion",
        f"0.0.0.0:{PORTS['companion']}",
    ]
    assert services()["companion"]["depends_on"] == {
        chat: {"condition": "service_healthy"} for chat in CHATS
    }


@both_chats
def test_a_chat_answers_the_companion_and_locust_by_its_services_name(name: str) -> None:
    settings = _settings(name)

    assert host_allowed(f"{name}:{PORTS[name]}", settings.hosts)
    assert host_allowed(f"localhost:{PORTS[name]}", settings.hosts)
    assert not host_allowed("evil.example", settings.hosts)


def test_locust_knows_exactly_both_chats_and_waits_for_them() -> None:
    assert {options.STACKS_VARIABLE} == environment("locust").keys()
    assert environment("locust-worker") == environment("locust")
    assert set(CHATS) == _arms_of_locust().keys()
    assert {chat: {"condition": "service_healthy"} for chat in CHATS} == services()["locust"][
        "depends_on"
    ]


@pytest.mark.parametrize("name", PORTS)
def test_the_published_ports_can_be_chosen(name: str) -> None:
    text = COMPOSE_FILE.read_text("utf-8")
    variable = f"{name.upper()}_PORT"
    assert f"127.0.0.1:${{{variable}:-{PORTS[name]}}}:{PORTS[name]}" in text
    # What a browser is told has the same port everywhere.
    assert f"localhost:{PORTS[name]}" not in text.split("\nname:")[1]


@both_chats
def test_all_replicas_have_one_key_and_each_has_a_name(name: str) -> None:
    told = environment(name)
    (volume,) = services()[name]["volumes"]
    assert volume == "key:/run/chat:ro"
    assert told["CHAT_SECRET_KEY_FILE"] == "/run/chat/secret_key"
    assert services()["key"]["command"][-1] == told["CHAT_SECRET_KEY_FILE"]
    assert told["CHAT_REPLICA"] == "hostname"
    assert "container_name" not in services()[name], "a replica has a name of the engine's choice"


@both_chats
def test_the_gateway_asks_a_chat_where_it_listens_and_keeps_its_metrics_inside(name: str) -> None:
    text = (ROOT / "docker" / "Caddyfile").read_text("utf-8")
    site = text.split(f"\n:{PORTS[name]} {{")[1].split("\n}")[0]
    assert f"name {name}\n" in site
    assert f"port {PORTS[name]}\n" in site
    assert "import inside" in site
    assert "respond /metrics 404" in text


@both_chats
def test_the_gateway_is_a_trusted_proxy_in_any_network_of_the_engine(name: str) -> None:
    proxies = _settings(name).trusted_proxies
    for address in ("172.18.0.5", "192.168.64.2", "10.1.2.3"):
        assert any(ip_address(address) in network for network in proxies)
    assert not any(ip_address("203.0.113.1") in network for network in proxies)
    assert "ports" not in services()[name], "a stranger would be a trusted proxy"
