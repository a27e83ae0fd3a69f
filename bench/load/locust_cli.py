"""The suite under Locust's command line and web UI: the life of a run."""

import logging
import sys
from functools import partial
from typing import Any

import gevent

from bench.load.bridge import SWITCH_INTERVAL_S, Bridge
from bench.load.chat_load import ChatLoad
from bench.load.live import LiveRun, Report, Sample
from bench.load.locust_guard import add_guard
from bench.load.locust_options import add_arguments, add_form_check, options_of, stacks
from bench.load.locust_resets import MESSAGE, Resets
from bench.load.locust_tables import count, count_failures, drop_void_errors
from bench.load.locust_web import add_tab, row

SAMPLE_S = 0.5
VOID_EXIT_CODE = 1

logger = logging.getLogger("bench.locust")


def register(events: Any) -> None:
    """Hook the suite into Locust."""
    resets = Resets()
    events.init_command_line_parser.add_listener(add_arguments)
    # Here, because Locust adds its own listener later, with the runner.
    events.worker_report.add_listener(resets.drop_earlier)
    events.init.add_listener(partial(_init, resets))


class Suite:
    """The suite in one Locust process: it makes load, or as a master it adds workers' reports."""

    def __init__(self, environment: Any, resets: Resets, *, loads: bool) -> None:
        self.environment = environment
        self.report = Report()
        self.workers: dict[str, Report] = {}
        self.failure: str | None = None
        """Why the counts of this run are void."""
        self._resets = resets
        self._bridge = Bridge() if loads else None
        self._run: LiveRun | None = None
        self._sampler: Any = None
        self._warned = False

    def start(self, **_: Any) -> None:
        """A test starts: reset the counts."""
        self.report, self.workers, self._warned = Report(), {}, False
        self.failure = None
        if self._bridge is None:
            return
        load = ChatLoad(self._bridge, options_of(self.environment), rejoins=True)
        self.environment.chat_load = load
        load.start()
        self._run = LiveRun()
        self._reset_load()
        self._sampler = gevent.spawn(self._sample_often, self._bridge, self._run)

    def reset(self, **_: Any) -> None:
        """The user pressed "Reset": reset the counts, here and in all workers."""
        self.report, self.workers = Report(), {}
        if self._bridge is None:
            self._resets.ask(self.environment.runner)
        self._reset_load()

    def on_reset(self, msg: Any, **_: Any) -> None:
        """The master wants a worker to reset."""
        self._reset_load()
        # Nothing from here on gives way to another greenlet, which could send a report.
        self.environment.stats.reset_all()
        self._resets.done(msg)

    def stop(self, **_: Any) -> None:
        """A test stops, with its users still connected: count messages in flight."""
        run, self._run = self._run, None
        if self._bridge is None or run is None:
            return
        self._sampler.kill()
        try:
            self._take(self._bridge.call(run.stop))
        except Exception as error:
            self._void(error)

    def quit(self, **_: Any) -> None:
        """Locust ends."""
        if self._bridge is not None:
            self.stop()
            self._bridge.close()

    def send(self, client_id: str, data: dict[str, Any]) -> None:
        """A worker reports to its master."""
        data["deliveries"] = self.report.portable()
        data["failure"] = self.failure
        self._resets.mark(data)

    def receive(self, client_id: str, data: dict[str, Any]) -> None:
        """A master receives a worker's report, which holds all counts since the start."""
        drop_void_errors(self.environment.stats)
        if "deliveries" in data:
            self.workers[client_id] = Report.from_portable(data["deliveries"])
            self.report = Report()
            for report in self.workers.values():
                self.report.merge(report)
            self._warn()
        if data.get("failure"):
            self._end(f"Worker {client_id}: {data['failure']}")

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the table: one for each worker if there are workers, and the total."""
        workers = [row(name, report) for name, report in self.workers.items()]
        return [*workers, row("all", self.report, self.failure)]

    def _reset_load(self) -> None:
        run = self._run
        if self._bridge is not None and run is not None:
            rate = self.environment.chat_load.options.rate
            self._bridge.call(lambda plane: run.start(plane, rate))

    def _sample_often(self, bridge: Bridge, run: LiveRun) -> None:
        try:
            while True:
                gevent.sleep(SAMPLE_S)
                self._take(bridge.call(run.sample))
        except Exception as error:
            self._void(error)

    def _take(self, sample: Sample) -> None:
        self.report = sample.report
        stats, named = self.environment.stats, self.environment.chat_load.named
        count(stats, named("delivery"), sample.latencies_us, sample.missed)
        count_failures(stats, named("disconnect"), sample.disconnects)
        self._warn()

    def _void(self, error: Exception) -> None:
        """Counting failed. A table that stands still would look like a server without a fault."""
        words = f"{type(error).__name__}: {error}"
        logger.debug("The sampler failed", exc_info=error)
        self._end(f"The counts of this run are void: the generator failed ({words}).")

    def _end(self, failure: str) -> None:
        """End the run, and Locust with an error."""
        if self.failure:
            return
        self.failure = failure
        logger.error(failure)
        self.environment.process_exit_code = VOID_EXIT_CODE
        runner = self.environment.runner
        # In a greenlet of its own, because the end of a run stops the sampler, which calls this.
        # A worker is ended by its master.
        if not hasattr(runner, "master_host"):
            gevent.spawn(runner.stop if self.environment.web_ui else runner.quit)

    def _warn(self) -> None:
        refused = self.report.refusal()
        if refused and not self._warned:
            self._warned = True
            logger.warning("These results are refused: %s.", refused)


def _init(resets: Resets, environment: Any, runner: Any, web_ui: Any, **_: Any) -> None:
    from locust.runners import MasterRunner, WorkerRunner

    sys.setswitchinterval(SWITCH_INTERVAL_S)
    suite = Suite(environment, resets, loads=not isinstance(runner, MasterRunner))
    events = environment.events
    events.test_start.add_listener(suite.start)
    events.test_stopping.add_listener(suite.stop)
    events.reset_stats.add_listener(suite.reset)
    events.quitting.add_listener(suite.quit)
    if isinstance(runner, WorkerRunner):
        events.report_to_master.add_listener(suite.send)
        runner.register_message(MESSAGE, suite.on_reset)
    if isinstance(runner, MasterRunner):
        events.worker_report.add_listener(suite.receive)
    if web_ui is not None:
        add_guard(web_ui)
        add_form_check(web_ui)
        add_tab(web_ui, suite.rows)
    if not environment.host and (arms := stacks()):
        environment.host = next(iter(arms.values()))
