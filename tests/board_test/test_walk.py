"""A fresh board on the bench: the real firmware core, sound and broken, walked along in virtual time."""

from __future__ import annotations

import io
import json

import pytest
from poultice.board_test import command
from poultice.board_test.bench import Bench, demand
from poultice.board_test.command import Options
from poultice.board_test.expected import Wanted
from poultice.board_test.person import AtConsole, Deed
from poultice.board_test.rehearsal import AtSimulator, new_board
from poultice.board_test.rows import Row, Verdict
from poultice.board_test.walk import walk
from poultice.clock import VirtualClock
from poultice.errors import CableError, SetupError
from poultice.link import contract, facts
from poultice.simulator.board import SimulatedBoard
from poultice.simulator.faults import parse_spec
from poultice.simulator.port import SimulatedPort
from rich.console import Console

LOOKED_AT = (
    "firmware", "board's own number", "self-tests", "faults",
    *(f"thermistor {n.replace('_', ' ')}" for n in facts.SENSORS),
    "thermistor witness lumbar", "thermistor witness upper back", "current at rest", "heaters' rail at rest",
    "button, press 1", "trip, test 1 of 2", "heater lumbar", "rail with lumbar on", "only lumbar is on",
    "STOP after lumbar", "rail 0.5 s after lumbar", "button, press 2", "trip, test 2 of 2", "heater upper back",
    "rail with upper back on", "only upper back is on", "STOP after upper back", "rail 0.5 s after upper back",
    "light", "buzzer", *(f"motor {m.name.replace('_', ' ')}{more}" for m in facts.MOTORS for more in ("", ", felt")),
    "thermistors unplugged", "cleared by a long press",
)  # fmt: skip


class Attentive(AtSimulator):
    """Somebody who also looks, as long as it takes, and says the same to everything; keeps what was asked."""

    def __init__(self, board: SimulatedBoard, clock: VirtualClock, answer: bool = True, takes_s: float = 0.0) -> None:
        super().__init__(board)
        self._clock, self._answer, self._takes_s = clock, answer, takes_s
        self.deeds: list[Deed] = []

    def please(self, deed: Deed) -> None:
        self.deeds.append(deed)
        super().please(deed)

    def sees(self, question: str) -> bool | None:
        self._clock.advance(self._takes_s)
        return self._answer


class Absent:
    """Nobody."""

    def please(self, deed: Deed) -> None:
        pass

    def sees(self, question: str) -> bool | None:
        return None


class Leaves(AtSimulator):
    """Presses Ctrl-C where the second press is asked for: the first zone was warmed by then."""

    presses = 0

    def please(self, deed: Deed) -> None:
        self.presses += deed is Deed.PRESS
        if self.presses == 2:
            raise KeyboardInterrupt
        super().please(deed)


class Setup:
    """One board, its cable and its time."""

    def __init__(self, *faults: str) -> None:
        self.clock = VirtualClock()
        self.board = new_board(parse_spec(fault) for fault in faults)
        self.bench = Bench(SimulatedPort(self.board), self.clock)

    def rows(self, *, unplug: bool = True, wanted: Wanted | None = None) -> dict[str, Row]:
        walked = walk(self.bench, Attentive(self.board, self.clock), wanted or Wanted(), unplug)
        return {row.subject: row for row in walked}


def of(rows: dict[str, Row], verdict: Verdict) -> set[str]:
    return {name for name, row in rows.items() if row.verdict is verdict}


def test_a_sound_board_is_good_in_every_row_and_left_at_rest() -> None:
    setup = Setup()
    rows = setup.rows()
    assert tuple(rows) == LOOKED_AT
    assert of(rows, Verdict.GOOD) == set(LOOKED_AT)
    assert not any(row.remedy for row in rows.values())
    setup.bench.leave()
    seen = setup.board.observe()
    assert not any((seen.armed, seen.latched, seen.rail_on, *seen.duty_permille, *seen.motor_pwm))
    assert max(seen.peak_pad_c) < 25.0, "four seconds of warmth, no more"


