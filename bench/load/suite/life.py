"""A run of the suite in Locust, from its start to its end."""

import logging
import sys
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import gevent
from gevent.event import Event

from bench.load.bridge import SWITCH_INTERVAL_S, Bridge
from bench.load.chat_load import ChatLoad
from bench.load.live import LiveRun, Report, Sample
from bench.load.options import Options
from bench.load.suite import endings, page
from bench.load.suite.guard import add_guard
from bench.load.suite.options import (
    add_arguments,
    add_form_check,
    choose_host,
    choose_shape,
    options_of,
    unfit,
)
from bench.load.suite.pair import Pair, Side
from bench.load.suite.processes import ProcessMeter, Usage
from bench.load.suite.resets import MESSAGE, Resets
from bench.load.suite.runs import Compared, Runs, compared, result_of
from bench.load.suite.stacks import running
from bench.load.suite.tab import DELIVERIES, LIVE, add_tabs, process_rows, row
from bench.load.suite.tables import count_sample, drop_void_errors
from bench.load.suite.telemetry import add_metrics
from bench.load.suite.timeline import Timeline

SAMPLE_S: Final = 0.5
STOP_S: Final = 10.0
"""How long the last sample may take."""
POINT_S: Final = 1.0
MASTER_POINT_S: Final = 3.0
"""Workers report to their master so often."""
VOID_EXIT_CODE: Final = 1

logger = logging.getLogger("bench.locust")


def register(events: Any) -> None:
    """Hook the suite into Locust, once: another locustfile may import this one."""
    if getattr(events, "has_chat_suite", False):
        return
    events.has_chat_suite = True
    resets = Resets()
    events.init_command_line_parser.add_listener(add_arguments)
    # Here, because Locust adds its own listener later, with the runner.
    events.worker_report.add_listener(resets.drop_earlier)
    events.init.add_listener(partial(_init, resets))


