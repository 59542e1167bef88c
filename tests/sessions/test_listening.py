"""What a person said: kept in her records, handed to the panel, taken back, erased; and never told to anybody else."""

from __future__ import annotations

import json
import logging
import queue
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from harness import VirtualHouse
from poultice.cli import app
from poultice.mqtt.incoming import QueryIn
from poultice.mqtt.messages import CourseResult, QueryMessage, ResultMessage, SessionOutcome, SessionsResult
from poultice.sessions import words as listening
from poultice.sessions.desk import GIVE_WAY_S, RESULT_MAX_BYTES, Answer, Desk, Worker, course_page, page
from poultice.sessions.files import SessionFiles
from poultice.sessions.records import SessionRecords
from poultice.therapy.outcome import Outcome, Said
from poultice.therapy.recording import Answered, Began, Ended
from poultice.therapy.state import Role
from typer.testing import CliRunner

ASKS = """
schema: poultice-program/1
id: asks
title: {en: Asks, de: Fragt}
evidence: convention
requires: {motors: [lower_left, upper_left]}
max_total: 30 min
steps:
  - {id: before, duration: 60 s, ask: pain, wait: person}
  - id: knead
    duration: 60 s
    massage: {pattern: steady, motors: [lower_left, upper_left], intensity: 40 %}
    ask: comfort
end: {ask: pain}
"""
NOTE = "my aunt's remedy"
ERASED = {"sessions": 1, "comfort": 1, "offers": 0, "coach": 2, "checklists": 1}


@pytest.fixture
def house(tmp_path: Path) -> VirtualHouse:
    house = VirtualHouse(tmp_path, programs=[ASKS])
    for person in ("me", "ada", "bob"):
        house.accept_checklist(person=person)
    return house


def answer(house: VirtualHouse, question: str, value: Any, **more: Any) -> None:
    reply = house.request("answer", question=question, value=value, **more)
    assert reply.status == "accepted", reply.reason.text


def play(house: VirtualHouse, before: int = 6, after: int = 3, person: str = "me", region: str | None = None) -> str:
    """One session, to its end; its id."""
    assert house.request("start", program="asks", person=person).status == "accepted"
    house.run(1.0)
    assert house.state.session is not None
    session = house.state.session.id
    for _ in range(2):
        answer(house, "pain", before, **{"region": region} if region else {})
        region = None
    answer(house, "comfort", "less")
    answer(house, "note", NOTE)
    house.run(2.0)
    assert house.request("skip").status == "accepted"
    for _ in range(2):
        answer(house, "pain", after)
    house.run(1.0)
    assert house.state.session is None
    return session


def sessions(house: VirtualHouse, **args: Any) -> list[dict[str, Any]]:
    result = house.query("sessions", **args)
    assert result.status == "ok", result.reason.text
    return list(result.result["sessions"])


def written(directory: Path, number: int, person: str = "me") -> str:
    """A record without a session."""
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    session = f"written-{number}"
    SessionRecords(directory, lambda: at, "sofa").keep(
        [
            Began(session, person, "asks", {"en": "Asks"}, "hash"),
            *(
                Answered(session, person, "asks", "a", 1.0, "pain", score, "neck", moment)
                for score, moment in ((6, "before"), (4, "after"))
            ),  # type: ignore[arg-type]
            Ended(session, "finished", "finished", "finished: Asks", 60.0, {"lumbar": 0.0}),
        ]
    )
    return session


# --- Records --------------------------------------------------------------------------------------------------------


def test_the_record_holds_the_outcome(house: VirtualHouse) -> None:
    session = play(house)
    (seen,) = sessions(house)
    program = house.station.identity.programs["asks"]
    assert seen["session"] == session
    assert (seen["person"], seen["program"], seen["content_hash"]) == ("me", "asks", program.content_hash)
    assert (seen["ending"], seen["reason"], seen["simulated"], seen["pad"]) == ("finished", "finished", True, "pad")
    assert {region: (each["before"], each["after"]) for region, each in seen["pain"].items()} == {
        "upper_back": (6, 3),
        "lower_back": (6, 3),
    }
    assert [each["value"] for each in seen["comfort"]] == ["less"]
    assert [each["value"] for each in seen["notes"]] == [NOTE]
    assert set(seen["dose"]) == {"lumbar", "upper_back"}
    assert 3.0 < seen["ran_s"] < 10.0
    assert seen["began"] < seen["until"]


