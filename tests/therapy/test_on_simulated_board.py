"""The therapy core against the real firmware core on the simulated pad, bytes and all, in told time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from poultice.description import layout
from poultice.link.conversation import BoardEventReceived, Conversation, HelloReceived, LinkLost, ReadingReceived
from poultice.simulator.board import SimulatedBoard
from poultice.therapy.pad import Pad
from poultice.therapy.programs import Program
from poultice.therapy.state import Phase, Request, Role, Status, Verb

TICK_S = 0.05


class Joined:
    """A pad and a board, joined by their conversation."""

    def __init__(self, programs: Mapping[str, Program], parameters: Mapping[str, float] | None = None) -> None:
        self.pad = Pad(layout(), programs)
        self.pad.accept_checklist(("me",))
        self.board = SimulatedBoard(seed=7, parameters=parameters)
        self.talk = Conversation()
        self.turns = 0
        self.kinds: list[str] = []
        self.hottest_c = 0.0

    @property
    def now_s(self) -> float:
        return self.turns * TICK_S

    def run(self, seconds: float) -> Joined:
        for _ in range(round(seconds / TICK_S)):
            self.turns += 1
            self.board.advance(TICK_S)
            for event in self.talk.receive(self.board.transmit(), self.now_s) + self.talk.tick(self.now_s):
                self.hear(event)
            self.answer()
        return self

    def hear(self, event: Any) -> None:
        match event:
            case HelloReceived():
                self.pad.link_up(self.now_s)
            case ReadingReceived(reading, _):
                self.pad.reading(reading, self.now_s)
                temperatures = [zone.temperature_c for zone in reading.zones]
                self.hottest_c = max([self.hottest_c, *(t for t in temperatures if t is not None)])
            case BoardEventReceived(kind, detail, press_s):
                self.pad.board_event(kind, detail, press_s, self.now_s)
            case LinkLost(sentence):
                self.pad.link_lost(self.now_s, sentence)

    def answer(self) -> None:
        demand = self.pad.tick(self.now_s)
        if self.pad.take_stop():
            self.board.receive(self.talk.stop(self.now_s))
        self.board.receive(self.talk.take_output())
        if self.talk.ready:
            self.board.receive(self.talk.demand(demand))
        self.kinds += [happening.kind for happening in self.pad.take_events()]

    def ask(self, verb: Verb, **args: Any) -> Any:
        return self.pad.request(Request(Role.PHONE, verb, f"r{self.turns}", args=args), self.now_s, True)

    def begin(self, program: str) -> Joined:
        self.run(1.0)
        assert self.ask(Verb.START, program=program).status is Status.INVITED
        self.board.press(0.5)
        return self.run(1.0)

    @property
    def view(self) -> Any:
        return self.pad.view(self.now_s)


@pytest.fixture
def joined(programs: Any, program: Any) -> Joined:
    hold = "  - {id: hold, duration: 20 min, heat: {lumbar: {target: 40 °C, ramp: 2 °C/min}}}\n"
    return Joined({**programs, "hold": program(hold, "hold")})


@pytest.mark.slow
def test_from_cold_to_40_degrees_within_a_kelvin_and_held(joined: Joined) -> None:
    joined.begin("hold")
    assert joined.view.phase is Phase.WARMING
    joined.run(600.0)
    assert joined.view.phase is Phase.RUNNING
    assert joined.hottest_c <= 40.5
    held = []
    for _ in range(60):
        joined.run(5.0)
        held.append(joined.view.zones["lumbar"].temperature_c)
    assert min(held) >= 39.8
    assert max(held) <= 40.2
    assert joined.board.observe().pad_c[0] == pytest.approx(40.0, abs=0.5)


@pytest.mark.slow
@pytest.mark.parametrize(
    "parameters",
    [
        {"supply_v": 20.0},
        {"supply_v": 26.0},
        {"pad_j_per_k": 120.0},
        {"contact_w_per_m2k": 25.0},
        {"perfusion_w_per_m2k": 40.0},
        {"room_c": 15.0},
        {"lag_s": 4.0, "noise_lsb": 2.0},
    ],
    ids=str,
)
def test_other_pads_bodies_and_supplies_too(programs: Any, program: Any, parameters: dict[str, float]) -> None:
    hold = "  - {id: hold, duration: 20 min, heat: {lumbar: {target: 40 °C}, upper_back: {target: 40 °C}}}\n"
    joined = Joined({"hold": program(hold, "hold")}, parameters).begin("hold").run(900.0)
    assert joined.hottest_c <= 40.8
    for zone in joined.view.zones.values():
        assert zone.temperature_c == pytest.approx(40.0, abs=0.2)


@pytest.mark.slow
def test_a_body_that_leaves_and_comes_back_meets_no_hotter_pad(joined: Joined) -> None:
    joined.begin("hold").run(400.0)
    joined.board.lift_off()
    joined.run(120.0)
    joined.board.lift_off(False)
    joined.run(300.0)
    assert joined.hottest_c <= 41.0
    assert joined.view.phase is Phase.RUNNING


@pytest.mark.slow
def test_the_whole_story_ends_off_and_disarmed(joined: Joined) -> None:
    joined.begin("warm").run(155.0)
    seen = joined.board.observe()
    assert (seen.armed, seen.enable, seen.duty_permille, seen.motor_pwm) == (False, False, (0, 0), (0, 0, 0, 0))
    assert joined.view.outputs_off
    assert joined.kinds[:4] == ["link_up", "invited", "button", "armed"]
    assert joined.kinds[-3:] == ["step", "finished", "disarmed"]
    assert joined.view.reason.code == "finished"


def test_a_press_while_it_warms_ends_it(joined: Joined) -> None:
    joined.begin("warm").run(20.0)
    assert joined.board.observe().armed
    joined.board.press(0.3)
    joined.run(1.0)
    assert (joined.view.phase, joined.view.reason.code) == (Phase.ENDED, "stopped_at_pad")
    assert not joined.board.observe().armed


def test_an_open_thermistor_locks_the_pad_and_says_so(joined: Joined) -> None:
    joined.begin("warm").run(20.0)
    joined.board.inject("open-ntc", zone="lumbar")
    joined.run(1.0)
    assert joined.view.phase is Phase.FAULTED
    assert "thermistor is disconnected" in joined.view.reason.text
    assert joined.view.zones["lumbar"].temperature_c is None
    assert joined.ask(Verb.START, program="rub").status is Status.REFUSED


def test_a_stop_and_the_next_start_need_a_new_press(joined: Joined) -> None:
    joined.begin("warm").run(20.0)
    joined.ask(Verb.STOP)
    joined.answer()
    assert joined.ask(Verb.START, program="warm").status is Status.INVITED
    joined.run(2.0)
    assert joined.view.phase is Phase.INVITED
    assert not joined.board.observe().armed
    joined.board.press(0.5)
    joined.run(1.0)
    assert joined.view.phase is Phase.WARMING


def test_after_a_lost_link_it_is_found_again_and_stays_off(joined: Joined) -> None:
    joined.begin("warm").run(20.0)
    joined.board.inject("lost-bytes", rate=1.0, direction="up")
    joined.run(1.5)
    assert (joined.view.phase, joined.view.reason.code) == (Phase.OFFLINE, "link_lost")
    joined.board.clear_fault("lost-bytes")
    joined.run(2.0)
    assert (joined.view.phase, joined.view.reason.code) == (Phase.IDLE, "link_back")
    assert not joined.board.observe().armed
    assert joined.view.outputs_off


def test_a_thermistor_that_comes_off_ends_the_heat_of_its_zone_alone(programs: Any, program: Any) -> None:
    both = "  - {id: hold, duration: 20 min, heat: {lumbar: {target: 40 °C}, upper_back: {target: 40 °C}}}\n"
    joined = Joined({"both": program(both, "both")}).begin("both").run(90.0)
    joined.board.inject("detached-ntc", zone="lumbar", sensor="right")
    joined.run(10.0)
    lumbar, upper_back = joined.view.zones["lumbar"], joined.view.zones["upper_back"]
    assert (lumbar.limited_by.code, joined.view.reason.code) == ("contradicting", "contradicting")
    assert joined.board.observe().duty_permille[0] == 0 < joined.board.observe().duty_permille[1]
    assert upper_back.limited_by is None
    assert joined.view.phase in (Phase.WARMING, Phase.RUNNING)
    joined.board.clear_fault("detached-ntc")
    joined.run(30.0)
    assert joined.board.observe().duty_permille[0] > 0
