"""Controller and panel really run and are told things; whatever moment the power goes at, what they confirmed is there.

One life of a house is traced. Each test cuts it at a step by chance, and lets the stores of controller and panel begin
on what is left; a few whole starts of everything make sure that these are the stores that count.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import os
import random
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from brokers import free_port
from household import PAD, Process, Talker, write_configuration
from poultice.coaching.store import CoachStore
from poultice.journal.writing import JournalFile
from poultice.replay.files import DAMAGED, files_of, lines_of
from poultice.sessions.files import SessionFiles
from poultice.settings import SettingsStore
from poultice_panel.history.tables import Tables, look
from poultice_panel.people.store import Store
from sqlalchemy import text
from storage_trace import Step, build, cut, killed, lay_out, read

pytestmark = pytest.mark.realtime

CUTS = int(os.environ.get("POULTICE_CUTS", "24"))  # `make cuts` tries 200
PROGRAM = {
    "schema": "poultice-program/1",
    "id": "mine",
    "title": {"en": "Mine", "de": "Meins"},
    "evidence": "convention",
    "requires": {"zones": ["lumbar"], "motors": []},
    "max_total": "5 min",
    "steps": [
        {"id": "ask", "duration": "1 min", "ask": "pain", "wait": "person", "heat": {"lumbar": {"target": "38 °C"}}},
        {"id": "warm", "duration": "2 min", "heat": {"lumbar": {"target": "38 °C"}}},
    ],
}
LATER_S = 30.0


@dataclass(frozen=True)
class Promise:
    """What somebody was told, when (bytes of the trace until then), and how to see that it is so."""

    what: str
    at: int
    holds: Callable[[Left], bool]


class Left:
    """What a cut left, as the stores of controller and panel find it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.said: list[str] = []
        self.settings = SettingsStore(directory)
        self.people = Store(directory)
        self.sessions = {each.session: each for each in SessionFiles(directory).outcomes()}
        self.coach = CoachStore(directory, PAD)
        self.programs = {path.name for path in directory.glob("programs/*.yaml")}
        self._tables = Tables(f"sqlite:///{directory / 'history.sqlite'}")
        self._tables.do(look)

    def rows(self, statement: str) -> list[Any]:
        """What the history says."""
        found: list[Any] = self._tables.do(lambda session: list(session.execute(text(statement))))
        return found

    def close(self) -> None:
        self._tables.dispose()


