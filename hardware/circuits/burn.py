"""All software wrong and one part broken: how hot the element gets, the skin too, until trip or bimetal ends it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from generator.facts_model import Facts

from circuits.bimetal import Bimetals, earliest_c, early_c, latest_c
from circuits.check import Check
from circuits.ngspice import CircuitError
from circuits.pad import BarePad
from circuits.trip_point import worst

STEP_S = 0.01
LOOK_STEPS = 10
FROM_C = 42.0  # the hottest that a program may hold: from here all software is wrong, and every switch is told on
LASTS_S = 1800.0
DOSE_MAX_CEM43 = 60.0
ZONES_W = (20.0, 25.0, 30.0)
COVERED = {"cover_w_per_m2k": 1.0, "skin_start_c": 36.0}  # under a blanket, on a warm person
FOLDED = {**COVERED, "contact_w_per_m2k": 20.0, "skin_to_tissue_w_per_m2k": 30.0}  # and hardly touching it
CREEPING_W = (15.0, 16.0, 17.0)  # by which a covered zone settles just below its bimetal, or takes longest to pass it
UNCHOSEN_C = 50.0  # as bought, 45 ± 5 °C, at its latest
HOT_PLACE_K_PER_W = 0.02  # by which the hottest place is above the trip's bead: twice what the simulated pad has
SLOW_BEAD_S = 5.0  # in a thick sleeve, two and a half times the facts'


@dataclass(frozen=True, slots=True)
class Case:
    """Which part is broken, on which pad."""

    name: str
    zone_w: float
    pad: dict[str, float]
    lag_s: float
    late_k: float  # by which the trip turns above its nominal temperature
    supply_v: float | None = None
    lower_shorted: bool = False
    upper_shorted: bool = False
    trip_lost: bool = False
    bimetal_c: float | None = None  # where the bimetals open; None: they never do, and the trip is alone


@dataclass(slots=True)
class Course:
    """What became of it: time since the software went wrong in s, hottest place in °C."""

    case: Case
    time_s: list[float] = field(default_factory=list)
    hottest_c: list[float] = field(default_factory=list)
    cem43: float = 0.0
    off_s: float = float("nan")

    @property
    def peak_c(self) -> float:
        """Of the element's surface."""
        return max(self.hottest_c)


def cem43_min(celsius: float, seconds: float) -> float:
    """Minutes at 43 °C that are worth as much (Sapareto and Dewey 1984); nothing below 39 °C."""
    if celsius < 39.0:
        return 0.0
    return seconds / 60 * float((0.5 if celsius >= 43.0 else 0.25) ** (43.0 - celsius))


def play(case: Case, facts: Facts) -> Course:
    """From FROM_C at full power, 30 minutes long. The trip drops the rail and holds the lower gates down."""
    pad = BarePad(
        **case.pad, element_w=case.zone_w, lag_s=case.lag_s, witness_offset_k=-case.late_k, gradient_k_per_w=0.0,
        **({"supply_v": case.supply_v} if case.supply_v else {}),
    )  # fmt: skip
    pad.plant.comparator_dead = case.trip_lost
    pad.plant.upper_stuck = case.upper_shorted
    for zone in range(2):
        pad.plant.mosfet_shorted[zone] = case.lower_shorted
    pad.warm(FROM_C)
    course = Course(case)
    bimetals = Bimetals(facts.circuit.bimetal, case.bimetal_c or math.inf, FROM_C, len(facts.zones))
    for step in range(round(LASTS_S / STEP_S)):
        pad.bimetals(bimetals.is_open)
        pad.step(not pad.plant.latched, STEP_S)
        if step % LOOK_STEPS == 0:
            bimetals.step(list(pad.plant.pad_c), pad.plant.rail_v, LOOK_STEPS * STEP_S)
            _look(course, pad, bimetals, step * STEP_S)
    return course


def _look(course: Course, pad: BarePad, bimetals: Bimetals, now_s: float) -> None:
    hottest_c = max(pad.plant.pad_c[zone] + HOT_PLACE_K_PER_W * pad.plant.smoothed_w[zone] for zone in range(2))
    course.time_s.append(now_s)
    course.hottest_c.append(hottest_c)
    course.cem43 += cem43_min(hottest_c, LOOK_STEPS * STEP_S)
    if (pad.plant.latched or all(bimetals.is_open)) and math.isnan(course.off_s):
        course.off_s = now_s