class Suite:
    """The suite in one Locust process: it makes load, or as a master it adds workers' reports."""

    def __init__(self, environment: Any, resets: Resets, *, loads: bool) -> None:
        self.environment = environment
        self.options: Options | None = None
        """The options of the newest test."""
        self.report = Report()
        self.workers: dict[str, Report] = {}
        self.gone: set[str] = set()
        """Workers that were lost in this test, with what they counted since their last report."""
        self.failure: str | None = None
        """Why the counts of this run are void."""
        self.timeline = Timeline(POINT_S if loads else MASTER_POINT_S)
        self.pair: Pair | None = None
        """The two chats of the newest test, if it has two."""
        self._second_timeline = Timeline(POINT_S)
        self.notices = page.Notices()
        self.runs = Runs()
        self._resets = resets
        self._bridge = Bridge() if loads else None
        self._run: LiveRun | None = None
        self._watching: Any = None
        self._stopping = Event()
        self._meter: ProcessMeter | None = None
        self._warned = False
        self._began = datetime.now(UTC)

    @property
    def current(self) -> Options | None:
        """The options of the test that runs, or None."""
        return self.options if self.environment.runner.state in ("spawning", "running") else None

    @property
    def timelines(self) -> list[Timeline]:
        """The points of the chat, or of two chats."""
        return [self.timeline] if self.pair is None else [self.timeline, self._second_timeline]

    def reports(self) -> dict[str, Report]:
        """The counts by the name of the chat."""
        if self.pair is not None:
            return {side.arm: side.report for side in self.pair.sides}
        return {self._chat: self.report}

    def compared(self) -> list[Compared]:
        """What two chats that take turns tell apart until now; empty without a second one."""
        if self.pair is None:
            return []
        first, second = self.timelines
        return compared(first.points, second.points, paired=True)

    def ratios(self) -> list[str]:
        """A line for each metric of two chats that took turns."""
        if self.pair is None:
            return []
        one, other = (side.arm for side in self.pair.sides)
        return [f"{one} and {other} in turns, {it.metric}: {it.words}" for it in self.compared()]

    def start(self, **_: Any) -> None:
        """A test starts: reset the counts."""
        self.report, self.workers, self._warned = Report(), {}, False
        self.failure = None
        self._stopping = Event()
        self.pair = None
        self.environment.chat_twin_load = None
        self.gone.clear()
        self._began = datetime.now(UTC)
        self.options = options_of(self.environment)
        self.timeline.begin()
        self._meter = _meter(self.options)
        if self._bridge is None:
            self._watching = gevent.spawn(self._watch)
            return
        if self.options.against:
            self._start_pair(self._bridge, self.options)
            return
        load = ChatLoad(self._bridge, self.options, rejoins=True)
        self.environment.chat_load = load
        load.start()
        self._run = LiveRun()
        self._reset_load()
        self._watching = gevent.spawn(self._sample_often, self._bridge, self._run)

    def reset(self, **_: Any) -> None:
        """The user pressed "Reset": reset the counts, here and in all workers."""
        self.report, self.workers = Report(), {}
        self.timeline.begin()
        for side in self.pair.sides if self.pair else ():
            side.reset()
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
        watching, self._watching = self._watching, None
        if watching is not None and self.pair is not None:
            self.pair.end(watching)
            self._add_points(self.pair)
        elif watching is not None:
            self._stopping.set()
            # Not killed at once: a sample on its way would be in our ledger, and in no row of
            # Locust's.
            watching.join(STOP_S)
            watching.kill()
        if self._bridge is not None and run is not None:
            try:
                self._take(self._bridge.call(run.stop))
            except Exception as error:
                self._void(error)
        if watching is not None:
            self._keep_run()

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
        """The ledger: a row for each worker if there are workers, and the total."""
        if self.pair is not None:
            sides = [row("all", side.arm, side.report) for side in self.pair.sides]
            return [*sides, row("all", "both", self.pair.report, self.failure)]
        arm = self._chat
        lost = "1 worker was" if len(self.gone) == 1 else f"{len(self.gone)} workers were"
        partial_run = f"partial: {lost} lost" if self.gone else None
        workers = [
            row(name, arm, report, "lost: its last messages are not counted" * (name in self.gone))
            for name, report in self.workers.items()
        ]
        return [*workers, row("all", arm, self.report, self.failure, partial_run)]

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """The tables of the tabs."""
        arms = [side.arm for side in self.pair.sides] if self.pair else [""]
        uses = [
            each
            for arm, timeline in zip(arms, self.timelines, strict=True)
            for each in process_rows(timeline.points[-1] if timeline.points else None, arm)
        ]
        return {DELIVERIES: self.rows(), LIVE: uses}

    @property
    def _chat(self) -> str:
        return (self.options.arm or self.options.url) if self.options else ""

    def _start_pair(self, bridge: Bridge, options: Options) -> None:
        """The same load for both chats, whose members are groups of the data plane."""
        arms = running()
        second = replace(options, arm=options.against, url=arms[options.against].url)
        first = replace(options, group=options.arm)
        second = replace(second, group=second.arm, against=options.arm)
        self._second_timeline.begin()
        pair = self.pair = Pair(
            bridge,
            (
                Side(bridge, first, arms[first.arm], self.timeline),
                Side(bridge, second, arms[second.arm], self._second_timeline),
            ),
        )
        pair.start()
        self.environment.chat_load, self.environment.chat_twin_load = (
            side.load for side in pair.sides
        )
        self._watching = gevent.spawn(self._take_turns, pair)

    def _take_turns(self, pair: Pair) -> None:
        def between() -> None:
            self._follow_rate()
            if self.timeline.due():
                self._add_points(pair)

        try:
            pair.take_turns(self._count_turn, between)
        except Exception as error:
            self._void(error)

    def _count_turn(self, side: Side, sample: Sample) -> None:
        count_sample(self.environment.stats, side.load.named, sample)

    def _add_points(self, pair: Pair) -> None:
        pair.add_points()
        self.report = pair.report
        self._warn()
        for side in pair.sides:
            if side.meter and (role := side.meter.ended()):
                self._end_of_process(side.arm, role)

    def _keep_run(self) -> None:
        runner = self.environment.runner
        if self.options is None or hasattr(runner, "master_host"):
            return
        users = {name: count for name, count in runner.target_user_classes_count.items() if count}
        if self.pair is not None:
            first, second = (
                result_of(side.options, users, side.report, side.timeline.points, self.failure)
                for side in self.pair.sides
            )
            self.runs.keep_pair(self._began, first, second)
            return
        result = result_of(self.options, users, self.report, self.timeline.points, self.failure)
        self.runs.keep(self._began, result, self.options.url)

    def _reset_load(self) -> None:
        run, options = self._run, self.options
        if self._bridge is not None and run is not None and options is not None:
            self._bridge.call(lambda plane: run.start(plane, options.rate))

    def _sample_often(self, bridge: Bridge, run: LiveRun) -> None:
        try:
            while not self._stopping.wait(SAMPLE_S):
                self._follow_rate()
                self._take(bridge.call(run.sample))
                self._add_point()
        except Exception as error:
            self._void(error)

    def _follow_rate(self) -> None:
        """The rate can be changed while a test runs, as the number of users can."""
        asked = options_of(self.environment)
        if self.options is not None and asked.rate != self.options.rate:
            self.options = asked
            if self.pair is not None:
                self.pair.follow(asked.rate)
            elif self._bridge is not None:
                self._bridge.post(lambda plane: plane.talk(asked.rate))

    def _watch(self) -> None:
        """At a master: add points, and notice workers that are gone."""
        from locust.runners import STATE_MISSING

        runner = self.environment.runner
        while not self._stopping.wait(SAMPLE_S):
            self._follow_rate()
            self._add_point()
            for worker in set(self.workers) - self.gone:
                client = runner.clients.get(worker)
                if client is None or client.state == STATE_MISSING:
                    self.gone.add(worker)
                    logger.warning("Worker %s is lost: this run is partial.", worker)

    def _add_point(self) -> None:
        if not self.timeline.due():
            return
        self.timeline.add(self.report, self._meter.look() if self._meter else Usage())
        if self._meter and self.options and (role := self._meter.ended()):
            self._end_of_process(self.options.arm, role)

    def _end_of_process(self, arm: str, role: str) -> None:
        self._end(f"A process of {arm} ({role}) has ended: what came until then stands here.")

    def _take(self, sample: Sample) -> None:
        self.report = sample.report
        count_sample(self.environment.stats, self.environment.chat_load.named, sample)
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