class Life:
    """A house that runs, and what it promised."""

    def __init__(self, directory: Path) -> None:
        self.trace = directory / "trace"
        self.data = directory / "data"
        self.promises: list[Promise] = []
        port, panel_port = free_port(), free_port()
        file = write_configuration(directory, broker=f"port = {port}", panel_port=panel_port)
        environment = {"LD_PRELOAD": str(build(directory)), "TRACED": str(self.data), "TRACE": str(self.trace)}
        with Process(directory, "up", "--config", str(file), "--json", environment=environment) as up:
            assert up.line().startswith("{"), up.complaints()
            url = f"http://127.0.0.1:{panel_port}"
            with Talker(port) as talker, httpx.Client(base_url=url, timeout=10) as web:
                self._live(talker, web)
            up.end(timeout_s=10)
        self.steps = read(self.trace)

    def told(self, what: str, holds: Callable[[Left], bool]) -> None:
        """Something was confirmed just now."""
        self.promises.append(Promise(what, self.trace.stat().st_size, holds))

    def _live(self, talker: Talker, web: httpx.Client) -> None:
        def post(path: str, body: dict[str, Any], client: httpx.Client = web) -> Any:
            answer = client.post(path, json=body, headers={"Content-Type": "application/json"})
            assert answer.status_code == 200, answer.text
            return answer.json()

        pad = f"/api/pads/{PAD}"
        talker.wait(lambda: talker.state.get("phase") == "idle")
        self._until(lambda: web.post(f"{pad}/checklist", json={"accepted": True}).status_code == 200)
        self.told("checklist", lambda left: "me" in left.settings.accepted(PAD))
        for name in ("Sofa", "Couch", "Bed"):
            post(f"{pad}/settings", {"name": name})
            wanted = {"Sofa", "Couch", "Bed"} if name == "Sofa" else {"Couch", "Bed"} if name == "Couch" else {"Bed"}
            self.told(f"named {name}", lambda left, wanted=wanted: left.settings.of(PAD).name in wanted)
        ada = post("/api/persons", {"name": "Ada"})["id"]
        self.told("person", lambda left: left.people.people.person(ada) is not None)
        for name in ("kept", "lost"):
            code = post("/api/pairing", {"role": "use", "person": ada})["code"]
            with httpx.Client(base_url=str(web.base_url)) as phone:
                post("/api/pairing/claim", {"code": code, "name": name}, phone)
            self.told(f"paired {name}", lambda left, name=name: name == "lost" or name in phones(left))
        lost = next(each["id"] for each in web.get("/api/phones").json() if each["name"] == "lost")
        post(f"/api/phones/{lost}/revoke", {})
        self.told("revoked", lambda left: "lost" not in phones(left))
        post(f"{pad}/programs/save", {"content": PROGRAM})
        self.told("program", lambda left: "mine.yaml" in left.programs)
        post(f"{pad}/programs/save", {"content": {**PROGRAM, "id": "other"}})
        post(f"{pad}/programs/delete", {"program": "other"})
        self.told("program gone", lambda left: "other.yaml" not in left.programs)
        self._session(talker, web, post)

    def _session(self, talker: Talker, web: httpx.Client, post: Callable[..., Any]) -> None:
        reply = talker.request("start", program="mine", person="me")
        assert reply["status"] == "invited", reply
        talker.send(talker.topics.simulated_button, {"press_s": 0.5})
        talker.wait(lambda: talker.state["session"] is not None, LATER_S)
        session = talker.state["session"]["id"]
        assert talker.request("answer", question="pain", value=7, region="neck")["status"] == "accepted"
        self._soon("pain before", lambda left: left.sessions[session].pain["neck"].before == 7)
        talker.wait(lambda: talker.state["session"]["step_id"] == "warm", LATER_S)
        assert talker.request("answer", question="comfort", value="less")["status"] == "accepted"
        self._soon("less", lambda left: left.settings.comfort().get(("me", "mine")) == 1)
        talker.request("stop")
        talker.wait(lambda: talker.state["session"] is None, LATER_S)
        history = f"/api/history/sessions/{session}"
        self._until(lambda: web.get(history).status_code == 200)
        self.told("taken over", lambda left: bool(left.rows("SELECT id FROM sessions")))
        post(f"{history}/pain", {"region": "neck", "value": 3})
        self.told("pain after", lambda left: left.sessions[session].pain["neck"].after == 3)
        for note in ("better", "much better"):
            post(f"{history}/note", {"note": note})
            self.told(note, lambda left, note=note: left.rows("SELECT note FROM sessions")[0][0].endswith(note))

    def _soon(self, what: str, holds: Callable[[Left], bool]) -> None:
        """What a pad's loop accepts is synced by a thread of its own: the loop waits for no disk."""
        time.sleep(0.3)
        self.told(what, holds)

    @staticmethod
    def _until(true: Callable[[], bool]) -> None:
        ends_s = time.monotonic() + LATER_S
        while not true():
            assert time.monotonic() < ends_s
            time.sleep(0.1)


def phones(left: Left) -> list[str]:
    return [each.name for each in left.people.people.phones]


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    return Life(tmp_path_factory.mktemp("life"))


@contextlib.contextmanager
def beginning(directory: Path) -> Iterator[Left]:
    left = Left(directory)
    try:
        yield left
    finally:
        left.close()


def broken(life: Life, left: Left, steps: list[Step]) -> list[str]:
    """The promises made until then that do not hold."""
    end = steps[-1].end if steps else 0
    return [each.what for each in life.promises if each.at <= end and not each.holds(left)]


def journal_is_whole(directory: Path, said: list[str]) -> None:
    """It can be gone on with, and what stands in it was written so."""
    file = JournalFile(directory, said.append)
    file.append([b'{"kind":"after"}\n'])
    file.close()
    notes: list[str] = []
    with contextlib.suppress(Exception):  # cut before the first line
        assert DAMAGED not in list(lines_of(files_of(directory), notes.append))
    assert notes == []