def test_it_takes_no_harm_from_a_person_who_answers_slowly() -> None:
    setup = Setup()
    person = Attentive(setup.board, setup.clock, takes_s=20.0)
    rows = list(walk(setup.bench, person, Wanted(), unplug=True))
    assert {row.verdict for row in rows} == {Verdict.GOOD}
    assert person.deeds == [Deed.PRESS, Deed.PRESS, Deed.UNPLUG, Deed.PLUG, Deed.HOLD]


def test_what_a_person_does_not_see_is_bad() -> None:
    setup = Setup()
    rows = list(walk(setup.bench, Attentive(setup.board, setup.clock, answer=False), Wanted(), unplug=False))
    bad = {row.subject for row in rows if row.verdict is Verdict.BAD}
    assert bad == {"light", "buzzer", *(f"motor {m.name.replace('_', ' ')}, felt" for m in facts.MOTORS)}


BROKEN = {
    "open-ntc,zone=lumbar,sensor=left": {"faults", "thermistor lumbar left"},
    "shorted-ntc,zone=upper_back,sensor=witness": {
        "thermistor witness upper back",
        "trip, test 1 of 2",
        "trip, test 2 of 2",
    },
    "drifting-ntc,zone=lumbar,offset=-5,rate=1": {"thermistor lumbar left"},
    "open-heater,zone=upper_back": {"heater upper back", "faults after trip and heater upper back"},
    "shorted-mosfet,zone=lumbar": {"faults after trip and heater lumbar"},
    "stuck-rail": {"faults", "heaters' rail at rest"},
    "dead-trip": {"trip, test 1 of 2", "trip, test 2 of 2"},
    "false-trip": {"faults"},
    "supply-dip,percent=40": {"rail with lumbar on", "rail with upper back on"},
    "motor-stall,motor=upper_left": {"motor upper left"},
    "stuck-motor,motor=lower_right": {"faults", "current at rest"},
    "failed-self-test,test=ram": {"self-tests", "faults"},
    "dead-adc": {"faults", *(name for name in LOOKED_AT if name.startswith("thermistor "))},
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_board_is_bad_where_it_is_broken_and_says_what_to_do(fault: str) -> None:
    rows = Setup(fault).rows(unplug=False)
    bad = of(rows, Verdict.BAD)
    assert bad == BROKEN[fault]
    assert all(rows[name].remedy for name in bad)
    if any(name.startswith("faults") for name in bad):
        assert "the board is locked" in rows["motor lower left"].remedy, "no word of what a locked board does not show"


def test_a_stuck_button_and_a_person_who_does_not_press() -> None:
    setup = Setup()
    rows = {row.subject: row for row in walk(setup.bench, Absent(), Wanted(), unplug=False)}
    assert of(rows, Verdict.BAD) == {"button, press 1", "trip, test 1 of 2", "button, press 2", "trip, test 2 of 2"}
    assert rows["heater lumbar"].verdict is Verdict.LEFT_OUT
    stuck = Setup("stuck-button").rows(unplug=False)
    assert of(stuck, Verdict.BAD) == {"faults", *of(rows, Verdict.BAD)}


def test_the_elements_are_measured_by_what_hangs_there() -> None:
    rows = Setup().rows(unplug=False, wanted=Wanted(element_ohm=25.0))
    assert of(rows, Verdict.BAD) == {"heater lumbar", "heater upper back"}
    least, _, most, unit = rows["heater lumbar"].must_be.split()
    assert 800 < float(least) < 900
    assert 1000 < float(most) < 1100
    assert unit == "mA"


def test_resistors_in_place_of_thermistors_are_25_degrees() -> None:
    setup = Setup()
    setup.board.warm(25.4)
    assert not of(setup.rows(unplug=False, wanted=Wanted(resistors=True)), Verdict.BAD)
    setup = Setup()
    setup.board.warm(21.0)
    bad = of(setup.rows(unplug=False, wanted=Wanted(resistors=True)), Verdict.BAD)
    assert bad == {name for name in LOOKED_AT if name.startswith("thermistor ")}


def test_a_board_at_work_is_refused_and_goes_on() -> None:
    setup = Setup()
    setup.board.advance(3.0)
    setup.board.press(0.6)
    setup.board.advance(3.0)
    assert setup.board.observe().armed
    with pytest.raises(SetupError, match="at work"):
        setup.rows()
    setup.bench.leave()
    assert setup.board.observe().armed, "nothing was sent that acts"


def test_a_board_that_massages_is_refused_too() -> None:
    setup = Setup()
    other = Bench(SimulatedPort(setup.board), setup.clock)
    other.greet()
    other.wish(demand(motor=2))
    other.run(2.0)
    with pytest.raises(SetupError, match="at work"):
        setup.bench.greet()


def test_nothing_on_the_cable() -> None:
    with pytest.raises(CableError, match="No board answers"):
        Setup("frozen-mcu").rows()


def test_interrupted_it_says_stop() -> None:
    setup = Setup()
    with pytest.raises(KeyboardInterrupt):
        list(walk(setup.bench, Leaves(setup.board), Wanted(), unplug=True))
    setup.bench.wish(demand(0, 30.0, 40.0))
    setup.bench.leave()
    assert not any(setup.board.observe().duty_permille)
    assert not setup.board.observe().armed


def test_a_board_of_another_contract_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "FACTS_HASH", facts.FACTS_HASH ^ 1)
    rows = Setup().rows()
    assert of(rows, Verdict.BAD) == {"firmware"}
    assert tuple(rows) == LOOKED_AT[:2], "nothing is asked of it"
    assert "poultice flash" in rows["firmware"].remedy


