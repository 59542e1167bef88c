"""The model of hardware/facts.toml: pins, timers, ADC, parts, pad and body, each in a plausible range."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from generator import atmega328p as chip
from generator.circuit_model import Circuit
from generator.contract_model import Contract, Name
from generator.source import Problem, Strict, fingerprint


class Board(Strict):
    """`[board]`."""

    mcu: Literal["ATmega328P-AU"]
    clock_hz: Annotated[int, Field(ge=1_000_000, le=20_000_000)]
    baud: Annotated[int, Field(ge=9600, le=1_000_000)]
    logic_mv: Annotated[int, Field(ge=4500, le=5500)]
    rail_nominal_mv: Annotated[int, Field(ge=10_000, le=26_000)]
    rail_min_mv: Annotated[int, Field(ge=9000, le=26_000)]
    rail_max_mv: Annotated[int, Field(ge=12_000, le=30_000)]
    tick_us: Annotated[int, Field(ge=100, le=10_000)]
    step_ms: Annotated[int, Field(ge=1, le=20)]


class Pin(Strict):
    """`[pins.*]`: a digital pin; `pull` holds the line while the chip is in reset."""

    port: Literal[chip.PINS]  # type: ignore[valid-type]
    direction: Literal["in", "out", "three-state"]
    pull: Literal["up", "down"] | None = None
    active: Literal["high", "low"] | None = None
    timer: Literal[tuple(chip.TIMER_PINS)] | None = None  # type: ignore[valid-type]


class Timer(Strict):
    """`[timers]`."""

    use: Literal["motors", "tick"]
    mode: Literal["fast-pwm-8", "ctc"]
    prescaler: int


class Timers(Strict):
    """`[timers]`: the chip's three."""

    T0: Timer
    T1: Timer
    T2: Timer


class Enable(Strict):
    """`[enable]`: the charge pump that must keep toggling."""

    toggle_ms: Annotated[int, Field(ge=1, le=50)]
    holds_ms: Annotated[int, Field(ge=20, le=100)]


class Adc(Strict):
    """`[adc]`."""

    bits: Literal[10]
    oversampling: Annotated[int, Field(ge=1, le=64)]
    conversion_us: Annotated[int, Field(ge=13, le=260)]
    cycle_ms: Annotated[int, Field(ge=10, le=100)]
    noise_lsb: Annotated[float, Field(ge=0, le=8)]
    channels: dict[Name, int]


class Ntc(Strict):
    """`[ntc]`: thermistor to ground, pull-up to the reference."""

    resistance_25c_ohm: Annotated[int, Field(ge=1000, le=100_000)]
    beta_k: Annotated[float, Field(ge=3000, le=5000)]
    pull_up_ohm: Annotated[int, Field(ge=1000, le=100_000)]
    pull_up_tolerance_percent: Annotated[float, Field(gt=0, le=1)]
    accuracy_k: Annotated[float, Field(gt=0, le=1)]
    lag_s: Annotated[float, Field(ge=0.1, le=20)]


class Divider(Strict):
    """A resistive divider; `bottom` to ground."""

    top_ohm: Annotated[int, Field(ge=1000, le=1_000_000)]
    bottom_ohm: Annotated[int, Field(ge=1000, le=1_000_000)]


class Dividers(Strict):
    """`[dividers]`."""

    rail: Divider


class Shunt(Strict):
    """`[shunt]`."""

    resistance_milliohm: Annotated[int, Field(ge=1, le=200)]
    gain: Annotated[int, Field(ge=1, le=500)]


class Bandgap(Strict):
    """`[bandgap]`."""

    nominal_mv: Annotated[int, Field(ge=1000, le=1200)]


class Zone(Strict):
    """`[[zones]]`: a heat zone with its thermistors and its switch."""

    name: Name
    area_m2: Annotated[float, Field(ge=0.01, le=0.2)]
    nominal_w: Annotated[float, Field(ge=1, le=60)]
    sensors: Annotated[list[str], Field(min_length=1)]
    witness: str
    witness_beside: str
    heater: str


