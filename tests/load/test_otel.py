"""OpenTelemetry: a collector on the loopback gets Locust's metrics and spans, and ours."""

import os
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bench.declared.arms import find_arm
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

ARM = "fastapi-uvicorn-memory-sqlite"
LOCUST = (sys.executable, "-m", "locust", "-f", "bench/locustfile.py", "--headless", "--otel")
WITHOUT_PACKAGES = """
import runpy, sys
sys.modules["opentelemetry.sdk"] = None
sys.argv[0] = "locust"
runpy.run_module("locust", run_name="__main__")
"""


class Collector(ThreadingHTTPServer):
    """Keeps what is posted, by its path."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.received: dict[str, list[bytes]] = defaultdict(list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Receiver(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received[self.path].append(body)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def collector() -> Iterator[Collector]:
    server = Collector()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def run_locust(collector_url: str, *words: str) -> subprocess.CompletedProcess[str]:
    settings = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector_url,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
        "OTEL_METRIC_EXPORT_INTERVAL": "500",
        "OTEL_LOGS_EXPORTER": "none",
    }
    return subprocess.run(
        [*LOCUST, "--only-summary", *words],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        env=os.environ | settings,
    )


def points_of(bodies: list[bytes]) -> dict[frozenset[str], float]:
    """The newest value of each metric, by its name and the values of its labels."""
    from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2

    found = {}
    for body in bodies:
        request = metrics_service_pb2.ExportMetricsServiceRequest.FromString(body)
        metrics = [
            metric
            for resource in request.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        ]
        for metric in metrics:
            data = getattr(metric, metric.WhichOneof("data"))
            for point in data.data_points:
                labels = [each.value.string_value for each in point.attributes]
                plain = getattr(point, "as_int", 0) or getattr(point, "as_double", 0)
                found[frozenset((metric.name, *labels))] = getattr(point, "count", None) or plain
    return found


def spans_of(bodies: list[bytes]) -> set[str]:
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

    return {
        span.name
        for body in bodies
        for resource in trace_service_pb2.ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    }


def test_a_collector_gets_requests_spans_and_deliveries() -> None:
    with collector() as server, Stack(find_arm(ARM), environ=BENCHMARK_SETTINGS) as stack:
        run = run_locust(
            server.url,
            *("--users", "4", "--spawn-rate", "100", "--run-time", "4", "--host", stack.url),
            *("--room-size", "4", "--rate", "10", "Chatter", "SignedIn"),
        )
        assert run.returncode == 0, run.stderr + run.stdout
    found = points_of(server.received["/v1/metrics"])

    def value(metric: str, *labels: str) -> float:
        return found[frozenset((metric, *labels))]

    for name in ("connect Chatter", "connect SignedIn", "/api/ticket"):
        assert value("locust.client.duration", name) == 2
    delivered, expected, lost = (
        value("chat.deliveries", stack.url, name) for name in ("delivered", "expected", "lost")
    )
    assert delivered == expected > 100
    assert lost == 0
    p50, p99 = (value("chat.delivery.duration", stack.url, each) for each in ("0.5", "0.99"))
    assert 0 < p50 <= p99 < 10
    assert {"POST /api/register", "POST /api/ticket"} <= spans_of(server.received["/v1/traces"])


def test_without_the_packages_it_is_a_sentence(tmp_path: Path) -> None:
    program = tmp_path / "without.py"
    program.write_text(WITHOUT_PACKAGES)
    run = subprocess.run(
        [sys.executable, str(program), *LOCUST[3:], "--run-time", "1", "Idle"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    )
    assert run.returncode == 1
    assert "--otel needs the packages of OpenTelemetry: install the project with [otel]." in (
        run.stderr
    )
    assert "Traceback" not in run.stderr
