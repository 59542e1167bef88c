"""What the journal recorded, re-run: the same to the letter, or the difference is found."""

from __future__ import annotations

import base64
import gzip
import inspect
import json
import pickle
import queue
import time
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from poultice.description import cards, layout
from poultice.journal import state as journal_state
from poultice.journal.lines import instant, seconds
from poultice.journal.pad import JournaledPad
from poultice.journal.writing import PLAIN, Journal
from poultice.replay.files import lines_of
from poultice.replay.rerun import Found, Replay
from poultice.therapy.budget import Spent
from poultice.therapy.ceiling import Ceiling
from poultice.therapy.pad import Pad
from poultice.versions import about

from tests.journaled import GUIDED, House, plain


def replayed(*files: Path) -> Found:
    again = Replay(layout(), cards(), about())
    for line in lines_of(list(files), again.found.note):
        again.take(line)
    return again.found


def same(found: Found) -> None:
    assert found.differences == []
    assert (found.differing, found.unreadable) == (0, 0)


def tell_a_story(house: House) -> None:
    """A day in a house: what people do, what breaks, and a controller that begins anew."""
    house.start("guided")
    house.run(20)
    house.pad.narrow_persons({"me": Ceiling(target_max_c=39.0, percent_max=30)})
    house.request("pause")
    house.run(2)
    house.request("resume")
    house.request("adjust", zone="lumbar", target=38.5)
    house.request("adjust", role="automation", zone="lumbar", target=41.0)
    house.run_until(lambda: house.state.phase == "waiting", 200)
    house.request("answer", question="pain", value="very")
    house.request("answer", question="pain", value=6, region="neck")
    house.request("answer", question="note", value="a secret")
    house.request("answer", question="awake", value="a secret")
    house.request("answer", question="comfort", value="less")
    house.request("answer", question="pain", value=7)
    house.run_until(lambda: house.state.session is not None and house.state.session.step_id == "rub", 100)
    house.run(20)
    house.port.connected = False
    house.run(3)
    house.port.connected = True
    house.run(3)
    assert house.state.offer is not None
    house.request("start", program="guided", rest=True)
    house.press()
    house.run(10)
    house.begin_controller()
    house.run(3)
    house.start("warm")
    house.run_until(lambda: house.state.faults != [], 60)
    house.run(5)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(
        tmp_path_factory.mktemp("story"), 30_000, programs=(GUIDED, WARM), faults=["open-ntc@120s,zone=lumbar"]
    )
    tell_a_story(house)
    house.close()
    return house


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A shorter one, in files of some seconds."""
    house = House(tmp_path_factory.mktemp("brief"), 23_000, programs=(GUIDED,))
    house.start("guided")
    house.run(25)
    house.request("answer", question="comfort", value="less")
    house.run_until(lambda: house.state.phase == "waiting", 60)
    house.request("skip")
    house.run(5)
    house.request("stop")
    house.run(1)
    house.close()
    return house


@pytest.fixture
def journal(brief: House, tmp_path: Path) -> Path:
    """The brief one in one file, to be spoiled."""
    path = tmp_path / PLAIN
    path.write_bytes(b"".join(plain(file) for file in brief.paths))
    return path


WARM = GUIDED.replace("id: guided", "id: warm").split("  - {id: ask")[0]


class TestStory:
    def test_it_has_everything(self, story: House) -> None:
        text = b"".join(map(plain, story.paths)).decode()
        assert len(story.paths) > 3
        for word in ("link_lost", "disarmed", "sensor_open", '"less"', "offer_rest", '"misfit"', "pause", "automation"):
            assert word in text

    def test_the_re_run_is_the_same_to_the_letter(self, story: House) -> None:
        found = replayed(*story.paths)
        same(found)
        assert (found.runs, found.sessions, found.skipped, found.notes) == (2, 3, 0, [])
        assert found.ticks == pytest.approx(20 * story.now_s, rel=0.01)
        assert found.readings > 9 * story.now_s
        assert found.requests >= 10

    def test_it_can_begin_at_each_file(self, story: House) -> None:
        for number, file in enumerate(story.paths):
            found = replayed(file)
            same(found)
            assert found.ticks > 100
            assert found.skipped == 0
            assert ("in the middle of a run" in " ".join(found.notes)) is (number > 0)

    def test_pain_and_notes_are_nowhere_in_it(self, story: House) -> None:
        text = b"".join(map(plain, story.paths)).decode()
        answers = [line for line in map(json.loads, text.splitlines()) if is_answer(line)]
        assert [line["args"].get("value") for line in answers] == [None, None, None, None, "less", None]
        assert [line.get("withheld") for line in answers] == ["misfit", "fits", "fits", "fits", None, "fits"]
        assert not any("region" in line["args"] for line in answers), "where it hurts is nobody's business either"
        assert "secret" not in text


def is_answer(line: Any) -> bool:
    return isinstance(line, dict) and line["kind"] == "request" and line["verb"] == "answer"


def spoil(journal: Path, pick: Callable[[Any], bool], change: Callable[[Any], Any]) -> float:
    """Changes the middle one of the lines that are picked; the instant of the object line before it."""
    lines = [json.loads(line) for line in journal.read_bytes().splitlines()]
    places = [place for place, line in enumerate(lines) if pick(line)]
    place = places[len(places) // 2]
    lines[place] = change(lines[place])
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return next(float(line["t"]) for line in reversed(lines[:place]) if isinstance(line, dict) and "t" in line)


def heats(line: Any) -> bool:
    return line[0] == "t" and bool(line[2]) and line[2][0] > 0 if isinstance(line, list) else False


def test_what_people_set_and_who_accepted_is_re_run_too(tmp_path: Path) -> None:
    house = House(tmp_path, programs=(GUIDED,))
    house.accept_checklist(person="ada")
    house.query("settings", op="set", pad={"limits": {"target_max_c": 38.5, "session_max_min": 40}})
    house.query("settings", op="set", pad={"automation": ["guided"], "quiet": {"begin": "00:00", "end": "23:59"}})
    house.run(10)
    for person in ("me", "ada"):
        house.request("start", program="guided", person=person)
    house.query("settings", op="set", pad={"limits": {}, "quiet": None})
    house.request("start", "automation", program="guided")
    house.request("start", program="guided", person="ada")
    house.run(2)
    house.press()
    house.run(10)
    house.close()
    text = b"".join(map(plain, house.paths)).decode()
    for word in ('"narrowed"', '"quiet": true', '"persons": ["ada"]'):
        assert word in text.replace('":', '": ').replace('":  ', '": ')
    found = replayed(*house.paths)
    same(found)
    assert found.requests == 4


def test_a_journal_of_before_there_were_persons_is_understood(journal: Path) -> None:
    """Then the checklist was one flag, of whoever it was."""
    picked = spoil(
        journal,
        lambda line: isinstance(line, dict) and line["kind"] == "checklist" and line["persons"],
        lambda line: {**{k: v for k, v in line.items() if k != "persons"}, "accepted": True},
    )
    assert picked >= 0.0
    same(replayed(journal))


class TestDifferences:
    def test_a_demand_that_was_another_by_a_thousandth_of_a_watt(self, journal: Path) -> None:
        after_s = spoil(journal, heats, lambda line: [*line[:2], [line[2][0] + 1, *line[2][1:]], *line[3:]])
        found = replayed(journal)
        assert found.differing == len(found.differences) >= 1
        first = found.differences[0]
        assert first.field == "heat"
        assert first.recorded[0] == first.replayed[0] + 1
        assert after_s <= first.at_s <= after_s + 60
        assert datetime.fromisoformat(first.time).timestamp() > 0

    def test_a_reading_that_was_another(self, journal: Path) -> None:
        reading = '["r",'
        lines = journal.read_text().splitlines(keepends=True)
        heated = next(place for place, line in enumerate(lines) if line.startswith("[") and heats(json.loads(line)))
        place = next(place for place in range(heated + 300, len(lines)) if lines[place].startswith(reading))
        other = next(each for each in lines[place + 40 :] if each.startswith(reading))
        lines[place] = json.dumps([*json.loads(lines[place])[:2], json.loads(other)[2]]) + "\n"
        journal.write_text("".join(lines))
        found = replayed(journal)
        assert {each.field for each in found.differences} >= {"heat"}

    @pytest.mark.parametrize(
        ("kind", "key", "value", "field"),
        [
            ("event", "reason", "something else", "event"),
            ("request", "reason", "something else", "reply to"),
            ("request", "status", "perhaps", "reply to"),
        ],
    )
    def test_words_that_were_others(self, journal: Path, kind: str, key: str, value: str, field: str) -> None:
        spoil(
            journal,
            lambda line: isinstance(line, dict) and line["kind"] == kind and key in line,
            lambda line: {**line, key: value},
        )
        found = replayed(journal)
        assert len(found.differences) == 1
        assert found.differences[0].field.startswith(field)
        assert value in json.dumps(found.differences[0].recorded)

    @pytest.mark.parametrize("there", [True, False])
    def test_a_stop_that_was_not_due_and_one_that_was_not_taken(self, journal: Path, there: bool) -> None:
        lines = journal.read_text().splitlines()
        if there:
            lines.insert(len(lines) // 2, '["s"]')
        else:
            lines.remove('["s"]')
        journal.write_text("\n".join(lines) + "\n")
        assert {each.field for each in replayed(journal).differences} >= {"STOP"}

    def test_a_core_that_reckons_otherwise(self, journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("poultice.therapy.heat.control.PULSE_S", 2.01)
        found = replayed(journal)
        assert found.differing > 10
        assert found.differences[0].field == "heat"

    def test_a_core_that_speaks_otherwise(self, journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("poultice.therapy.narration.NEAR_K", 0.6)
        assert {each.field for each in replayed(journal).differences} <= {"reason", "shown"} != set()

    def test_a_core_that_breaks(self, journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("poultice.therapy.pad.percents", lambda *_, **__: 1 / 0)
        found = replayed(journal)
        assert found.unreadable >= 1
        assert "ZeroDivisionError" in " ".join(found.notes)

    def test_one_that_broke_then_breaks_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        house = House(tmp_path, programs=(GUIDED,))
        house.start("guided")
        real, at_s = Pad._cue, house.now_s

        def breaks(pad: Pad) -> str:
            return real(pad) if pad._then_s is not None and pad._then_s <= at_s else str(1 / 0)

        monkeypatch.setattr(Pad, "_cue", breaks)
        with pytest.raises(ZeroDivisionError):
            house.run(1)
        house.close()
        found = replayed(*house.paths)
        same(found)
        assert "the core broke, then as now: ZeroDivisionError" in " ".join(found.notes)
        monkeypatch.undo()
        assert [each.field for each in replayed(*house.paths).differences] == ["core"]


class TestGaps:
    def test_lines_that_were_lost(self, journal: Path) -> None:
        lines = journal.read_text().splitlines()
        half = len(lines) // 2
        journal.write_text("\n".join([*lines[:half], '{"kind":"lost","lines":30}', *lines[half + 30 :]]) + "\n")
        found = replayed(journal)
        same(found)
        assert found.skipped > 10
        assert "30 lines could not be written" in " ".join(found.notes)

    def test_a_disk_that_was_full_for_a_while_is_made_up_for_by_a_beginning(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        house = House(tmp_path, programs=(GUIDED,))
        assert house.disk is not None
        house.disk._file._tell = lambda _: None
        house.start("guided")
        house.run(5)
        with monkeypatch.context() as patch:
            patch.setattr("poultice.journal.writing.os.write", full_disk)
            house.run(10)
            settle(house.disk)
        house.run(30)
        settle(house.disk)
        house.run(10)
        house.close()
        found = replayed(*house.paths)
        same(found)
        assert found.runs == 2
        assert found.ticks > 400
        assert any("could not be written" in note for note in found.notes)

    def test_lines_that_were_dropped(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        house = House(tmp_path, programs=(GUIDED,))
        assert house.disk is not None
        house.start("guided")
        house.run(5)
        settle(house.disk)
        with monkeypatch.context() as patch:
            patch.setattr(house.disk._waiting, "put_nowait", refuse)
            house.run(5)
        house.run(20)
        house.close()
        found = replayed(*house.paths)
        same(found)
        assert found.runs == 2
        assert any("could not be written" in note for note in found.notes)


def refuse(_: object) -> None:
    raise queue.Full


def full_disk(*_: object) -> int:
    raise OSError(28, "No space left on device")


def settle(journal: Journal) -> None:
    """Waits until the writing thread has done what it was given."""
    until_s = time.monotonic() + 10
    while not journal._waiting.empty() and time.monotonic() < until_s:
        time.sleep(0.002)
    time.sleep(0.05)


class TestWhole:
    """Nothing that changes the core goes unrecorded."""

    INPUTS = frozenset({
        "prepare_heat", "accept_checklist", "remember_comfort", "offer_rest", "link_up", "link_lost", "reading",
        "board_event", "tell_time", "request", "tick", "view", "take_stop", "forget", "allow_nudges",
        "keep_quiet", "remember_nudges", "nudge", "count_at_least", "narrow", "narrow_persons",
        "replace_programs",
    })  # fmt: skip
    NO_INPUTS = frozenset({
        "take_comfort", "take_entries", "take_learned", "unfinished", "playing", "foresee", "kept_budget", "knowledge",
        "urgent", "take_events", "moment", "whose", "nudge_ages_s",
        "spent", "limits", "holds", "outlook",
    })  # fmt: skip

    def test_each_way_into_the_core_is_written_down_or_known_to_change_nothing(self) -> None:
        public = {name for name, _ in inspect.getmembers(Pad) if not name.startswith("_")}
        assert public == self.INPUTS | self.NO_INPUTS
        assert vars(JournaledPad).keys() >= self.INPUTS

    def test_heat_that_another_controller_gave_is_in_it(self, tmp_path: Path) -> None:
        """Without it the re-run would start what was refused then."""
        house = House(tmp_path, programs=(GUIDED,))
        house.accept_checklist()
        house.pad.count_at_least(Spent({"lumbar": 3.0}, 7200.0, 5400.0, True))
        assert house.request("start", program="lower-back-ease").status == "refused"
        house.run(5)
        house.close()
        same(replayed(*house.paths))

    def test_what_is_no_input_changes_nothing(self, tmp_path: Path) -> None:
        """Each of them is called as often as can be, and the re-run, which calls none, is the same."""
        house = House(tmp_path, programs=(GUIDED,))
        house.start("guided")
        program = house.pad._requests.program("guided")
        assert program is not None
        for _ in range(60):
            house.run(0.5)
            house.pad.take_comfort(), house.pad.take_entries(), house.pad.take_learned(), house.pad.unfinished()
            assert house.pad.playing == "guided"
            house.pad.kept_budget(), house.pad.knowledge, house.pad.urgent(house.now_s), house.pad.whose
            house.pad.nudge_ages_s(house.now_s)
        house.pad.foresee(program, 20.0)
        house.run(5)
        house.close()
        same(replayed(*house.paths))

    @pytest.mark.parametrize("t_s", [0.0, 0.05, 0.1 + 0.2, 1e5 + 0.3333, 9.9e6 + 0.0001])
    def test_an_instant_of_our_clocks_comes_back_to_the_letter(self, t_s: float) -> None:
        told_s = round(t_s, 4)
        assert seconds(instant(told_s)) == told_s


class TestState:
    @pytest.mark.parametrize("call", [eval, getattr, print, json.loads, gzip.open, pickle.loads, Path])
    def test_it_names_nothing_but_the_core(self, call: Any) -> None:
        class Sly:
            def __reduce__(self) -> Any:
                return call, ("print", "upper")

        with pytest.raises(ValueError, match="a pad's state has no"):
            journal_state.from_text(packed({"_stage": Sly()}), {})

    @pytest.mark.parametrize("text", ["", "abc", "~~~", "é", "00000"])
    def test_what_is_none_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match=":"):
            journal_state.from_text(text, {})


def packed(state: Any) -> str:
    return base64.b85encode(zlib.compress(pickle.dumps(state))).decode()


ACTS = st.sampled_from(
    ["start", "press", "pause", "resume", "skip", "back", "less", "more", "pain", "stop", "warmer", "unplug", "restart"]
)


class TestAnyStory:
    @settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
    @given(acts=st.lists(st.tuples(ACTS, st.sampled_from([0.05, 0.5, 5.0])), min_size=3, max_size=12))
    def test_it_comes_out_the_same(
        self, tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, float]]
    ) -> None:
        house = House(tmp_path_factory.mktemp("any"), 26_000, programs=(GUIDED,))
        house.accept_checklist()
        for act, after_s in [("start", 0.5), ("press", 2.0), *acts]:
            do(house, act)
            house.run(after_s)
        house.close()
        same(replayed(*house.paths))
        same(replayed(house.paths[-1]))


def do(house: House, act: str) -> None:
    match act:
        case "start":
            house.request("start", program="guided")
        case "press":
            house.press()
        case "less" | "more":
            house.request("answer", question="comfort", value=act)
        case "pain":
            house.request("answer", question="pain", value=3)
        case "warmer":
            house.request("adjust", zone="lumbar", target=41.5)
        case "unplug":
            house.port.connected = not house.port.connected
        case "restart":
            house.begin_controller()
            house.run(0.5)
        case verb:
            house.request(verb)


def test_a_program_that_was_written_meanwhile_is_played_again(tmp_path: Path) -> None:
    """Also from the middle: each file of the journal begins with the programs of that moment."""
    house = House(tmp_path, 22_500, programs=())
    house.run(2)
    written = yaml.safe_load(WARM)
    assert house.query("programs", op="save", content=written).status == "ok"
    house.start("warm")
    house.run(20)
    house.request("stop")
    assert house.query("programs", op="delete", program="warm").status == "ok"
    assert house.request("start", program="warm").status == "refused"
    house.run(40)
    house.close()
    found = replayed(*house.paths)
    same(found)
    assert found.sessions == 1
    assert len(house.paths) > 1
    for file in house.paths[1:]:
        same(replayed(file))
