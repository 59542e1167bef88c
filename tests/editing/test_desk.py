"""Programs of one's own, written on a page: judged, kept, changed, taken away; presets stay as they are."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from harness import VirtualHouse
from poultice.description import load_library, own_programs_directory
from poultice.mqtt.messages import ProgramOutline, ResultMessage
from poultice.therapy.limits import HostLimits

MINE: dict[str, Any] = {
    "schema": "poultice-program/1",
    "id": "mine",
    "title": {"en": "Mine", "de": "Meins"},
    "evidence": "convention",
    "requires": {"zones": ["lumbar"]},
    "max_total": "10 min",
    "steps": [
        {"id": "warm", "duration": "8 min", "heat": {"lumbar": {"target": "39 °C"}}},
        {"repeat": 2, "steps": [{"id": "hold", "duration": "60 s", "heat": {"lumbar": {"target": "38 °C"}}}]},
    ],
}


def mine(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(MINE), **changes}


def listed(house: VirtualHouse) -> dict[str, ProgramOutline]:
    return {program.id: program for program in house.broker.infos[-1].programs}


def save(house: VirtualHouse, content: dict[str, Any], base: str | None = None) -> ResultMessage:
    return house.query("programs", op="save", content=content, **({} if base is None else {"base": base}))


@pytest.fixture
def house(tmp_path: Path) -> VirtualHouse:
    return VirtualHouse(tmp_path)


class TestCheck:
    def test_a_good_one_is_shown_with_its_curve(self, house: VirtualHouse) -> None:
        seen = house.query("programs", op="check", content=MINE).result
        assert seen["problems"] == []
        assert [step["id"] for step in seen["outline"]["steps"]] == ["warm", "hold.1", "hold.2"]
        assert max(seen["preview"]["zones"]["lumbar"]["temperature_c"]) == pytest.approx(39, abs=0.3)
        assert seen["content"] == MINE
        assert "duration: 8 min" in seen["text"]

    def test_each_problem_says_at_which_step(self, house: VirtualHouse) -> None:
        wrong = mine()
        wrong["steps"][0]["heat"]["lumbar"]["target"] = "50 °C"
        wrong["steps"][1]["steps"][0]["duration"] = "soon"
        seen = house.query("programs", op="check", content=wrong).result
        assert [problem["path"] for problem in seen["problems"]] == [
            "steps[0].heat.lumbar.target",
            "steps[1].steps[0].duration",
        ]
        assert seen["problems"][0]["message"] == "50 °C is out of range"
        assert seen["problems"][0]["remedy"] == "write 30 to 42 °C"
        assert (seen["outline"], seen["preview"]) == (None, None)

    def test_one_that_is_only_too_much_still_has_a_curve(self, house: VirtualHouse) -> None:
        long = mine(
            max_total="90 min",
            steps=[MINE["steps"][0] | {"duration": "80 min", "heat": {"lumbar": {"target": "41 °C"}}}],
        )
        seen = house.query("programs", op="check", content=long).result
        assert {problem["path"] for problem in seen["problems"]} == {"steps[0].heat.lumbar.target"}
        assert seen["preview"]["ends"] is not None

    def test_a_file_is_taken_as_text(self, house: VirtualHouse) -> None:
        text = house.query("programs", op="check", content=MINE).result["text"]
        assert house.query("programs", op="check", text=text).result["content"] == MINE
        seen = house.query("programs", op="check", text="a: [1,").result
        assert seen["content"] is None
        assert seen["problems"][0]["message"].startswith("not YAML")

    def test_what_follows_from_the_steps_need_not_be_written(self, house: VirtualHouse) -> None:
        rub = {"pattern": "wave", "region": "lower_back", "intensity": "40 %"}
        tap = {"pattern": "tap", "motors": ["upper_left"], "intensity": "40 %"}
        steps = [
            {"id": "a", "duration": "70 s", "heat": {"upper_back": {"target": "38 °C"}, "lumbar": "off"}},
            {"repeat": 2, "steps": [{"id": "b", "duration": "30 s", "massage": rub}]},
            {"id": "c", "duration": "50 s", "massage": tap},
        ]
        bare = {key: value for key, value in MINE.items() if key not in ("requires", "max_total")} | {"steps": steps}
        seen = house.query("programs", op="check", content=bare).result
        assert seen["problems"] == []
        assert list(seen["content"]) == ["schema", "id", "title", "evidence", "requires", "max_total", "steps"]
        assert seen["content"]["requires"] == {
            "zones": ["upper_back"],
            "motors": ["upper_left"],
            "regions": ["lower_back"],
        }
        assert seen["content"]["max_total"] == "3 min"

    def test_longer_than_any_session_is_said_once(self, house: VirtualHouse) -> None:
        long = mine(steps=[{"repeat": 2, "steps": [{"id": "a", "duration": "46 min"}]}])
        seen = house.query("programs", op="check", content=long).result
        assert [problem["path"] for problem in seen["problems"]] == ["max_total"]

    @pytest.mark.parametrize("content", [{}, {"steps": 7}, {"a": None}, mine(steps=[]), mine(steps=[None]), mine(id=3)])
    def test_nonsense_has_problems_and_no_more(self, house: VirtualHouse, content: dict[str, Any]) -> None:
        seen = house.query("programs", op="check", content=content)
        assert seen.status == "ok"
        assert seen.result["problems"]

    def test_what_this_pad_has_not_is_said(self, house: VirtualHouse) -> None:
        strange = json.loads(json.dumps(MINE).replace("lumbar", "elbow"))
        assert "no elbow" in house.query("programs", op="check", content=strange).result["problems"][0]["message"]

    @pytest.mark.parametrize("args", [{}, {"content": {}, "text": ""}, {"content": 3}, {"text": "x", "room_c": 99}])
    def test_arguments_that_do_not_fit_are_refused(self, house: VirtualHouse, args: dict[str, Any]) -> None:
        result = house.query("programs", op="check", **args)
        assert (result.status, result.reason.code) == ("refused", "arguments")


class TestGet:
    def test_a_preset_can_be_looked_at_and_copied(self, house: VirtualHouse) -> None:
        seen = house.query("programs", op="get", program="lower-back-ease").result
        assert (seen["own"], seen["base"], seen["problems"]) == (False, None, [])
        assert seen["content"]["id"] == "lower-back-ease"

    def test_one_of_my_own_says_what_it_is_the_base_of(self, house: VirtualHouse) -> None:
        base = save(house, MINE).result["base"]
        seen = house.query("programs", op="get", program="mine").result
        assert (seen["own"], seen["base"], seen["content"]) == (True, base, MINE)

    def test_one_that_is_not_there_is_refused(self, house: VirtualHouse) -> None:
        assert house.query("programs", op="get", program="nothing").reason.code == "unknown_program"
        assert house.query("programs", op="get").reason.code == "unknown_program"


class TestSave:
    def test_it_is_listed_started_and_there_after_a_restart(self, house: VirtualHouse, tmp_path: Path) -> None:
        assert save(house, MINE).status == "ok"
        assert listed(house)["mine"].own
        assert not listed(house)["lower-back-ease"].own
        house.start("mine")
        library = load_library(own_programs_directory(tmp_path), HostLimits())
        assert (library.programs["mine"].title["en"], library.refused) == ("Mine", {})

    def test_changed_it_is_the_changed_one_that_plays(self, house: VirtualHouse, tmp_path: Path) -> None:
        base = save(house, MINE).result["base"]
        assert save(house, mine(title={"en": "Other", "de": "Anders"}), base).status == "ok"
        assert listed(house)["mine"].title["en"] == "Other"
        assert [file.name for file in (tmp_path / "programs").iterdir()] == ["mine.yaml"]

    def test_over_what_another_phone_saved_meanwhile_it_is_refused(self, house: VirtualHouse) -> None:
        base = save(house, MINE).result["base"]
        assert save(house, mine(evidence="weak"), base).status == "ok"
        assert save(house, mine(evidence="low"), base).reason.code == "changed"
        assert save(house, mine(evidence="low")).reason.code == "changed"

    @pytest.mark.parametrize("name", ["lower-back-ease", "calibration"])
    def test_a_preset_stays_as_it_is(self, house: VirtualHouse, name: str) -> None:
        assert save(house, mine(id=name)).reason.code == "built_in"

    def test_a_preset_that_narrower_limits_leave_out_keeps_its_id(self, tmp_path: Path) -> None:
        house = VirtualHouse(tmp_path, programs=(), limits=HostLimits(target_max_c=39.5))
        assert "lower-back-ease" not in listed(house)
        assert save(house, mine(id="lower-back-ease")).reason.code == "built_in"

    def test_an_invalid_one_is_refused_with_its_problems(self, house: VirtualHouse, tmp_path: Path) -> None:
        result = save(house, mine(steps=[]))
        assert (result.status, result.reason.code) == ("refused", "invalid")
        assert result.reason.text == "steps: nothing stands here; write at least one entry."
        assert [problem["path"] for problem in result.result["problems"]] == ["steps"]
        assert not (tmp_path / "programs").exists()

    def test_while_it_is_invited_or_plays_it_stays(self, house: VirtualHouse) -> None:
        base = save(house, MINE).result["base"]
        house.accept_checklist()
        assert house.request("start", program="mine").status == "invited"
        assert save(house, mine(evidence="weak"), base).reason.code == "busy"
        assert house.query("programs", op="delete", program="mine").reason.code == "busy"
        house.press()
        assert house.state.session is not None
        assert save(house, mine(evidence="weak"), base).reason.code == "busy"
        assert house.query("programs", op="delete", program="mine").reason.code == "busy"
        assert save(house, mine(id="another")).status == "ok", "others may be changed meanwhile"
        house.run(1)
        assert house.state.session is not None

    def test_a_file_that_holds_something_else_is_not_touched(self, tmp_path: Path) -> None:
        (tmp_path / "programs").mkdir()
        (tmp_path / "programs" / "mine.yaml").write_text("half a program")
        house = VirtualHouse(tmp_path)
        assert save(house, MINE).status == "ok"
        assert (tmp_path / "programs" / "mine.yaml").read_text() == "half a program"
        assert (tmp_path / "programs" / "mine-2.yaml").exists()

    def test_a_disk_that_refuses_changes_nothing(self, house: VirtualHouse, tmp_path: Path) -> None:
        (tmp_path / "programs").write_text("no folder")
        result = save(house, MINE)
        assert (result.status, result.reason.code) == ("refused", "disk")
        assert "mine" not in listed(house)

    def test_there_are_never_more_than_can_be_told(self, house: VirtualHouse) -> None:
        """A pad's info has all programs in it, and a panel reads no more than 256 KiB."""
        steps = [{"repeat": 9, "steps": [{"repeat": 44, "steps": [{"id": "s", "duration": "12 s"}]}]}]
        for number in range(9):
            result = save(house, mine(id=f"long-{number}", max_total="90 min", requires={}, steps=steps))
        assert (result.status, result.reason.code) == ("refused", "too_many")
        assert len(house.broker.infos[-1].model_dump_json().encode()) < 256 * 1024


