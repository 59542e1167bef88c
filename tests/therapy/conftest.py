"""A pad to be played with in told time, and the few programs and readings that its tests need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from poultice.therapy.layout import MotorLayout, PadLayout, ThermalModel, ZoneLayout
from poultice.therapy.limits import HostLimits
from poultice.therapy.pad import Pad
from poultice.therapy.programs import Program, parse
from poultice.therapy.state import Demand, Reading, Reply, Request, Role, SensorReading, Verb, ZoneReading
from poultice.therapy.view import PadHappening, PadView

LAYOUT = PadLayout(
    zones=(ZoneLayout("lumbar", 0.06, 30.0), ZoneLayout("upper_back", 0.06, 30.0)),
    motors=(
        MotorLayout("upper_left", -0.08, 0.12, 18),
        MotorLayout("upper_right", 0.08, 0.12, 18),
        MotorLayout("lower_left", -0.08, -0.12, 18),
        MotorLayout("lower_right", 0.08, -0.12, 18),
    ),
    thermal=ThermalModel(),
)

HEAD = """
schema: poultice-program/1
id: {id}
title: {{en: {id} en, de: {id} de}}
evidence: convention
requires: {{zones: [lumbar, upper_back], motors: [lower_left, lower_right]}}
max_total: {max_total}
steps:
"""

PROGRAMS = {
    "warm": """
  - {id: first, duration: 60 s, heat: {lumbar: {target: 40 °C, ramp: 6 °C/min}}}
  - id: second
    duration: 60 s
    heat: {lumbar: {target: 39 °C}, upper_back: {target: 38 °C}}
    massage: {pattern: steady, motors: [lower_left, lower_right], intensity: 40 %}
  - {id: third, duration: 30 s, heat: {lumbar: {target: 38 °C}}}
""",
    "rub": """
  - {id: one, duration: 60 s, massage: {pattern: steady, motors: [lower_left, lower_right], intensity: 40 %}}
  - {id: two, duration: 60 s, massage: {pattern: pulse, motors: [lower_left], intensity: 50 %, tempo: 0.5 Hz}}
""",
    "warm-then-rub": """
  - {id: warm, duration: 30 s, heat: {lumbar: {target: 39 °C}}}
  - {id: rub, duration: 300 s, massage: {pattern: steady, motors: [lower_left], intensity: 40 %}}
""",
    "hot": """
  - {id: hot, duration: 350 s, heat: {lumbar: {target: 42 °C, ramp: 6 °C/min}}}
  - {id: less, duration: 400 s, heat: {lumbar: {target: 41 °C}}}
""",
    "guided": """
  - {id: warm, duration: 60 s, heat: {lumbar: {target: 40 °C}}}
  - {id: check, duration: 20 s, heat: {lumbar: {target: 40 °C}}, ask: comfort}
  - id: stretch
    duration: 60 s
    heat: {lumbar: {target: 38 °C}}
    massage: {pattern: steady, motors: [lower_left], intensity: 40 %}
    card: bend
    wait: person
  - {id: pain, duration: 60 s, ask: pain, wait: person}
  - {id: rest, duration: 30 s}
cards:
  bend:
    kind: stretch
    title: {en: Bend, de: Beugen}
    text: {en: Bend. Come back., de: Beug dich. Komm zurück.}
    caution: {en: Slowly., de: Langsam.}
    repetitions: 5
""",
    "again": """
  - {id: warm, duration: 60 s, heat: {lumbar: {target: 39 °C}}}
  - {id: still, duration: 10 min, massage: {pattern: tap, motors: [lower_left, lower_right], intensity: 40 %}}
  - {id: button, duration: 120 s, wait: press}
  - {id: warm-again, duration: 60 s, heat: {lumbar: {target: 38 °C}}}
""",
    "long": """
  - {id: long, duration: 85 min, heat: {lumbar: {target: 40 °C}}}
  - {id: tail, duration: 5 min, heat: {lumbar: {target: 38 °C}}}
