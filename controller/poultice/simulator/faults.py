"""Faults of a simulated pad, as people write them: `open-ntc@60s,zone=lumbar`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from poultice.errors import SetupError
from poultice.link import contract, facts

SENSORS = ("left", "right", "witness")
DIRECTIONS = ("both", "down", "up")
PLACES = {"room": facts.ROOM.temperature_c, "blanket": 31.0, "body": facts.BODY.core_c}  # °C
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_NUMBER = r"[0-9]{1,6}(?:\.[0-9]{1,3})?"
_SPEC = re.compile(rf"(?P<name>[a-z-]+)(?:@(?P<at>{_NUMBER}) ?(?P<unit>s|min|h))?(?:,(?P<rest>.*))?", re.ASCII)
_FORM = "write it like open-ntc@60s,zone=lumbar"


class FaultName(StrEnum):
    """What can go wrong on request."""

    OPEN_NTC = "open-ntc"
    SHORTED_NTC = "shorted-ntc"
    SHORTED_MOSFET = "shorted-mosfet"
    LOST_BYTES = "lost-bytes"
    FROZEN_HOST = "frozen-host"
    DRIFTING_NTC = "drifting-ntc"
    DETACHED_NTC = "detached-ntc"
    OPEN_HEATER = "open-heater"
    STUCK_RAIL = "stuck-rail"
    BOTH_SWITCHES = "both-switches"
    MOTOR_STALL = "motor-stall"
    SUPPLY_DIP = "supply-dip"
    STUCK_MUX = "stuck-mux"
    FROZEN_ADC = "frozen-adc"
    DEAD_ADC = "dead-adc"
    SHIFTED_REFERENCE = "shifted-reference"
    DEAD_TRIP = "dead-trip"
    FAILED_SELF_TEST = "failed-self-test"
    FLIPPED_BIT = "flipped-bit"
    FLIPPED_BYTES = "flipped-bytes"
    STUCK_MOTOR = "stuck-motor"
    STUCK_BUTTON = "stuck-button"
    FALSE_TRIP = "false-trip"
    FROZEN_MCU = "frozen-mcu"
    HUNG_LOOP = "hung-loop"
    POWER_CUT = "power-cut"


ABOUT: Mapping[FaultName, str] = {
    FaultName.OPEN_NTC: "a thermistor's wire breaks",
    FaultName.SHORTED_NTC: "a thermistor is shorted",
    FaultName.SHORTED_MOSFET: "the lower switch of a zone conducts always",
    FaultName.LOST_BYTES: "a bad contact of the cable swallows a share of the bytes",
    FaultName.FROZEN_HOST: "the board hears nothing any more",
    FaultName.DRIFTING_NTC: "a thermistor's error grows to an offset in K, at a rate in K/s",
    FaultName.DETACHED_NTC: "a thermistor came off and feels room, blanket or body",
    FaultName.OPEN_HEATER: "a heating element is broken",
    FaultName.STUCK_RAIL: "the upper switches conduct always",
    FaultName.BOTH_SWITCHES: "upper and lower switch of a zone conduct always",
    FaultName.MOTOR_STALL: "a motor cannot turn",
    FaultName.SUPPLY_DIP: "only so many percent of the supply's voltage are left",
    FaultName.STUCK_MUX: "the converter shows one channel for all",
    FaultName.FROZEN_ADC: "the converter's result never changes",
    FaultName.DEAD_ADC: "no conversion ends",
    FaultName.SHIFTED_REFERENCE: "the converter's reference is off by so many percent",
    FaultName.DEAD_TRIP: "the hardware trip does not trip",
    FaultName.FAILED_SELF_TEST: "one of the chip's tests of itself fails",
    FaultName.FLIPPED_BIT: "a bit of the core's memory turns over, once",
    FaultName.FLIPPED_BYTES: "a share of the bytes on the cable arrives with one bit turned over",
    FaultName.STUCK_MOTOR: "a motor's switch conducts always",
    FaultName.STUCK_BUTTON: "the button stays pressed",
    FaultName.FALSE_TRIP: "the hardware trips without warmth",
    FaultName.FROZEN_MCU: "the chip stands still, its pins as they are",
    FaultName.HUNG_LOOP: "the chip's main loop hangs, interrupts live on",
    FaultName.POWER_CUT: "the power is gone for a moment, once",
}
ARGUMENTS: Mapping[FaultName, tuple[str, ...]] = {
    FaultName.OPEN_NTC: ("zone", "sensor"),
    FaultName.SHORTED_NTC: ("zone", "sensor"),
    FaultName.SHORTED_MOSFET: ("zone",),
    FaultName.LOST_BYTES: ("rate", "direction"),
    FaultName.FROZEN_HOST: (),
    FaultName.DRIFTING_NTC: ("zone", "sensor", "offset", "rate"),
    FaultName.DETACHED_NTC: ("zone", "sensor", "to"),
    FaultName.OPEN_HEATER: ("zone",),
    FaultName.STUCK_RAIL: (),
    FaultName.BOTH_SWITCHES: ("zone",),
    FaultName.MOTOR_STALL: ("motor",),
    FaultName.SUPPLY_DIP: ("percent",),
    FaultName.STUCK_MUX: ("channel",),
    FaultName.FROZEN_ADC: (),
    FaultName.DEAD_ADC: (),
    FaultName.SHIFTED_REFERENCE: ("percent",),
    FaultName.DEAD_TRIP: (),
    FaultName.FAILED_SELF_TEST: ("test",),
    FaultName.FLIPPED_BIT: ("byte", "bit"),
    FaultName.FLIPPED_BYTES: ("rate", "direction"),
    FaultName.STUCK_MOTOR: ("motor",),
    FaultName.STUCK_BUTTON: (),
    FaultName.FALSE_TRIP: ("zone",),
    FaultName.FROZEN_MCU: (),
    FaultName.HUNG_LOOP: (),
    FaultName.POWER_CUT: (),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, checked. What does not concern a fault keeps its default."""

    name: FaultName
    zone: int = 0  # index as in hardware/facts.toml
    sensor: str = "left"
    rate: float | None = None  # lost-bytes, flipped-bytes: share of all bytes; drifting-ntc: K/s
    direction: str = "both"  # down: host to board
    offset: float = -5.0  # K, where the drift ends
    to: str = "room"  # what a detached thermistor feels
    motor: int = 0
    percent: float | None = None  # supply-dip: of the voltage that is left; shifted-reference: more than it should be
    mux_channel: int = 0  # the only one that a stuck multiplexer shows
    test: contract.SelfTest = contract.SelfTest.FLASH
    byte: int = 8  # of the core's memory
    bit: int = 0

    @property
    def channel(self) -> int:
        """The ADC channel of a thermistor's fault: zone sensors first, then the witnesses."""
        if self.sensor == "witness":
            return sum(len(zone.sensors) for zone in facts.ZONES) + self.zone
        return sum(len(zone.sensors) for zone in facts.ZONES[: self.zone]) + SENSORS.index(self.sensor)

    def share(self, direction: str) -> float:
        """Of all bytes that go down or up: how many are struck."""
        hit = self.direction in {"both", direction}
        return (0.01 if self.rate is None else self.rate) if hit else 0.0

    @property
    def drift_k_per_s(self) -> float:
        """How fast a thermistor's error grows: slower than what counts as a jump."""
        return 0.1 if self.rate is None else self.rate

    @property
    def supply_factor(self) -> float:
        """Of the supply's voltage that is left."""
        return (40.0 if self.percent is None else self.percent) / 100.0

    @property
    def reference_factor(self) -> float:
        """Of the ADC's reference."""
        return 1.0 + (10.0 if self.percent is None else self.percent) / 100.0


