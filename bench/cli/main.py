"""`chatbench`: all commands. Each one calls the module that does the work."""

import json
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from bench.cli import locust_ui
from bench.declared.arms import load_arms, missing_arms
from bench.errors import BenchError
from bench.stack.storage import missing_engine
from bench.up import chats as up
from bench.up.supervisor import Supervisor
from chat_servers.settings import SERVERS

ROOT = Path(__file__).resolve().parents[2]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Django Channels and FastAPI side by side: run both chats, load them, compare.",
)
console = Console()

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ArmIds = Annotated[
    list[str] | None, typer.Option("--arm", help="Id of an arm, see `chatbench arms`; repeatable.")
]


def main() -> None:
    """The entry point: a user's mistake gives one sentence and exit code 1, never a traceback."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        app()
    except BenchError as error:
        print(f"chatbench: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def say(line: str) -> None:
    """Print one plain line of progress, with or without a terminal."""
    console.print(line, highlight=False, markup=False, soft_wrap=True)


@app.command("up")
def up_command(
    backend: Annotated[str, typer.Option(help="both, django or fastapi.")] = "both",
    server: Annotated[
        str | None,
        typer.Option(help=f"{', '.join(SERVERS)}. Default: uvicorn for both."),
    ] = None,
    fanout: Annotated[
        str,
        typer.Option(
            help="memory, redis, redis+pubsub, or an address such as redis://HOST:PORT/0. "
            "FastAPI alone has broadcaster+redis and broadcaster+postgres."
        ),
    ] = "memory",
    history: Annotated[
        str,
        typer.Option(
            help="off, sqlite (files in .chat/), postgresql (a temporary server), or an address."
        ),
    ] = "sqlite",
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes of each backend.")] = 1,
    port: Annotated[
        int,
        typer.Option(
            min=1,
            max=up.LAST_PORT,
            help="Django's port; FastAPI has the next port, and the companion the one after.",
        ),
    ] = up.FIRST_PORT,
    companion: Annotated[
        bool,
        typer.Option(
            "--companion/--no-companion",
            help="A process that brings members to races in the client and serves docs/ as pages.",
        ),
    ] = True,
    company: Annotated[
        bool,
        typer.Option(
            "--company/--no-company",
            help="Synthetic people who talk in the room lobby while somebody else is in it.",
        ),
    ] = True,
) -> None:
    """Start the chats, print their addresses, and stop them on Ctrl-C."""
    wanted = up.Wanted(backend, server, fanout, history, workers, port, companion, company)
    with ExitStack() as running:
        started = up.start(running, wanted)
        control = started.control(say)
        if control is not None:
            running.callback(control.end)
        supervisor = Supervisor(started.stacks, started.companion, say, control)
        supervisor.heed_hangups()  # before the words that offer it
        for name, stack in started.stacks.items():
            title, served = stack.arm.title, f"on {stack.arm.server}, over {stack.arm.scheme}"
            say(f"{title:16} http://localhost:{stack.port}/?backend={up.key_of(name)}  {served}")
        if started.companion is not None:
            say(f"{'Companion':16} {started.companion.origin}/  members for races, and docs/")
        say(started.history)
        say("Ctrl-C stops all of them; SIGHUP replaces their processes, one after another.")
        supervisor.watch()


@app.command("arms")
def arms_command(as_json: Json = False) -> None:
    """List the arms of the comparison, and the missing arms with reasons."""
    every = load_arms()
    missing = {each.id: each.reason for each in missing_arms()}
    missing |= {arm.id: reason for arm in every.values() if (reason := missing_engine(arm))}
    arms = [arm for arm in every.values() if arm.id not in missing]
    if as_json:
        document = {
            "arms": [arm.as_dict() | {"quick": arm.quick} for arm in arms],
            "missing": missing,
        }
        print(json.dumps(document, indent=1))
        return
    # An id names server and fan-out; variant and history only if they are not the usual ones.
    table = Table(Column("arm", no_wrap=True), "framework", "quick")
    for arm in arms:
        table.add_row(arm.id, arm.title, "yes" if arm.quick else "")
    console.print(table)
    for arm_id, reason in missing.items():
        say(f"missing: {arm_id}: {reason}")


@app.command("conformance")
def conformance_command(
    url: Annotated[
        str, typer.Argument(help="URL of a running backend, such as http://localhost:8001.")
    ],
) -> None:
    """Run the conformance suite against a running backend."""
    command = [sys.executable, "-m", "pytest", "-q", "-rx", "tests/conformance", "--url", url]
    raise SystemExit(subprocess.run(command, cwd=ROOT, check=False).returncode)


@app.command("ceiling")
def ceiling_command(
    seconds: Annotated[float, typer.Option(min=0.2, max=60, help="Of each measurement.")] = 2.0,
    repeats: Annotated[int, typer.Option(min=1, max=50, help="Of both, interleaved.")] = 5,
    as_json: Json = False,
) -> None:
    """Measure the load generator alone, beside the usual Locust recipe."""
    from bench.experiments.ceiling import measure_ceiling, print_ceiling

    result = measure_ceiling(seconds, repeats, _to_stderr if as_json else say)
    if as_json:
        print(json.dumps(result, indent=1))
    else:
        print_ceiling(result)


@app.command("run")
def run_command(
    profile: Annotated[
        str, typer.Option(help="quick (five minutes) or full (all experiments, about six hours).")
    ] = "quick",
    experiment: Annotated[
        list[str] | None,
        typer.Option(
            help="Default: ceiling and speed; with --profile full, all. Others: capacity, growth, "
            "scale, connections, pools, metrics, profile, planted, generators, survival, "
            "rolling, history, writes, images, loss, busy, network, vanished, client, clarity, "
            "soak. Repeatable."
        ),
    ] = None,
    arm: ArmIds = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            min=5,
            max=3600,
            help="Seconds of survival, writes, network, soak or client for each arm.",
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Random seed. Default: drawn for each run, and recorded."),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with the newest run that was not finished, and with what was left.",
        ),
    ] = False,
) -> None:
    """Measure, and write raw results to bench/results/."""
    from bench.cli import running

    if resume:
        running.resume(ROOT, say)
    else:
        asked = running.Request(profile, experiment or [], arm or [], seconds, seed)
        running.run(ROOT, asked, say)


@app.command("report")
def report_command(
    check: Annotated[bool, typer.Option("--check", help="Fail if a page is stale.")] = False,
    run: Annotated[
        Path | None, typer.Option(help="A directory under bench/results/. Default: the newest.")
    ] = None,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option(help="Two such directories: print which of their figures agree."),
    ] = None,
) -> None:
    """Write docs/ from raw results, and print the verdicts."""
    from bench.report import check_report, print_verdicts, write_report
    from bench.report.speed import figures_of
    from bench.report.speed.compare import print_comparison

    if compare:
        print_comparison(ROOT, *compare)
        return
    if check:
        stale = check_report(ROOT)
        if stale:
            pages = ", ".join(stale)
            raise BenchError(f"Stale: {pages}. Run `make docs` to write them again.")
        say("docs/ agrees with the newest results")
        return
    written = write_report(ROOT, run)
    if figures := figures_of(ROOT, run):
        print_verdicts(figures)
    say(f"Written: {len(written)} files. Begin with docs/README.md; the figures are behind it.")


@app.command("plan")
def plan_command(
    members: Annotated[int, typer.Option(min=1, help="Connected at the same time.")],
    rooms: Annotated[int, typer.Option(min=1, help="Of equal size.")],
    rate: Annotated[float, typer.Option(min=0, help="Messages a second of each member.")],
    size: Annotated[int, typer.Option(min=1, help="Bytes of a message.")] = 120,
    as_json: Json = False,
) -> None:
    """Say how many cores, how much memory and which part of a broker each stack needs."""
    from bench.cli import planning

    planning.run(ROOT, members, rooms, rate, size, as_json=as_json, say=say)


@app.command("locust", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def locust_command(context: typer.Context, arm: ArmIds = None) -> None:
    """Start arms, and Locust with its web UI: `chatbench locust [ARM...] [LOCUST'S OPTIONS]`.

    Without an arm, both chats start. The arms stand before Locust's first option.
    """
    raise typer.Exit(locust_ui.run(arm or [], context.args, say))


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr)


def _terminated(_: int, __: Any) -> None:
    raise SystemExit(128 + signal.SIGTERM)
