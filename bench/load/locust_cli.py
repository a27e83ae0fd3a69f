"""The suite under Locust's command line and web UI: arguments, and the life of a run."""

import json
import logging
import os
import sys
from typing import Any

import gevent

from bench.load.bridge import Bridge
from bench.load.chat_load import ChatLoad, Options
from bench.load.live import LiveRun, Report, Sample
from bench.load.locust_guard import add_guard
from bench.load.locust_tables import count
from bench.load.locust_web import add_tab, row
from chat_core import protocol_limits

SAMPLE_S = 0.5
STACKS_VARIABLE = "CHATBENCH_STACKS"
"""The environment variable with the running arms: a JSON object from arm to URL."""
SWITCH_INTERVAL_S = 0.0005
"""The longest time in seconds that greenlets may hold the interpreter lock."""

logger = logging.getLogger("bench.locust")


def stacks() -> dict[str, str]:
    """The running arms and their URLs."""
    found: dict[str, str] = json.loads(os.environ.get(STACKS_VARIABLE) or "{}")
    return found


def register(events: Any) -> None:
    """Hook the suite into Locust."""
    events.init_command_line_parser.add_listener(add_arguments)
    events.init.add_listener(_init)


def add_arguments(parser: Any) -> None:
    """Add the suite's arguments; the web UI shows them, too."""
    if arms := list(stacks()):
        parser.add_argument("--arm", choices=arms, default=arms[0], help="The running chat to load")
    parser.add_argument("--room-size", type=int, default=100, help="Members of a room")
    parser.add_argument("--rate", type=float, default=0.4, help="Messages a second of each user")
    parser.add_argument("--payload", type=int, default=120, help="Bytes of text in a message")
    parser.add_argument("--rooms", type=int, default=0, help="Largest number of rooms; 0: no limit")


def options_of(environment: Any) -> Options:
    """The options of the command line or the web UI, limited to what the contract allows."""
    asked = environment.parsed_options
    arm = getattr(asked, "arm", "")
    index = getattr(environment.runner, "worker_index", 0)
    return Options(
        url=stacks().get(arm) or environment.host or "",
        arm=arm,
        room_size=max(1, asked.room_size),
        rooms=max(0, asked.rooms),
        rate=max(0.0, asked.rate),
        payload=min(max(1, asked.payload), protocol_limits.TEXT_CODE_POINTS),
        prefix=f"w{index}" if index else "",
    )


class Suite:
    """The suite in one Locust process: it makes load, or as a master it adds workers' reports."""

    def __init__(self, environment: Any, *, loads: bool) -> None:
        self.environment = environment
        self.report = Report()
        self.workers: dict[str, Report] = {}
        self._bridge = Bridge() if loads else None
        self._run: LiveRun | None = None
        self._sampler: Any = None
        self._warned = False

    def start(self, **_: Any) -> None:
        """A test starts: reset the counts."""
        self.report, self.workers, self._warned = Report(), {}, False
        if self._bridge is None:
            return
        load = ChatLoad(self._bridge, options_of(self.environment), rejoins=True)
        self.environment.chat_load = load
        load.start()
        self._run = LiveRun()
        self.reset()
        self._sampler = gevent.spawn(self._sample_often, self._bridge, self._run)

    def reset(self, **_: Any) -> None:
        """The user pressed "Reset": reset the counts."""
        run = self._run
        if self._bridge is not None and run is not None:
            rate = self.environment.chat_load.options.rate
            self._bridge.call(lambda plane: run.start(plane, rate))

    def stop(self, **_: Any) -> None:
        """A test stops, with its users still connected: count messages in flight."""
        run, self._run = self._run, None
        if self._bridge is None or run is None:
            return
        self._sampler.kill()
        self._take(self._bridge.call(run.stop))

    def quit(self, **_: Any) -> None:
        """Locust ends."""
        if self._bridge is not None:
            self.stop()
            self._bridge.close()

    def send(self, client_id: str, data: dict[str, Any]) -> None:
        """A worker reports to its master."""
        data["deliveries"] = self.report.portable()

    def receive(self, client_id: str, data: dict[str, Any]) -> None:
        """A master receives a worker's report, which holds all counts since the start."""
        if "deliveries" in data:
            self.workers[client_id] = Report.from_portable(data["deliveries"])
            self.report = Report()
            for report in self.workers.values():
                self.report.merge(report)
            self._warn()

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the table: one for each worker if there are workers, and the total."""
        workers = [row(name, report) for name, report in self.workers.items()]
        return [*workers, row("all", self.report)]

    def _sample_often(self, bridge: Bridge, run: LiveRun) -> None:
        while True:
            gevent.sleep(SAMPLE_S)
            self._take(bridge.call(run.sample))

    def _take(self, sample: Sample) -> None:
        self.report = sample.report
        name = self.environment.chat_load.named("delivery")
        count(self.environment.stats, name, sample.latencies_us, sample.lost)
        self._warn()

    def _warn(self) -> None:
        refused = self.report.refusal()
        if refused and not self._warned:
            self._warned = True
            logger.warning("These results are refused: %s.", refused)


def _init(environment: Any, runner: Any, web_ui: Any, **_: Any) -> None:
    from locust.runners import MasterRunner, WorkerRunner

    sys.setswitchinterval(SWITCH_INTERVAL_S)
    suite = Suite(environment, loads=not isinstance(runner, MasterRunner))
    events = environment.events
    events.test_start.add_listener(suite.start)
    events.test_stopping.add_listener(suite.stop)
    events.reset_stats.add_listener(suite.reset)
    events.quitting.add_listener(suite.quit)
    if isinstance(runner, WorkerRunner):
        events.report_to_master.add_listener(suite.send)
    if isinstance(runner, MasterRunner):
        events.worker_report.add_listener(suite.receive)
    if web_ui is not None:
        add_guard(web_ui)
        add_tab(web_ui, suite.rows)
    if not environment.host and (arms := stacks()):
        environment.host = next(iter(arms.values()))
