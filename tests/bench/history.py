"""How long a year of history takes to open: 1,000 sessions with curves, asked of a running panel as the page does."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from made_history import fill_file
from poultice.mqtt.connection import BrokerAddress
from poultice_panel.history.tables import LOCKED_S
from poultice_panel.server import listen, make_server

from tests.bench.figures import Figure, percentile

SESSIONS = 1000
ROUNDS = 15
YEAR_LIMIT_MS, SESSION_LIMIT_MS = 500.0, 200.0


def measure(progress: Callable[[str], None]) -> Iterator[Figure]:
    """The figures of history."""
    until = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "history.sqlite"
        progress("making a year of sessions")
        fill_file(f"sqlite:///{file}", SESSIONS, until, timedelta(days=365) / SESSIONS)
        progress("opening it")
        with _Panel(f"sqlite:///{file}") as panel:
            yield from _figures(panel, until, file.stat().st_size / 1e6)


def _figures(panel: _Panel, until: datetime, file_mb: float) -> Iterator[Figure]:
    since = (until - timedelta(days=365)).date().isoformat()
    day = until.date().isoformat()
    opening = [f"summary?since={since}&until={day}", f"sessions?month={day[:7]}&limit=100"]
    first = panel.took_ms(opening)
    years = [panel.took_ms(opening) for _ in range(ROUNDS)]
    note = f"{SESSIONS} sessions, {file_mb:.0f} MB; the first time after the panel began: {first:.0f} ms"
    yield Figure("a year of history opens, p95", percentile(years, 0.95), "ms", YEAR_LIMIT_MS, note)
    sessions = [panel.took_ms([f"sessions/me-{number:05d}"]) for number in range(0, SESSIONS, SESSIONS // ROUNDS)]
    yield Figure("one session with its curve opens, p95", percentile(sessions, 0.95), "ms", SESSION_LIMIT_MS)
    csv = panel.took_ms(["sessions.csv"])
    yield Figure("a year as CSV", csv, "ms", note=f"a locked file is told after {LOCKED_S:g} s")


class _Panel:
    """A panel that serves in a thread, without a broker."""

    def __init__(self, url: str) -> None:
        self._socket = listen(port=0)
        self._server = make_server(BrokerAddress("127.0.0.1", 1), database_url=url)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{self._socket.getsockname()[1]}", timeout=30)

    def __enter__(self) -> _Panel:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self._server.should_exit = True
        self._thread.join(10)

    def took_ms(self, paths: list[str]) -> float:
        """How long answers take, one after another, ms."""
        began_s = time.perf_counter()
        for path in paths:
            self._http.get(f"/api/history/{path}").raise_for_status()
        return (time.perf_counter() - began_s) * 1000
