"""The page that answers the article: each claim has its words, its answer, and the way to it."""

import re
from pathlib import Path

import pytest
from msgspec import structs

from bench.analysis.clarity.figures import measured
from bench.declared.article import load_article
from bench.envelope.busy import BusyCase, BusyEntry
from bench.envelope.loss import DROPPED, LossCase
from bench.experiments.registry import EXPERIMENTS
from bench.report.claims import clarity, render_claims
from bench.report.claims.answers import ANSWERS
from bench.report.claims.results import Results
from bench.report.claims.summary import summary
from tests.analysis.test_loss import EVICTED, case, entry
from tests.bench import test_connections, test_scale
from tests.report import synthetic, synthetic_speed

PAGE = Path("docs") / "claims.md"
ROOT = Path(__file__).resolve().parents[2]


def _section(page: str, number: int) -> str:
    found = re.search(rf"^## Claim {number}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def test_all_fifteen_claims_are_declared_once() -> None:
    assert [claim.number for claim in load_article()] == list(range(1, 16))
    assert set(ANSWERS) <= set(range(1, 16))


def test_pages_and_commands_exist() -> None:
    for claim in load_article():
        for page in claim.pages:
            assert (ROOT / "docs" / page).exists(), page
        named = re.findall(r"--experiment (\w+)", claim.command)
        assert set(named) <= EXPERIMENTS.keys()
        # An answer without a command could not be repeated.
        assert (claim.number in ANSWERS) <= bool(claim.command)


def test_without_results_only_the_code_gives_answers(tmp_path: Path) -> None:
    page = render_claims(tmp_path)[PAGE]
    assert "3 of 15 are answered" in page
    assert page.count("**Not measured yet.**") == 12
    for number in (4, 5, 14):
        assert "**Not measured yet.**" not in _section(page, number)


@pytest.mark.parametrize(
    ("channels", "fastapi", "word"),
    [
        ({"lines": 80, "cognitive": 20}, {"lines": 100, "cognitive": 30}, "right"),
        ({"lines": 80, "cognitive": 30}, {"lines": 100, "cognitive": 30}, "right if"),
        ({"lines": 95, "cognitive": 30}, {"lines": 100, "cognitive": 30}, "not settled"),
        ({"lines": 100, "cognitive": 40}, {"lines": 100, "cognitive": 30}, "wrong"),
    ],
)
def test_dispatch_is_easier_where_both_figures_are_less(
    channels: dict[str, int],
    fastapi: dict[str, int],
    word: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _counted(monkeypatch, channels, fastapi)
    assert clarity.easier_to_read(Results(tmp_path)).word.replace("_", " ") == word


@pytest.mark.parametrize(
    ("channels", "fastapi", "word"),
    [
        ({"lines": 80, "against": 0}, {"lines": 100}, "right"),
        ({"lines": 120, "against": 40}, {"lines": 100}, "right if"),
        ({"lines": 120, "against": 0}, {"lines": 100}, "wrong"),
        ({"lines": 120, "against": 20}, {"lines": 100}, "not settled"),
    ],
)
def test_accounts_are_easier_where_less_is_written(
    channels: dict[str, int],
    fastapi: dict[str, int],
    word: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _counted(monkeypatch, channels, fastapi)
    assert clarity.easier_accounts(Results(tmp_path)).word.replace("_", " ") == word


def _counted(
    monkeypatch: pytest.MonkeyPatch, channels: dict[str, int], fastapi: dict[str, int]
) -> None:
    """The figures of both chats are these."""
    pair = [structs.replace(measured("", ()), **each) for each in (channels, fastapi)]
    monkeypatch.setattr(clarity, "both", lambda _: pair)


def test_the_comparison_answers_whether_fastapi_is_faster(tmp_path: Path) -> None:
    synthetic_speed.write(tmp_path)
    page = render_claims(tmp_path)[PAGE]
    assert "Over Redis, a delivery costs Channels" in _section(page, 1)


def _loss(tmp_path: Path, *, fastapi_drops: int = 0) -> str:
    def cases(missing: dict[str, int], counted: int) -> list[LossCase]:
        layer = {"channels.layers: a channel over its capacity": counted} if counted else {}
        return [
            case({}, {}, {}, case="photos"),
            case(
                {},
                {},
                missing,
                case="photos, reader stops",
                reader="stops",
                layer_dropped=layer,
                kernel={"TCPToZeroWindowAdv": 2},
            ),
        ]

    dropped = {DROPPED: fastapi_drops} if fastapi_drops else {f"closed: {EVICTED}": 3}
    entries = [
        entry("channels-uvicorn-memory-tutorial", *cases({DROPPED: 4}, 4)),
        entry("fastapi-uvicorn-memory", *cases(dropped, 0)),
        entry("fastapi-uvicorn-redis", *cases({f"closed: {EVICTED}": 3}, 0)),
    ]
    synthetic.write_run(tmp_path, "loss", [each.arm for each in entries], entries)
    return render_claims(tmp_path)[PAGE]


def test_tcp_loses_nothing_and_a_layer_does(tmp_path: Path) -> None:
    page = _loss(tmp_path)
    assert "**Wrong.** A receive buffer was full in 3 of 6 cases." in _section(page, 8)
    assert "**Wrong.**" in _section(page, 9)
    assert "`channels-uvicorn-memory-tutorial` 4." in _section(page, 9)
    assert "and dropped none." in _section(page, 9)
    assert "`channels-daphne-redis-tutorial`, has no figure yet." in _section(page, 9)
    assert "came in all 2 standard arms: 10 × 1.00 KiB." in _section(page, 11)


def test_a_loss_without_a_cause_settles_nothing(tmp_path: Path) -> None:
    assert "**Not settled.**" in _section(_loss(tmp_path, fastapi_drops=3), 8)


def test_redis_is_needed_for_other_processes(tmp_path: Path) -> None:
    slots = [*test_scale.made_up(), *test_scale.made_up(test_scale.ALONE, alone=True)]
    arms = [test_scale.ARM, test_scale.ALONE]
    synthetic.write_run(tmp_path, "scale", arms, slots)
    page = _loss(tmp_path)
    assert (
        "**Right if there is more than one process.** It does not need Redis to lose less"
        in _section(page, 10)
    )
    assert "**Right.** With 8 processes and no broker" in _section(page, 12)
    assert "**Right if the layers are used as they come" in _section(page, 3)


def test_broadcaster_is_compared_with_the_own_fan_out(tmp_path: Path) -> None:
    arms = [test_scale.ARM, "fastapi-uvicorn-broadcaster-redis"]
    slots = [slot for arm in arms for slot in test_scale.made_up(arm)]
    synthetic.write_run(tmp_path, "scale", arms, slots)
    lost = [entry(arms[1], case({}, {}, {}, case="photos"))]
    synthetic.write_run(tmp_path, "loss", [arms[1]], lost)
    section = _section(render_claims(tmp_path)[PAGE], 13)
    assert "**Right if something watches its connection.** Over Redis with 8 processes" in section


@pytest.mark.parametrize(("came", "word"), [(442, "Right"), (400, "Wrong")])
def test_what_came_behind_a_busy_handler(tmp_path: Path, came: int, word: str) -> None:
    entries = [
        BusyEntry(
            experiment="busy",
            arm=arm,
            at_s=0.0,
            cases=[BusyCase("await", 1.0, 221, came, True, waited, 0.004)],
        )
        for arm, waited in (("channels-uvicorn-memory", 0.95), ("fastapi-uvicorn-memory", 0.002))
    ]
    synthetic.write_run(tmp_path, "busy", [each.arm for each in entries], entries)
    section = _section(render_claims(tmp_path)[PAGE], 7)
    assert f"**{word}.**" in section
    assert "up to 950 ms for a handler of 1.00 s" in section


def test_idle_connections_are_counted(tmp_path: Path) -> None:
    made = [test_connections.made_up()]
    synthetic.write_run(tmp_path, "connections", [made[0].arm], made)
    section = _section(render_claims(tmp_path)[PAGE], 6)
    assert "**Right.** A thousand idle connections take 24.0 s" in section


def test_the_readme_has_three_answers(tmp_path: Path) -> None:
    synthetic_speed.write(tmp_path)
    slots = [*test_scale.made_up(), *test_scale.made_up(test_scale.ALONE, alone=True)]
    synthetic.write_run(tmp_path, "scale", [test_scale.ARM, test_scale.ALONE], slots)
    _loss(tmp_path)
    text = summary(tmp_path)
    assert re.findall(r"^- \*\*(\w+):", text, re.MULTILINE) == ["Speed", "Loss", "Scale"]
    assert "dropped 4 of 180 deliveries" in text
    assert "with 8 processes and a broker both reach every member" in text


def test_a_loss_without_a_cause_is_in_the_readme(tmp_path: Path) -> None:
    _loss(tmp_path, fastapi_drops=3)
    assert "**Loss:** 3 of 180 deliveries were lost without a known cause" in summary(tmp_path)