@dataclass(frozen=True, slots=True)
class ScheduledFault:
    """A fault and when it comes: s since the board's power came."""

    fault: Fault
    at_s: float = 0.0


def describe() -> str:
    """Every fault, what it takes, and what it is: a line each."""
    words = {name: ",".join([name, *(f"{key}=…" for key in ARGUMENTS[name])]) for name in FaultName}
    width = max(map(len, words.values()))
    return "\n".join(f"{words[name]:<{width}}  {ABOUT[name]}" for name in FaultName)


def parse_spec(spec: str) -> ScheduledFault:
    """Reads `name[@when][,key=value…]`, as `--fault` takes it."""
    match = _SPEC.fullmatch(spec.strip())
    if match is None:
        raise SetupError(f"fault `{spec}` cannot be read; {_FORM}")
    at_s = float(match["at"] or 0) * _SECONDS[match["unit"] or "s"]
    return ScheduledFault(parse_words([match["name"], *(match["rest"] or "").split(",")]), at_s)


def parse_words(words: Iterable[str]) -> Fault:
    """Reads a name and its `key=value` words; empty words are ignored."""
    name, *pairs = [word.strip() for word in words if word.strip()] or [""]
    arguments: dict[str, str] = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign or key in arguments:
            raise SetupError(f"fault {name}: `{pair}` is {'given twice' if sign else 'no key=value'}; {_FORM}")
        arguments[key] = value
    return make_fault(name, arguments)


