"""The experiment `profile`: a short run of a real server, and what is read from its stacks."""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from msgspec import structs

from bench.analysis.profile import LOOP, PYTHON, busy, part_of, parts, share_below
from bench.envelope.folded import Folded, pack, parse, unpack
from bench.envelope.observation import Counts, Cpu
from bench.envelope.profile import ProfileEntry
from bench.envelope.run import read_run
from bench.errors import BenchError
from bench.experiments import profile, runner
from bench.experiments.runner import Asked
from bench.report.flame import draw
from bench.report.profiles import render_profiles
from bench.report.speed import figures_of, missed
from tests.report import synthetic, synthetic_speed

ARM = "fastapi-uvicorn-memory"
A_FIFTH_OF_A_CORE = 10_000.0
"""Deliveries a second: what the server and its readers do beside other tests, too."""
LINES = """\
main (chat_servers/__main__.py:10);Runner.run (asyncio/runners.py:190) 30
main (chat_servers/__main__.py:10);Runner.run (asyncio/runners.py:190);send (uvicorn/ws.py:7) 50
main (chat_servers/__main__.py:10);Runner.run (asyncio/runners.py:190);write (uvicorn/ws.py:9);\
<lambda> (json/<b>.py:1) 20
"""


def entry(folded: Folded) -> ProfileEntry:
    """The observation of these stacks."""
    return ProfileEntry(
        experiment="profile",
        arm=ARM,
        at_s=0.0,
        load="65",
        room=100,
        rate=60.0,
        seconds=10.0,
        sample_hz=200,
        cpu=Cpu(6.5),
        counts=Counts(sent=600, expected=60000, delivered=60000),
        folded=pack(folded),
    )


def test_stacks_survive_packing() -> None:
    folded = parse(LINES)
    assert folded.total() == 100
    assert unpack(pack(folded)) == folded


@pytest.mark.parametrize("text", ["no count", "12", "a;b x"])
def test_another_line_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no folded stack"):
        parse(text)


def test_the_parts_are_by_the_innermost_frame() -> None:
    found = [(part.name, part.share, part.function) for part in parts(parse(LINES))]
    assert found == [
        ("uvicorn", 0.5, "send (uvicorn/ws.py)"),
        (LOOP, 0.3, "Runner.run (asyncio/runners.py)"),
        (PYTHON, 0.2, "<lambda> (json/<b>.py)"),
    ]


def test_a_share_has_everything_below_a_function() -> None:
    folded = parse(LINES)
    assert share_below(folded, "main") == 1
    assert share_below(folded, "write") == 0.2
    assert share_below(folded, "wri") == 0


def test_a_thread_that_waits_for_work_is_not_busy() -> None:
    waiting = ("_bootstrap (threading.py:1)", "_worker (concurrent/futures/thread.py:69)")
    working = (*waiting, "run (concurrent/futures/thread.py:58)")
    assert busy(Folded({waiting: 3, working: 2})) == {working: 2}


@pytest.mark.parametrize(
    ("frame", "part"),
    [
        ("deliver (chat_core/outbox.py:3)", "chat_core"),
        ("get_message (redis/asyncio/client.py:1618)", "redis"),
        ("_run_once (asyncio/base_events.py:1)", LOOP),
        ("call_soon (asyncio/base_events.py:1)", PYTHON),
        ("loads (typing.py:1)", PYTHON),
        ("__init__ (<string>:3)", PYTHON),
        ("no file", PYTHON),
    ],
)
def test_the_part_of_a_frame(frame: str, part: str) -> None:
    assert part_of(frame) == part


def test_the_flame_graph_has_a_box_for_each_frame_below_the_common_ones() -> None:
    drawn = draw(parse(LINES), "a & b")
    svg = ElementTree.fromstring(drawn)
    names = [each.text or "" for each in svg.iter("{http://www.w3.org/2000/svg}title")]
    assert names[0] == "a & b"
    assert sorted(names[1:]) == [
        "<lambda> (json/<b>.py): 20.0 %",
        "send (uvicorn/ws.py): 50.0 %",
        "write (uvicorn/ws.py): 20.0 %",
    ]
    widths = [
        float(width) for width in re.findall(r'<rect x="[\d.]+" y="\d+" width="([\d.]+)"', drawn)
    ]
    assert sorted(widths) == pytest.approx([200, 200, 500], abs=1)


def test_the_page_has_the_parts_and_the_picture(tmp_path: Path) -> None:
    synthetic.write_run(tmp_path, "profile", [ARM], [entry(parse(LINES))])
    pages = render_profiles(tmp_path)
    page = pages[Path("docs/profiles.md")]
    assert "uvicorn 50 %: `send (uvicorn/ws.py)` 50 %" in page
    assert f'src="charts/profile-{ARM}.svg"' in page
    assert pages[Path(f"docs/charts/profile-{ARM}.svg")].startswith("<svg")
    assert "Not measured yet" in render_profiles(tmp_path / "elsewhere")[Path("docs/profiles.md")]


def test_a_missed_target_is_explained_by_two_profiles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A made-up run with a ratio of 1.33; the profiles have 108 and 83 µs, in the same parts."""
    run = synthetic_speed.write(tmp_path)
    baseline = structs.replace(entry(parse(LINES)), arm="asgi-uvicorn", cpu=Cpu(5.0))
    synthetic.write_run(tmp_path, "profile", [ARM, baseline.arm], [entry(parse(LINES)), baseline])
    figures = figures_of(tmp_path, run.path)
    assert figures is not None
    for limit, missing in ((1.2, True), (1.5, False)):
        monkeypatch.setattr(missed, "RATIOS", (("ours ÷ raw", ARM, baseline.arm, limit),))
        found = missed.context(figures, tmp_path, tmp_path / "docs")
        assert (found is not None) == missing
        if found is not None:
            (sentence,) = found["sentences"]
            assert "108 µs" in sentence
            assert (
                "Most of the difference: uvicorn 12.5 µs, event loop and kernel 7.50 µs" in sentence
            )
            assert "The target leaves 16.7 µs for all of it." in sentence


@pytest.mark.skipif(sys.platform != "linux", reason="reads another process as Linux lets it")
def test_a_short_run_finds_the_functions_of_the_chat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profile, "SECONDS", 2.0)
    monkeypatch.setattr(profile, "WARM_UP", 3)
    monkeypatch.setattr(profile, "generator_limit", lambda _: A_FIFTH_OF_A_CORE)
    try:
        path = runner.start(
            tmp_path, "profile", Asked("quick", ("profile",), (ARM,), None, 7, False), print
        )
    except BenchError as error:
        if "ptrace_scope" in str(error):
            pytest.skip(str(error))
        raise
    (found,) = (each for each in read_run(path).observations if isinstance(each, ProfileEntry))
    folded = unpack(found.folded)
    assert folded.total() > 10
    names = {part.name for part in parts(folded)}
    assert names & {"fastapi_chat", "chat_core"}
    assert found.counts.delivered == found.counts.expected > 0
