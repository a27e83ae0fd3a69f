"""What Tsung is asked, as its XML, and what it answers, from its logs.

Tsung has no schedule: each user waits at random, sends, and waits for the next frame. It counts
times from the send. With `fullstats` it writes down each of them.
"""

import re
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from bench.errors import BenchError

DTD: Final = "/usr/share/tsung/tsung-1.0.dtd"
FULL_STATS, STATS = "tsung-fullstats.log", "tsung.log"
SAY, WARM_UP = "say", "warm"
"""Names of transactions, which Tsung's logs have with `tr_` before them."""
_SETTLE_S: Final = 1
"""After the handshake: the welcome comes, which is no answer to a message."""
_ARRIVAL_S: Final = 1
_PHASE_S: Final = 2
"""Longer than the arrivals, which are random; Tsung does not end before."""
_ORIGIN: Final = "http://localhost:8001"
"""Tsung always sends an Origin; the chats take this one."""
_USER: Final = "%%ts_user_server:get_unique_id%%"
_SAMPLE: Final = re.compile(r"\{sample,\s*tr_(\w+),\s*([0-9.e+-]+)\}")
_ERROR: Final = re.compile(r"^stats: (error_\w+|websocket_fail) \d+ (\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class TsungLoad:
    """`users` alone in a room each, that send `messages` each at random times."""

    users: int
    think_s: float
    """The mean pause before a message."""
    warm_up: int
    """Messages of each user before those that count."""
    messages: int
    payload: int
    seed: int = 1


@dataclass(frozen=True, slots=True)
class TsungFound:
    """The round trips that count, in µs; `answered` counts the warm-up, too."""

    count: int
    answered: int
    mean_us: float
    p50_us: float
    p99_us: float


def configuration(url: str, load: TsungLoad) -> str:
    """The XML of a load against the chat at `url`."""
    root = Element("tsung", loglevel="notice", version="1.0", backend="fullstats")
    clients = SubElement(root, "clients")
    # In the controller's own process: no ssh is needed.
    SubElement(clients, "client", host="localhost", use_controller_vm="true", maxusers="10000")
    address = urlsplit(url)
    servers = SubElement(root, "servers")
    where = {"host": str(address.hostname), "port": str(address.port), "type": "tcp"}
    SubElement(servers, "server", where)
    _arrivals(SubElement(root, "load"), load)
    SubElement(SubElement(root, "options"), "option", name="seed", value=str(load.seed))
    session = SubElement(
        SubElement(root, "sessions"),
        "session",
        name="chat",
        probability="100",
        type="ts_websocket",
    )
    _session(session, load)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0"?>\n<!DOCTYPE tsung SYSTEM "{DTD}">\n{text}\n'


def _arrivals(element: Element, load: TsungLoad) -> None:
    phase = SubElement(element, "arrivalphase", phase="1", duration=str(_PHASE_S), unit="second")
    rate = str(max(1, load.users // _ARRIVAL_S))
    SubElement(phase, "users", maxnumber=str(load.users), arrivalrate=rate, unit="second")


def _session(session: Element, load: TsungLoad) -> None:
    joining = SubElement(session, "request", subst="true")
    path = f"/ws/rooms/tsung{_USER}?name=t{_USER}"
    handshake = {"type": "connect", "path": path, "subprotocols": "chat.v1", "origin": _ORIGIN}
    SubElement(joining, "websocket", handshake)
    SubElement(session, "thinktime", value=str(_SETTLE_S))
    for name, count in ((WARM_UP, load.warm_up), (SAY, load.messages)):
        each = SubElement(session, "for", {"var": name, "from": "1", "to": str(count)})
        SubElement(each, "thinktime", value=f"{load.think_s:g}", random="true")
        transaction = SubElement(each, "transaction", name=name)
        frame = SubElement(
            SubElement(transaction, "request"), "websocket", type="message", frame="text"
        )
        frame.text = f'{{"type":"say","id":"t","text":"{"x" * load.payload}"}}'
    SubElement(SubElement(session, "request"), "websocket", type="close")


def found_in(folder: Path, load: TsungLoad) -> TsungFound:
    """What the logs in Tsung's log folder say. Raises BenchError if an answer is missing."""
    waits: dict[str, list[float]] = {SAY: [], WARM_UP: []}
    for name, milliseconds in _SAMPLE.findall(_read(folder, FULL_STATS)):
        waits.setdefault(name, []).append(float(milliseconds) * 1000)
    errors = {name: int(total) for name, total in _ERROR.findall(_read(folder, STATS))}
    if errors:
        words = ", ".join(f"{name} {total} times" for name, total in errors.items())
        raise BenchError(f"Tsung had errors: {words}.")
    expected = load.users * load.messages
    if len(waits[SAY]) != expected:
        raise BenchError(f"Tsung counted {len(waits[SAY])} answers of {expected}.")
    cuts = statistics.quantiles(waits[SAY], n=100, method="inclusive")
    answered = len(waits[SAY]) + len(waits[WARM_UP])
    return TsungFound(expected, answered, statistics.fmean(waits[SAY]), cuts[49], cuts[98])


def _read(folder: Path, name: str) -> str:
    try:
        return next(folder.rglob(name)).read_text("utf-8", "replace")
    except (StopIteration, OSError):
        raise BenchError(f"Tsung wrote no {name}.") from None
