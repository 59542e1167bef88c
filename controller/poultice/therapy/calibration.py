"""A measured warm-up: what was read while the program `calibration` ran, the pad that explains it, and a verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from poultice.therapy.heat.identify import Identification, StartDoubt
from poultice.therapy.heat.model import Body, start_state
from poultice.therapy.heat.parameters import Parameters
from poultice.therapy.heat.record import Record
from poultice.therapy.layout import PadLayout, ThermalModel, ZoneLayout
from poultice.therapy.state import Reading, ZoneReading

PROGRAM = "calibration"
BIN_READINGS = 5  # half a second, the finest that the fit looks at
STEP_S = 0.5
BINS_MAX = 700  # 5 min and a little
BINS_MIN = 240  # two minutes: with less nothing is said
# What the model gets wrong of a reading, as if each erred by itself: what blood, neighbour and a duty that changes
# within its window bring is 0.05 K, but for a minute. Believed more, it pulls power and mass off together.
NOISE_K = 0.3
FIT_STEPS = 80  # it crawls where winding and delay end at their bounds; a quarter of a second
MISFIT_K = 0.03  # what a small model gets wrong of sound pads
BEFORE_TICKS = 100  # without power, as far back as a delay can reach
WEAK, STRONG = 0.85, 1.15  # of the label
PAIR_K = 2.0  # the two thermistors of a zone; the board limits at 4
LAG_FACTOR = 2.5  # slower than that no thermistor is that touches what it measures
CONTACT_LEAST = 0.35  # of a person's on it
DOUBT = 1.3  # by which a fit of five lumps believes too much in itself, on pads of arithmetic
MISFIT_MAX = 3.0  # root mean square; sound pads fit within 1.6, very light ones within 2.3


@dataclass(slots=True)
class Course:
    """One zone by half seconds: mean of its hottest thermistor in °C and of the power given in W; the widest difference
    of its two thermistors in K, and what its element gives at the nominal rail, W (0: never seen)."""

    temperature_c: list[float] = field(default_factory=list)
    power_w: list[float] = field(default_factory=list)
    pair_k: float = 0.0
    element_w: float = 0.0


class Recorder:
    """Takes readings while a calibration runs. A course with a gap, or an untrusted thermistor, is none."""

    def __init__(self, zones: Sequence[str], rail_nominal_v: float) -> None:
        self._zones = tuple(zones)
        self._rail_nominal_v = rail_nominal_v
        self.begin()

    def begin(self) -> None:
        """A new warm-up."""
        self.courses = {name: Course() for name in self._zones}
        self._waiting: list[Reading] = []

    def add(self, reading: Reading) -> None:
        """One reading of the board, ten a second."""
        if any(zone.temperature_c is None for zone in reading.zones):
            self.begin()
            return
        self._waiting.append(reading)
        if len(self._waiting) == BIN_READINGS:
            for place, course in enumerate(self.courses.values()):
                self._bin(course, [each.zones[place] for each in self._waiting])
            self._waiting = []

    def _bin(self, course: Course, zones: Sequence[ZoneReading]) -> None:
        if len(course.power_w) >= BINS_MAX:
            return
        course.temperature_c.append(sum(zone.temperature_c or 0.0 for zone in zones) / len(zones))
        course.power_w.append(sum(zone.applied_w for zone in zones) / len(zones))
        course.pair_k = max(course.pair_k, *(_pair_k(zone) for zone in zones))
        rail_v = self._waiting[-1].rail_v
        if zones[-1].applied_w > 1.0 and rail_v > 1.0:  # a current flows: its resistance is measured
            course.element_w = zones[-1].full_power_w * (self._rail_nominal_v / rail_v) ** 2


def _pair_k(zone: ZoneReading) -> float:
    known = [sensor.temperature_c for sensor in zone.sensors if sensor.temperature_c is not None]
    return max(known) - min(known)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What explains a zone's course: parameters with their doubt, the course as they have it, °C by half seconds, and
    how far that is off: root mean square, in `MISFIT_K`. `verdict` is in words, "fine" alone where nothing is wrong."""

    parameters: Parameters
    model_c: tuple[float, ...]
    misfit: float
    element_w: float
    verdict: tuple[str, ...]