""",
}


def program(steps: str, program_id: str = "test", max_total: str = "90 min") -> Program:
    """A program of its steps alone."""
    return parse(HEAD.format(id=program_id, max_total=max_total) + steps.lstrip("\n"), f"{program_id}.yaml")


@pytest.fixture(name="program")
def program_fixture() -> Any:
    return program


@pytest.fixture(scope="session")
def layout() -> PadLayout:
    return LAYOUT


@pytest.fixture(scope="session")
def programs() -> dict[str, Program]:
    return {name: program(steps, name) for name, steps in PROGRAMS.items()}


def reading(
    at_s: float,
    temperature_c: float | tuple[float | None, float | None] | None = 30.0,
    *,
    armed: bool = False,
    motors: tuple[int, ...] = (0, 0, 0, 0),
    applied_w: float = 0.0,
    asked_w: float = 0.0,
    limited_by: str = "none",
    faults: Iterable[str] = (),
    latched: Iterable[str] = (),
    state: str | None = None,
    apart_k: float = 0.5,
) -> Reading:
    """A STATUS with each zone at its temperature; None is an untrusted thermistor. Its other thermistor is cooler by
    `apart_k`."""
    both = temperature_c if isinstance(temperature_c, tuple) else (temperature_c, temperature_c)
    zones = tuple(
        ZoneReading(
            name=name,
            sensors=(SensorReading(at, "trusted" if at is not None else "open"), SensorReading((at or 29.0) - apart_k)),
            witness=SensorReading(at),
            asked_w=asked_w,
            target_c=None,
            applied_w=applied_w,
            duty=applied_w / 29.4,
            full_power_w=29.4,
            limited_by=limited_by,
        )
        for name, at in zip(LAYOUT.zone_names, both, strict=True)
    )
    return Reading(
        at_s=at_s,
        zones=zones,
        motors_percent=motors,
        device_state=state or ("latched_b" if tuple(latched) else "armed" if armed else "idle"),
        armed_remaining_s=60.0 if armed else 0.0,
        lease_remaining_s=1.5,
        rail_v=24.0,
        supply_current_a=0.1,
        faults=tuple(faults),
        latched_faults=tuple(latched),
        uptime_s=at_s,
    )


@pytest.fixture(name="reading")
def reading_fixture() -> Any:
    return reading


@dataclass
class Rig:
    """A pad, its time and the little of a board that therapy sees: armed or not, warm or not. Obeys STOP at once."""

    pad: Pad
    now_s: float = 100.0
    armed: bool = False
    temperature_c: float | tuple[float | None, float | None] | None = 30.0
    extras: dict[str, Any] = field(default_factory=dict)
    stops: int = 0
    happened: list[PadHappening] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    silent: bool = False

    def connect(self, checklist: bool = True) -> Rig:
        self.pad.accept_checklist(checklist)
        self.pad.link_up(self.now_s)
        self.stops += self.pad.take_stop()
        self.run(0.2)
        return self

    def read(self) -> None:
        self.pad.reading(reading(self.now_s, self.temperature_c, armed=self.armed, **self.extras), self.now_s)
        self._obey()

    def run(self, seconds: float, step_s: float = 0.05) -> Demand:
        """Ticks as the controller does, with a reading at every other tick; each demand is looked at."""
        for i in range(max(1, round(seconds / step_s))):
            self.now_s = round(self.now_s + step_s, 6)
            if i % 2 == 0 and not self.silent:
                self.read()
            self.tick()
        return self.demands[-1]

    def tick(self) -> Demand:
        demand = self.pad.tick(self.now_s)
        self._obey()
        self.demands.append(demand)
        del self.demands[:-10_000]
        assert demand.reason.text
        heats = any(zone.target_c is not None or zone.power_w > 0 for zone in demand.zones)
        assert not heats or self.armed, "heat was asked for while not armed"
        return demand

    def press(self) -> None:
        """A short press on the idle pad's button."""
        self.pad.board_event("button_pressed", None, None, self.now_s)
        self._obey()
        self.armed = True
        self.pad.board_event("button_released", None, 0.5, self.now_s)
        self.pad.board_event("armed", None, None, self.now_s)
        self._obey()

    def disarm(self, why: str) -> None:
        self.armed = False
        self.pad.board_event("disarmed", why, None, self.now_s)
        self._obey()

    def ask(self, verb: Verb | str, role: Role = Role.PHONE, fresh: bool = True, **args: Any) -> Reply:
        """In a tick of its own: nobody else asked at the same moment."""
        self.tick()
        return self.ask_too(verb, role, fresh, **args)

    def ask_too(self, verb: Verb | str, role: Role = Role.PHONE, fresh: bool = True, **args: Any) -> Reply:
        """In the same tick as what was asked before."""
        reply = self.pad.request(Request(role, Verb(verb), f"r{self.now_s}", args=args), self.now_s, fresh)
        self._obey()
        return reply

    def start(self, program_id: str) -> Rig:
        """Invites and presses."""
        self.ask("start", program=program_id)
        if not self.armed:
            self.press()
        self.run(0.2)
        return self

    @property
    def view(self) -> PadView:
        return self.pad.view(self.now_s)

    def kinds(self) -> list[str]:
        """The kinds of all that happened since the last look."""
        self._obey()
        kinds = [happening.kind for happening in self.happened]
        self.happened.clear()
        return kinds

    def _obey(self) -> None:
        if self.pad.take_stop():
            self.stops += 1
            self.armed = False
        self.happened += self.pad.take_events()


@pytest.fixture
def new_rig(programs: Mapping[str, Program]) -> Any:
    """Makes a rig of given limits."""

    def make(limits: HostLimits | None = None, **kwargs: Any) -> Rig:
        return Rig(Pad(LAYOUT, programs, limits), **kwargs)

    return make


@pytest.fixture
def rig_of() -> Any:
    """Makes a rig of any pad."""
    return Rig


@pytest.fixture
def rig(new_rig: Any) -> Rig:
    """A connected pad with the checklist accepted."""
    connected: Rig = new_rig().connect()
    return connected


@dataclass
class WarmPad:
    """One zone on a person, three lumps and a thermistor with its lag. °C, W, W/K."""

    pad_c: float = 25.0
    skin_c: float = 33.5
    tissue_c: float = 35.2
    sensor_c: float = 25.0
    core_c: float = 37.0
    room_c: float = 22.0
    pad_j_per_k: float = 177.0
    contact: float = 3.6
    cover: float = 0.3
    inner: float = 5.4
    blood: float = 3.9
    lag_s: float = 2.0

    def step(self, heater_w: float, dt_s: float) -> None:
        """Lets heat flow for dt_s (at most 0.1 s)."""
        to_skin = self.contact * (self.pad_c - self.skin_c)
        to_tissue = self.inner * (self.skin_c - self.tissue_c)
        to_core = self.blood * (self.tissue_c - self.core_c)
        to_room = self.cover * (self.pad_c - self.room_c)
        self.pad_c += dt_s * (heater_w - to_skin - to_room) / self.pad_j_per_k
        self.skin_c += dt_s * (to_skin - to_tissue) / 420.0
        self.tissue_c += dt_s * (to_tissue - to_core) / 2100.0
        self.sensor_c += dt_s / self.lag_s * (self.pad_c - self.sensor_c)


@pytest.fixture
def warm_pad() -> type[WarmPad]:
    return WarmPad
