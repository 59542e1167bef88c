"""From a frozen controller to no heat, at the simulated board and at the firmware's binary in the emulator."""

from __future__ import annotations

import random
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from boards import BoardProcess
from brokers import BrokerProcess
from emulator import EmulatedBoard
from household import AT_REST, Process, Talker, write_configuration
from running import SimulatedBoard, heating, off

from tests.bench.figures import Figure

TIMES = 4
LIMIT_S = 1.6
BOARDS: dict[str, Callable[[], BoardProcess]] = {"native": SimulatedBoard, "AVR": EmulatedBoard}


def measure(progress: Callable[[str], None]) -> Iterator[Figure]:
    """The longest of a few silences."""
    for name, make in BOARDS.items():
        with tempfile.TemporaryDirectory() as directory, make() as board:
            seconds = _silences(Path(directory), board, lambda count, name=name: progress(f"{name}: silence {count}"))
        note = f"worst of {TIMES}; {', '.join(f'{each:.3f}' for each in seconds)}"
        yield Figure(f"controller frozen to heat off, {name}", max(seconds), "s", LIMIT_S, note)


def _silences(directory: Path, board: BoardProcess, told: Callable[[int], None]) -> list[float]:
    chance = random.Random(2)
    with BrokerProcess("mosquitto", directory) as broker:
        url = f'url = "mqtt://127.0.0.1:{broker.port}"'
        file = write_configuration(directory, broker=url, port=board.port)
        with Process(directory, "controller", "--config", str(file)) as controller, Talker(broker.port) as phone:
            phone.wait(lambda: phone.state.get("phase") == "idle", 20)
            seconds = []
            for count in range(TIMES):
                told(count + 1)
                seconds.append(_silence(board, controller, phone, chance.uniform(0, 0.1)))
    return seconds


def _silence(board: BoardProcess, controller: Process, phone: Talker, later_s: float) -> float:
    board.warm(34)
    phone.start("lower-back-ease", board.press)
    board.wait_for(heating, 5)
    time.sleep(later_s)
    frozen_s = time.monotonic()
    controller.send(signal.SIGSTOP)
    ended = board.wait_for(off, 5, since_s=frozen_s)
    controller.send(signal.SIGCONT)
    phone.wait(lambda: phone.state["phase"] in AT_REST and not phone.state["armed"], 5)
    return ended.time_monotonic_s - frozen_s
