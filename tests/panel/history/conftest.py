"""A history of its own for each test, and controllers that are the real desk on real records."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from poultice.mqtt.incoming import QueryIn
from poultice.mqtt.messages import QueryMessage, ResultMessage
from poultice.sessions.appending import append_now
from poultice.sessions.courses import Courses
from poultice.sessions.desk import Answer, Desk
from poultice.sessions.files import SessionFiles
from poultice.sessions.records import SessionRecords
from poultice.therapy.recording import Answered, Began, Ended
from poultice.therapy.state import Phase, Role
from poultice.therapy.view import Moment
from poultice_panel.asking import NoAnswerError
from poultice_panel.history.database import Database

T = TypeVar("T")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Controller:
    """A controller's records and the real desk that answers of them; `asked` is what it was asked. `away` it answers
    nothing."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.asked: list[dict[str, Any]] = []
        self.away = False
        self.running: dict[str, str] = {}
        self._answers: list[Answer] = []
        self.files = SessionFiles(directory)
        self._desk = Desk(self.files, self._answers.append)

    def play(
        self, session: str, person: str = "me", at: datetime = NOON, before: int = 6, after: int | None = 3
    ) -> None:
        """A session of 60 s leaves its record and its course."""
        answers = [Answered(session, person, "ease", "a", 1.0, "pain", before, "neck", "before")]
        if after is not None:
            answers.append(Answered(session, person, "ease", "b", 60.0, "pain", after, "neck", "after"))
        records = SessionRecords(self.directory, lambda: at, "sofa", True)
        records.keep([Began(session, person, "ease", {"en": "Ease"}, "hash"), *answers])
        records.keep([Answered(session, person, "ease", "b", 30.0, "note", "better")])
        records.keep([Ended(session, "finished", "finished", "finished: Ease", 60.0, {"lumbar": 0.25})])
        courses = Courses(self.directory, lambda: at, append_now)
        for t_s in range(60):
            phase = Phase.PAUSED if 20 <= t_s < 25 else Phase.RUNNING
            courses.look(Moment(session, "ease", phase, float(t_s), {"lumbar": (30.0 + t_s / 10, 40.0, 9.0, 0.1)}), t_s)

    async def query(self, _pad: str, what: str, args: dict[str, Any]) -> ResultMessage:
        """As asking over MQTT does."""
        self.asked.append({"what": what, **args})
        if self.away:
            raise NoAnswerError
        self._desk.ask(QueryIn("sofa", Role.PHONE, what, QueryMessage(id="q", args=args)), self.running, lambda _: {})
        return self._answers.pop().message

    def ops(self) -> list[str]:
        """Which operations it was asked for."""
        return [each["op"] for each in self.asked]


@pytest.fixture
def controller(tmp_path: Path) -> Controller:
    """One controller."""
    return Controller(tmp_path / "controller")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where a history of this test is."""
    return f"sqlite:///{tmp_path}/panel/history.sqlite"


With = Callable[[Callable[[Database], Awaitable[Any]]], Any]


@pytest.fixture
def with_database(url: str) -> With:
    """Runs something with the history opened, and closes it."""

    def run(work: Callable[[Database], Awaitable[T]]) -> T:
        async def all_of_it() -> T:
            database = Database(url)
            try:
                return await work(database)
            finally:
                await database.close()

        return asyncio.run(all_of_it())

    return run
