"""What a process of a chat tells Prometheus, at `/metrics`: the same names in both chats.

No name of a room or of a member is in it. What happens often is a plain number, because a counter
of `prometheus_client` takes a lock each time: a scrape adds the numbers of all connections.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator
from typing import Any, Final

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    make_asgi_app,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from chat_core.conversation import Conversation
from chat_core.frames import ServerInfo
from chat_core.hosts import host_allowed, host_in, is_ip_address
from chat_core.settings import Settings

PATH: Final = "/metrics"

_COMMIT_SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
_FANOUT_SECONDS: Final = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.2, 1, 5)

Application = Callable[[Any, Any, Any], Awaitable[None]]
"""An ASGI application."""


class Metrics(Collector):
    """The numbers of one process. Only one event loop may change them."""

    def __init__(self, server: ServerInfo) -> None:
        self.registry = CollectorRegistry()
        self.messages = 0
        """Messages that reached a room, since the start."""
        self._present: set[Conversation] = set()
        self._joins = 0
        self._delivered_before = 0
        """Deliveries to members that have left."""
        self._closes: Counter[int] = Counter()
        self.commit_seconds = Histogram(
            "chat_commit_seconds",
            "Time from a message to its commit in the history.",
            buckets=_COMMIT_SECONDS,
            registry=self.registry,
        )
        self.fanout_seconds = Histogram(
            "chat_fanout_seconds",
            "Time from a publish to its arrival in the same process, measured at each beat.",
            buckets=_FANOUT_SECONDS,
            registry=self.registry,
        )
        about = Info("chat_server", "What this process is.", registry=self.registry)
        about.info(
            {
                "framework": server.framework,
                "server": server.server,
                "fanout": server.fanout,
                "history": server.history,
                "version": server.version,
                "pid": str(server.pid),
                "replica": server.replica,
            }
        )
        self.registry.register(self)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def entered(self, conversation: Conversation) -> None:
        """A member is in its room."""
        self._joins += 1
        self._present.add(conversation)

    def left(self, conversation: Conversation) -> None:
        """A member has left, if it was in its room; a second call has no effect."""
        if conversation in self._present:
            self._present.remove(conversation)
            self._delivered_before += conversation.inbox.passed

    def closed(self, code: int) -> None:
        """The chat closes a connection."""
        self._closes[code] += 1

    def collect(self) -> Iterator[Metric]:
        """The numbers of now; `prometheus_client` calls this for each scrape."""
        waiting = [each.outbox.waiting for each in self._present]
        passed = sum(each.inbox.passed for each in self._present)
        yield _gauge("chat_connections", "Members in rooms.", len(self._present))
        yield _counter("chat_joins", "Members that have entered a room.", self._joins)
        yield _counter("chat_messages", "Messages that reached a room.", self.messages)
        yield _counter(
            "chat_deliveries",
            "Frames of a room that were passed to one member: messages, presence and typing.",
            self._delivered_before + passed,
        )
        yield _gauge("chat_outbox_frames", "Frames that wait for members.", sum(waiting))
        yield _gauge(
            "chat_outbox_longest_frames",
            "Frames that wait for the member with the longest outbox.",
            max(waiting, default=0),
        )
        closes = CounterMetricFamily(
            "chat_closes", "Connections that the chat closed, by close code.", labels=["code"]
        )
        for code, count in sorted(self._closes.items()):
            closes.add_metric([str(code)], count)
        yield closes


def with_metrics(app: Application, metrics: Metrics, settings: Settings) -> Application:
    """The application, and in front of it `/metrics` if the settings have it."""
    if not settings.metrics:
        return app
    return MetricsMiddleware(app, metrics.registry, settings.hosts)


class MetricsMiddleware:
    """Answers `GET /metrics`; everything else goes to the application.

    Prometheus finds replicas by their addresses, so an IP address is accepted as Host. A page of
    another site can give this machine a name of its own, but no address (see `chat_core.hosts`).
    """

    def __init__(
        self, app: Application, registry: CollectorRegistry, hosts: Collection[str]
    ) -> None:
        self.app = app
        self._hosts = hosts
        self._metrics: Application = make_asgi_app(registry)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        asked = scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "GET"
        answers = asked and self._serves(host_in(scope))
        await (self._metrics if answers else self.app)(scope, receive, send)

    def _serves(self, host: str) -> bool:
        return is_ip_address(host) or host_allowed(host, self._hosts)


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_text, value=value)


def _counter(name: str, help_text: str, value: float) -> Metric:
    return CounterMetricFamily(name, help_text, value=value)