def test_each_region_is_asked_of_one_after_the_other(house: VirtualHouse) -> None:
    house.request("start", program="asks")
    house.run(1.0)

    def asked() -> str | None:
        session = house.state.session
        assert session is not None
        return session.question and session.question.region

    assert asked() == "upper_back"
    answer(house, "pain", 5)
    house.run(1.0)
    assert asked() == "lower_back"
    answer(house, "pain", 4, region="upper_back")  # a slip is mended
    house.run(1.0)
    assert asked() == "lower_back"
    answer(house, "pain", 2, region="neck")  # it hurts elsewhere
    house.run(1.0)
    assert house.state.session is not None
    assert house.state.session.step_id == "knead"
    house.request("stop")
    house.run(1.0)
    (seen,) = sessions(house)
    assert {region: each["before"] for region, each in seen["pain"].items()} == {"upper_back": 4, "neck": 2}
    assert seen["ending"] == "stopped"


def test_less_or_stop_are_in_the_record_too(house: VirtualHouse) -> None:
    house.request("start", program="asks")
    house.run(1.0)
    answer(house, "comfort", "stop")
    house.run(1.0)
    (seen,) = sessions(house)
    assert ([each["value"] for each in seen["comfort"]], seen["ending"]) == (["stop"], "stopped")


@pytest.mark.parametrize("region", ["soul", "", 3])
def test_a_region_that_nobody_knows_is_refused(house: VirtualHouse, region: Any) -> None:
    house.request("start", program="asks")
    house.run(1.0)
    assert house.request("answer", question="pain", value=3, region=region).status == "refused"
    assert house.request("answer", question="comfort", value="fine", region="neck").status == "refused"


# --- Nobody else's business -----------------------------------------------------------------------------------------


def told(house: VirtualHouse, directory: Path) -> list[str]:
    """Everything that was published, journaled or kept outside of the records; without what is random, and the answers
    to the person's own panel about records."""
    states = [state.model_copy(update={"epoch": ""}) for state in house.broker.states]
    published = [*house.broker.infos, *states, *house.broker.healths, *house.broker.events, *house.broker.replies]
    published += [result for result in house.broker.results if "sessions" not in result.result]
    texts = [message.model_dump_json() for message in published]
    texts += [json.dumps(record, default=str) for record in house.journal.records]
    files = [file for file in directory.rglob("*") if file.is_file() and file.parent.name != "sessions"]
    return texts + [file.read_text() for file in sorted(files)]


