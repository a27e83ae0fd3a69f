"""The answers to the claims about the code, from the figures of docs/clarity.md."""

from bench.analysis.clarity.parameters import KINDS, endpoint_parameters
from bench.analysis.clarity.totals import ACCOUNTS, CONNECTION, SCALE_OUT, both, less
from bench.analysis.wording import count
from bench.report.claims.answer import Answer
from bench.report.claims.results import Results
from bench.report.markdown import code


def easier_to_read(_: Results) -> Answer:
    """Claim 4."""
    channels, fastapi = both(CONNECTION)
    text = (
        f"To connect, receive, deliver and disconnect takes {count(channels.lines)} logical lines "
        f"in Channels and {count(fastapi.lines)} in FastAPI, with a cognitive complexity of "
        f"{count(channels.cognitive)} and {count(fastapi.cognitive)} and a cyclomatic complexity "
        f"of {count(channels.cyclomatic)} and {count(fastapi.cyclomatic)}. Dispatch saves the loop "
        f"and the fan-out: {count(fastapi.missing)} lines of FastAPI's had to be written because "
        f"it has none, {count(channels.missing)} of Channels'. Who calls a handler, and when, is "
        "not in the code that one reads."
    )
    fewer, simpler = (
        less(getattr(channels, name), getattr(fastapi, name)) for name in ("lines", "cognitive")
    )
    if fewer and simpler:
        return Answer("right", text)
    if fewer:
        return Answer("right if", text, "easier means fewer lines, and not simpler ones")
    longer = less(fastapi.lines, channels.lines) or less(fastapi.cognitive, channels.cognitive)
    return Answer("wrong" if longer else "not settled", text)


def easier_accounts(_: Results) -> Answer:
    """Claim 5."""
    channels, fastapi = both(ACCOUNTS)
    handshake = both(ACCOUNTS[:1])
    as_it_is = channels.lines - channels.against
    text = (
        f"Accounts and the identity of a member take {count(channels.lines)} logical lines in "
        f"Channels and {count(fastapi.lines)} in FastAPI; the handshake alone "
        f"{count(handshake[0].lines)} and {count(handshake[1].lines)}. Django has users, passwords "
        f"and sessions: {count(fastapi.missing)} lines of FastAPI's had to be written because it "
        f"has no such thing, {count(channels.missing)} of Channels'. But {count(channels.against)} "
        "lines of Channels' change what Django does: it queries users in the thread of all "
        "deliveries, raises before accept, and keeps the keys of sessions as they are. Without "
        f"them it is {count(as_it_is)} lines. What comes with Django and is not asked for here, as "
        "groups and rules for passwords, is not counted; nor are FastAPI's libraries for accounts."
    )
    if less(channels.lines, fastapi.lines):
        return Answer("right", text)
    if less(as_it_is, fastapi.lines):
        return Answer("right if", text, "Django's accounts are taken as they are")
    return Answer("wrong" if less(fastapi.lines, as_it_is) else "not settled", text)


def parameters_work(_: Results) -> Answer:
    """Claim 14."""
    found = endpoint_parameters()
    used = [f"{code(kind)} ({found.kinds[kind]})" for kind in KINDS if found.kinds[kind]]
    unused = [code(kind) for kind in KINDS if not found.kinds[kind]]
    text = (
        f"The WebSocket endpoint of the FastAPI chat and its dependencies use "
        f"{', '.join(used)}, and {found.by_name} parameter of the path by its name; the "
        "conformance suite asks for all of it over real sockets."
    )
    if unused:
        text += f" {' and '.join(unused)} {'are' if len(unused) > 1 else 'is'} not used there."
    if not used:
        return Answer("not settled", text)
    return Answer("right", text)


def lines_to_scale() -> str:
    """For claim 3: what was written for several processes."""
    channels, fastapi = both(SCALE_OUT)
    return (
        f"For several processes, {count(channels.lines)} logical lines were written in Channels "
        f"and {count(fastapi.lines)} in FastAPI. In FastAPI {count(fastapi.missing)} of them are "
        f"the fan-out that it has not. In Channels {count(channels.against)} change its ready "
        "layers, which lose members and events when Redis is away."
    )
