"""Each single fault of a part, and what still ends the heat: the chip that falls silent, the trip, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from generator.facts_model import Facts

from circuits.chain import ALWAYS, COOL_C, HOT_C, NEVER_OHM, WARM_C, Story, moves, tell
from circuits.check import Check, yes
from circuits.latch import at as seen_at
from circuits.latch import heats, tripped

CORES = 2
SHORT_OHM = 1e-3
STUCK_OHM = 1.0
MISSING_V = 0.1  # of 1 V a flowing ampere
RAIL_SEEN_V = 1.0  # firmware/core/stuck_on.c takes more for a rail that should be gone
Parts = Mapping[str, float | str]

OPEN, SHORT = NEVER_OHM, SHORT_OHM
FAULTS: dict[str, Parts] = {
    "none": {},
    "lower switch shorted (welded)": {"lower_short": SHORT},
    "upper switch shorted (welded)": {"upper_short": SHORT},
    "lower switch: gate shorted to drain": {"lower_gate_drain": SHORT},
    "upper switch: gate shorted to drain": {"upper_gate_drain": SHORT},
    "lower gate: series resistor open": {"r_lower_gate_series": OPEN},
    "lower gate: pull-down open": {"r_lower_gate_pull_down": OPEN},
    "upper gate: pull-up open": {"r_upper_gate_pull_up": OPEN},
    "upper gate: series resistor open": {"r_upper_gate_series": OPEN},
    "pump transistor shorted": {"pump_transistor_short": SHORT},
    "pump: transfer capacitor shorted": {"transfer_short": SHORT},
    "pump: transfer capacitor open": {"c_pump_transfer": 1e-12},
    "pump: store capacitor open": {"c_pump_store": 1e-12},
    "pump: diode shorted": {"diode_short": SHORT},
    "pump: base resistor to ground open": {"r_pump_base_bottom": OPEN},
    "clamp of the upper switch: resistor open": {"r_clamp_upper": OPEN},
    "clamp of the lower switch: resistor open": {"r_clamp_lower": OPEN},
    "thermistor open": {"ntc_broken": "1e6"},
    "thermistor shorted": {"ntc_broken": "1e-6"},
    "thermistor's pull-up open": {"pull_up_1": OPEN},
    "thermistor's pull-up shorted": {"pull_up_1": SHORT},
    "reference: top resistor open": {"r_trip_reference_top": OPEN},
    "reference: bottom resistor open": {"r_trip_reference_bottom": OPEN},
    "reference: bottom resistor shorted": {"r_trip_reference_bottom": SHORT},
    "hysteresis resistor open": {"r_trip_hysteresis": OPEN},
    "hot comparator never pulls": {"hot_alive": 0.0},
    "open comparator never pulls": {"open_alive": 0.0},
    "a comparator always pulls": {"set_low": STUCK_OHM},
    "set line: pull-up open": {"r_set_pull_up": OPEN},
    "test decoder never pulls": {"decoder_alive": 0.0},
    "test decoder always pulls": {"decoder_low": STUCK_OHM},
    "test resistor open": {"test_ohm_1": OPEN},
    "latch stuck free": {"q_low": STUCK_OHM},
    "latch stuck tripped": {"q_high": STUCK_OHM},
    "latch's reset stuck low": {"reset_low": STUCK_OHM},
    "current limit never pulls": {"limit_alive": 0.0},
    "current limit: top resistor open": {"r_limit_top": OPEN},
    "current limit: bottom resistor open": {"r_limit_bottom": OPEN},
    "shunt open": {"r_shunt": OPEN},
    "shunt shorted": {"r_shunt": 1e-5},
    "button: pull-up open": {"r_button_pull_up": OPEN},
    "one release capacitor shorted": {"release_short": SHORT},
    "one release capacitor open": {"c_release_first": 1e-13},
}
"""What breaks: the values that the deck has instead. One at a time."""

SILENCE = Story(
    end_s=0.75,
    enable=((1e-6, 0.45),),
    heater=((1e-6, 0.3),),
)
"""Heats; at 0.3 s the lower switch is told off, at 0.45 s the toggling stops."""
HEATING_S, QUIET_S, SILENT_S = 0.28, 0.44, 0.74

CAUGHT = Story(end_s=0.6, enable=ALWAYS, heater=ALWAYS, lumbar_c=moves(WARM_C, (0.3, HOT_C), (0.45, COOL_C)))
"""The chip has gone mad and keeps all on; the pad gets hot, and cools when it is let."""
CAUGHT_S = 0.59

TESTED = Story(
    end_s=1.2,
    test_high=((0.2, 0.3),),
    test_low=((0.7, 0.8),),
    pressed=((0.15, 0.5), (0.65, 1.0)),
)
"""Two presses as firmware/core/trip_test.c goes about it: provoke, hold, release; each zone once."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one fault."""

    name: str
    heats: bool
    silence_ends: bool
    trip_ends: bool
    current_seen: bool
    rail_seen: bool
    passes_test: bool
    current_missing: bool = False

    @property
    def safe(self) -> bool:
        """A silent chip ends the heat whatever broke, and so does the trip, unless its test keeps the board unarmed."""
        return self.silence_ends and (self.trip_ends or not self.passes_test)

    @property
    def found(self) -> str:
        """Who notices, the first of them."""
        if self.name == "none":
            return ""
        if not self.passes_test:
            return "trip test: no arming"
        if self.current_seen:
            return "current at rest: locked (C)"
        if self.rail_seen:
            return "rail at rest: locked (C)"
        if self.heats and self.current_missing:
            return "no current seen while on: locked (B)"
        return "no heat" if not self.heats else "unnoticed: another path ends it"


def rehearse(facts: Facts, name: str) -> Outcome:
    """Plays the three stories with one fault. Raises CircuitError."""
    parts = FAULTS[name]
    silence, caught, tested = (tell(facts, _with(story, parts)) for story in (SILENCE, CAUGHT, TESTED))
    provoked = tripped(tested, 0.29) and tripped(tested, 0.79)
    held = tripped(tested, 0.45) and tripped(tested, 0.95)
    freed = not tripped(tested, 0.1) and not tripped(tested, 0.64) and not tripped(tested, 1.19)
    return Outcome(
        name,
        heats(silence, HEATING_S),
        not heats(silence, SILENT_S),
        not heats(caught, CAUGHT_S),
        heats(silence, QUIET_S),
        seen_at(silence, SILENT_S, "v(rail)") > RAIL_SEEN_V,
        provoked and held and freed,
        seen_at(silence, HEATING_S, "v(sensed)") < MISSING_V,
    )


def _with(story: Story, parts: Parts) -> Story:
    return replace(story, parts=parts)


@dataclass(frozen=True, slots=True)
class Result:
    """The table of faults."""

    outcomes: list[Outcome]

    def checks(self) -> list[Check]:
        """A sound board heats, passes and is quiet; every fault ends in the safe state."""
        sound, *broken = self.outcomes
        quiet = not (sound.current_seen or sound.rail_seen)
        return [
            yes("no fault: heats, rests quietly, passes its test", sound.heats and quiet and sound.passes_test),
            *(yes(f"fault: {outcome.name} ({outcome.found})", outcome.safe) for outcome in broken),
        ]


def run(facts: Facts) -> Result:
    """Computes it. Raises CircuitError."""
    with ThreadPoolExecutor(CORES) as pool:  # each waits for its ngspice
        return Result(list(pool.map(partial(rehearse, facts), FAULTS)))
