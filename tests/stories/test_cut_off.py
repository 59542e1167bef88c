"""`kill -9` at any moment of a session: its record can be read, and at most the last second of it is missing."""

from __future__ import annotations

import json
import mmap
import os
import random
import signal
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from brokers import BrokerProcess
from harness import VirtualHouse
from household import Process, Talker, write_configuration
from poultice.sessions.appending import Appender
from poultice.sessions.courses import SUFFIX, Courses

pytestmark = pytest.mark.realtime

MOMENTS, TOGETHER = 200, 20
SECOND_S = 0.08  # of ours lasts a second of the house
LIVES_S = (0.02, 0.6)  # of ours, before it is killed
SEED = 20


def read(file: Path) -> tuple[dict[str, Any], list[Any]]:
    """Head and whole lines; a torn last one is as good as none."""
    *whole, _torn = file.read_bytes().split(b"\n")
    head, *lines = map(json.loads, whole)
    return head, lines


def no_gap(lines: list[Any]) -> None:
    """One a second, from the first on."""
    assert [round(line[0]) for line in lines] == list(range(len(lines)))


@pytest.fixture
def house(tmp_path: Path) -> VirtualHouse:
    house = VirtualHouse(tmp_path)
    house.start("warm")
    return house


class Life:
    """A process in which the house lives on, twelve times as fast as people do, until it is killed. What second it has
    come to is in memory that it shares with us."""

    def __init__(self, house: VirtualHouse, directory: Path) -> None:
        self.directory = directory
        self._shared = mmap.mmap(-1, 8)
        self.pid = os.fork()
        if self.pid == 0:
            self._live(house)

    def _live(self, house: VirtualHouse) -> None:
        try:
            house.station._courses = Courses(self.directory, house.clock.wall, Appender().append)
            begun_s, second = time.monotonic(), 0
            while True:
                house.run(1.0)
                second += 1
                self._shared[:] = struct.pack("q", second)
                time.sleep(max(0.0, begun_s + second * SECOND_S - time.monotonic()))
        finally:
            os._exit(1)

    def kill(self) -> int:
        """Kills it; which second it had come to."""
        os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL, "it did not end by itself"
        return int(struct.unpack("q", self._shared[:])[0])


def test_at_any_of_200_moments_at_most_the_last_second_is_missing(house: VirtualHouse, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    lengths = []
    for batch in range(MOMENTS // TOGETHER):
        ends = sorted((chance.uniform(*LIVES_S), number) for number in range(TOGETHER))
        begun_s = time.monotonic()
        lives = [Life(house, tmp_path / f"{batch}-{number}") for number in range(TOGETHER)]
        for after_s, number in ends:
            time.sleep(max(0.0, begun_s + after_s - time.monotonic()))
            lengths.append(length_of(lives[number].directory, lives[number].kill()))
    assert len(lengths) == MOMENTS
    assert len(set(lengths)) >= 5, "the moments differ"
    assert max(lengths) >= 5


def length_of(directory: Path, second: int) -> int:
    """How many seconds are on the disk, of a life that had come to `second`."""
    files = list(directory.glob(f"sessions/*{SUFFIX}"))
    if not files:
        assert second <= 1
        return 0
    _, lines = read(files[0])
    no_gap(lines)
    assert second - 1 <= len(lines) <= second + 2  # the one that it had begun, and the one at its beginning
    return len(lines)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[BrokerProcess]:
    with BrokerProcess("mosquitto", tmp_path) as running:
        yield running


@pytest.mark.slow
@pytest.mark.broker
def test_a_whole_controller_killed_five_times(tmp_path: Path, broker: BrokerProcess) -> None:
    """Each time it begins anew, a session is started, and all but the last second of it is there; and the journal of
    all of them is re-run without a difference."""
    file = write_configuration(tmp_path, broker=f'url = "mqtt://127.0.0.1:{broker.port}"')
    chance = random.Random(SEED)
    known: set[Path] = set()
    for _ in range(5):
        with Process(tmp_path, "controller", "--config", str(file), "--speed", "10") as controller:
            assert "simulated pad" in controller.line()
            with Talker(broker.port) as phone:
                phone.wait(lambda: phone.state.get("phase") == "idle" and phone.sees_warmth(15))
                phone.start(
                    "lower-back-ease", lambda press_s: phone.send(phone.topics.simulated_button, press(press_s))
                )
                time.sleep(chance.uniform(0.1, 1.0))
                phone.wait(lambda: phone.state["session"] is not None)
                seen_s = phone.state["session"]["elapsed_s"]
            controller.end(signal.SIGKILL)
        (new,) = set((tmp_path / "data" / "sessions").glob(f"*{SUFFIX}")) - known
        known.add(new)
        head, lines = read(new)
        assert head["program"] == "lower-back-ease"
        no_gap(lines)
        assert lines[-1][1] >= seen_s - 1.0
    with Process(tmp_path, "replay", str(tmp_path / "data")) as replay:
        assert "5 runs, 5 sessions" in replay.line()
        assert replay._process.wait(60) == 0, replay.complaints()


def press(press_s: float) -> dict[str, float]:
    return {"press_s": press_s}
