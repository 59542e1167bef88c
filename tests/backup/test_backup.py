"""A backup comes back whole or not at all, over cuts, damage, other versions and people who came and went meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import itertools
import json
import os
import pkgutil
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from poultice.backup import command, exchange
from poultice.backup.contents import Places
from poultice.backup.holding import NAME as IN_USE
from poultice.errors import SetupError
from poultice.mqtt.connection import BrokerAddress
from poultice_panel.app import create_app
from poultice_panel.history.models import Source
from poultice_panel.history.tables import Tables, newest, version
from poultice_panel.house import SaveAll
from poultice_panel.keeping import judge_history, judge_people
from poultice_panel.people.store import People, Person, Phone, Store
from sqlalchemy.orm import Session

pytestmark = pytest.mark.slow

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
JUDGES = {"history.sqlite": judge_history, "people.json": judge_people}
OLDER = Path(__file__).with_name("older.poultice")  # of the first version that made any; see `made_older`
ANNA, BEN = Person(id="anna", name="Anna"), Person(id="ben", name="Ben")
ME = Person(id="me", name="")


def phone(name: str) -> Phone:
    return Phone(id=name, name=name, role="use", persons=("me",), person="me", paired=NOW, token_hash="0" * 64)


def furnish(directory: Path) -> Places:
    """A data directory after some weeks."""
    for name, text in {
        "settings.json": '{"pads": {"sofa": {"name": "Sofa"}}, "comfort": {"me": {"warmth": 2}}}',
        "models.json": "{}",
        "service.json": '{"old": 1}',
        "coach-sofa.json": "{}",
        "budgets.json": "warm",
        "panel-console.key": "secret",
        "unfinished-sofa.json": "{}",
        "journal.jsonl.gz": "journal",
        "programs/mine.yaml": "id: mine",
        "sessions/0123456789abcdef.jsonl": '{"kind": "began"}\n',
        "sessions/0123456789abcdef.course": "[1]\n",
        "broker/passwords.json": "secret",
    }.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
    Store(directory).keep(People(persons=(ME, ANNA), phones=(phone("hers"), phone("lost"))))
    write(directory / "history.sqlite", "house")
    return Places(directory, directory / "history.sqlite")


def write(database: Path, controller: str) -> None:
    tables = Tables(f"sqlite:///{database}")
    tables.do(lambda session: session.merge(Source(controller=controller)))
    tables.dispose()


def state(directory: Path) -> dict[str, bytes]:
    """What people would miss."""
    hidden = (exchange.BEFORE, exchange.FOLDER, IN_USE)
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not path.relative_to(directory).as_posix().startswith(hidden)
    }


def restore(places: Places, file: Path, now: datetime = NOW, agree: bool = True) -> list[str]:
    said: list[str] = []
    command.restore(places, file, now, JUDGES, say=said.append, agreed=lambda: agree)
    return said


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return furnish(tmp_path / "data")


@pytest.fixture
def file(places: Places, tmp_path: Path) -> Path:
    path = tmp_path / "a.poultice"
    command.backup(places, path, NOW, lambda _: None)
    return path


class TestSaving:
    def test_what_is_in_it_and_what_is_not(self, file: Path) -> None:
        assert sorted(zipfile.ZipFile(file).namelist()) == [
            "coach-sofa.json",
            "history.sqlite",
            "manifest.json",
            "models.json",
            "people.json",
            "programs/mine.yaml",
            "service.json",
            "sessions/0123456789abcdef.course",
            "sessions/0123456789abcdef.jsonl",
            "settings.json",
        ]
        assert file.stat().st_mode & 0o777 == 0o600
        assert b"secret" not in b"".join(map(zipfile.ZipFile(file).read, zipfile.ZipFile(file).namelist()))

    def test_nothing_is_left_beside_it(self, file: Path) -> None:
        assert sorted(each.name for each in file.parent.iterdir()) == ["a.poultice", "data"]

    def test_while_the_panel_is_in_the_middle_of_writing(self, places: Places, tmp_path: Path) -> None:
        with contextlib.closing(sqlite3.connect(places.of("history.sqlite"))) as panel:
            panel.execute("BEGIN IMMEDIATE")
            panel.execute("DELETE FROM sources")
            command.backup(places, tmp_path / "b", NOW, lambda _: None)
        zipfile.ZipFile(tmp_path / "b").extract("history.sqlite", tmp_path)
        with contextlib.closing(sqlite3.connect(tmp_path / "history.sqlite")) as saved:
            assert saved.execute("SELECT controller FROM sources").fetchall() == [("house",)]

    def test_a_damaged_history_is_said(self, places: Places, file: Path) -> None:
        was = file.read_bytes()
        history = places.of("history.sqlite")
        history.write_bytes(history.read_bytes()[:5000] + bytes(20000))
        with pytest.raises(SetupError, match="set it aside on the history page"):
            command.backup(places, file, NOW, lambda _: None)
        assert file.read_bytes() == was

    def test_a_full_disk_leaves_the_last_one(self, places: Places, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        was = file.read_bytes()
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(SetupError, match=r"No space left on device.*free some space"):
            command.backup(places, file, NOW, lambda _: None)
        assert file.read_bytes() == was
        assert sorted(each.name for each in file.parent.iterdir()) == ["a.poultice", "data"]

    def test_no_data_or_none_yet(self, tmp_path: Path) -> None:
        with pytest.raises(SetupError, match="no data directory"):
            command.backup(Places(tmp_path / "no", None), tmp_path / "b", NOW, print)
        with pytest.raises(SetupError, match="nothing in"):
            command.backup(Places(tmp_path, None), tmp_path / "b", NOW, print)

    def test_another_database_is_told_to_be_left_out(self, places: Places, tmp_path: Path) -> None:
        said: list[str] = []
        elsewhere = command.places_of(places.directory, "postgresql://me:secret@h/n")
        command.backup(elsewhere, tmp_path / "b", NOW, said.append)
        assert "pg_dump" in said[-1]
        assert "history.sqlite" not in zipfile.ZipFile(tmp_path / "b").namelist()


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


class TestRestoring:
    def test_onto_an_empty_computer(self, places: Places, file: Path, tmp_path: Path) -> None:
        new = Places(tmp_path / "new", tmp_path / "new" / "history.sqlite")
        restore(new, file)
        saved = set(zipfile.ZipFile(file).namelist()) - {"manifest.json"}
        there = state(new.directory)
        assert set(there) == saved
        same = saved - {"history.sqlite"}
        assert {name: there[name] for name in same} == {n: b for n, b in state(places.directory).items() if n in same}
        assert [each.id for each in Store(new.directory).people.phones] == ["hers", "lost"]

    def test_every_controller_is_asked_for_all_of_its_sessions_again(self, places: Places, file: Path) -> None:
        """Else those between the backup and today would be missing for ever."""
        restore(places, file)
        with contextlib.closing(sqlite3.connect(places.of("history.sqlite"))) as history:
            assert history.execute("SELECT controller FROM sources").fetchall() == []

    def test_it_shows_first_what_it_will_do_and_does_nothing_unless_agreed(self, places: Places, file: Path) -> None:
        was = state(places.directory)
        said = " ".join(restore(places, file, agree=False))
        assert (
            "It replaces: coach-sofa.json, history.sqlite, models.json, people.json, settings.json, 1 programs" in said
        )
        assert state(places.directory) == was
        assert not (places.directory / exchange.FOLDER).exists()

    def test_what_was_there_comes_back(self, places: Places, file: Path) -> None:
        (places.directory / "settings.json").write_text("{}")
        (places.directory / "programs" / "mine.yaml").unlink()
        (places.directory / "programs" / "later.yaml").write_text("id: later")
        was = state(places.directory)
        restore(places, file)
        assert "comfort" in (places.directory / "settings.json").read_text()
        assert (places.directory / "programs" / "mine.yaml").exists()
        assert (places.directory / "programs" / "later.yaml").exists()
        brought = state(places.directory)
        command.undo(places, NOW + timedelta(seconds=1), print)
        assert state(places.directory) == was
        command.undo(places, NOW + timedelta(seconds=2), print)
        assert state(places.directory) == brought

    def test_records_hours_and_todays_heat_are_never_set_back(self, places: Places, file: Path) -> None:
        later = {
            "service.json": '{"old": 2}',
            "budgets.json": "warmer",
            "sessions/0123456789abcdef.jsonl": '{"kind": "began"}\n{"kind": "answer"}\n',
        }
        for name, text in later.items():
            (places.directory / name).write_text(text)
        (places.directory / "sessions/0123456789abcdef.course").unlink()
        restore(places, file)
        assert {name: (places.directory / name).read_text() for name in later} == later
        assert (places.directory / "sessions/0123456789abcdef.course").exists()

    def test_a_phone_that_was_revoked_stays_out_and_who_came_since_stays(self, places: Places, file: Path) -> None:
        Store(places.directory).keep(People(persons=(ME, BEN), phones=(phone("hers"), phone("new"))))
        said = " ".join(restore(places, file))
        people = Store(places.directory).people
        assert [each.id for each in people.phones] == ["hers", "new"]
        assert [each.id for each in people.persons] == ["me", "anna", "ben"]
        assert "1 phone in it stays out" in said
        assert "back then with what is kept of them: Anna. Forget them anew" in said

    def test_a_hot_journal_of_the_old_database_does_not_spoil_the_new_one(self, places: Places, file: Path) -> None:
        places.of("history.sqlite-journal").write_bytes(b"hot")
        restore(places, file)
        assert not places.of("history.sqlite-journal").exists()
        command.undo(places, NOW + timedelta(seconds=1), print)
        assert places.of("history.sqlite-journal").read_bytes() == b"hot"

    def test_the_database_may_lie_elsewhere(self, places: Places, file: Path, tmp_path: Path) -> None:
        write(tmp_path / "mine.db", "other")
        restore(Places(places.directory, tmp_path / "mine.db"), file)
        with contextlib.closing(sqlite3.connect(tmp_path / "mine.db")) as history:
            assert history.execute("SELECT controller FROM sources").fetchall() == []

    def test_never_while_somebody_works_there(self, places: Places, file: Path) -> None:
        code = (
            "import sys; from pathlib import Path; from poultice.backup.command import begin\n"
            f"begin(Path({str(places.directory)!r}), 'sqlite://'); print('in', flush=True); sys.stdin.read()"
        )
        was = state(places.directory)
        with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            assert other.stdout is not None
            other.stdout.readline()
            with pytest.raises(SetupError, match=r"Poultice is running in .*systemctl stop"):
                restore(places, file)
            with pytest.raises(SetupError, match="Poultice is running"):
                command.undo(places, NOW, print)
            other.kill()
        assert state(places.directory) == was
        restore(places, file)

    def test_nothing_to_undo(self, places: Places) -> None:
        with pytest.raises(SetupError, match="nothing to undo"):
            command.undo(places, NOW, print)

    def test_a_full_disk_changes_nothing(self, places: Places, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        was = state(places.directory)
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(SetupError, match="free some space"):
                restore(places, file)
        assert state(places.directory) == was
        with monkeypatch.context() as patch:
            patch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(0, 0, 10))  # type: ignore[attr-defined]
            with pytest.raises(SetupError, match=r"0 MB are free .* make room"):
                restore(places, file)
        assert state(places.directory) == was
        assert not (places.directory / exchange.FOLDER).exists()


def repack(file: Path, change: Callable[[dict[str, bytes]], Any]) -> None:
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    change(parts)
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


def manifest(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    def work(parts: dict[str, bytes]) -> None:
        plain = json.loads(parts["manifest.json"])
        change(plain)
        parts["manifest.json"] = json.dumps(plain).encode()

    return lambda file: repack(file, work)


def newer_history(file: Path) -> None:
    place = file.with_name("h.sqlite")
    write(place, "x")
    with contextlib.closing(sqlite3.connect(place)) as history:
        history.execute("UPDATE alembic_version SET version_num = '9999'")
        history.commit()
    put(file, "history.sqlite", place.read_bytes())


def put(file: Path, name: str, content: bytes) -> None:
    """A backup whose checksums are right, of something that is not."""
    source = file.with_name("source")
    shutil.rmtree(source, ignore_errors=True)
    with zipfile.ZipFile(file) as packed:
        packed.extractall(source)
    (source / name).write_bytes(content)
    (source / "manifest.json").unlink()
    from poultice.backup.archive import write as pack  # noqa: PLC0415

    parts = {p.relative_to(source).as_posix(): p for p in source.rglob("*") if p.is_file()}
    pack(file, parts, NOW, "9.9")


BAD: list[tuple[Callable[[Path], Any], str]] = [
    (lambda file: file.unlink(), "There is no file"),
    (lambda file: file.write_bytes(b""), "damaged"),
    (lambda file: file.write_bytes(b"Dear diary"), "damaged"),
    (lambda file: file.write_bytes(file.read_bytes()[:-50]), "damaged"),
    (lambda file: repack(file, lambda parts: parts.pop("manifest.json")), "is no backup of Poultice"),
    (lambda file: repack(file, lambda parts: parts.pop("models.json")), "models.json is missing"),
    (lambda file: repack(file, lambda parts: parts.update({"models.json": b"[]"})), "models.json in it is not what"),
    (lambda file: repack(file, lambda parts: parts.update({"models.json": b"{}" * 9999})), "not what was saved"),
    (lambda file: repack(file, lambda parts: parts.update({"manifest.json": b"["})), "its manifest cannot be read"),
    (manifest(lambda plain: plain.update({"schema": "poultice-backup/2"})), "of a newer Poultice .*update Poultice"),
    (manifest(lambda plain: plain.pop("made")), "its manifest cannot be read"),
    (manifest(lambda plain: plain["parts"].update({"../../etc/passwd": plain["parts"]["models.json"]})), "no part of"),
    (manifest(lambda plain: plain["parts"].update({"budgets.json": plain["parts"]["models.json"]})), "no part of"),
    (lambda file: put(file, "settings.json", b'{"pads": 7}'), "settings.json is damaged"),
    (lambda file: put(file, "people.json", b'{"persons": 7}'), "people.json in .* cannot be used"),
    (lambda file: put(file, "history.sqlite", b"SQLite format 3\0" + bytes(4000)), "history.sqlite in .* is damaged"),
    (newer_history, "of a newer Poultice: update Poultice first"),
]


class TestRefused:
    @pytest.mark.parametrize(("spoil", "words"), BAD)
    def test_one_sentence_and_nothing_changes(
        self, places: Places, file: Path, spoil: Callable[[Path], Any], words: str
    ) -> None:
        was = state(places.directory)
        spoil(file)
        with pytest.raises(SetupError, match=words):
            restore(places, file)
        assert state(places.directory) == was
        assert not (places.directory / exchange.FOLDER).exists()

    def test_a_flipped_bit_anywhere(self, places: Places, file: Path) -> None:
        """It is refused, or it stood where nothing of ours does (dates and the like of the zip's own)."""
        whole, was, refused = file.read_bytes(), state(places.directory), 0
        for place in range(0, len(whole), 211):
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
            try:
                restore(places, file, agree=False)
            except SetupError:
                refused += 1
            assert state(places.directory) == was
        assert refused > 0.7 * len(range(0, len(whole), 211))


class TestVersions:
    def test_a_backup_of_the_first_version_comes_back(self, tmp_path: Path) -> None:
        new = Places(tmp_path, tmp_path / "history.sqlite")
        restore(new, OLDER)
        assert (tmp_path / "programs" / "mine.yaml").read_text() == "id: mine"
        assert [each.name for each in Store(tmp_path).people.persons] == ["", "Anna"]
        assert self.step(tmp_path / "history.sqlite") == newest()

    def test_a_database_before_all_steps_is_brought_up_to_date(self, places: Places, file: Path) -> None:
        put(file, "history.sqlite", b"")
        restore(places, file)
        assert self.step(places.of("history.sqlite")) == newest()

    def step(self, database: Path) -> str | None:
        tables = Tables(f"sqlite:///{database}")

        def look(session: Session) -> str | None:
            return version(session.connection())

        found = tables.do(look)
        tables.dispose()
        return found


def made_older(to: Path, directory: Path) -> None:
    """How `OLDER` was made, once."""
    command.backup(furnish(directory), to, NOW, print)


class Cut(BaseException):
    """The power went."""


STEPS = ("pathlib.Path.replace", "pathlib.Path.unlink", "os.replace", "os.fsync", "pathlib.Path.mkdir", "shutil.rmtree")


class TestCut:
    """Whenever the power goes in a restore, the next start ends it, or nothing has happened; and it can be undone."""

    def test_between_any_two_steps(self, places: Places, file: Path, tmp_path: Path) -> None:
        (places.directory / "settings.json").write_text('{"pads": {}}')
        (places.directory / "programs" / "mine.yaml").unlink()
        was, outcomes = state(places.directory), set()

        def bring_back(places: Places) -> None:
            command.restore(places, file, NOW, {}, say=lambda _: None, agreed=lambda: True)

        done = tmp_path / "done"
        shutil.copytree(places.directory, done)
        bring_back(Places(done, done / "history.sqlite"))
        wanted = state(done)
        for cut in itertools.count():
            directory = tmp_path / str(cut)
            shutil.copytree(places.directory, directory)
            one = Places(directory, directory / "history.sqlite")
            with cutting(cut) as came:
                with contextlib.suppress(Cut):
                    bring_back(one)
                if not came:
                    break
            command.begin(directory, f"sqlite:///{directory}/history.sqlite")
            leave()
            now = state(directory)
            is_new = now != was
            outcomes.add(is_new)
            assert now == (wanted if is_new else was)
            if is_new:
                command.undo(one, NOW + timedelta(seconds=1), lambda _: None)
                assert state(directory) == was
        assert cut > 30
        assert outcomes == {False, True}


def leave() -> None:
    """As when the process that worked there has ended."""
    from poultice.backup import holding  # noqa: PLC0415

    while holding._held:
        os.close(holding._held.pop())


@contextlib.contextmanager
def cutting(at: int) -> Iterator[list[bool]]:
    """The power goes before the step of number `at`; whether it came to that."""
    steps, came = itertools.count(), list[bool]()

    def cut(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **given: Any) -> Any:
            if came or next(steps) == at:
                came.append(True)
                raise Cut
            return real(*args, **given)

        return step

    with pytest.MonkeyPatch.context() as patch:
        for name in STEPS:
            patch.setattr(name, cut(os.fstat if name == "os.fsync" else pkgutil.resolve_name(name)))  # a sync is slow
        yield came


class TestFromThePage:
    @staticmethod
    def ask(save_all: SaveAll | None) -> httpx.Response:
        async def story() -> httpx.Response:
            app = create_app(BrokerAddress("127.0.0.1", 1), save_all=save_all)
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as page:
                return await page.get("/api/backup/all")

        return asyncio.run(story())

    def test_it_is_the_file_that_restore_takes(self, places: Places, tmp_path: Path) -> None:
        url = f"sqlite:///{places.of('history.sqlite')}"
        answer = self.ask(lambda: command.save_for_page(places.directory, url, NOW))
        assert answer.status_code == 200
        assert ".poultice" in answer.headers["content-disposition"]
        (tmp_path / "b").write_bytes(answer.content)
        new = Places(tmp_path / "new", tmp_path / "new" / "history.sqlite")
        restore(new, tmp_path / "b")
        assert "settings.json" in state(new.directory)
        assert command.PAGE_NAME not in state(places.directory), "no second copy of people's lives stays behind"

    def test_what_is_wrong_is_said(self, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "fsync", full)
        answer = self.ask(lambda: command.save_for_page(places.directory, "sqlite://", NOW))
        assert answer.status_code == 507
        assert "free some space" in answer.json()["reason"]["text"]
        assert self.ask(None).status_code == 409
