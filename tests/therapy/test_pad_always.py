"""What holds whatever happens: a random story of readings, presses, requests and cable, looked at after every tick."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from poultice.description import built_in_programs
from poultice.therapy.limits import HostLimits
from poultice.therapy.pad import Pad
from poultice.therapy.phases import IN_SESSION, PLAYING
from poultice.therapy.programs import Program
from poultice.therapy.state import Demand, Phase, Reading, Request, Role, Status, Verb

TICK_S = 0.05
LIMITS = HostLimits(automation_programs=frozenset({"warm", "hot", "warmth"}), awake_every_s=10.0, awake_answer_s=5.0)
TEMPERATURES = st.one_of(
    st.sampled_from([None, float("nan"), 20.0, 33.0, 39.0, 40.0, 42.0, 42.49, 42.5, 42.79, 42.8, 43.0, 44.0]),
    st.floats(15.0, 45.0),
)
TARGETS = st.one_of(
    st.sampled_from([29.99, 30.0, 40.0, 40.01, 41.0, 42.0, 42.01, 60.0, float("nan")]), st.floats(25.0, 50.0)
)
PROGRAM = """
  - {id: first, duration: 60 s, heat: {lumbar: {target: 40 °C, ramp: 6 °C/min}}}
  - id: second
    duration: 60 s
    heat: {lumbar: {target: 39 °C}, upper_back: {target: 38 °C}}
    massage: {pattern: wave, motors: [lower_left, lower_right], intensity: 40 %}
