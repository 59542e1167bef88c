"""What a household costs: the time until its page is served, computing and memory of one that does nothing."""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx
import psutil
from brokers import free_port
from household import Process, write_configuration
from running import SimulatedBoard, Up, wait_until

from tests.bench.figures import Figure

STARTS = 2
START_LIMIT_S = 10.0
IDLE_S = 10.0
MEMORY_LIMIT_MB = 180.0  # together, on a first start, which makes the database, too; a Pi Zero 2 has 512 MB
IDLE_LIMIT_PERCENT = 5.0  # of one core here; a Pi 4 is about four times slower and has four


def measure_start(progress: Callable[[str], None]) -> Iterator[Figure]:
    """From the command to the first page served, with a simulated pad, as `make run` has it the second time."""
    seconds = []
    for count in range(STARTS):
        progress(f"poultice up: start {count + 1}")
        with tempfile.TemporaryDirectory() as directory:
            seconds.append(_start(Path(directory)))
    note = f"worst of {STARTS}; {', '.join(f'{each:.2f}' for each in seconds)}"
    yield Figure("poultice up to the page served", max(seconds), "s", START_LIMIT_S, note)


def _start(directory: Path) -> float:
    panel_port = free_port()
    file = write_configuration(directory, broker=f"port = {free_port()}", panel_port=panel_port)
    begun_s = time.monotonic()
    with Process(directory, "up", "--config", str(file), "--json") as up:
        wait_until(lambda: _served(f"http://127.0.0.1:{panel_port}/"), 60, "the page")
        seconds = time.monotonic() - begun_s
        up.end()
    return seconds


def _served(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1).status_code == 200
    except httpx.HTTPError:
        return False


def measure_idle(progress: Callable[[str], None]) -> Iterator[Figure]:
    """Controller and panel with a board at the cable, nobody on it, one page open."""
    with (
        tempfile.TemporaryDirectory() as directory,
        SimulatedBoard() as board,
        Up(Path(directory), board.port) as up,
        open_page(up.url),
    ):
        progress("idle: settling")
        time.sleep(3.0)
        progress("idle: watching")
        watched = {name: child for name, child in up.children().items() if name != "broker"}
        percent = _percent(watched)
        memory_mb = {name: child.memory_info().rss / 1e6 for name, child in watched.items()}
    note = ", ".join(f"{name} {each:.1f}" for name, each in percent.items())
    yield Figure("controller and panel, idle", sum(percent.values()), "% of a core", IDLE_LIMIT_PERCENT, note)
    note = ", ".join(f"{name} {each:.0f}" for name, each in memory_mb.items())
    yield Figure("controller and panel, resident", sum(memory_mb.values()), "MB", MEMORY_LIMIT_MB, note)


def _percent(processes: Mapping[str, psutil.Process]) -> dict[str, float]:
    """How much of one core each of them uses for a while."""
    before_s = {name: sum(process.cpu_times()[:2]) for name, process in processes.items()}
    begun_s = time.monotonic()
    time.sleep(IDLE_S)
    passed_s = time.monotonic() - begun_s
    return {
        name: 100 * (sum(process.cpu_times()[:2]) - before_s[name]) / passed_s for name, process in processes.items()
    }


@contextlib.contextmanager
def open_page(url: str) -> Iterator[None]:
    """One page listens, as there always is."""
    leaving = threading.Event()

    def listen() -> None:
        with contextlib.suppress(httpx.HTTPError), httpx.stream("GET", f"{url}/api/live", timeout=5) as response:
            for _ in response.iter_bytes():
                if leaving.is_set():
                    return

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    yield
    leaving.set()
    thread.join(5)
