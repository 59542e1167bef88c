"""From the chip's pins and the trips' thermistors to one zone's element: what happened in a story, by ngspice."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.circuit_model import Mosfet
from generator.facts_model import Facts

from circuits.ngspice import Curves, deck, simulate
from circuits.pump import PUMP_DIODE_OHM, TURN_ON_A
from circuits.values import THERMAL_V, nominal, saturation_a

NEVER_OHM = 1e9
WARM_C = 36.0
HOT_C = 47.0
COOL_C = 40.0
SEEN = (
    "i(vheater)",
    "v(q)",
    "v(status)",
    "v(rail)",
    "v(reset)",
    "v(set)",
    "v(edge)",
    "v(divided)",
    "v(sensed)",
    "i(vrail)",
)
FALL_S = 1e-3  # in which a temperature is moved
EDGE_S = 1e-5
Spans = tuple[tuple[float, float], ...]
ALWAYS: Spans = ((1e-6, 99.0),)


def during(spans: Spans) -> str:
    """A line that is 1 within these times in s, else 0: points of a line, for the solver stops at each."""
    points, level = ["0 0"], 0
    for time_s in (time_s for span in spans for time_s in span):
        points += [f"{time_s:.9g} {level}", f"{time_s + EDGE_S:.9g} {1 - level}"]
        level = 1 - level
    return " ".join(points)


def moves(start_c: float, *steps: tuple[float, float]) -> str:
    """A temperature that jumps at times: points of a line."""
    points, here_c = [f"0 {start_c}"], start_c
    for at_s, to_c in steps:
        points += [f"{at_s} {here_c}", f"{at_s + FALL_S} {to_c}"]
        here_c = to_c
    return " ".join(points)


@dataclass(frozen=True, slots=True)
class Story:
    """What chip, person and pad do: spans from s to s. `parts` are what is broken, or otherwise than in the facts."""

    end_s: float
    enable: Spans = ()  # the enable line toggles
    heater: Spans = ()
    lumbar_c: str = moves(WARM_C)
    back_c: str = moves(WARM_C)
    pressed: Spans = ()
    test_high: Spans = ()
    test_low: Spans = ()
    wiggles: Spans = ()  # the chip drives the test line and the button's both ways, as fast as it toggles
    breaks: Spans = ALWAYS  # the thermistor is what the part ntc_broken says, 1 = sound
    chafed: Spans = ()
    parts: Mapping[str, float | str] = field(default_factory=dict)


LINES = ("enable", "heater", "pressed", "test_high", "test_low", "wiggles", "breaks", "chafed")


def tell(facts: Facts, story: Story) -> Curves:
    """Plays it; the curves of SEEN and the time "x" in s. Raises CircuitError."""
    return simulate(deck("chain", values_of(facts) | _of_story(story) | dict(story.parts)), SEEN)


def _of_story(story: Story) -> dict[str, float | str]:
    lines = {name: during(getattr(story, name)) for name in LINES}
    return {**lines, "end_s": story.end_s, "lumbar_c": story.lumbar_c, "back_c": story.back_c}


def values_of(facts: Facts) -> dict[str, float | str]:
    """The whole chain, sound."""
    circuit = facts.circuit
    mosfets, diode = circuit.mosfets, circuit.diodes["pump"]
    sound = dict.fromkeys(SHORTS, NEVER_OHM)
    return {
        **nominal(facts), **sound,
        "upper_vto": -_threshold_v(mosfets["upper"]), "upper_kp": _kp(mosfets["upper"]),
        "lower_vto": _threshold_v(mosfets["lower"]), "lower_kp": _kp(mosfets["lower"]),
        "small_vto": _threshold_v(mosfets["small"]), "small_kp": _kp(mosfets["small"]),
        "upper_gate_f": mosfets["upper"].input_pf * 1e-12, "lower_gate_f": mosfets["lower"].input_pf * 1e-12,
        "pump_is": TURN_ON_A / math.exp(circuit.pump_transistor.base_v / THERMAL_V),
        "pump_gain": circuit.pump_transistor.gain_min,
        "diode_is": saturation_a(diode, PUMP_DIODE_OHM),
        "pull_up_1": facts.ntc.pull_up_ohm, "ntc_broken": 1.0,
        "test_ohm_1": circuit.resistors["trip_test"].ohm,
        "hot_alive": 1.0, "open_alive": 1.0, "limit_alive": 1.0, "decoder_alive": 1.0,
        "toggle_s": facts.enable.toggle_ms / 1000, "period_s": 2 * facts.enable.toggle_ms / 1000,
        "logic_up_s": 7e-3, "ambient_c": 25.0,
    }  # fmt: skip


SHORTS = (
    "set_low", "decoder_low", "release_short", "reset_low", "q_low", "q_high", "transfer_short", "diode_short",
    "pump_transistor_short", "upper_short", "lower_short", "upper_gate_drain", "lower_gate_drain",
    "chafe_ohm", "chafe_to_ground_ohm",
)  # fmt: skip
"""Places where a fault may bridge what should be apart; sound they have NEVER_OHM."""


def _threshold_v(mosfet: Mosfet) -> float:
    return (mosfet.threshold_min_v + mosfet.threshold_max_v) / 2


def _kp(mosfet: Mosfet) -> float:
    """Of the square-law model, such that the worst one's resistance is right at the gate voltage it is told for."""
    return 1000 / (mosfet.milliohm * (mosfet.at_gate_v - _threshold_v(mosfet)))