def make_fault(name: str, arguments: Mapping[str, object]) -> Fault:
    """Checks a fault's name and arguments, given as text or as numbers."""
    known = name_of(name)
    fields: dict[str, object] = {}
    for key, value in arguments.items():
        if key not in ARGUMENTS[known]:
            allowed = ", ".join(ARGUMENTS[known]) or "nothing"
            raise SetupError(f"fault {name}: unknown key `{key}`; it takes {allowed}")
        fields[_FIELDS.get(key, key)] = _READERS[key](known, str(value))
    return Fault(known, **fields)  # type: ignore[arg-type]  # each reader returns its field's type


def name_of(name: str) -> FaultName:
    """The fault of that name."""
    try:
        return FaultName(name)
    except ValueError:
        raise SetupError(f"unknown fault `{name}`; there are {', '.join(FaultName)}") from None


def _zone(fault: FaultName, value: str) -> int:
    names = [zone.name for zone in facts.ZONES]
    return names.index(_one_of(fault, "zone", value.replace("-", "_"), names))


def _sensor(fault: FaultName, value: str) -> str:
    return _one_of(fault, "sensor", value, SENSORS)


def _direction(fault: FaultName, value: str) -> str:
    return _one_of(fault, "direction", value, DIRECTIONS)


def _one_of(fault: FaultName, key: str, value: str, known: Iterable[str]) -> str:
    if value not in known:
        raise SetupError(f"fault {fault}: {key} `{value}` is unknown; take one of {', '.join(known)}")
    return value


def _motor(fault: FaultName, value: str) -> int:
    names = [motor.name for motor in facts.MOTORS]
    return names.index(_one_of(fault, "motor", value.replace("-", "_"), names))


def _channel(fault: FaultName, value: str) -> int:
    channels = facts.ADC.channels
    return channels[_one_of(fault, "channel", value.replace("-", "_"), channels)]


def _test(fault: FaultName, value: str) -> contract.SelfTest:
    names = [test.name.lower() for test in contract.SelfTest]
    return contract.SelfTest[_one_of(fault, "test", value, names).upper()]


def _place(fault: FaultName, value: str) -> str:
    return _one_of(fault, "to", value, PLACES)


def _whole(key: str, highest: int) -> Callable[[FaultName, str], int]:
    def read(fault: FaultName, value: str) -> int:
        if re.fullmatch("[0-9]{1,6}", value, re.ASCII) is None or int(value) > highest:
            raise SetupError(f"fault {fault}: {key} `{value}` is no whole number from 0 to {highest}; choose another")
        return int(value)

    return read


def _signed(key: str, low: float, high: float) -> Callable[[FaultName, str], float]:
    def read(fault: FaultName, value: str) -> float:
        if re.fullmatch(f"[-+]?{_NUMBER}", value, re.ASCII) is None or not low <= float(value) <= high:
            raise SetupError(f"fault {fault}: {key} `{value}` is not between {low:g} and {high:g}; choose another")
        return float(value)

    return read


def _rate(fault: FaultName, value: str) -> float:
    if re.fullmatch(_NUMBER, value, re.ASCII) is None or not 0 <= float(value) <= 1:
        raise SetupError(
            f"fault {fault}: rate `{value}` is not between 0 and 1; write the share of the bytes, like 0.01"
        )
    return float(value)


_READERS: Mapping[str, Callable[[FaultName, str], object]] = {
    "zone": _zone,
    "sensor": _sensor,
    "direction": _direction,
    "rate": _rate,
    "offset": _signed("offset", -40.0, 40.0),
    "to": _place,
    "motor": _motor,
    "percent": _signed("percent", -50.0, 100.0),
    "channel": _channel,
    "test": _test,
    "byte": _whole("byte", 65_535),
    "bit": _whole("bit", 7),
}
_FIELDS = {"channel": "mux_channel"}