class Motor(Strict):
    """`[[motors]]`: a massage motor and where it sits."""

    name: Name
    x_m: Annotated[float, Field(ge=-0.5, le=0.5)]
    y_m: Annotated[float, Field(ge=-0.5, le=0.5)]
    current_ma: Annotated[int, Field(ge=10, le=1000)]
    start_percent: Annotated[int, Field(ge=0, le=60)]
    feel_exponent: Annotated[float, Field(ge=0.5, le=3)]  # of what is felt over the duty above the start
    pin: str


class Pad(Strict):
    """`[pad]`, per zone."""

    heat_capacity_j_per_k: Annotated[float, Field(ge=20, le=2000)]
    contact_w_per_m2k: Annotated[float, Field(ge=5, le=500)]
    cover_w_per_m2k: Annotated[float, Field(ge=0.5, le=50)]
    neighbour_w_per_k: Annotated[float, Field(ge=0, le=5)]


class Body(Strict):
    """`[body]`, under one zone."""

    skin_heat_capacity_j_per_k: Annotated[float, Field(ge=50, le=5000)]
    skin_start_c: Annotated[float, Field(ge=25, le=38)]
    tissue_heat_capacity_j_per_k: Annotated[float, Field(ge=200, le=20_000)]
    skin_to_tissue_w_per_m2k: Annotated[float, Field(ge=5, le=1000)]
    tissue_to_core_w_per_m2k: Annotated[float, Field(ge=5, le=1000)]
    perfusion_w_per_m2k: Annotated[float, Field(ge=0, le=200)]
    perfusion_doubles_at_c: Annotated[float, Field(ge=38, le=46)]
    core_c: Annotated[float, Field(ge=36, le=38)]


class Room(Strict):
    """`[room]`."""

    temperature_c: Annotated[float, Field(ge=5, le=40)]


class Trip(Strict):
    """`[trip]`: the hardware's own, outside all software."""

    comparator_c: Annotated[float, Field(ge=44, le=48)]
    comparator_tolerance_k: Annotated[float, Field(gt=0, le=2)]
    bimetal_c: Annotated[float, Field(ge=45, le=60)]
    bimetal_tolerance_k: Annotated[float, Field(gt=0, le=10)]
    fuse_c: Annotated[float, Field(ge=65, le=80)]


class Facts(Strict):
    """The whole of hardware/facts.toml."""

    board: Board
    pins: dict[Name, Pin]
    timers: Timers
    enable: Enable
    adc: Adc
    ntc: Ntc
    dividers: Dividers
    shunt: Shunt
    bandgap: Bandgap
    zones: Annotated[list[Zone], Field(min_length=1)]
    motors: Annotated[list[Motor], Field(min_length=1)]
    pad: Pad
    body: Body
    room: Room
    trip: Trip
    circuit: Circuit

    @property
    def sensors(self) -> list[str]:
        """The zones' thermistors, in the order of the wire."""
        return [name for zone in self.zones for name in zone.sensors]

    @property
    def hash(self) -> int:
        """32 bits of what firmware and host are made of; the circuit's parts are compiled into neither."""
        return fingerprint(self.model_dump(mode="json", exclude={"circuit"}))

    def zone_resistance_ohm(self, zone: Zone) -> float:
        """Of the heating element: what gives its nominal power at the nominal rail."""
        return (self.board.rail_nominal_mv / 1000) ** 2 / zone.nominal_w

    @property
    def adc_prescaler(self) -> float:
        """Of the ADC's clock, from the time of one conversion; not always one that the chip has."""
        return self.adc.conversion_us * self.board.clock_hz / 1e6 / chip.ADC_CLOCKS_PER_CONVERSION

    @property
    def uart_divisor(self) -> float:
        """UBRR at double speed; a whole number where the baud rate is exact."""
        return self.board.clock_hz / (8 * self.board.baud) - 1

    @property
    def tick_top(self) -> float:
        """Compare value of the tick's timer; a whole number where the tick is exact."""
        return self.board.clock_hz * self.board.tick_us / 1e6 / self.timers.T1.prescaler - 1


FIXED_PINS = ("uart_rx", "uart_tx", "button", "led", "enable", "buzzer", "trip_status", "trip_test")
FIXED_CHANNELS = ("rail", "supply_current", "bandgap", "ground")