def test_it_was_a_whole_life(life: Life) -> None:
    """Else what follows would pass of itself."""
    assert len(life.promises) == 16
    assert {step.kind for step in life.steps} >= set("owsru")
    assert len(life.steps) > 300
    now = killed(life.steps)
    there = {p.relative_to(life.data).as_posix(): p.read_bytes() for p in life.data.rglob("*") if p.is_file()}
    assert now == {name: there[name] for name in now}
    assert set(there) - set(now) <= {"mosquitto.log"}


@pytest.mark.parametrize("seed", range(CUTS))
def test_whatever_was_confirmed_is_there(life: Life, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    steps = life.steps[: chance.randint(1, len(life.steps))]
    files = cut(steps, chance) if seed % 3 else killed(steps)
    lay_out(files, tmp_path)
    with beginning(tmp_path) as left:
        assert left.people.trouble is None
        assert broken(life, left, steps) == []
    journal_is_whole(tmp_path, [])


def test_right_after_each_word_to_a_person(life: Life, tmp_path: Path) -> None:
    """The moments that matter most: nothing has happened since."""
    for number, (promise, seed) in enumerate(itertools.product(life.promises, range(4))):
        steps = [step for step in life.steps if step.end <= promise.at]
        directory = tmp_path / str(number)
        lay_out(cut(steps, random.Random(seed)), directory)
        with beginning(directory) as left:
            assert broken(life, left, steps) == []


def test_everything_starts_again_on_it(life: Life, tmp_path: Path) -> None:
    chance = random.Random(9)
    at = life.promises[-3].at
    steps = [step for step in life.steps if step.end <= at]
    lay_out(cut(steps, chance), tmp_path / "data")
    port, panel_port = free_port(), free_port()
    file = write_configuration(tmp_path, broker=f"port = {port}", panel_port=panel_port)
    with Process(tmp_path, "up", "--config", str(file), "--json") as up:
        assert up.line().startswith("{"), up.complaints()
        with Talker(port) as talker, httpx.Client(base_url=f"http://127.0.0.1:{panel_port}", timeout=10) as web:
            talker.wait(lambda: talker.state.get("phase") is not None, LATER_S)
            Life._until(lambda: web.get(f"/api/pads/{PAD}/settings").status_code == 200)
            assert web.get(f"/api/pads/{PAD}/settings").json()["result"]["pad"]["name"] == "Bed"
            assert [each["name"] for each in web.get("/api/phones").json()] == ["kept"]
            Life._until(lambda: web.get("/api/history/sessions").json()["sessions"] != [])
            saved = zipfile.ZipFile(io.BytesIO(web.get("/api/backup/all").content)).namelist()
            assert {"settings.json", "people.json", "history.sqlite", "programs/mine.yaml"} < set(saved)
        up.end(timeout_s=10)
        assert "defect" not in up.complaints()
    shutil.rmtree(tmp_path / "data")


def test_the_trace_shows_what_is_not_synced(tmp_path: Path) -> None:
    """The model itself: a file that was replaced without a sync may be empty, one with a sync may not."""
    outcomes = {
        synced: {
            json.dumps({n: c.decode() for n, c in cut(_replaced(synced), random.Random(seed)).items()})
            for seed in range(60)
        }
        for synced in (False, True)
    }
    assert '{"a": ""}' in outcomes[False]
    assert outcomes[True] == {'{"a": "new"}', '{"a": "old", "a.new": "new"}'}


def _replaced(synced: bool) -> list[Step]:
    def step(kind: str, path: str = "", data: bytes = b"", inode: int = 1) -> Step:
        return Step(kind, path, data, inode, 0, 0)

    old = [step("o", "a"), step("w", data=b"old"), step("s")]
    new = [step("o", "a.new", inode=2), step("w", data=b"new", inode=2), *([step("s", inode=2)] if synced else [])]
    return [*old, *new, step("r", "a.new", b"a")]
