"""Every way in which a database fails, with real files: one sentence that says what to do, and it heals by itself."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from made_history import course, fill, outcomes
from poultice_panel.history import reading, store
from poultice_panel.history.database import ANSWER_S, IN_MEMORY, Database
from poultice_panel.history.trouble import WORDS, HistoryError
from poultice_panel.history.wanted import Wanted
from sqlalchemy import event

NOW = datetime(2026, 3, 31, 20, tzinfo=UTC)
With = Callable[[Callable[[Database], Awaitable[Any]]], Any]


@pytest.fixture
def file(tmp_path: Path, with_database: With) -> Path:
    """A history with some sessions."""

    async def work(database: Database) -> None:
        await fill(database, list(outcomes(6, NOW, NOW - datetime(2026, 3, 30, tzinfo=UTC))), course(300))

    with_database(work)
    return tmp_path / "panel" / "history.sqlite"


async def count(database: Database) -> int:
    return (await database.run(lambda db: reading.page(db, Wanted("me"), 10))).total


async def write(database: Database) -> None:
    await database.run(lambda db: store.caught_up(db, "house"))


async def trouble(what: Callable[[Database], Awaitable[Any]], database: Database) -> HistoryError:
    with pytest.raises(HistoryError) as caught:
        await what(database)
    said = str(caught.value)
    assert said == caught.value.reason.text
    assert said.endswith("The pads and STOP do not need it.")
    return caught.value


@contextmanager
def held(file: Path) -> Iterator[None]:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.slow
def test_locked_by_another_program_and_then_not(file: Path, with_database: With) -> None:
    async def work(database: Database) -> None:
        with held(file):
            said = await trouble(count, database)
            assert (said.code, str(file) in str(said)) == ("locked", True)
        assert await count(database) == 6
        with held(file):
            assert (await trouble(write, database)).code == "locked"
        await write(database)

    with_database(work)


def test_a_full_disk_takes_nothing_and_tells_so(file: Path, with_database: With) -> None:
    async def work(database: Database) -> None:
        assert await count(database) == 6
        engine = database._tables._engine
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))
        engine.dispose()
        more = list(outcomes(40, NOW, NOW - datetime(2026, 3, 30, tzinfo=UTC), "you"))
        assert (await trouble(lambda d: fill(d, more, course(900), 40), database)).code == "full"
        assert await count(database) == 6, "opened anew, with room"
        await fill(database, more, None)
        page = await database.run(lambda db: reading.page(db, Wanted("you"), 50))
        assert page.total == 40, "all of it or nothing"

    with_database(work)


def test_what_may_not_be_written_can_be_read(file: Path) -> None:
    async def work() -> None:
        database = Database(f"sqlite:///file:{file}?mode=ro&uri=true")
        assert await count(database) == 6
        assert (await trouble(write, database)).code == "read_only"
        assert await count(database) == 6
        await database.close()

    asyncio.run(work())


@pytest.mark.parametrize("where", ["head", "middle", "noise", "short"])
def test_a_damaged_file_is_said_and_set_aside(file: Path, with_database: With, where: str) -> None:
    content = bytearray(file.read_bytes())
    if where == "head":
        content[:16] = b"not a database!!"
    elif where == "middle":
        content[4096:] = b"\xff" * (len(content) - 4096)
    elif where == "noise":
        content = bytearray(b"\xa5" * 50_000)
    else:
        content = content[: len(content) // 2]
    file.write_bytes(content)

    async def work(database: Database) -> Path | None:
        assert (await trouble(count, database)).code == "damaged"
        aside = await database.set_aside(NOW)
        assert await count(database) == 0
        await write(database)
        assert await database.set_aside(NOW) is None, "the new one is not damaged"
        return aside

    aside = with_database(work)
    assert aside.name == "history.sqlite.damaged-20260331-200000"
    assert aside.read_bytes() == bytes(content)
    assert aside.stat().st_mode & 0o777 == 0o600
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_place_for_it_is_said_and_nothing_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "folder.sqlite").mkdir()
    (tmp_path / "file").touch()

    async def work() -> None:
        for path in (tmp_path / "folder.sqlite", tmp_path / "file" / "history.sqlite"):
            database = Database(f"sqlite:///{path}")
            assert (await trouble(count, database)).code == "unreachable"
            with pytest.raises(HistoryError):
                await database.set_aside(NOW)
            assert path.name in str(await trouble(count, database))
            await database.close()

    asyncio.run(work())


def test_one_of_a_newer_poultice_is_left_alone(file: Path, with_database: With) -> None:
    with sqlite3.connect(file) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    before = file.read_bytes()

    async def work(database: Database) -> None:
        assert (await trouble(count, database)).code == "newer"

    with_database(work)
    assert file.read_bytes() == before


def test_a_step_that_was_cut_off_is_done_whole_the_next_time(tmp_path: Path, with_database: With) -> None:
    """Killed amid the first step: the file is there, its tables are not."""
    (tmp_path / "panel").mkdir()
    (tmp_path / "panel" / "history.sqlite").touch()

    async def work(database: Database) -> None:
        assert await count(database) == 0

    with_database(work)


def test_a_database_that_hangs_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poultice_panel.history.database.ANSWER_S", 0.05)
    assert ANSWER_S <= 10

    async def work() -> None:
        database = Database(IN_MEMORY)
        release = asyncio.Event()
        loop = asyncio.get_running_loop()

        def hangs(_db: Any) -> None:
            asyncio.run_coroutine_threadsafe(release.wait(), loop).result()

        assert (await trouble(lambda d: d.run(hangs), database)).code == "slow"
        many = [asyncio.create_task(trouble(count, database)) for _ in range(100)]
        assert {(await each).code for each in many} == {"slow"}
        release.set()
        async with asyncio.timeout(5):
            while True:
                try:
                    assert await count(database) == 0
                    break
                except HistoryError:
                    await asyncio.sleep(0.01)
        await database.close()

    asyncio.run(work())


def test_nothing_that_people_said_is_in_the_log(with_database: With, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = "her aunt's remedy"
    (session,) = outcomes(1, NOW, NOW - datetime(2026, 3, 30, tzinfo=UTC))

    def twice(db: Any) -> None:
        store.save(db, "house", session.model_copy(update={"notes": [], "text": said}), None)
        db.flush()
        row = reading.Session.__table__.insert().values(id=session.session, note=said)
        db.execute(row)

    async def work(database: Database) -> None:
        assert (await trouble(lambda d: d.run(twice), database)).code == "failed"

    with_database(work)
    assert caplog.text
    assert said not in caplog.text


def test_a_password_is_never_told() -> None:
    async def work() -> None:
        database = Database("postgresql+psycopg://poultice:hunter2@127.0.0.1:1/house")
        said = await trouble(count, database)
        assert "hunter2" not in f"{said} {said.reason}"
        await database.close()

    asyncio.run(work())


@pytest.mark.parametrize("url", ["postgresql://me:hunter2@host:port/x", "nonsense"])
def test_an_address_that_is_none_is_said_without_its_password(url: str) -> None:
    async def work() -> None:
        database = Database(url)
        assert "hunter2" not in str(await trouble(count, database))
        await database.close()

    asyncio.run(work())


def test_the_panel_begins_without_what_only_the_history_needs() -> None:
    """A page that waits for a panel to come back waits for its imports."""
    code = "import sys, poultice_panel.server; sys.exit(bool({'sqlalchemy', 'alembic'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_each_trouble_has_words_that_a_page_knows(request: pytest.FixtureRequest) -> None:
    words = (request.config.rootpath / "web/ui/src/words/history.ts").read_text(encoding="utf-8")
    assert [code for code in WORDS if words.count(f'"trouble.history_{code}"') != 2] == []
