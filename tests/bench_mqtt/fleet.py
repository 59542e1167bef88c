"""500 pads at one broker and one panel: from the publication of a state to the panel's event stream; its cost."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
from brokers import BrokerProcess, free_port
from household import Process, write_configuration
from running import wait_until

from tests.bench.figures import Figure, percentile

PADS = 500
SECONDS = 30
LAST_S = 3.0
LATENCY_LIMIT_MS = 200.0
PANEL_LIMIT_PERCENT = 30.0
ROOT = Path(__file__).resolve().parents[2]
SAID = re.compile(rb'"id":"(pad-\d+)".*?"seq":(\d+),"epoch":"(\d+)"')


def measure(progress: Callable[[str], None]) -> Iterator[Figure]:
    """One page listens, as there always is."""
    with tempfile.TemporaryDirectory() as directory, BrokerProcess("mosquitto", Path(directory)) as broker:
        port = free_port()
        file = write_configuration(Path(directory), broker=f'url = "mqtt://127.0.0.1:{broker.port}"', panel_port=port)
        with Process(Path(directory), "panel", "--config", str(file)) as panel:
            wait_until(lambda: _served(port), 20, "the panel")
            progress(f"{PADS} pads say who they are")
            arguments = [str(broker.port), str(PADS), str(SECONDS)]
            command = [sys.executable, "-m", "tests.bench_mqtt.publisher", *arguments]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as publisher:
                page = _Page(port)
                yield from _watch(publisher, page, psutil.Process(panel.pid), progress)


def _watch(
    publisher: subprocess.Popen[str], page: _Page, panel: psutil.Process, progress: Callable[[str], None]
) -> Iterator[Figure]:
    assert publisher.stdout is not None
    assert publisher.stdout.readline() == "begun\n"
    progress(f"{PADS} pads: watching for {SECONDS} s")
    used_s, begun_s = _used_s(panel), time.monotonic()
    assert publisher.stdout.readline() == "ended\n"
    percent = 100 * (_used_s(panel) - used_s) / (time.monotonic() - begun_s)
    with contextlib.suppress(AssertionError):
        wait_until(lambda: page.lost() == 0.0, LAST_S, "the last states")
    page.close()
    yield Figure(f"publish to the page, {PADS} pads, p50", percentile(page.late_ms, 0.5), "ms")
    note = f"{len(page.late_ms)} states, worst {max(page.late_ms):.0f}"
    yield Figure(f"publish to the page, {PADS} pads, p99", percentile(page.late_ms, 0.99), "ms", LATENCY_LIMIT_MS, note)
    yield Figure("states that no page saw", page.lost(), "", 0.0, f"of {PADS * SECONDS}")
    memory = f"{panel.memory_info().rss / 1e6:.0f} MB"
    yield Figure(f"panel with {PADS} pads", percent, "% of a core", PANEL_LIMIT_PERCENT, memory)


def _used_s(process: psutil.Process) -> float:
    return float(sum(process.cpu_times()[:2]))


def _served(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=1).status_code == 200
    except httpx.HTTPError:
        return False


class _Page:
    """Reads the panel's event stream and notes when each state came; those before the watch have other numbers."""

    def __init__(self, port: int) -> None:
        self.late_ms: list[float] = []
        self._seen: set[tuple[bytes, int]] = set()
        self._socket = socket.create_connection(("127.0.0.1", port), 10)
        self._socket.sendall(b"GET /api/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def lost(self) -> float:
        """How many of the states after the beginning never came."""
        return float(PADS * SECONDS - len(self._seen))

    def close(self) -> None:
        self._socket.close()
        self._thread.join(2)

    def _run(self) -> None:
        rest = b""
        try:
            while data := self._socket.recv(1 << 20):
                *events, rest = (rest + data).split(b"\n\n")
                for event in events:
                    self._take(event)
        except OSError:
            return

    def _take(self, event: bytes) -> None:
        now_ns = time.monotonic_ns()
        said = SAID.search(event) if b"event: pad" in event else None
        if said is not None and int(said[2]) < SECONDS:
            self.late_ms.append((now_ns - int(said[3])) / 1e6)
            self._seen.add((said[1], int(said[2])))