def problems(facts: Facts, contract: Contract | None) -> list[Problem]:
    """Everything that the shape alone does not show. Without a good contract the comparisons with it are left out."""
    found = [
        *_pin_problems(facts),
        *_pin_use_problems(facts),
        *_timer_problems(facts),
        *_clock_problems(facts),
        *_adc_problems(facts),
        *_zone_problems(facts),
        *_motor_problems(facts),
        *_electrical_problems(facts),
        *_thermal_problems(facts),
        *_circuit_problems(facts),
    ]
    return found + (list(_contract_problems(facts, contract)) if contract else [])


def _pin_problems(facts: Facts) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name, pin in facts.pins.items():
        if pin.port in seen:
            yield Problem(f"pins.{name}.port", f"is {pin.port}, as is pins.{seen[pin.port]}.port", "choose a free pin")
        seen.setdefault(pin.port, name)
        if pin.timer is not None and chip.TIMER_PINS[pin.timer] != pin.port:
            remedy = f"{pin.timer} comes out at {chip.TIMER_PINS[pin.timer]}, use that pin or another timer"
            yield Problem(f"pins.{name}.timer", f"is {pin.timer} at {pin.port}", remedy)
        if pin.direction == "out" and pin.pull == "up":
            yield Problem(f"pins.{name}.pull", "is 'up' on an output", "pull outputs down, all starts off")
    missing = [port for port in chip.PINS if port not in seen]
    if missing:
        yield Problem("pins", f"leaves {', '.join(missing)} unsaid", "give every pin of the chip one entry")


def _pin_use_problems(facts: Facts) -> Iterator[Problem]:
    used = {*FIXED_PINS, *(z.heater for z in facts.zones), *(m.pin for m in facts.motors)}
    for name in FIXED_PINS:
        if name not in facts.pins:
            yield Problem(f"pins.{name}", "is missing", "add it, the firmware needs it")
    for name in facts.pins:
        if name not in used:
            yield Problem(f"pins.{name}", "is used by nothing", "remove it or refer to it from a zone or motor")
    for name, port in chip.UART_PINS.items():
        pin = facts.pins.get(name)
        if pin and pin.port != port:
            yield Problem(f"pins.{name}.port", f"is {pin.port}", f"the chip has it at {port}, use that")


def _timer_problems(facts: Facts) -> Iterator[Problem]:
    uses = {"T0": "motors", "T1": "tick", "T2": "motors"}
    for name, use in uses.items():
        timer: Timer = getattr(facts.timers, name)
        mode = "fast-pwm-8" if use == "motors" else "ctc"
        if (timer.use, timer.mode) != (use, mode):
            yield Problem(f"timers.{name}", f"is {timer.use} in {timer.mode}", f"the firmware uses it as {use}, {mode}")
        if timer.prescaler not in chip.CLOCK_SELECT[name]:
            choices = ", ".join(map(str, chip.CLOCK_SELECT[name]))
            yield Problem(f"timers.{name}.prescaler", f"is {timer.prescaler}", f"{name} has {choices}, choose one")
    if facts.enable.toggle_ms != facts.board.step_ms:
        remedy = "the main loop toggles once a step, write the same as board.step_ms"
        yield Problem("enable.toggle_ms", f"is {facts.enable.toggle_ms}", remedy)


def _clock_problems(facts: Facts) -> Iterator[Problem]:
    if facts.uart_divisor not in range(4096):
        yield Problem("board.baud", f"is {facts.board.baud}", "choose a rate that clock_hz / 8 divides exactly")
    if facts.timers.T1.prescaler in chip.CLOCK_SELECT["T1"] and facts.tick_top not in range(65536):
        yield Problem("board.tick_us", f"is {facts.board.tick_us}", "choose a tick that timer T1 counts exactly")
    if facts.board.step_ms * 1000 % facts.board.tick_us:
        yield Problem("board.step_ms", f"is {facts.board.step_ms}", "choose a multiple of tick_us")


