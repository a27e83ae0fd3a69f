"""The page on bad networks, from made-up results."""

from pathlib import Path

import msgspec
import pytest

from bench.envelope.network import Network, NetworkCase, NetworkEntry, Outage, Received
from bench.envelope.observation import Percentiles
from bench.report.network import render_network
from tests.report import synthetic

PAGE = Path("docs") / "network.md"
LOSSY = Network("lossy", loss=0.05, delay_s=0.01)
GONE = Network("gone", away_s=2.0, cut="noticed")
LATENCY = Percentiles(20_000, 30_000, 250_000, 400_000, 500_000, 25_000.0, 200, "")


def _case(network: Network, *received: Received, outages: tuple[Outage, ...] = ()) -> NetworkCase:
    return NetworkCase(network, 100, list(received), list(outages), LATENCY, 1000, 50)


def _page(tmp_path: Path, *entries: NetworkEntry) -> dict[Path, str]:
    synthetic.write_run(tmp_path, "network", [each.arm for each in entries], entries)
    return render_network(tmp_path)


def _entry(arm: str, *cases: NetworkCase) -> NetworkEntry:
    return NetworkEntry(
        experiment="network",
        arm=arm,
        at_s=0.0,
        seconds=20.0,
        rate=5.0,
        retransmitted=7,
        cases=list(cases),
    )


@pytest.fixture
def with_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        synthetic,
        "arm",
        lambda name, plain=synthetic.arm: (
            plain(name)
            | {"history": "sqlite" if name.endswith("sqlite") else "off", "variant": "standard"}
        ),
    )


@pytest.mark.usefixtures("with_history")
def test_the_page_tells_what_a_replay_gives(tmp_path: Path) -> None:
    whole = Received(100, 0, 0, 0, 1)
    lost = _case(
        GONE,
        Received(90, 0, 10, 0, 2),
        Received(80, 0, 20, 0, 3),
        outages=(Outage(2.0, 0.5, True, 10, 10), Outage(2.0, None, True, 20, 20)),
    )
    replayed = _case(GONE, Received(90, 10, 0, 0, 2), outages=(Outage(2.0, 0.2, True, 10, 0),))
    pages = _page(
        tmp_path,
        _entry("channels-uvicorn-memory", _case(LOSSY, whole, whole), lost),
        _entry("fastapi-uvicorn-memory-sqlite", _case(LOSSY, whole), replayed),
    )
    page = pages[PAGE]
    assert "**With a history, nothing is lost:** all 200 deliveries came, 10 of them repl" in page
    assert "**Without one, a cut loses what is sent meanwhile:** 30 of 400 deliveries (gon" in page
    assert "gone: 85.0 % came [21.5 %, 100 %]" in page
    assert "| Channels, without a history | 85.0 % (21.5–100.0) | this run |" in page
    assert "| Socket.IO, as it comes | 84.6 % | [AnyCable's documentation](" in page
    assert (
        "**No message is lost with a packet.** 100 of 2 000 packets were dropped"
        in page.replace("\N{NARROW NO-BREAK SPACE}", " ")
    )
    assert "**gone:** members heard again 0.200 to 0.500 s after the end of the cut; 3 of 3" in page
    assert "| `channels-uvicorn-memory` | gone | 2 | 0.50 | 0.50 | 2 | 30 | 30 |" in page
    assert "hollow the median" in pages[Path("docs/charts/network-recovery-dark.svg")]


@pytest.mark.usefixtures("with_history")
def test_a_loss_that_no_cut_explains_is_told(tmp_path: Path) -> None:
    case = _case(LOSSY, Received(99, 0, 1, 0, 1))
    page = _page(tmp_path, _entry("fastapi-uvicorn-memory-sqlite", case))[PAGE]
    assert "**With a history, messages are lost:** 1 of 100 deliveries" in page
    assert "**Messages are lost.**" in page


def test_without_a_run_the_page_names_the_command_and_the_published_figures(
    tmp_path: Path,
) -> None:
    page = render_network(tmp_path)[PAGE]
    assert "Not measured yet: `chatbench run --experiment network`." in page
    assert "Socket.IO, as it comes 84.6 %" in page


def test_a_network_is_read_as_it_was_written() -> None:
    assert msgspec.json.decode(msgspec.json.encode(GONE), type=Network) == GONE
