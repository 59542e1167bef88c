"""History over HTTP: what is answered, what is refused, and that a pad's STOP does not care about any of it."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from made_history import course, fill, outcomes
from poultice.mqtt.connection import BrokerAddress
from poultice_panel.app import create_app
from poultice_panel.clock import Clock
from poultice_panel.history.database import Database
from poultice_panel.history.history import History

from tests.panel.conftest import RunningPanel
from tests.panel.history.test_store import one

NOW = datetime(2026, 3, 31, 20, tzinfo=UTC)
MARCH = "since=2026-03-01&until=2026-03-31"
With = Callable[[Callable[[Database], Awaitable[Any]]], Any]
Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def app() -> FastAPI:
    """A panel that has no broker: its history is replaced by each test's own."""
    return create_app(BrokerAddress("127.0.0.1", 1))


@pytest.fixture
def ask(url: str, with_database: With, app: FastAPI) -> Ask:
    """Asks a panel that has no broker, with three sessions of mine and one of Ada's."""
    sessions = [
        one("a", notes=[{"elapsed_s": 10.0, "value": "=1+1; better"}]), one("b", pain={}, ending="stopped"),
        one("c", began="2026-02-27T10:00:00+01:00", pain={"neck": {"before": 5}, "hips": {"before": 2, "after": 2}}),
        one("d", person="ada", notes=[{"elapsed_s": 10.0, "value": "hers"}]),
    ]  # fmt: skip
    with_database(lambda database: fill(database, sessions, course(900)))

    def request(path: str, body: Any = None) -> httpx.Response:
        async def work() -> httpx.Response:
            house = app.state.house
            app.state.history = History(Database(url), house.pads, house.asking.query, Clock())
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
                address = f"/api/history/{path}"
                answer = await (client.get(address) if body is None else client.post(address, json=body))
            await app.state.history.close()
            return answer

        return asyncio.run(work())

    return request


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="poultice-')
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_list_is_mine_and_the_newest_first(ask: Ask) -> None:
    body = ask("sessions").json()
    assert ([each["id"] for each in body["sessions"]], body["total"], body["next"]) == (["b", "a", "c"], 3, None)
    assert [each["id"] for each in ask("sessions?month=2026-02").json()["sessions"]] == ["c"]
    assert [each["id"] for each in ask("sessions?person=ada").json()["sessions"]] == ["d"]
    first = ask("sessions?limit=2").json()
    assert [each["id"] for each in ask(f"sessions?limit=2&after={first['next']}").json()["sessions"]] == ["c"]


def test_one_session_and_its_note(ask: Ask) -> None:
    seen = ask("sessions/a").json()
    assert (len(seen["curve"]["t"]) < 900, seen["notes"], seen["note"]) == (True, ["=1+1; better"], "")
    assert ask("sessions/a/note", {"note": "  slept well "}).json() == {"id": "a"}
    assert ask("sessions/a").json()["note"] == "slept well"
    assert ask("sessions/a/note", {"note": ""}).status_code == 200
    assert ask("sessions/a").json()["note"] == ""


def test_what_helped_is_summed_up_over_all_controllers(ask: Ask, url: str, with_database: With) -> None:
    """As a controller would of the same sessions, wherever they were played."""
    elsewhere = one("e", pain={"neck": {"before": 6, "after": 2}}, pad="bed")

    async def put(database: Database) -> None:
        await database.ask(lambda books: books.save("attic", elsewhere, None))

    mine = ask("what-helped").json()
    with_database(put)
    both = ask("what-helped").json()
    assert both["sessions"] == mine["sessions"] + 1
    assert both["answered"] == mine["answered"] + 1
    rows = {(row["program"], row["region"]): row for row in both["rows"]}
    before = {(row["program"], row["region"]): row for row in mine["rows"]}
    key = (elsewhere.program, "neck")
    assert rows[key]["sessions"] == before.get(key, {"sessions": 0})["sessions"] + 1
    assert ask("what-helped?person=nobody-here").json()["rows"] == []


def test_a_session_is_erased_only_where_its_pad_is_too(ask: Ask) -> None:
    assert ask("sessions/d/forget", {}).status_code == 404, "Ada's"
    away = ask("sessions/a/forget", {})
    assert (away.status_code, away.json()["reason"]["code"]) == (504, "session_not_reached")
    assert ask("sessions/a").status_code == 200


def test_where_notes_are_off_none_is_kept_and_an_old_one_can_be_taken_away(ask: Ask, app: FastAPI) -> None:
    ask("sessions/a/note", {"note": "old"})
    app.state.house.people.keep_notes(False)
    try:
        refused = ask("sessions/a/note", {"note": "new"})
        assert (refused.status_code, refused.json()["reason"]["code"]) == (409, "notes_off")
        assert ask("sessions/a").json()["note"] == "old"
        assert ask("sessions/a/note", {"note": " "}).status_code == 200
        assert ask("sessions/a").json()["note"] == ""
    finally:
        app.state.house.people.keep_notes(True)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("sessions/d", None, 404), ("sessions/unheard-of", None, 404), ("sessions/d/note", {"note": "x"}, 404),
        ("sessions/a/note", {"note": "x" * 2001}, 422), ("sessions/a/note", {}, 422),
        ("sessions/d/curve.csv", None, 404),
        ("sessions/a/note", {"note": "x", "more": 1}, 422), ("sessions/a/pain", {"region": "neck", "value": 11}, 422),
        ("sessions/a/pain", {"region": "neck", "value": True}, 422),
        ("sessions/d/pain", {"region": "neck", "value": 1}, 404),
        ("sessions?month=2026-13", None, 422), ("sessions?month=0000-01", None, 422), ("sessions?limit=0", None, 422),
        ("sessions?limit=201", None, 422), ("summary?since=2026-03-31&until=2026-03-01", None, 422),
        ("summary?since=1990-01-01&until=2026-01-01", None, 422),
        ("summary?since=2026-02-30&until=2026-03-01", None, 422),
        ("summary", None, 422), ("report?since=x&until=y", None, 422), ("sessions.csv?language=xx", None, 422),
        ("after/No%20Pad", None, 422), ("sessions/a%2F..%2Fb", None, 404),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_a_sentence(ask: Ask, path: str, body: Any, status: int) -> None:
    answer = ask(path, body)
    assert answer.status_code == status
    reason = answer.json()["reason"]
    assert reason["text"].endswith(".")