"""
VALUES = st.sampled_from([None, "less", "less", "more", "fine", "stop", 0, 10, 11, "a note"])
FAULTS = st.sampled_from([(), (), (), ("over_temperature_cut",), ("sensor_open",), ("gremlin",)])


class Story(RuleBasedStateMachine):
    """The board here is the worst that the link could carry: it says anything at any time."""

    programs: dict[str, Program]
    seen: set[Any]
    make_reading: Any

    @initialize(checklist=st.sampled_from([True, True, True, False]))
    def begin(self, checklist: bool) -> None:
        self.pad = Pad(self.pad_layout(), self.programs, LIMITS)
        self.now_s = 50.0
        self.linked = False
        self.checklist = checklist
        self.last: Reading | None = None  # the last one that counts
        self.armed = False  # as last heard, while no STOP is unconfirmed
        self.demand: Demand | None = None
        self.stop_at_s: float | None = None
        self.ran_s: dict[str, float] = {}
        self.nudged_from_s: float | None = None
        self.pad.accept_checklist(checklist)
        self.plug(True)
        self.time_passes(0.1, None)

    @staticmethod
    def pad_layout() -> Any:
        raise NotImplementedError

    def after(self) -> None:
        if self.pad.take_stop():
            self.armed = False
            self.stop_at_s = self.now_s
        self.pad.take_events()

    # -- What can happen

    @rule(there=st.sampled_from([True, True, False]))
    def plug(self, there: bool) -> None:
        """HELLO of a board, also of one that restarted; or the cable is pulled."""
        if there:
            self.pad.link_up(self.now_s)
            self.stop_at_s = self.now_s
        else:
            self.pad.link_lost(self.now_s, "The cable is unplugged.")
        self.linked, self.last, self.armed = there, None, False
        self.after()

    @rule(
        temperatures=st.tuples(TEMPERATURES, TEMPERATURES),
        armed=st.sampled_from([None, None, True, False]),
        faults=FAULTS,
        latched=st.booleans(),
        age_s=st.sampled_from([0.0, 0.0, 0.0, 1.0, 1.01, -0.1]),
    )
    def status(
        self, temperatures: Any, armed: bool | None, faults: tuple[str, ...], latched: bool, age_s: float
    ) -> None:
        is_armed = self.armed if armed is None else armed
        reading = self.make_reading(
            self.now_s - age_s, temperatures, armed=is_armed, faults=faults, latched=faults if latched else ()
        )
        newer = self.last is None or reading.at_s > self.last.at_s
        self.pad.reading(reading, self.now_s)
        if self.linked and newer and 0.0 <= self.now_s - reading.at_s <= 1.0:
            self.last = reading
            self.heard_armed(is_armed)
        self.after()
        self.pad.tick(self.now_s)

    def heard_armed(self, armed: bool) -> None:
        if not armed or (self.stop_at_s is not None and self.now_s - self.stop_at_s > 1.0):
            self.stop_at_s = None
        self.armed = armed and self.stop_at_s is None

    @rule(
        seconds=st.sampled_from([0.05, 0.5, 2.0, 20.0, 60.0]),
        armed=st.sampled_from([None, None, None, True, False]),
        lumbar_c=st.sampled_from([39.6, 39.6, 36.0]),
    )
    def time_passes(self, seconds: float, armed: bool | None, lumbar_c: float = 39.6) -> None:
        """With a board that does well, ten readings a second, so that stories get somewhere."""
        for i in range(max(2, round(seconds / TICK_S))):
            self.now_s = round(self.now_s + TICK_S, 6)
            if i % 2 == 0:
                self.status((lumbar_c, 33.0), armed, (), False, 0.0)
            self.ticks(0.0)

    @rule(
        program=st.sampled_from(["warm", "warm", "hot", "rub", "guided", "again"]),
        pressed=st.sampled_from([True, True, False]),
        lumbar_c=st.sampled_from([39.6, 36.0]),
    )
    def session_begins(self, program: str, pressed: bool, lumbar_c: float = 39.6) -> None:
        """As people do it: the cable is in, somebody asks, somebody presses or goes away."""
        if not self.linked:
            self.plug(True)
        self.time_passes(1.5, False, lumbar_c)
        self.ask(Verb.START, Role.PHONE, True, program=program)
        if pressed:
            self.event("armed", None)
        self.time_passes(0.5, None, lumbar_c)

    @rule(
        skips=st.sampled_from([0, 1, 2, 3, 3, 3]),
        program=st.sampled_from(["guided", "again"]),
        quiet_s=st.sampled_from([0.5, 20.0]),
    )
    def is_guided(self, skips: int, program: str, quiet_s: float) -> None:
        """As people do it, too: through the steps, and now and then nothing is heard of them."""
        self.session_begins(program, True)
        for _ in range(skips):
            self.ask(Verb.SKIP, Role.PHONE, True)
            self.time_passes(0.5, None)
        self.time_passes(quiet_s, None)

    @rule(jump_s=st.sampled_from([0.0, 0.05, 0.05, 1.0, 1.01, 700.0]))
    def ticks(self, jump_s: float) -> None:
        self.now_s += jump_s
        before = self.pad.view(self.now_s)
        self.demand = self.pad.tick(self.now_s)
        self.after()
        if before.session is not None and before.phase is not Phase.PAUSED:
            self.ran_s[before.session.id] = self.ran_s.get(before.session.id, 0.0) + (jump_s or TICK_S)
        self.look(before.session)

    @rule(
        kind=st.sampled_from(["armed", "disarmed", "button_pressed", "button_released", "refused", "fault", "cleared"]),
        detail=st.sampled_from([None, "button", "expired", "stop", "latched", "sensor_open", "over_temperature_cut"]),
    )
    def event(self, kind: str, detail: str | None) -> None:
        self.pad.board_event(kind, detail, 0.5, self.now_s)
        if self.linked and kind in ("armed", "disarmed"):
            self.heard_armed(kind == "armed")
        self.after()

    @rule(role=st.sampled_from(Role), program=st.sampled_from(["warm", "rub", "hot", "none"]), fresh=st.booleans())
    def start(self, role: Role, program: str, fresh: bool) -> None:
        reply = self.ask(Verb.START, role, fresh, program=program)
        assert self.checklist or reply.status is Status.REFUSED

    @rule(role=st.sampled_from(Role), fresh=st.booleans(), verb=st.sampled_from(Verb))
    def anything(self, role: Role, fresh: bool, verb: Verb) -> None:
        self.ask(verb, role, fresh)

    @precondition(lambda self: self.pad.view(self.now_s).phase is Phase.IDLE)
    @rule(role=st.sampled_from([*Role, None]), allowed=st.booleans())
    def nudge(self, role: Role | None, allowed: bool) -> None:
        """Somebody, or the coach, on a pad that is at rest."""
        self.pad.allow_nudges(allowed)
        if role is None:
            why = self.pad.nudge(self.now_s)
            assert self.checklist or why is not None
        else:
            reply = self.ask(Verb.NUDGE, role, True)
            assert allowed or role is Role.PHONE or reply.status is Status.REFUSED
        self.after()
        self.time_passes(2.0, None)

    @rule(role=st.sampled_from(Role), zone=st.sampled_from(["lumbar", "upper_back"]), wish_c=TARGETS)
    def adjust(self, role: Role, zone: str, wish_c: float) -> None:
        reply = self.ask(Verb.ADJUST, role, True, zone=zone, target=wish_c)
        assert reply.status is not Status.ACCEPTED or reply.applied["target"] == wish_c

    @rule(
        role=st.sampled_from(Role),
        fresh=st.booleans(),
        args=st.sampled_from(
            [
                {"zone": "lumbar", "heat": "on"},
                {"zone": "lumbar", "heat": "off"},
                {"massage": "on"},
                {"massage": "off"},
                {"level": 3},
                {"pattern": "tap"},
            ]
        ),
    )
    def switch(self, role: Role, fresh: bool, args: dict[str, Any]) -> None:
        """As a thermostat and a fan speak; what was switched off asks for nothing."""
        reply = self.ask(Verb.ADJUST, role, fresh, **args)
        if args.get("heat") == "off":
            assert reply.status is Status.ACCEPTED
            assert self.pad.tick(self.now_s).zones[0].target_c is None
        self.after()

    @precondition(lambda self: self.pad.view(self.now_s).phase in IN_SESSION)
    @rule(percent=st.sampled_from([0, 17, 18, 100]))
    def rub(self, percent: int) -> None:
        self.ask(Verb.ADJUST, Role.PHONE, True, intensity=percent)

    @precondition(lambda self: self.pad.view(self.now_s).phase in IN_SESSION)
    @rule(question=st.sampled_from(["next", "awake", "comfort", "pain", "note"]), value=VALUES, fresh=st.booleans())
    def answers(self, question: str, value: Any, fresh: bool) -> None:
        self.ask(Verb.ANSWER, Role.PHONE, fresh, question=question, value=value)

    @rule(program=st.sampled_from(["warm", "guided"]), step=st.integers(-1, 5))
    def rest_is_offered_and_asked_for(self, program: str, step: int) -> None:
        before = self.pad.view(self.now_s).session
        self.pad.offer_rest(program, self.programs[program].content_hash, step, "me", self.now_s)
        assert (self.pad.view(self.now_s).session is None) == (before is None), "an offer starts nothing"
        self.ask(Verb.START, Role.PHONE, True, program=program, rest=True)

    @precondition(lambda self: self.pad.view(self.now_s).phase in IN_SESSION)
    @rule(verb=st.sampled_from([Verb.PAUSE, Verb.RESUME]))
    def pauses_or_goes_on(self, verb: Verb) -> None:
        self.ask(verb, Role.PHONE, True)

    def ask(self, verb: Verb, role: Role, fresh: bool, **args: Any) -> Any:
        reply = self.pad.request(Request(role, verb, "id", args=args), self.now_s, fresh)
        self.after()
        assert reply.reason.text
        if verb is Verb.STOP:
            assert self.stop_at_s == self.now_s
            assert self.pad.view(self.now_s).phase not in IN_SESSION
        return reply

    # -- What always holds

    def look(self, before: Any) -> None:
        demand, view = self.demand, self.pad.view(self.now_s)
        assert demand is not None
        assert demand.reason.text
        assert view.reason.text
        if (asked := view.session and view.session.asked) is not None:
            self.seen.add(asked.question)
        if any(zone.limited_by is not None and zone.limited_by.code == "asleep" for zone in view.zones.values()):
            self.seen.add("asleep")
            assert all(zone.target_c is None or zone.target_c <= 38.0 for zone in demand.zones)
        if view.session is not None and before is not None and before.id == view.session.id:
            assert view.session.remaining_s <= before.remaining_s + 1e-6
        for i, zone in enumerate(demand.zones):
            self.look_at_zone(i, zone, view)
        if view.phase not in PLAYING:
            assert all(zone.target_c is None and zone.power_w == 0.0 for zone in demand.zones)
            self.look_at_nudge(demand, view)

    def look_at_nudge(self, demand: Demand, view: Any) -> None:
        """Outside of a session the motors only ever nudge: softly, and for no longer than three seconds."""
        if not any(demand.motors_percent):
            self.nudged_from_s = None
            return
        self.seen.add("nudge")
        assert view.phase is Phase.IDLE
        assert max(demand.motors_percent) <= 30
        self.nudged_from_s = self.now_s if self.nudged_from_s is None else self.nudged_from_s
        assert self.now_s - self.nudged_from_s <= 3.0

    def look_at_zone(self, index: int, zone: Any, view: Any) -> None:
        assert 0.0 <= zone.power_w <= 30.0
        if zone.target_c is None:
            assert zone.power_w == 0.0
            return
        assert zone.target_c <= 42.0
        self.seen.add("heat")
        assert self.armed
        assert view.armed
        assert self.last is not None
        assert self.now_s - self.last.at_s <= 1.0
        sensors = [sensor.temperature_c for sensor in self.last.zones[index].sensors]
        assert all(at is not None and at == at for at in sensors)  # noqa: PLR0124 - NaN differs from itself
        assert not self.last.latched_faults
        if zone.power_w > 0.0:
            assert max(at for at in sensors if at is not None) < 42.8

    @invariant()
    def no_session_outlives_its_program(self) -> None:
        if not hasattr(self, "pad"):
            return
        view = self.pad.view(self.now_s)
        self.seen.add(view.phase)
        if (session := view.session) is not None:
            longest_s = self.programs[session.program].max_total_s
            assert 0.0 <= session.elapsed_s <= longest_s
            assert (
                self.ran_s.get(session.id, 0.0) + session.remaining_s <= longest_s + 60.0
            )  # no more than one jump off
            assert self.ran_s.get(session.id, 0.0) <= longest_s + 60.0


@pytest.fixture
def story(program: Any, programs: Any, reading: Any, layout: Any) -> type[Story]:
    class Told(Story):
        pass

    Told.programs = {**programs, **built_in_programs(), "warm": program(PROGRAM, "warm", "3 min")}
    Told.seen = set()
    Told.make_reading = staticmethod(reading)
    Told.pad_layout = staticmethod(lambda: layout)  # type: ignore[method-assign]
    return Told


@pytest.mark.slow
def test_whatever_happens_heat_is_never_asked_for_where_it_must_not_be(story: type[Story]) -> None:
    run_state_machine_as_test(
        story,
        settings=settings(
            max_examples=80,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,  # a story that fails here fails everywhere
            suppress_health_check=list(HealthCheck),
        ),
    )
    told_of = {*Phase, "nudge", "heat", "asleep", "awake", "comfort", "pain"}
    assert story.seen == told_of  # else it told of nothing
