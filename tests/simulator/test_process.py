"""The simulated board as a process of its own: a pseudo-terminal that pyserial opens, in real time."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import serial
from boards import BoardError, BoardProcess
from poultice.link import contract
from poultice.link.frames import Decoder, encode

COMMAND = [sys.executable, "-m", "poultice.simulator"]
pytestmark = pytest.mark.slow


@pytest.fixture
def board() -> Iterator[BoardProcess]:
    """A simulated board, running."""
    with BoardProcess(COMMAND) as process:
        yield process


class SerialHost:
    """Demands at 20 Hz through pyserial, from a thread, until told to fall silent."""

    def __init__(self, port: str) -> None:
        self._serial = serial.Serial(port, 250_000, timeout=0.05)
        self._silent = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._decoder = Decoder()
        self.seen: list[int] = []
        self.last_demand_s = 0.0
        self.motors = (0, 0, 0, 0)

    def __enter__(self) -> SerialHost:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.fall_silent()
        self._serial.close()

    def fall_silent(self) -> None:
        """Sends nothing more; the port stays open, as when a host is frozen."""
        self._silent.set()
        self._thread.join(5)

    def _run(self) -> None:
        counter = 0
        while not self._silent.wait(0.05):
            counter += 1
            demand = contract.Demand(counter, (300, 300), (4000, 4000), self.motors, contract.Cue.NONE)
            self._serial.write(encode(demand.ID, counter % 256, demand.pack()))
            self.last_demand_s = time.monotonic()
            self.seen += [frame.type for frame in self._decoder.feed(self._serial.read(self._serial.in_waiting))]


def test_a_press_and_demands_heat_and_silence_ends_it_within_a_lease(board: BoardProcess) -> None:
    with SerialHost(board.port) as host:
        board.wait_for(lambda seen: seen.board_s > 0.5, 5)  # a button that is held at boot counts as stuck
        board.press(0.4)  # before any massage: a press while something runs is a stop
        heating = board.wait_for(lambda seen: sum(seen.heater_w) > 50, 5)
        assert heating.enable
        assert heating.armed
        host.motors = (40, 0, 0, 0)
        board.wait_for(lambda seen: seen.motor_pwm[0] > 0, 5)
        host.fall_silent()
        off = board.wait_for(lambda seen: seen.duty_permille == (0, 0), 5, since_s=host.last_demand_s)
        assert 1.4 < off.time_monotonic_s - host.last_demand_s <= 1.6
        dead = board.wait_for(lambda seen: not seen.rail_on, 5, since_s=host.last_demand_s)
        assert dead.time_monotonic_s - off.time_monotonic_s < 0.2
        board.wait_for(lambda seen: seen.board_s > off.board_s + 0.5, 5)
    after = board.history(since_s=off.time_monotonic_s)
    assert len(after) >= 5
    assert all(sum(seen.heater_w) == 0 and seen.motor_pwm == (0, 0, 0, 0) for seen in after)
    assert contract.Status.ID in host.seen


def test_it_reports_ten_times_a_second_in_real_time(board: BoardProcess) -> None:
    time.sleep(1.5)
    seen = board.history()
    assert 12 <= len(seen) <= 20
    real_s = seen[-1].time_monotonic_s - seen[0].time_monotonic_s
    assert seen[-1].board_s - seen[0].board_s == pytest.approx(real_s, abs=0.1)


def test_lines_on_stdin_are_obeyed_and_wrong_ones_answered(board: BoardProcess) -> None:
    board.warm(39)
    assert board.observe().pad_c == pytest.approx((39.0, 39.0), abs=0.1)
    board.fault("open-ntc", zone="neck")
    with pytest.raises(BoardError, match="take one of lumbar, upper_back"):
        board.wait_for(lambda seen: False, 5)
    assert board.wait_for(lambda seen: seen.board_s > 0.1, 5).pad_c[0] > 35  # it lives on


def test_what_nobody_reads_does_not_hold_it_up() -> None:
    with BoardProcess([*COMMAND, "--speed", "50"]) as board:
        board.wait_for(lambda seen: seen.board_s > 60, 10)  # a minute of STATUS, ten times what a terminal holds
        with serial.Serial(board.port, 250_000, timeout=2) as port:
            assert Decoder().feed(port.read(400))


def test_a_fault_comes_at_its_time_on_the_board() -> None:
    with BoardProcess([*COMMAND, "--speed", "20", "--fault", "lost-bytes@10s,rate=1"]) as board:
        early = board.wait_for(lambda seen: seen.board_s > 5, 10)
        late = board.wait_for(lambda seen: seen.board_s > 12, 10)
    assert early.everything["lost_up"] == 0
    assert late.everything["lost_up"] > 100


@pytest.mark.parametrize("how", ["quit", "close", "terminate"])
def test_it_leaves_at_once_when_asked(how: str) -> None:
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.readline()
    begin_s = time.monotonic()
    if how == "quit":
        process.stdin.write("quit\n")
        process.stdin.flush()
    elif how == "close":
        process.stdin.close()
    else:
        process.send_signal(signal.SIGTERM)
    assert process.wait(5) == 0
    assert time.monotonic() - begin_s < 0.5
    process.stdout.close()


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["--fault", "open-ntc,zone=neck"], 1, "take one of lumbar, upper_back"),
        (["--speed", "0"], 2, "not a number between 0.1 and 100"),
        (["--speed", "nan"], 2, "not a number between 0.1 and 100"),
    ],
)
def test_wrong_arguments_are_named(arguments: list[str], code: int, complaint: str) -> None:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
