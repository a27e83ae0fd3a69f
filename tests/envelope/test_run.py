"""A run on disk: what is appended is read again, and a run that was killed goes on."""

from pathlib import Path

import pytest

from bench.envelope.observation import Failed
from bench.envelope.run import (
    OBSERVATIONS,
    ArmInfo,
    Machine,
    ResultsError,
    RunInfo,
    RunWriter,
    newest,
    read_run,
    unfinished,
)
from bench.envelope.soak import SoakEntry

ARM = ArmInfo("a", "fastapi", "uvicorn", "memory", 1, "off", "standard", "chat")
INFO = RunInfo(
    name="quick",
    profile="quick",
    experiments=["speed"],
    started_at="2026-01-01T00:00:00Z",
    seed=7,
    command="chatbench run",
    commit="abc",
    dirty=False,
    machine=Machine("a processor", 2, 4.0, "Linux", "Debian"),
    versions={},
    settings={},
    pinning={},
    kernel={},
    arms=[ARM],
)


def directory(root: Path, name: str = "2026-01-01T000000Z-quick") -> Path:
    return root / "bench" / "results" / "machine" / name


def observed(arm: str, at_s: float) -> Failed:
    return Failed(experiment="speed", arm=arm, at_s=at_s, reason="a reason")


def test_what_is_appended_is_on_disk_and_read_again(tmp_path: Path) -> None:
    with RunWriter.create(directory(tmp_path), INFO) as writer:
        writer.append(observed("a", 1.0))
        assert read_run(directory(tmp_path)).observations == [observed("a", 1.0)]
        writer.append(observed("a#2", 2.0))
        writer.finish("2026-01-01T00:05:00Z")

    run = read_run(directory(tmp_path))

    assert run.info.finished_at == "2026-01-01T00:05:00Z"
    assert run.observations == [observed("a", 1.0), observed("a#2", 2.0)]
    assert run.name == "machine/2026-01-01T000000Z-quick"


def test_a_killed_run_goes_on_without_its_last_half_line(tmp_path: Path) -> None:
    with RunWriter.create(directory(tmp_path), INFO) as writer:
        writer.append(observed("a", 1.0))
    with (directory(tmp_path) / OBSERVATIONS).open("ab") as file:
        file.write(b'{"kind":"failed","exper')

    run = unfinished(tmp_path, "machine")
    assert run is not None
    assert run.observations == [observed("a", 1.0)]
    with RunWriter.resume(run, run.info) as writer:
        writer.append(observed("a", 2.0))
        writer.finish("2026-01-01T00:05:00Z")

    assert read_run(run.path).observations == [observed("a", 1.0), observed("a", 2.0)]
    assert unfinished(tmp_path, "machine") is None


def test_the_newest_finished_run_with_such_observations_is_found(tmp_path: Path) -> None:
    assert newest(tmp_path, Failed) is None
    for name in ("2026-01-01T000000Z-quick", "2026-01-02T000000Z-quick", "2026-01-03T000000Z-x"):
        with RunWriter.create(directory(tmp_path, name), INFO) as writer:
            writer.append(observed("a", 1.0))
            if not name.endswith("-x"):
                writer.finish("2026-01-04T00:00:00Z")

    found = newest(tmp_path, Failed)

    assert found is not None
    assert found.run.path.name == "2026-01-02T000000Z-quick"
    assert found.entries == [observed("a", 1.0)]
    assert found.arms == {"a": ARM}
    assert newest(tmp_path, SoakEntry) is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"kind":"failed"}', "line 1, is unreadable"),
        (b'{"kind":"no such"}', "line 1, is unreadable"),
        (b"not JSON", "line 1, is unreadable"),
        (
            b'{"kind":"failed","experiment":"speed","arm":"b","at_s":1.0,"reason":"x"}',
            "line 1, is wrong: the arm b is not in run.json",
        ),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: bytes, words: str) -> None:
    with RunWriter.create(directory(tmp_path), INFO) as writer:
        writer.finish("2026-01-01T00:05:00Z")
    (directory(tmp_path) / OBSERVATIONS).write_bytes(line + b"\n")

    with pytest.raises(ResultsError, match=words):
        read_run(directory(tmp_path))


def test_a_run_of_another_format_is_refused(tmp_path: Path) -> None:
    with RunWriter.create(directory(tmp_path), INFO):
        pass
    file = directory(tmp_path) / "run.json"
    file.write_text(file.read_text().replace('"format": 2', '"format": 3'))

    with pytest.raises(ResultsError, match="has format 3, and this version reads 2"):
        read_run(directory(tmp_path))
