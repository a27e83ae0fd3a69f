"""`docker-compose.yml` in a container engine, under a project's name and ports of a test."""

import json
import os
import subprocess
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from bench.stack.ports import free_port
from tests.compose.composition import COMPOSE_FILE

_START_SECONDS = 900
"""With both images built from nothing."""
_PASSED_ON = ("PIP_INDEX_URL", "PIP_TRUSTED_HOST")


class Composition:
    """All services, up and healthy; at the end nothing of them stays, but the images."""

    def __init__(self, scale: Mapping[str, int]) -> None:
        self.scale = scale
        self.ports = {name: free_port() for name in ("django", "fastapi", "companion")}
        self._project = f"chat-bench-test-{os.getpid()}"

    def __enter__(self) -> Self:
        index = [
            word for name in _PASSED_ON if name in os.environ for word in ("--build-arg", name)
        ]
        try:
            self.compose("build", *index)
            scales = [
                word
                for name, count in self.scale.items()
                for word in ("--scale", f"{name}={count}")
            ]
            self.compose("up", "--detach", "--wait", *scales)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def url(self, name: str) -> str:
        """The origin of a chat, at the gateway."""
        return f"http://localhost:{self.ports[name]}"

    def replicas(self, name: str) -> list[dict[str, Any]]:
        """What the engine knows of the running containers of a service."""
        ids = self.compose("ps", "--quiet", name).split()
        found: list[dict[str, Any]] = json.loads(self.docker("inspect", *ids)) if ids else []
        return found

    def addresses(self, name: str) -> list[str]:
        """The IP addresses of a service's containers, in the network of the gateway."""
        networks = [each["NetworkSettings"]["Networks"] for each in self.replicas(name)]
        return [each[f"{self._project}_default"]["IPAddress"] for each in networks]

    def compose(self, *arguments: str) -> str:
        """Run `docker compose` with this project. Raises AssertionError with what it said."""
        ports = {f"{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        return self._run(
            ["docker", "compose", "-f", str(COMPOSE_FILE), "-p", self._project, *arguments],
            os.environ | ports,
        )

    def docker(self, *arguments: str) -> str:
        """Run `docker`. Raises AssertionError with what it said."""
        return self._run(["docker", *arguments], os.environ)

    def _end(self) -> None:
        self.compose("--profile", "*", "down", "--volumes", "--timeout", "10")

    def _run(self, command: list[str], environ: Mapping[str, str]) -> str:
        ended = subprocess.run(
            command,
            env=dict(environ),
            capture_output=True,
            text=True,
            timeout=_START_SECONDS,
            check=False,
        )
        assert ended.returncode == 0, f"{' '.join(command)}: {ended.stdout}{ended.stderr}"
        return ended.stdout
