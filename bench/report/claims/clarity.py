"""The answers to the claims about the code, from the figures of docs/clarity.md."""

from bench.analysis.clarity.parameters import KINDS, endpoint_parameters
from bench.analysis.clarity.totals import ACCOUNTS, CONNECTION, SCALE_OUT, both, less
from bench.analysis.wording import count
from bench.declared.texts import Text, joined
from bench.report.claims.answer import Answer, said
from bench.report.claims.results import Results
from bench.report.markdown import code


def easier_to_read(_: Results) -> Answer:
    """Claim 4."""
    channels, fastapi = both(CONNECTION)
    text = said(
        "easier",
        channels=count(channels.lines),
        fastapi=count(fastapi.lines),
        channels_cognitive=count(channels.cognitive),
        fastapi_cognitive=count(fastapi.cognitive),
        channels_cyclomatic=count(channels.cyclomatic),
        fastapi_cyclomatic=count(fastapi.cyclomatic),
        fastapi_missing=count(fastapi.missing),
        channels_missing=count(channels.missing),
    )
    fewer, simpler = (
        less(getattr(channels, name), getattr(fastapi, name)) for name in ("lines", "cognitive")
    )
    if fewer and simpler:
        return Answer("right", text)
    if fewer:
        return Answer("right_if", text, said("easier_condition"))
    longer = less(fastapi.lines, channels.lines) or less(fastapi.cognitive, channels.cognitive)
    return Answer("wrong" if longer else "not_settled", text)


def easier_accounts(_: Results) -> Answer:
    """Claim 5."""
    channels, fastapi = both(ACCOUNTS)
    handshake = both(ACCOUNTS[:1])
    as_it_is = channels.lines - channels.against
    text = said(
        "accounts",
        channels=count(channels.lines),
        fastapi=count(fastapi.lines),
        channels_handshake=count(handshake[0].lines),
        fastapi_handshake=count(handshake[1].lines),
        fastapi_missing=count(fastapi.missing),
        channels_missing=count(channels.missing),
        against=count(channels.against),
        as_it_is=count(as_it_is),
    )
    if less(channels.lines, fastapi.lines):
        return Answer("right", text)
    if less(as_it_is, fastapi.lines):
        return Answer("right_if", text, said("accounts_condition"))
    return Answer("wrong" if less(fastapi.lines, as_it_is) else "not_settled", text)


def parameters_work(_: Results) -> Answer:
    """Claim 14."""
    found = endpoint_parameters()
    used = [f"{code(kind)} ({found.kinds[kind]})" for kind in KINDS if found.kinds[kind]]
    unused = [code(kind) for kind in KINDS if not found.kinds[kind]]
    parts = [said("parameters", used=", ".join(used), by_name=str(found.by_name))]
    if unused:
        parts.append(said("parameters_unused", unused=", ".join(unused)))
    return Answer("right" if used else "not_settled", joined(parts))


def lines_to_scale() -> Text:
    """For claim 3: what was written for several processes."""
    channels, fastapi = both(SCALE_OUT)
    return said(
        "scales_lines",
        channels=count(channels.lines),
        fastapi=count(fastapi.lines),
        missing=count(fastapi.missing),
        against=count(channels.against),
    )