# -- The command -------------------------------------------------------------------------------------------------------


def test_the_rehearsal_prints_a_table_and_what_nobody_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(Options(port="simulated", table=True))
    out, lines = capsys.readouterr()
    assert "Tested by" in out
    assert "Left out" in out
    assert len([line for line in lines.splitlines() if line.startswith("good")]) > 30
    assert "→ Press" in lines


def test_json_has_each_row_and_a_fault_ends_it_with_false(capsys: pytest.CaptureFixture[str]) -> None:
    options = Options(port="simulated", faults=("open-heater,zone=lumbar",), as_json=True, unplug=False)
    assert not command.run(options)
    rows = json.loads(capsys.readouterr().out)
    assert {row["verdict"] for row in rows} == set(Verdict)
    assert all(set(row) == {"subject", "verdict", "measured", "must_be", "remedy"} for row in rows)
    assert contract.Fault.HEATER_OPEN.name.lower() in json.dumps(rows)


@pytest.mark.parametrize(("typed", "answer"), [("y\n", True), ("what\nNo \n", False)])
def test_somebody_at_the_keyboard_is_told_what_to_type(
    typed: str, answer: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    console = Console(stderr=True)
    assert AtConsole(console, looks=True).sees("Did it beep?") is answer
    assert capsys.readouterr().err.startswith("? Did it beep? (y/n) ")
    assert AtConsole(console, looks=False).sees("Did it beep?") is None


class Cut(SimulatedPort):
    """Somebody pulls USB while it heats."""

    def write(self, data: bytes) -> None:
        if any(self.board.observe().duty_permille):
            raise OSError(5, "Input/output error")
        super().write(data)


def test_a_cable_that_is_pulled_is_a_sentence_and_the_board_ends_by_itself() -> None:
    setup = Setup()
    bench = Bench(Cut(setup.board), setup.clock)
    with pytest.raises(CableError, match="cable is out"):
        list(walk(bench, AtSimulator(setup.board), Wanted(), unplug=True))
    bench.leave()
    setup.board.advance(2.0)
    assert not any(setup.board.observe().duty_permille)
