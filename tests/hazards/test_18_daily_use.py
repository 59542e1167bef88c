"""Hazard 18: daily use for weeks. Within any 24 hours no zone has more than 10 CEM43 minutes and no pad is warm for
more than 6 hours, whoever restarts the controller and whatever the clock on the wall says.

Thirty days are replayed in told time on the therapy core, with a zone of arithmetic and the real file of budgets; the
audit counts on its own, by the time that truly passed.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hazard_figures import cem43_min
from poultice.budgets import BudgetKeeper, BudgetStore
from poultice.clock import VirtualClock
from poultice.description import layout
from poultice.therapy.limits import HostLimits
from poultice.therapy.pad import Pad
from poultice.therapy.programs import parse
from poultice.therapy.state import Reading, Request, Role, SensorReading, Verb, ZoneReading

DAY_S = 24 * 3600.0
DAY = timedelta(days=1)
BEGUN = datetime(2026, 3, 1, tzinfo=UTC)
DOSE_MAX, WARM_MAX_S = 10.0, 6 * 3600.0  # stated once more on purpose
TICK_S = 4.0  # coarse, so that a month takes half a minute; nothing here depends on it
LIMITS = HostLimits(reading_age_max_s=TICK_S)
COOLING_S = 240.0
ZONES = layout().zone_names
HEAD = """schema: poultice-program/1
id: {id}
title: {{en: A, de: A}}
evidence: convention
requires: {{zones: [lumbar, upper_back]}}
max_total: 90 min
steps:
"""
STEPS = {
    "mild": "  - {id: a, duration: 80 min, heat: {lumbar: {target: 39 °C}, upper_back: {target: 38 °C}}}\n",
    "usual": "  - {id: a, duration: 60 min, heat: {lumbar: {target: 40 °C}}}\n",
    "hot": "  - {id: a, duration: 24 min, heat: {lumbar: {target: 41 °C, ramp: 6 °C/min}}}\n",
    "hottest": "  - {id: a, duration: 5 min, heat: {lumbar: {target: 42 °C, ramp: 6 °C/min}}}\n"
    "  - {id: b, duration: 10 min, heat: {lumbar: {target: 41 °C}}}\n",
}
PROGRAMS = {name: parse(HEAD.format(id=name) + steps, f"{name}.yaml") for name, steps in STEPS.items()}


@dataclass
class Audit:
    """What truly happened, in seconds that truly passed: (when, what) within the last day."""

    dose: dict[str, deque[tuple[float, float]]] = field(default_factory=lambda: {name: deque() for name in ZONES})
    warm: deque[tuple[float, float]] = field(default_factory=deque)
    most_dose: float = 0.0
    most_warm_s: float = 0.0
    all_warm_s: float = 0.0
    sums: dict[str, float] = field(default_factory=dict)

    def count(self, at_s: float, temperatures: dict[str, float], warm: bool, dt_s: float) -> None:
        for name, temperature_c in temperatures.items():
            self._add(name, self.dose[name], at_s, cem43_min(temperature_c, dt_s))
            self.most_dose = max(self.most_dose, self.sums[name])
        self._add("warm", self.warm, at_s, dt_s if warm else 0.0)
        self.most_warm_s = max(self.most_warm_s, self.sums["warm"])
        self.all_warm_s += dt_s if warm else 0.0

    def _add(self, name: str, kept: deque[tuple[float, float]], at_s: float, amount: float) -> None:
        total = self.sums.get(name, 0.0)
        while kept and kept[0][0] <= at_s - DAY_S:
            total -= kept.popleft()[1]
        if amount > 0.0:
            kept.append((at_s, amount))
        self.sums[name] = total + amount


class Month:
    """A pad, its person, its controller that restarts, and two clocks."""

    def __init__(self, directory: Path, seed: int) -> None:
        self.directory = directory
        self.chance = random.Random(seed)
        self.clock = VirtualClock(wall=BEGUN)
        self.temperature_c = dict.fromkeys(ZONES, 33.0)
        self.audit = Audit()
        self.refused: list[str] = []
        self.ended: list[str] = []
        self.store: BudgetStore | None = None
        self.restarts = 0
        self.begin()

    def begin(self) -> None:
        self.store = BudgetStore(self.directory)
        self.pad = Pad(layout(), PROGRAMS, LIMITS, budget=self.store.budget("pad", ZONES, LIMITS))
        self.pad.prepare_heat({}, plain=True)  # the arithmetic below follows any power
        self.pad.accept_checklist(("me",))
        self.keeper = BudgetKeeper("pad", self.pad, self.store, self.clock)
        self.armed = False
        self.connect()

    def restart(self, orderly: bool) -> None:
        assert self.store is not None
        if orderly:
            self.keeper.end(self.clock.now_s())
        self.store.close()
        self.restarts += 1
        self.begin()

    def set_right(self) -> None:
        """A time service finds its server again."""
        self.clock.set_wall(BEGUN + timedelta(seconds=self.clock.now_s()))
        self.clock.synchronised = True

    def connect(self) -> None:
        self.pad.link_up(self.clock.now_s())
        self.pad.take_stop()
        self.live(2 * TICK_S)

    def wait(self, seconds: float) -> None:
        """The pad lies there unplugged."""
        self.pad.link_lost(self.clock.now_s(), "unplugged")
        self.clock.advance(seconds)
        self.temperature_c = dict.fromkeys(ZONES, 33.0)
        self.pad.tick(self.clock.now_s())
        self.keeper.look(self.clock.now_s())
        self.connect()

    def live(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK_S)):
            self.clock.advance(TICK_S)
            now_s = self.clock.now_s()
            self.pad.reading(self.reading(now_s), now_s)
            demand = self.pad.tick(now_s)
            self.keeper.look(now_s)
            if self.pad.take_stop():
                self.armed = False
            self.warm_up(demand.zones)

    def warm_up(self, zones: Any) -> None:
        """Each zone follows what is asked within half a minute, a tenth of a degree too warm; without, it cools."""
        for name, zone in zip(ZONES, zones, strict=True):
            to_c = 33.0 if zone.target_c is None else zone.target_c + 0.1
            in_s = 120.0 if zone.target_c is None else 30.0
            self.temperature_c[name] += (to_c - self.temperature_c[name]) * TICK_S / in_s
        warm = any(zone.target_c is not None for zone in zones)
        self.audit.count(self.clock.now_s(), self.temperature_c, warm, TICK_S)

    def reading(self, now_s: float) -> Reading:
        zones = tuple(
            ZoneReading(name, (SensorReading(at_c),) * 2, SensorReading(at_c), 0.0, None, 0.0, 0.0, 29.0, "none")
            for name, at_c in self.temperature_c.items()
        )  # fmt: skip
        state = "armed" if self.armed else "idle"
        left_s = 60.0 if self.armed else 0.0
        return Reading(now_s, zones, (0, 0, 0, 0), state, left_s, 1.5, 24.0, 0.1, (), (), now_s)

    def ask(self, verb: Verb, **args: Any) -> Any:
        reply = self.pad.request(Request(Role.PHONE, verb, "id", args=args), self.clock.now_s(), True)
        if self.pad.take_stop():
            self.armed = False
        return reply

    def try_to_be_warm(self) -> None:
        """The hottest that is not refused, played to its end or to a crash of the controller."""
        for name in self.chance.sample(sorted(PROGRAMS), len(PROGRAMS)):
            reply = self.ask(Verb.START, program=name)
            if reply.status == "invited":
                self.armed = True
                self.pad.board_event("armed", None, None, self.clock.now_s())
                return self.play()
            self.refused.append(reply.reason.code)
            assert "refused: " in reply.reason.text
            assert "in_s" in reply.reason.values or "rest_s" in reply.reason.values or reply.reason.values["why"]
        return self.wait(self.chance.choice([600.0, 1800.0]))

    def play(self) -> None:
        crash = self.chance.random() < 0.15
        for _ in range(91):
            self.live(60)
            if crash and self.chance.random() < 0.1:
                self.restart(orderly=False)
                break
            if self.pad.view(self.clock.now_s()).session is None:
                self.ended.append(self.pad.view(self.clock.now_s()).reason.code)
                break
        self.live(COOLING_S)


def disturb(month: Month) -> None:
    """What clocks and computers do once in a while."""
    match month.chance.randrange(12):
        case 0:
            month.restart(orderly=True)
        case 1:  # somebody sets the clock by hand, ahead or back: nothing keeps it right then
            month.clock.synchronised = False
            month.clock.set_wall(month.clock.wall() + month.chance.choice([1, -1, 30]) * DAY)
        case 2:  # it jumps, and still claims to be right
            month.clock.set_wall(month.clock.wall() + month.chance.choice([1, -1]) * DAY)
        case 3:
            month.clock.synchronised = False
            month.restart(orderly=True)
        case 4:  # the computer is switched off and on; a time service sets its clock
            month.set_right()
            month.clock.boot += "+"
            month.restart(orderly=month.chance.random() < 0.5)
        case 5 | 6:
            month.set_right()


def replay(month: Month, days: int, disturbed: bool) -> None:
    end_s = month.clock.now_s() + days * DAY_S
    while month.clock.now_s() < end_s:
        if disturbed:
            disturb(month)
        if (month.clock.now_s() % DAY_S) > 18 * 3600.0:
            month.wait(6 * 3600.0)  # a night
        month.try_to_be_warm()


def within_limits(audit: Audit) -> bool:
    return audit.most_dose <= DOSE_MAX and audit.most_warm_s <= WARM_MAX_S + TICK_S


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_18_a_week_of_as_much_heat_as_can_be_had(tmp_path: Path) -> None:
    month = Month(tmp_path, 18)
    replay(month, 7, disturbed=False)
    assert within_limits(month.audit), month.audit
    assert month.audit.most_dose > 9.0, "and it was nearly used up"
    assert month.audit.all_warm_s > 7 * 2 * 3600.0
    assert {"day_dose", "rest"} <= set(month.refused)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_18_thirty_days_with_restarts_crashes_and_clocks_that_jump(tmp_path: Path) -> None:
    month = Month(tmp_path, 1)
    replay(month, 30, disturbed=True)
    assert month.restarts > 10
    assert within_limits(month.audit), (month.audit.most_dose, month.audit.most_warm_s)
    assert month.audit.most_dose > 5.0
    assert month.audit.all_warm_s > 30 * 3600.0
