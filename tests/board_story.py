"""What may befall a board, as a story told by chance alone: never by what the board answers, so that two boards that
differ in their answers differ in nothing else.

    trace = Story(seed=1).play()

A story has a chapter for each mishap of MISHAPS, in any order: a board is switched on, mostly armed and asked for heat,
and then the mishap. Nothing in it has to be likely; much of it makes the board do arithmetic at its limits.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

import native
from native import BANDGAP_SUM, HELLO_REQUEST, STOP, Device, Wish, current_sum, rail_sum, sum_of
from poultice.link import contract


class Step(NamedTuple):
    """Every byte that a step gives to the shell or the host, and the sets of faults."""

    heater_permille: tuple[int, ...]
    motor_pwm: tuple[int, ...]
    switches: tuple[Any, ...]
    record: bytes
    sent: bytes
    faults: frozenset[contract.Fault]
    latched: frozenset[contract.Fault]


CHAPTER_STEPS = 450
TEMPOS_MS = (10, 10, 100, 700)  # of the steps from the mishap on; the slower, the more of the long timers runs out
PRESS = range(25, 75)
ASKS_FROM = 90  # sooner, the press would stop what it is to allow
MISHAP_FROM = 150
ODD_MS = (0, 1, 9, 11, 99, 101, 5000, 65_535, 65_536, 2**31, 2**32 - 1)
ODD_SUMS = (0, 1, 119 * 64, 120 * 64, 900 * 64, 901 * 64, 65_472, 65_535)


class Story:
    """One board after another, or the same one after a power cut."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.device = Device()
        self.celsius = [25.0] * 6  # four sensors, two witnesses
        self.drift_k = [0.0] * 6  # a cycle
        self.sums: dict[int, int] = {}  # of thermistors that tell something else
        self.wish = Wish()
        self.received = b""
        self.elapsed_ms = native.STEP_MS
        self.tempo_ms = native.STEP_MS
        self.messages: list[Any] = []

    def play(self) -> list[Step]:
        """Everything that came out, step by step."""
        trace: list[Step] = []
        for name in self.chance.sample(sorted(MISHAPS), len(MISHAPS)):
            self._begin()
            trace += [self._step(number, MISHAPS[name]) for number in range(CHAPTER_STEPS)]
            self.messages += self.device.messages
        return trace

    def _begin(self) -> None:
        chance = self.chance
        kept = {"record_found": True, "record": self.device.kept} if self.device.kept and chance.random() < 0.4 else {}
        uptime_ms = chance.choice([0, 12_345, 2**32 - 4000])
        self.device = Device(uptime_ms, chance.randrange(5), service_jumper=chance.random() < 0.5, **kept)
        self.device.identify(chance.randbytes(8))
        warmth_c = chance.choice([22.0, 33.0, 36.0])
        self.celsius = [warmth_c + chance.uniform(-0.4, 0.4) for _ in range(6)]
        self.drift_k, self.sums, self.tempo_ms = [0.0] * 6, {}, chance.choice(TEMPOS_MS)
        self.wish = Wish((chance.randrange(50, 301), chance.randrange(50, 301)), (4000, 4200), self._motors())
        self._show()

    def _motors(self) -> tuple[int, int, int, int]:
        one, other = self.chance.randrange(101), self.chance.choice([0, 100])
        return (one, other, 0, one)

    def _step(self, number: int, mishap: Callable[[Story], None]) -> Step:
        tempo_ms = self.tempo_ms if number >= MISHAP_FROM else native.STEP_MS
        self.device.inputs.button_pressed = number in PRESS
        asks = number >= ASKS_FROM and number % max(1, 50 // tempo_ms) == 0
        self.received = self.device.next_demand(self.wish) if asks else b""
        self.elapsed_ms = tempo_ms
        complete = number % max(1, 100 // tempo_ms) == 0
        if number >= MISHAP_FROM:
            mishap(self)
        if complete:
            self.celsius = [one + drift for one, drift in zip(self.celsius, self.drift_k, strict=True)]
            self._show()
        self.device.step(self.received, self.elapsed_ms, complete)
        return seen(self.device)

    def _show(self) -> None:
        sums = [sum_of(round(min(max(one, -10.0), 75.0), 1)) for one in self.celsius]
        for thermistor, total in self.sums.items():
            sums[thermistor] = total
        self.device.inputs.sensor_sum, self.device.inputs.witness_sum = sums[:4], sums[4:]


def seen(device: Device) -> Step:
    """What its last step gave."""
    outputs, ffi = device.outputs, native.interface()
    return Step(
        device.heater_permille,
        device.motor_pwm,
        (outputs.enable, outputs.led, outputs.buzzer, outputs.trip_test, outputs.record_due),
        bytes(ffi.buffer(ffi.addressof(outputs, "record"))),
        bytes(ffi.buffer(outputs.tx, outputs.tx_count)),
        frozenset(device.faults),
        frozenset(device.latched),
    )


# ---- mishaps: what each does in each step from its beginning on ------------------------------------------------------


def _drift(kelvin: float, *thermistors: int) -> Callable[[Story], None]:
    def befall(story: Story) -> None:
        story.drift_k = [kelvin if number in thermistors else 0.0 for number in range(6)]

    return befall


def _tell(**inputs: Any) -> Callable[[Story], None]:
    """Fields of struct device_inputs."""

    def befall(story: Story) -> None:
        story.device.overrides = inputs

    return befall


def _read(thermistor: int, *sums: int) -> Callable[[Story], None]:
    def befall(story: Story) -> None:
        story.sums[thermistor] = story.chance.choice(sums)

    return befall


def _odd_times(story: Story) -> None:
    if story.chance.random() < 0.1:
        story.elapsed_ms = story.chance.choice(ODD_MS)


def _odd_sums(story: Story) -> None:
    chance, inputs = story.chance, story.device.inputs
    story.sums = {number: chance.choice([*ODD_SUMS, sum_of(36.0)]) for number in range(6) if chance.random() < 0.05}
    inputs.current_sum = [chance.randrange(65_536) for _ in range(4)]
    inputs.current_valid = [chance.random() < 0.7 for _ in range(4)]
    names = ("rail_sum", "quiet_sum", "bandgap_sum", "ground_sum")
    story.device.overrides = {name: chance.choice(ODD_SUMS) for name in names if chance.random() < 0.02}


def _odd_currents(story: Story) -> None:
    story.device.inputs.current_sum = [current_sum(story.chance.uniform(0, 4)) for _ in range(4)]


def _odd_wishes(story: Story) -> None:
    chance = story.chance
    power, target = chance.choice([0, 300, 301, 65_535]), chance.choice([-32_768, -1, 0, 4200, 4201, 32_767])
    wish = Wish(
        (power, 300), (4200, target), (chance.choice([100, 101, 255]), 0, 0, 0), chance.choice([0, 1, 3, 4, 255])
    )
    story.received = story.device.next_demand(wish, ahead=chance.choice([0, 1, 100, 101, 65_535]))


def _noise_on_the_cable(story: Story) -> None:
    story.received += story.chance.randbytes(story.chance.choice([1, 7, 124, 300]))


def _orders(story: Story) -> None:
    if story.chance.random() < 0.05:
        story.received += story.chance.choice([STOP, HELLO_REQUEST])


def _silence(story: Story) -> None:
    story.received = b""


def _nothing(_: Story) -> None:
    """A session as it should be."""


def _button(story: Story) -> None:
    story.device.inputs.button_pressed = story.chance.random() < 0.5


def _held_button(story: Story) -> None:
    story.device.inputs.button_pressed = True


def _trip(story: Story) -> None:
    story.device.latch_tripped = True


def _dead_comparator(story: Story) -> None:
    story.device.trip_answers = story.device.inputs.button_pressed = False
    _button(story)


def _changed_memory(story: Story) -> None:
    if story.device.sealed:
        story.device.flip(0, 3)


def _missing_element(story: Story) -> None:
    story.device.inputs.current_sum = [current_sum(amps) for amps in (0.0, 0.1, 1.25, 1.3)]


MISHAPS: dict[str, Callable[[Story], None]] = {
    "nothing": _nothing,
    "sensor open": _read(1, 901 * 64),
    "sensor short": _read(2, 119 * 64),
    "sensor loose": _read(0, sum_of(30.0), sum_of(36.0)),
    "witness off": _drift(-0.05, 4),
    "half off": _drift(-0.1, 3),
    "too warm": _drift(0.12, *range(6)),
    "warms fast": _drift(0.2, 0, 1, 4),
    "reference": _tell(bandgap_sum=BANDGAP_SUM * 1056 // 1000),
    "poison": _tell(ground_sum=65_535),
    "switch shorted": _tell(quiet_sum=current_sum(1.25)),
    "upper switch shorted": _tell(rail_sum=rail_sum(24.0), quiet_sum=current_sum(0.02)),
    "supply dips": _tell(rail_sum=rail_sum(9.0)),
    "element open": _missing_element,
    "currents": _odd_currents,
    "sums": _odd_sums,
    "times": _odd_times,
    "wishes": _odd_wishes,
    "noise": _noise_on_the_cable,
    "orders": _orders,
    "silence": _silence,
    "button": _button,
    "button held": _held_button,
    "trip": _trip,
    "dead comparator": _dead_comparator,
    "flash": _tell(self_tests=0xFFFF & ~(1 << contract.SelfTest.FLASH)),
    "clock": _tell(self_tests=0xFFFF & ~(1 << contract.SelfTest.CLOCK)),
    "memory": _changed_memory,
}