def _adc_problems(facts: Facts) -> Iterator[Problem]:
    channels = facts.adc.channels
    needed = [*facts.sensors, *(z.witness for z in facts.zones), *FIXED_CHANNELS]
    for name in dict.fromkeys(needed):
        if name not in channels:
            yield Problem(f"adc.channels.{name}", "is missing", "add it or correct the reference to it")
    seen: dict[int, str] = {}
    internal = {"bandgap": chip.ADC_BANDGAP, "ground": chip.ADC_GROUND}
    for name, channel in channels.items():
        entry = f"adc.channels.{name}"
        if name not in needed:
            yield Problem(entry, "is used by nothing", "remove it or refer to it from a zone")
        if name in internal and channel != internal[name]:
            yield Problem(entry, f"is {channel}", f"the chip has it at {internal[name]}, use that")
        if name not in internal and channel not in chip.ADC_PIN_CHANNELS:
            yield Problem(entry, f"is {channel}", "choose 0 to 7")
        if channel in seen:
            yield Problem(entry, f"is {channel}, as is adc.channels.{seen[channel]}", "choose a free channel")
        seen.setdefault(channel, name)
    yield from _adc_time_problems(facts)


def _adc_time_problems(facts: Facts) -> Iterator[Problem]:
    prescaler = facts.adc_prescaler
    if prescaler not in chip.ADC_PRESCALERS or facts.board.clock_hz / prescaler > chip.ADC_CLOCK_MAX_HZ:
        remedy = "13 cycles of an ADC clock of at most 200 kHz that a prescaler of the chip gives"
        yield Problem("adc.conversion_us", f"is {facts.adc.conversion_us}", remedy)
    needed_us = len(facts.adc.channels) * facts.adc.oversampling * facts.adc.conversion_us
    if needed_us > facts.adc.cycle_ms * 1000:
        remedy = f"all channels need {needed_us / 1000:.1f} ms, sample less or allow more"
        yield Problem("adc.cycle_ms", f"is {facts.adc.cycle_ms}", remedy)
    if facts.adc.oversampling != 64:
        yield Problem("adc.oversampling", f"is {facts.adc.oversampling}", "the thermistor table counts on 64")


def _zone_problems(facts: Facts) -> Iterator[Problem]:
    yield from _repeated("zones", [z.name for z in facts.zones], "name")
    yield from _repeated("zones", [z.heater for z in facts.zones], "heater")
    yield from _repeated("zones", [z.witness for z in facts.zones], "witness")
    for name, times in Counter(facts.sensors).items():
        if times > 1:
            yield Problem("zones", f"name the sensor {name!r} {times} times", "give every zone its own thermistors")
    for index, zone in enumerate(facts.zones):
        entry = f"zones[{index}]"
        if zone.witness_beside not in zone.sensors:
            yield Problem(f"{entry}.witness_beside", f"is {zone.witness_beside!r}", "name one of the zone's sensors")
        if zone.witness in facts.sensors:
            yield Problem(f"{entry}.witness", f"is {zone.witness!r}, a zone's sensor", "name the trip's own thermistor")
        heater = facts.pins.get(zone.heater)
        if heater is None or heater.direction != "out" or heater.pull != "down" or heater.timer is not None:
            remedy = "name a pin that is an output, pulled down, without timer"
            yield Problem(f"{entry}.heater", f"is {zone.heater!r}", remedy)


def _motor_problems(facts: Facts) -> Iterator[Problem]:
    yield from _repeated("motors", [m.name for m in facts.motors], "name")
    yield from _repeated("motors", [m.pin for m in facts.motors], "pin")
    for index, motor in enumerate(facts.motors):
        pin = facts.pins.get(motor.pin)
        if pin is None or pin.direction != "out" or pin.pull != "down" or pin.timer is None or "OC1" in pin.timer:
            remedy = "name a pin that is an output, pulled down, on T0 or T2"
            yield Problem(f"motors[{index}].pin", f"is {motor.pin!r}", remedy)