class _Explaining(Identification):
    """A fit that also tells its course."""

    def course_c(self, record: Record) -> tuple[float, ...]:
        """The bead in the middle of each half second that a full bin covers."""
        middles, _ = self._play(self._found[None, :], record)
        ends = np.cumsum(record.spans)
        halves = np.arange(0.5 * BIN_READINGS, ends[-1], BIN_READINGS)
        return tuple(np.interp(halves, ends - 0.5 * record.spans, middles[:, 0]).tolist())


def identify(course: Course, zone: ZoneLayout, thermal: ThermalModel, cap_w: float) -> Found:
    """The most probable pad. Raises ValueError with a sentence where there is too little to tell."""
    if len(course.power_w) < BINS_MIN:
        raise ValueError(
            f"{len(course.power_w) * STEP_S:.0f} s were measured of {zone.name}: too little to tell anything"
        )
    record = Record([0.0] * BEFORE_TICKS)
    for power_w, temperature_c in zip(course.power_w, course.temperature_c, strict=True):
        for _ in range(BIN_READINGS):
            record.add(power_w, temperature_c)
    first_c = course.temperature_c[0]
    cold = first_c < thermal.skin_c
    start = start_state(first_c, thermal.skin_c if cold else first_c, thermal.core_c)
    room_c = min(first_c, thermal.room_c + 8.0) if cold else thermal.room_c  # a cold pad is as cold as the room
    nominal = Parameters.nominal(zone, thermal, metered=True)
    fitting = _Explaining(nominal, Body.nominal(zone, thermal), room_c, start, StartDoubt(), cap_w)
    fit = fitting.improve(record, NOISE_K)
    for _ in range(FIT_STEPS):
        fit = fitting.improve(record, NOISE_K)
    model_c = fitting.course_c(record)
    misfit = _misfit(course.temperature_c, model_c)
    verdict = tuple(_verdict(course, zone, thermal, fit.parameters, misfit)) or ("fine",)
    found = Parameters(fit.parameters.mean, fit.parameters.covariance * DOUBT**2)
    return Found(found, model_c, misfit, course.element_w, verdict)


def _misfit(measured_c: Sequence[float], model_c: Sequence[float]) -> float:
    """Root mean square of what the model leaves, in `MISFIT_K`; the last readings may not fill a bin."""
    squares = [(measured - model) ** 2 for measured, model in zip(measured_c, model_c, strict=False)]
    return math.sqrt(sum(squares) / len(squares)) / MISFIT_K


def _verdict(course: Course, zone: ZoneLayout, thermal: ThermalModel, found: Parameters, misfit: float) -> list[str]:
    said = []
    share = course.element_w / zone.nominal_w
    if 0.0 < share < WEAK:
        said.append(f"element weaker than its label: {course.element_w:.0f} W instead of {zone.nominal_w:.0f} W")
    elif share > STRONG:
        said.append(f"element stronger than its label: {course.element_w:.0f} W instead of {zone.nominal_w:.0f} W")
    if course.pair_k > PAIR_K:
        said.append(f"thermistor loose? the zone's two were {course.pair_k:.1f} K apart")
    elif found.value("lag_s") - found.sigma("lag_s") > LAG_FACTOR * thermal.lag_s:
        said.append(f"thermistor loose? it takes {found.value('lag_s'):.1f} s to feel what is beside it")
    person_w_per_k = thermal.contact_w_per_m2k * zone.area_m2
    if found.value("contact_w_per_k") + found.sigma("contact_w_per_k") < CONTACT_LEAST * person_w_per_k:
        said.append("nobody on it? hardly any warmth goes into a body; lie on it and repeat this")
    if misfit > MISFIT_MAX:
        said.append("something moved: no pad explains what was measured; lie still and repeat this")
    return said


def zone_of(layout: PadLayout, name: str) -> ZoneLayout:
    """The zone of that name; KeyError where there is none."""
    return {zone.name: zone for zone in layout.zones}[name]
