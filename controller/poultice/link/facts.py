"""Electrical and thermal facts of board and pad; units are in the names.

Generated from hardware/facts.toml by `make contract`; do not edit.
"""

from __future__ import annotations

from dataclasses import dataclass

FACTS_HASH = 0x2971C069


@dataclass(frozen=True, slots=True)
class Board:
    """The board: clock, baud, rail."""

    mcu: str
    clock_hz: int
    baud: int
    logic_mv: int
    rail_nominal_mv: int
    rail_min_mv: int
    rail_max_mv: int
    tick_us: int
    step_ms: int


BOARD = Board(
    mcu="ATmega328P-AU",
    clock_hz=16000000,
    baud=250000,
    logic_mv=5000,
    rail_nominal_mv=24000,
    rail_min_mv=10800,
    rail_max_mv=26400,
    tick_us=1000,
    step_ms=10,
)


@dataclass(frozen=True, slots=True)
class Enable:
    """The charge pump of the upper switches."""

    toggle_ms: int
    holds_ms: int


ENABLE = Enable(
    toggle_ms=10,
    holds_ms=100,
)


@dataclass(frozen=True, slots=True)
class Ntc:
    """Thermistor to ground, pull-up to the ADC's reference."""

    resistance_25c_ohm: int
    beta_k: float
    pull_up_ohm: int
    pull_up_tolerance_percent: float
    accuracy_k: float
    lag_s: float


NTC = Ntc(
    resistance_25c_ohm=10000,
    beta_k=3950.0,
    pull_up_ohm=10000,
    pull_up_tolerance_percent=0.1,
    accuracy_k=0.2,
    lag_s=2.0,
)


@dataclass(frozen=True, slots=True)
class Shunt:
    """The supply current's shunt and its amplifier."""

    resistance_milliohm: int
    gain: int


SHUNT = Shunt(
    resistance_milliohm=20,
    gain=50,
)


@dataclass(frozen=True, slots=True)
class Bandgap:
    """The chip's own reference."""

    nominal_mv: int


BANDGAP = Bandgap(
    nominal_mv=1100,
)


@dataclass(frozen=True, slots=True)
class PadFacts:
    """One zone of the pad."""

    heat_capacity_j_per_k: float
    contact_w_per_m2k: float
    cover_w_per_m2k: float
    neighbour_w_per_k: float


PAD = PadFacts(
    heat_capacity_j_per_k=177.0,
    contact_w_per_m2k=60.0,
    cover_w_per_m2k=5.0,
    neighbour_w_per_k=0.05,
)


@dataclass(frozen=True, slots=True)
class Body:
    """What lies under one zone."""

    skin_heat_capacity_j_per_k: float
    skin_start_c: float
    tissue_heat_capacity_j_per_k: float
    skin_to_tissue_w_per_m2k: float
    tissue_to_core_w_per_m2k: float
    perfusion_w_per_m2k: float
    perfusion_doubles_at_c: float
    core_c: float


BODY = Body(
    skin_heat_capacity_j_per_k=420.0,
    skin_start_c=33.5,
    tissue_heat_capacity_j_per_k=2100.0,
    skin_to_tissue_w_per_m2k=90.0,
    tissue_to_core_w_per_m2k=40.0,
    perfusion_w_per_m2k=20.0,
    perfusion_doubles_at_c=42.0,
    core_c=37.0,
)


@dataclass(frozen=True, slots=True)
class Room:
    """Around the pad."""

    temperature_c: float


ROOM = Room(
    temperature_c=22.0,
)


@dataclass(frozen=True, slots=True)
class Trip:
    """The hardware's own protection, outside all software."""

    comparator_c: float
    comparator_tolerance_k: float
    bimetal_c: float
    bimetal_tolerance_k: float
    fuse_c: float


TRIP = Trip(
    comparator_c=45.5,
    comparator_tolerance_k=0.7,
    bimetal_c=46.0,
    bimetal_tolerance_k=1.0,
    fuse_c=72.0,
)


@dataclass(frozen=True, slots=True)
class Divider:
    """The divider between supply rail and ADC."""

    top_ohm: int
    bottom_ohm: int


RAIL_DIVIDER = Divider(
    top_ohm=56000,
    bottom_ohm=10000,
)


@dataclass(frozen=True, slots=True)
class Adc:
    """The ADC; `channels` by what hangs on them."""

    bits: int
    oversampling: int
    conversion_us: int
    cycle_ms: int
    noise_lsb: float
    channels: dict[str, int]


ADC = Adc(
    bits=10,
    oversampling=64,
    conversion_us=104,
    cycle_ms=100,
    noise_lsb=1.0,
    channels={
        "lumbar_left": 0,
        "lumbar_right": 1,
        "upper_back_left": 2,
        "upper_back_right": 3,
        "witness_lumbar": 4,
        "witness_upper_back": 5,
        "rail": 6,
        "supply_current": 7,
        "bandgap": 14,
        "ground": 15,
    },
)


@dataclass(frozen=True, slots=True)
class Zone:
    """A heat zone, its thermistors and its element."""

    name: str
    area_m2: float
    nominal_w: float
    resistance_ohm: float
    sensors: tuple[str, ...]
    witness: str
    witness_beside: str
    heater: str


ZONES: tuple[Zone, ...] = (
    Zone(
        name="lumbar",
        area_m2=0.06,
        nominal_w=30.0,
        sensors=("lumbar_left", "lumbar_right",),
        witness="witness_lumbar",
        witness_beside="lumbar_left",
        heater="heater_lumbar",
        resistance_ohm=19.2,
    ),
    Zone(
        name="upper_back",
        area_m2=0.06,
        nominal_w=30.0,
        sensors=("upper_back_left", "upper_back_right",),
        witness="witness_upper_back",
        witness_beside="upper_back_left",
        heater="heater_upper_back",
        resistance_ohm=19.2,
    ),
)
"""In the order of every message."""

SENSORS: tuple[str, ...] = ("lumbar_left", "lumbar_right", "upper_back_left", "upper_back_right",)
"""In the order of every message."""


@dataclass(frozen=True, slots=True)
class Motor:
    """A massage motor; metres from the pad's centre, y up."""

    name: str
    x_m: float
    y_m: float
    current_ma: int
    start_percent: int

    feel_exponent: float
    pin: str


MOTORS: tuple[Motor, ...] = (
    Motor(
        name="upper_left",
        x_m=-0.08,
        y_m=0.12,
        current_ma=120,
        start_percent=18,
        feel_exponent=1.9,
        pin="motor_upper_left",
    ),
    Motor(
        name="upper_right",
        x_m=0.08,
        y_m=0.12,
        current_ma=120,
        start_percent=18,
        feel_exponent=1.9,
        pin="motor_upper_right",
    ),
    Motor(
        name="lower_left",
        x_m=-0.08,
        y_m=-0.12,
        current_ma=120,
        start_percent=18,
        feel_exponent=1.9,
        pin="motor_lower_left",
    ),
    Motor(
        name="lower_right",
        x_m=0.08,
        y_m=-0.12,
        current_ma=120,
        start_percent=18,
        feel_exponent=1.9,
        pin="motor_lower_right",
    ),
)
"""In the order of every message."""