def test_the_summary_and_the_report(ask: Ask) -> None:
    summary = ask(f"summary?{MARCH}").json()
    assert (summary["sessions"], summary["first_day"]) == (2, "2026-02-27")
    assert (summary["dose_max"], summary["trouble"]) == (None, None)
    report = ask(f"report?{MARCH}&notes=true").json()
    assert [each["text"] for each in report["notes"]] == ["=1+1; better"]
    assert ask(f"report?{MARCH}").json()["notes"] == []


def test_sessions_as_csv_one_line_a_region_and_no_formula(ask: Ask) -> None:
    rows = rows_of(ask("sessions.csv"))
    assert [(row["session"], row["region"], row["pain_before"], row["pain_after"]) for row in rows] == [
        ("c", "hips", "2", "2"), ("c", "neck", "5", ""), ("a", "neck", "6", "3"), ("b", "", "", ""),
    ]  # fmt: skip
    assert rows[2]["notes"] == "'=1+1; better"
    assert {row["minutes"] for row in rows} == {"20.0"}


def test_a_curve_as_csv_is_whole(ask: Ask) -> None:
    rows = rows_of(ask("sessions/a/curve.csv"))
    assert len(rows) == 900
    assert set(rows[0]) == {
        "t_s", "program_s", "phase", *(f"{zone}_{each}" for zone in ("lumbar", "upper_back")
                                       for each in ("temperature_c", "asked_c", "watts", "dose_cem43")),
    }  # fmt: skip
    assert rows[460]["lumbar_asked_c"] == ""
    assert float(rows[899]["lumbar_temperature_c"]) == pytest.approx(39.4, abs=0.5)


def test_after_a_session_only_what_just_ended_is_asked_about(ask: Ask, with_database: With) -> None:
    assert ask("after/sofa").json() == {"session": None, "unanswered": []}
    now = datetime.now(UTC)
    fresh = one("e", began=now - timedelta(minutes=21), until=now - timedelta(minutes=1), pain={"neck": {"before": 4}})
    with_database(lambda database: fill(database, [fresh], None))
    seen = ask("after/sofa").json()
    assert (seen["session"]["id"], seen["unanswered"]) == ("e", ["neck"])
    assert ask("after/bed").json()["session"] is None


def test_a_good_file_is_not_set_aside(ask: Ask) -> None:
    assert ask("set-aside", {}).json() == {"aside": None}
    assert ask("sessions").json()["total"] == 3


def test_every_answer_has_a_model_and_is_described(app: FastAPI) -> None:
    paths = {path: item for path, item in app.openapi()["paths"].items() if path.startswith("/api/history")}
    assert len(paths) == 12
    for path, item in paths.items():
        for operation in item.values():
            assert operation["description"], path
            content = operation["responses"]["200"]["content"]
            assert "text/csv" in content or "$ref" in content["application/json"]["schema"], path


# --- A whole panel ---------------------------------------------------------------------------------------------------


@pytest.mark.broker
def test_a_damaged_history_stops_nothing_and_begins_anew(broker, static, peers, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "history.sqlite"
    file.write_bytes(b"\xa5" * 50_000)
    peer = peers(broker.address, "unhurt")
    running = RunningPanel(broker.address, static, database_url=f"sqlite:///{file}")
    try:
        running.until_there("unhurt")
        peer.off = False
        peer.say()
        told = running.http.get("/api/history/sessions")
        assert (told.status_code, told.json()["reason"]["code"]) == (503, "history_damaged")
        assert str(file) in told.json()["reason"]["text"]
        stopped = running.post("/api/pads/unhurt/requests/stop")
        assert (stopped.status_code, stopped.json()["confirmed_off"]) == (200, True)
        assert running.http.get("/healthz").json()["status"] == "ok"
        assert running.post("/api/history/set-aside").json()["aside"].startswith(f"{file}.damaged-")
        assert running.http.get("/api/history/sessions").json()["total"] == 0
    finally:
        running.close()


@pytest.mark.broker
def test_to_forget_erases_here_and_there_and_at_who_comes_later(broker, static, peers, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    url = f"sqlite:///{tmp_path}/history.sqlite"

    async def before() -> None:
        database = Database(url)
        await fill(database, list(outcomes(3, NOW, timedelta(days=1), "ada")), None)
        await database.close()

    asyncio.run(before())
    peer = peers(broker.address, "forgetful")
    running = RunningPanel(broker.address, static, database_url=url)
    try:
        running.until_there("forgetful")
        answer = running.post("/api/pads/forgetful/forget", {"person": "ada"})
        assert answer.json()["result"]["erased"] == {"history": 3}
        assert {"what": "persons", "op": "forget", "person": "ada"} in peer.queries
        assert running.http.get("/api/history/sessions?person=ada").json()["total"] == 0
    finally:
        running.close()