class TestDelete:
    def test_it_is_gone_and_can_be_had_again(self, house: VirtualHouse, tmp_path: Path) -> None:
        save(house, MINE)
        result = house.query("programs", op="delete", program="mine")
        assert "mine" not in listed(house)
        assert list((tmp_path / "programs").iterdir()) == []
        assert house.request("start", program="mine").status == "refused"
        assert save(house, result.result["content"]).status == "ok"
        assert "mine" in listed(house)

    def test_presets_stay(self, house: VirtualHouse) -> None:
        assert house.query("programs", op="delete", program="lower-back-ease").reason.code == "built_in"


@pytest.mark.parametrize("op", ["get", "check", "save", "delete"])
def test_home_automation_may_not(house: VirtualHouse, op: str) -> None:
    result = house.query("programs", "automation", op=op, program="lower-back-ease", content=MINE)
    assert (result.status, result.reason.code) == ("refused", "role")


def test_the_rest_of_what_was_changed_is_not_offered_any_more(house: VirtualHouse) -> None:
    base = save(house, MINE).result["base"]
    house.start("mine")
    house.run(5)
    house.port.connected = False
    house.run(3)
    house.port.connected = True
    house.run(3)
    assert house.state.offer is not None
    assert save(house, mine(title={"en": "Only another name", "de": "X"}), base).status == "ok"
    house.run(2)
    assert house.state.offer is None