def test_what_hurts_where_and_how_much_is_told_to_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Two people answer differently; whoever sees all but the records cannot tell them apart."""
    caplog.set_level(logging.DEBUG)
    all_told = []
    for number, (before, after, region) in enumerate([(6, 3, "hips"), (10, 0, "arms")]):
        directory = tmp_path / str(number)
        directory.mkdir()
        house = VirtualHouse(directory, programs=[ASKS])
        house.accept_checklist()
        play(house, before, after, region=region)
        assert region in json.dumps(sessions(house)), "in the record it stands"
        all_told.append(told(house, directory))
    assert all_told[0] == all_told[1]
    assert len(all_told[0]) > 50
    assert not any(NOTE in text for text in all_told[0])
    assert NOTE not in caplog.text


# --- The panel takes them -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "args"),
    [
        ("sessions", {}), ("sessions", {"op": "what_helped"}),
        ("sessions", {"op": "acknowledge", "taken": {"session-1": 1}}), ("persons", {"op": "forget", "person": "me"}),
    ],
)  # fmt: skip
def test_home_automation_sees_nothing_of_people(house: VirtualHouse, what: str, args: dict[str, Any]) -> None:
    play(house)
    result = house.query(what, role="automation", **args)
    assert (result.status, result.reason.code, result.result) == ("refused", "role", {})
    assert len(sessions(house)) == 1


def test_page_by_page_since_the_last_one(house: VirtualHouse, tmp_path: Path) -> None:
    ids = [written(tmp_path, number, "me" if number % 2 else "you") for number in range(6)]
    assert [each["session"] for each in sessions(house)] == ids
    assert [each["session"] for each in sessions(house, since=ids[3])] == ids[4:]
    assert [each["session"] for each in sessions(house, person="me")] == ids[1::2]
    assert sessions(house, since=ids[-1]) == []
    unknown = house.query("sessions", since="gone").result
    assert (len(unknown["sessions"]), unknown["from_oldest"], unknown["more"]) == (6, True, False)


def test_a_page_holds_no_more_than_a_result_may() -> None:
    notes = [Said(0.0, "\U0001f600\x01" * 250)] * 40
    outcomes = [Outcome(f"s{number:03}", "me", notes=notes) for number in range(60)]
    seen: list[str] = []
    pages = 0
    more = True
    while more:
        found = page(outcomes, seen[-1] if seen else None)
        message = ResultMessage(id="x" * 64, status="ok", reason={"code": "ok", "text": "done"}, result=found)  # type: ignore[arg-type]
        assert len(message.model_dump_json().encode()) <= RESULT_MAX_BYTES
        assert found["sessions"], "it always goes on"
        seen += [each["session"] for each in found["sessions"]]
        more, pages = found["more"], pages + 1
    assert seen == [each.session for each in outcomes]
    assert pages > 5


def test_what_the_panel_has_is_noted_but_never_what_runs(house: VirtualHouse) -> None:
    done = play(house)
    house.request("start", program="asks")
    house.run(1.0)
    assert house.state.session is not None
    running = house.state.session.id
    assert [each["session"] for each in sessions(house)] == [done], "what runs is not over"
    lines = sessions(house)[0]["lines"]
    result = house.query("sessions", op="acknowledge", taken={done: lines, running: 99, "unheard-of": 1})
    assert result.result == {"taken": [done], "running": [running]}
    house.request("stop")
    house.run(1.0)
    assert [each["session"] for each in sessions(house, pending=True)] == [running]
    assert [each["session"] for each in sessions(house)] == [done, running], "whoever lost them gets them again"
    assert house.query("sessions", op="what_helped").result["answered"] == 1, "and what helped is not forgotten"


def test_what_is_listed_and_its_course_fit_their_messages(house: VirtualHouse) -> None:
    done = play(house)
    listed = SessionsResult.model_validate(house.query("sessions").result)
    outcome = SessionOutcome.model_validate(listed.sessions[0])
    assert (outcome.session, outcome.pain["lower_back"].after, outcome.ending) == (done, 3, "finished")
    course = CourseResult.model_validate(house.query("sessions", op="course", session=done).result)
    assert course.next is None
    assert course.columns == ["t_s", "at_s", "phase", "lumbar", "upper_back"]
    assert [row[2] for row in course.rows] == ["waiting", "running", "running"]
    rest = CourseResult.model_validate(house.query("sessions", op="course", session=done, first=1).result)
    assert rest.rows == course.rows[1:]
    assert house.query("sessions", op="course", session="unheard-of").result["rows"] == []


def test_a_long_course_comes_page_by_page_and_a_torn_line_costs_itself() -> None:
    head = b'{"columns":["t_s","at_s","phase","lumbar"]}'
    lines = [b'[%d,%d.5,"running",[38.25,40.0,12.5,0.1234]]' % (t, t) for t in range(10_000)]
    lines[7] = b'[7,7.5,"runn'
    first, times = 0, []
    for _ in range(5):
        result = course_page([head, *lines], first)
        assert len(json.dumps(result)) < RESULT_MAX_BYTES * 1.2
        times += [row[0] for row in result["rows"]]
        if result["next"] is None:
            break
        first = result["next"]
    assert times == [t for t in range(10_000) if t != 7]
    assert course_page([], 0) == {"columns": [], "rows": [], "next": None}


# --- Pain after, where the program asked nothing --------------------------------------------------------------------


def test_pain_after_a_session_is_added_to_its_record_and_handed_over_anew(house: VirtualHouse) -> None:
    done = play(house)
    lines = sessions(house)[0]["lines"]
    house.query("sessions", op="acknowledge", taken={done: lines})
    said = {"op": "pain", "session": done, "region": "lower_back", "value": 1}
    assert house.query("sessions", **said).result == {"session": done}
    (again,) = sessions(house, pending=True)
    assert (again["pain"]["lower_back"]["after"], again["lines"]) == (1, lines + 1)
    house.query("sessions", op="acknowledge", taken={done: lines})
    assert sessions(house, pending=True), "an older version was acknowledged"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"value": 11}, "arguments"), ({"value": -1}, "arguments"), ({"region": "tail"}, "arguments"),
        ({"region": None}, "arguments"), ({"person": "you"}, "unknown_session"),
        ({"session": "unheard-of"}, "unknown_session"), ({"value": None}, "arguments"),
    ],
)  # fmt: skip
def test_pain_after_that_makes_no_sense_is_refused(house: VirtualHouse, change: dict[str, Any], code: str) -> None:
    done = play(house)
    result = house.query("sessions", **{"op": "pain", "session": done, "region": "hips", "value": 4, **change})
    assert (result.status, result.reason.code) == ("refused", code)


def test_a_torn_line_does_not_cost_the_next_one(house: VirtualHouse, tmp_path: Path) -> None:
    done = play(house)
    with (tmp_path / "sessions" / f"{done}.jsonl").open("a") as torn:
        torn.write('{"time": "2026')
    house.query("sessions", op="pain", session=done, region="hips", value=10)
    (seen,) = sessions(house)
    assert (seen["pain"]["hips"]["after"], seen["skipped_lines"]) == (10, 1)


@pytest.mark.parametrize(
    ("what", "args", "code"),
    [
        ("sessions", {"op": "burn"}, "unknown"), ("sessions", {"op": "acknowledge"}, "arguments"),
        ("sessions", {"taken": {"../settings": 1}, "op": "acknowledge"}, "arguments"),
        ("sessions", {"op": "course", "session": "../settings"}, "arguments"),
        ("sessions", {"op": "course"}, "arguments"), ("sessions", {"op": "pain", "session": "s"}, "arguments"),
        ("sessions", {"since": 3}, "arguments"),
        ("sessions", {"person": ""}, "arguments"), ("sessions", {"all": True}, "arguments"),
        ("persons", {}, "arguments"), ("persons", {"op": "forget"}, "arguments"),
        ("persons", {"op": "list", "person": "me"}, "unknown"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_a_sentence(
    house: VirtualHouse, what: str, args: dict[str, Any], code: str
) -> None:
    result = house.query(what, **args)
    assert (result.status, result.reason.code) == ("refused", code)
    assert result.reason.text.endswith(".")


def test_a_disk_that_refuses_is_said(house: VirtualHouse, tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("no folder")
    result = house.query("sessions")
    assert (result.status, result.reason.code) == ("refused", "disk")


def test_after_a_session_what_is_too_old_goes(house: VirtualHouse, tmp_path: Path) -> None:
    old = written(tmp_path, 0)
    house.clock.set_wall(datetime(2027, 2, 6, tzinfo=UTC))  # 401 days later
    house.clock.synchronised = False
    first = play(house)
    assert {each["session"] for each in sessions(house)} == {old, first}, "a clock that nobody sets proves nothing"
    house.clock.synchronised = True
    second = play(house)
    assert {each["session"] for each in sessions(house)} == {first, second}


# --- What helped ----------------------------------------------------------------------------------------------------


def test_what_helped_is_said_with_its_caution(house: VirtualHouse) -> None:
    assert house.query("sessions", op="what_helped").result["rows"] == []
    play(house, 6, 3)
    result = house.query("sessions", op="what_helped").result
    assert (result["sessions"], result["answered"], result["unanswered"], result["few_below"]) == (1, 1, 0, 5)
    assert [(row["region"], row["median_change"], row["few"]) for row in result["rows"]] == [
        ("lower_back", -3.0, True),
        ("upper_back", -3.0, True),
    ]
    assert house.query("sessions", op="what_helped", person="you").result["sessions"] == 0


# --- Forgotten ------------------------------------------------------------------------------------------------------


def test_a_person_is_forgotten_and_nobody_else(house: VirtualHouse, tmp_path: Path) -> None:
    play(house, person="ada")
    kept = play(house, person="bob")
    for person in ("ada", "bob"):
        plan = {"breaks": {"on": True, "every_min": 25}}
        assert house.query("settings", op="set", person=person, coach=plan).status == "ok"
        assert house.query("coach", op="check", person=person, item="desk", fits=False).status == "ok"
    result = house.query("persons", op="forget", person="ada")
    assert result.status == "ok", result.reason.text
    assert result.result == {"person": "ada", "erased": ERASED}
    assert [each["session"] for each in sessions(house)] == [kept]
    assert "ada" not in (tmp_path / "settings.json").read_text()
    (coach,) = tmp_path.glob("coach-*.json")
    assert "ada" not in coach.read_text()
    assert house.query("coach", op="get", person="bob").result["checks"]["desk"]["fits"] is False
    assert house.query("coach", op="get", person="ada").result["checks"] == {}
    assert house.settings.comfort() == {("bob", "asks"): 1}
    assert house.request("start", program="asks", person="ada").reason.code == "checklist", "as new"
    house.accept_checklist(person="ada")
    house.request("start", program="asks", person="ada")
    house.run(1.0)
    house.request("skip")
    house.run(1.0)
    assert house.state.motors["lower_left"].asked == pytest.approx(40, abs=10), "as strong as the program says"
    again = house.query("persons", op="forget", person="carl")
    assert again.result["erased"] == dict.fromkeys(ERASED, 0)


def test_nobody_is_forgotten_while_her_session_runs(house: VirtualHouse) -> None:
    play(house, person="ada")
    house.request("start", program="asks", person="ada")
    house.run(1.0)
    result = house.query("persons", op="forget", person="ada")
    assert (result.status, result.reason.code) == ("refused", "busy")
    assert "stop it first" in result.reason.text
    assert house.settings.comfort() == {("ada", "asks"): 1}, "nothing was erased"
    assert house.query("persons", op="forget", person="bob").status == "ok"


def test_the_rest_that_is_offered_to_her_is_forgotten(house: VirtualHouse) -> None:
    house.request("start", program="asks", person="ada")
    house.run(1.0)
    house.run_without_controller(3.0)
    house.begin_controller()
    house.run(2.0)
    assert house.state.offer is not None
    assert house.query("persons", op="forget", person="bob").result["erased"]["offers"] == 0
    assert house.query("persons", op="forget", person="ada").result["erased"]["offers"] == 1
    house.run(1.0)
    assert house.state.offer is None


# --- A thread of its own --------------------------------------------------------------------------------------------


def test_the_worker_answers_and_outlives_a_defect(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
    worker = Worker()

    def fails() -> None:
        raise RuntimeError("a defect")

    worker(fails)
    query = QueryIn("pad", Role.PHONE, "sessions", QueryMessage(id="q1"))
    Desk(SessionFiles(tmp_path), answers.put, worker).ask(query, {}, lambda _: {})
    answer = answers.get(timeout=5)
    assert (answer.message.id, answer.message.result["sessions"]) == ("q1", [])
    assert "was not answered" in caplog.text


def test_work_that_computes_gives_way_and_only_while_it_does() -> None:
    worker, before_s = Worker(), sys.getswitchinterval()
    seen: queue.SimpleQueue[float] = queue.SimpleQueue()

    def computes() -> None:
        seen.put(sys.getswitchinterval())
        raise RuntimeError("a defect")

    worker.gently(computes)
    worker(lambda: seen.put(sys.getswitchinterval()))
    assert seen.get(timeout=5) == pytest.approx(GIVE_WAY_S)
    assert before_s > GIVE_WAY_S
    assert seen.get(timeout=5) == before_s, "after a defect, too"


def test_reading_ahead_never_fails_and_a_bad_folder_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    files = SessionFiles(tmp_path)
    session = written(tmp_path, 1)
    Desk(files, lambda _: None).read_ahead()
    assert (caplog.text, [each.session for each in files.outcomes()]) == ("", [session])
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "sessions").touch()
    Desk(SessionFiles(tmp_path / "other"), lambda _: None).read_ahead()
    assert "cannot be read" in caplog.text


# --- At a command line ----------------------------------------------------------------------------------------------


def test_the_command_line_says_the_same(tmp_path: Path) -> None:
    assert next(iter(listening.helped(tmp_path, "me", False))).startswith(f"No session has been kept in {tmp_path} yet")
    for number in range(3):
        file = tmp_path / "sessions" / f"{written(tmp_path, number)}.jsonl"
    with file.open("a") as torn:
        torn.write('{"time": "2026')
    listed = "\n".join(listening.sessions(tmp_path, None, False))
    assert listed.count("asks: finished after 1 min, on sofa, pain neck 6 to 4") == 3
    assert "In the record of session written-2 1 line cannot be read" in listed
    helped = "\n".join(listening.helped(tmp_path, "me", False))
    assert "Asks, neck: median -2 points from 6 (3 sessions: eased 3, worsened 0); fewer than 5 sessions" in helped
    assert "3 of 3 sessions have pain before and after" in helped
    assert json.loads("".join(listening.helped(tmp_path, "me", True)))["rows"][0]["median_change"] == -2.0
    assert len(json.loads("".join(listening.sessions(tmp_path, None, True)))) == 3
    assert next(iter(listening.sessions(tmp_path, "you", False))).startswith("No session of you has been kept.")


def test_the_commands_look_into_the_data_directory(tmp_path: Path) -> None:
    session = written(tmp_path / "data", 1)
    (tmp_path / "poultice.toml").write_text(f'[data]\ndirectory = "{tmp_path}/data"\n')
    told = CliRunner().invoke(app, ["sessions", "list", "--json", "--config", str(tmp_path / "poultice.toml")])
    assert [each["session"] for each in json.loads(told.stdout)] == [session]
    told = CliRunner().invoke(app, ["sessions", "what-helped", "--config", str(tmp_path / "poultice.toml")])
    assert (told.exit_code, "Asks, neck: -2 points from 6 (1 session" in told.stdout) == (0, True)