@dataclass(frozen=True, slots=True)
class Result:
    """All courses: those that the trip ends, on the brightest supply too, and those without a trip."""

    ended: list[Course]
    bright: Course
    lost: list[Course]  # the trip's work left to the bimetals at their latest
    unchosen: Course
    worst: Course  # the trip lost, and of all powers the one that creeps
    latest_c: float  # of the trip, all parts at their worst
    felt_c: float  # by a bimetal in the hottest moment of a sound session
    earliest_c: float  # at which one may open

    def checks(self) -> list[Check]:
        """Beside their limits."""
        hottest = max(self.ended, key=lambda course: course.peak_c)
        late = max(self.lost, key=lambda course: course.peak_c)
        bare = self.unchosen
        return [
            *(_dose(course) for course in self.ended),
            Check("hottest element surface of these", hottest.peak_c, "°C"),
            Check(f"added CEM43 at {self.bright.case.supply_v:g} V, {self.bright.case.name}", self.bright.cem43, "min"),
            *(_dose(course) for course in self.lost),
            Check("hottest element surface of those", late.peak_c, "°C"),
            Check("a bimetal in a sound session, full power at 42 °C, feels at most", self.felt_c, "°C",
                  most=self.earliest_c),
            Check(f"residual: {bare.case.name}: added CEM43 in 30 min", bare.cem43, "min"),
            Check(
                f"residual: trip lost, software that gives a covered zone {self.worst.case.zone_w:g} W: added CEM43",
                self.worst.cem43, "min",
            ),
            Check(
                f"residual: software that holds the pad just below the trip, {self.latest_c:.1f} °C: CEM43 a minute",
                cem43_min(self.latest_c, 60.0), "min",
            ),
        ]  # fmt: skip


def _dose(course: Course) -> Check:
    name = f"added CEM43, {course.case.name}, {course.case.zone_w:g} W"
    return Check(name, course.cem43, "min", most=DOSE_MAX_CEM43)


def run(facts: Facts) -> Result:
    """Computes it. Raises CircuitError."""
    if len(facts.zones) != 2:
        raise CircuitError("hardware/facts.toml has other than two zones: teach hardware/circuits/pad.py their number.")
    late_k = _late_k(facts)
    ended = [play(case, facts) for watts in ZONES_W for case in _faults(facts, watts, late_k)]
    lost = [play(case, facts) for watts in ZONES_W for case in without_trip(facts, watts)]
    unchosen = Case(
        f"trip lost, and a bimetal that nobody measured ({UNCHOSEN_C:g} °C)", 30.0, COVERED, facts.ntc.lag_s, 0.0,
        trip_lost=True, bimetal_c=UNCHOSEN_C,
    )  # fmt: skip
    creeping = [play(without_trip(facts, watts)[0], facts) for watts in CREEPING_W]
    worst = max(creeping, key=lambda course: course.cem43)
    bright_v = facts.board.rail_max_mv / 1000
    bright = Case("covered, latest trip, slow bead", 30.0, COVERED, SLOW_BEAD_S, late_k, bright_v, upper_shorted=True)
    felt_c = early_c(facts, FROM_C + HOT_PLACE_K_PER_W * max(zone.nominal_w for zone in facts.zones))
    latest_trip_c = facts.trip.comparator_c + late_k
    return Result(
        ended, play(bright, facts), lost, play(unchosen, facts), worst, latest_trip_c, felt_c, earliest_c(facts)
    )


def without_trip(facts: Facts, watts: float) -> list[Case]:
    """The trip broke since the press that tested it; every switch is on, and the bimetals open at their latest."""
    latest = latest_c(facts)
    name = "trip lost since arming, latest bimetal"
    names = ((f"{name}, covered", COVERED), (f"{name}, folded", FOLDED))
    return [
        Case(name, watts, pad, facts.ntc.lag_s, 0.0, trip_lost=True, upper_shorted=True, bimetal_c=latest)
        for name, pad in names
    ]


def _late_k(facts: Facts) -> float:
    """By how much the worst trip of all tolerances turns too hot."""
    around = (facts.trip.comparator_c - 3, facts.trip.comparator_c + 3)
    supplies = (facts.circuit.logic_min_mv / 1000, facts.circuit.logic_max_mv / 1000)
    return worst(facts, around, supplies)[1] - facts.trip.comparator_c


def _faults(facts: Facts, watts: float, late_k: float) -> list[Case]:
    lag_s = facts.ntc.lag_s
    return [
        Case("lower switches shorted, covered", watts, COVERED, lag_s, 0.0, lower_shorted=True),
        Case("upper switch shorted, covered, latest trip", watts, COVERED, lag_s, late_k, upper_shorted=True),
        Case("the same, folded", watts, FOLDED, lag_s, late_k, upper_shorted=True),
        Case("the same, folded, slow bead", watts, FOLDED, SLOW_BEAD_S, late_k, upper_shorted=True),
    ]