def _electrical_problems(facts: Facts) -> Iterator[Problem]:
    board, divider = facts.board, facts.dividers.rail
    if not board.rail_min_mv < board.rail_nominal_mv < board.rail_max_mv:
        yield Problem("board.rail_nominal_mv", f"is {board.rail_nominal_mv}", "stay within rail_min_mv and rail_max_mv")
    full_mv = board.logic_mv * (divider.top_ohm + divider.bottom_ohm) / divider.bottom_ohm
    if full_mv < board.rail_max_mv:
        wrong = f"lets the ADC see {full_mv:.0f} mV at most"
        yield Problem("dividers.rail", wrong, "divide more, board.rail_max_mv must fit")
    full_ma = board.logic_mv * 1000 / (facts.shunt.resistance_milliohm * facts.shunt.gain)
    resistances = [facts.zone_resistance_ohm(z) for z in facts.zones]
    worst_ma = sum(board.rail_max_mv / r for r in resistances) + sum(m.current_ma for m in facts.motors)
    if full_ma < worst_ma:
        wrong = f"lets the ADC see {full_ma:.0f} mA at most"
        yield Problem("shunt", wrong, f"amplify less, {worst_ma:.0f} mA can flow")
    if max(resistances) * 1000 > 65535:
        yield Problem("zones", "have an element above 65 ohm", "its resistance must fit 16 bits of milliohm")


def _thermal_problems(facts: Facts) -> Iterator[Problem]:
    trip, body = facts.trip, facts.body
    if not trip.comparator_c < trip.bimetal_c < trip.fuse_c - trip.bimetal_tolerance_k:
        yield Problem("trip", "is out of order", "comparator below bimetal below fuse")
    if not facts.room.temperature_c < body.skin_start_c < body.core_c < body.perfusion_doubles_at_c:
        yield Problem("body", "is out of order", "room below skin below core below the doubled perfusion")


def _circuit_problems(facts: Facts) -> Iterator[Problem]:
    """Where the circuits' parts say the same as what firmware and plant are made of, they must agree."""
    circuit, shunt = facts.circuit, facts.circuit.resistors.get("shunt")
    if shunt is not None and round(shunt.ohm * 1000, 6) != facts.shunt.resistance_milliohm:
        remedy = f"shunt.resistance_milliohm is {facts.shunt.resistance_milliohm}, make them agree"
        yield Problem("circuit.resistors.shunt.ohm", f"is {shunt.ohm:g}", remedy)
    if circuit.thermistor.dissipation_min_mw_per_k > circuit.thermistor.dissipation_max_mw_per_k:
        yield Problem("circuit.thermistor.dissipation_min_mw_per_k", "is above the most", "swap the two")
    for name, part in circuit.mosfets.items():
        if part.threshold_min_v > part.threshold_max_v:
            yield Problem(f"circuit.mosfets.{name}.threshold_min_v", "is above the most", "swap the two")
        if part.threshold_max_v >= part.at_gate_v:
            remedy = "give the gate voltage at which its resistance is told"
            yield Problem(f"circuit.mosfets.{name}.at_gate_v", "is no more than its threshold", remedy)


def _contract_problems(facts: Facts, contract: Contract) -> Iterator[Problem]:
    found = {"zones": len(facts.zones), "sensors": len(facts.sensors), "motors": len(facts.motors)}
    for name, number in found.items():
        if contract.counts.get(name) != number:
            remedy = f"firmware/contract.toml counts {contract.counts.get(name)}, make them agree"
            yield Problem(name, f"are {number}", remedy)
    cap = contract.limits.get("zone_power_max")
    for index, zone in enumerate(facts.zones):
        if cap and zone.nominal_w * 10 > cap.value:
            wrong = f"is {zone.nominal_w}, above limits.zone_power_max of firmware/contract.toml"
            yield Problem(f"zones[{index}].nominal_w", wrong, f"choose an element of at most {cap.value / 10} W")
    latch = contract.limits.get("over_temperature_latch")
    if latch and facts.trip.comparator_c - facts.trip.comparator_tolerance_k <= latch.value / 100:
        remedy = f"the hardware must trip above the firmware's latch, {latch.value / 100} °C"
        yield Problem("trip.comparator_c", f"is {facts.trip.comparator_c}", remedy)


def _repeated(section: str, values: list[str], key: str) -> Iterator[Problem]:
    for index, value in enumerate(values):
        if value in values[:index]:
            yield Problem(f"{section}[{index}].{key}", f"is {value!r} a second time", "give each its own")