def _meter(options: Options) -> ProcessMeter | None:
    """For an arm that runs here."""
    stack = running().get(options.arm)
    return ProcessMeter(stack.processes) if stack and stack.processes else None


def _init(resets: Resets, environment: Any, runner: Any, web_ui: Any, **_: Any) -> None:
    from locust.runners import MasterRunner, WorkerRunner

    sys.setswitchinterval(SWITCH_INTERVAL_S)
    suite = Suite(environment, resets, loads=not isinstance(runner, MasterRunner))
    environment.chat_suite = suite
    events = environment.events
    if not isinstance(runner, WorkerRunner):
        endings.add_endings(environment, suite)
        add_metrics(environment, suite.reports)
    events.test_start.add_listener(suite.start)
    events.test_stopping.add_listener(suite.stop)
    events.reset_stats.add_listener(suite.reset)
    events.quitting.add_listener(suite.quit)
    if isinstance(runner, WorkerRunner):
        events.report_to_master.add_listener(suite.send)
        runner.register_message(MESSAGE, suite.on_reset)
    if isinstance(runner, MasterRunner):
        events.worker_report.add_listener(suite.receive)
    choose_host(environment)
    choose_shape(environment)
    if web_ui is None:
        asked = options_of(environment)
        if wrong := unfit(environment, environment.user_classes, asked.arm, asked.against):
            raise SystemExit(wrong)
    if web_ui is not None:
        add_guard(web_ui)
        add_form_check(web_ui, lambda: suite.current, suite.notices.tell)
        add_tabs(web_ui, suite.tables)
        page.add_page(web_ui, suite)
