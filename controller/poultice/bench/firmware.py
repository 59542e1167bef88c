"""A pad of the bench under the real firmware core: therapy, conversation and frames as they serve a board, in told
time. What is seen of it is what the bench sees: the same figures, from the same pad."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from poultice.bench import course
from poultice.bench.course import Phase, Seen
from poultice.bench.pad import TICK_S, Pad
from poultice.bench.pads import BenchPad
from poultice.description import layout
from poultice.link import facts
from poultice.link.conversation import BoardEventReceived, Conversation, Event, HelloReceived, LinkLost, ReadingReceived
from poultice.simulator.board import SimulatedBoard
from poultice.therapy.heat.contender import AT_ONCE_C_PER_S
from poultice.therapy.pad import Pad as TherapyPad
from poultice.therapy.programs import HeatStep, Program, Step, parse
from poultice.therapy.state import Request, Role, Status, Verb

ZONE = facts.ZONES[0]
TURN_S = 0.05  # the controller's tick
GREETED_S = 1.0
PRESS_S = 0.3
BEGINS_WITHIN_S = 3.0
PROGRAM = """schema: poultice-program/1
id: bench
title: {{en: Bench, de: Bench}}
evidence: convention
requires: {{zones: [{zone}]}}
max_total: 90 min
steps:
"""
STEP = "  - {{id: step-{number}, duration: {seconds:.0f} s, heat: {{{zone}: {{target: {target_c} °C}}}}}}\n"


class SessionError(Exception):
    """A session did not begin, or ended before its last step did; says why in the pad's own words."""


def program(phases: Sequence[Phase], lengths_s: Sequence[float]) -> Program:
    """The phases as a program, steps of `lengths_s`. Files may not say so, but here nothing ramps: the bench's steps of
    the set-point do not."""
    steps = [
        STEP.format(number=number, seconds=length_s, zone=ZONE.name, target_c=phase.setpoint_c)
        for number, (phase, length_s) in enumerate(zip(phases, lengths_s, strict=True))
    ]
    parsed = parse(PROGRAM.format(zone=ZONE.name) + "".join(steps), "bench.yaml")
    return replace(parsed, steps=tuple(map(_without_ramp, parsed.steps)))


def _without_ramp(step: Step) -> Step:
    return replace(step, heat={zone: HeatStep(heat.target_c, AT_ONCE_C_PER_S) for zone, heat in step.heat.items()})


class _House:
    """Board and therapy joined by their conversation, as the controller's loop joins them."""

    def __init__(self, pad: BenchPad, plays: Program) -> None:
        self.pad = Pad(pad)
        self._board = SimulatedBoard(pad.seed)
        self.pad.lay_on(self._board)
        self._therapy = TherapyPad(layout(), {plays.id: plays})
        self._therapy.accept_checklist(("me",))
        self._talk = Conversation()
        self._turns = 0
        self.asked_w = 0.0

    @property
    def now_s(self) -> float:
        """Since the board's power came."""
        return self._turns * TURN_S

    @property
    def step(self) -> int | None:
        """Which step is played; None without a session."""
        left = self._therapy.unfinished()
        return None if left is None else left.step

    @property
    def says(self) -> str:
        """What a person would read now."""
        return self._therapy.view(self.now_s).reason.text

    def turn(self) -> None:
        """TURN_S."""
        self._turns += 1
        self._board.advance(TURN_S)
        for event in self._talk.receive(self._board.transmit(), self.now_s) + self._talk.tick(self.now_s):
            self._hear(event)
        demand = self._therapy.tick(self.now_s)
        self.asked_w = demand.zones[0].power_w
        if self._therapy.take_stop():
            self._board.receive(self._talk.stop(self.now_s))
        self._board.receive(self._talk.take_output())
        if self._talk.ready:
            self._board.receive(self._talk.demand(demand))

    def _hear(self, event: Event) -> None:
        match event:
            case HelloReceived():
                self._therapy.link_up(self.now_s)
            case ReadingReceived(reading, _):
                self._therapy.reading(reading, self.now_s)
            case BoardEventReceived(kind, detail, press_s):
                self._therapy.board_event(kind, detail, press_s, self.now_s)
            case LinkLost(sentence):
                self._therapy.link_lost(self.now_s, sentence)

    def begin(self, program_id: str) -> None:
        """Invites, presses the pad's button, and turns until the first step is played."""
        while self.now_s < GREETED_S:
            self.turn()
        request = Request(Role.PHONE, Verb.START, "bench", args={"program": program_id})
        reply = self._therapy.request(request, self.now_s, True)
        if reply.status is not Status.INVITED:
            raise SessionError(reply.reason.text)
        self._board.press(PRESS_S)
        while self.step is None:
            self.turn()
            if self.now_s > GREETED_S + BEGINS_WITHIN_S:
                raise SessionError(self.says)
        self.look()

    def look(self) -> None:
        """Makes `pad` a copy of the board's, as it is now."""
        self.pad.look_at(self._board)


def run(pad: BenchPad, phases: Sequence[Phase], lengths_s: Sequence[float]) -> Iterator[Seen]:
    """Takes the whole way through the phases on this pad: a session, begun by a press on the pad's button. Raises
    SessionError."""
    plays = program(phases, lengths_s)
    house = _House(pad, plays)
    house.begin(plays.id)
    for number, phase in enumerate(phases):
        if house.step != number:
            raise SessionError(house.says)
        seen = course.begin(house.pad, phase)
        while house.step == number:
            for _ in range(round(TICK_S / TURN_S)):
                house.turn()
            house.look()
            seen.zone_c.append(house.pad.zone_c)
            seen.duty.append(house.asked_w / ZONE.nominal_w)
        yield seen
