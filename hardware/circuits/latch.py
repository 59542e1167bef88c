"""What sets the trip's latch, what frees it, and what does not: one long story and some short ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from generator.facts_model import Facts

from circuits.chain import ALWAYS, COOL_C, HOT_C, WARM_C, Story, moves, tell
from circuits.check import Check, yes
from circuits.ngspice import Curves

FLOWS_A = 0.05
ON_S = 0.05
TRIPS_S = 0.4
STILL_TOO_WARM_C = 45.0  # below the trip, within its hysteresis
OFF_WITHIN_MS = 100.0
POWER_UPS_S = (1e-3, 50e-3)
BREAKS_S = 0.2

STORY = Story(
    end_s=2.5, enable=((ON_S, 99.0),), heater=((ON_S, 99.0),),
    lumbar_c=moves(WARM_C, (TRIPS_S, HOT_C), (0.6, STILL_TOO_WARM_C), (1.0, COOL_C)),
    pressed=((0.7, 0.8), (1.2, 1.3), (1.8, 1.9), (2.2, 2.3)),
    test_high=((1.6, 1.65),), test_low=((2.0, 2.05),),
)  # fmt: skip
"""Hot at 0.4 s; pressed while still warm and when cool; then each zone provoked and freed by a release."""

MAD_CHIP = Story(
    end_s=1.5, enable=ALWAYS, heater=ALWAYS, lumbar_c=moves(WARM_C, (0.3, HOT_C), (0.5, COOL_C)),
    wiggles=((0.6, 99.0),), pressed=((0.9, 99.0),),
)  # fmt: skip
"""All software wrong: every pin that it has is wiggled, on a pad that has cooled, while the button is held."""


def at(curves: Curves, time_s: float, name: str) -> float:
    """A curve at one time."""
    return float(np.interp(time_s, curves["x"], curves[name]))


def tripped(curves: Curves, time_s: float) -> bool:
    """Whether the latch is set."""
    return at(curves, time_s, "v(q)") > 2.5


def heats(curves: Curves, time_s: float) -> bool:
    """Whether current flows through the element."""
    return at(curves, time_s, "i(vheater)") > FLOWS_A


def off_after_ms(curves: Curves, since_s: float) -> float:
    """Until the element's current has ended for good, ms."""
    flows = curves["x"][curves["i(vheater)"] > FLOWS_A]
    before = flows[flows < since_s + 1.0]
    return max(0.0, 1000 * float(before[-1] - since_s)) if len(before) else 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """All that is to be told of the latch."""

    story: Curves
    mad: Curves
    awake: list[bool]
    hot_at_power_up: bool
    breaks: dict[str, bool]

    def checks(self) -> list[Check]:
        """Beside their limits."""
        story = self.story
        until_cool = story["x"] < 0.7
        first = {name: curve[until_cool] for name, curve in story.items()}
        return [
            Check("element off after its thermistor is hot", off_after_ms(first, TRIPS_S), "ms", most=OFF_WITHIN_MS),
            yes("heats before, with the test line floating", heats(story, 0.35) and not tripped(story, 0.35)),
            yes("a release does not free it while too warm", tripped(story, 0.95) and not heats(story, 0.95)),
            yes("cooling does not free it", tripped(story, 1.15)),
            yes("a release frees it when cool", not tripped(story, 1.5) and heats(story, 1.5)),
            yes("test line high provokes the lumbar trip, and it holds", tripped(story, 1.64) and tripped(story, 1.78)),
            yes("test line low provokes the upper back's, and it holds", tripped(story, 2.04) and tripped(story, 2.18)),
            yes("a release frees it after each test", not tripped(story, 1.97) and not tripped(story, 2.45)),
            yes(
                "no pin of the chip frees it, nor a held button", tripped(self.mad, 1.49) and not heats(self.mad, 1.49)
            ),
            yes("power comes, quickly or slowly: not tripped", all(self.awake)),
            yes("power comes while it is hot: tripped", self.hot_at_power_up),
            *(yes(f"trips within 0.1 s: {name}", trips) for name, trips in self.breaks.items()),
        ]


def run(facts: Facts) -> Result:
    """Computes it. Raises CircuitError."""
    asleep = Story(end_s=0.3)
    awake = [tell(facts, replace(asleep, parts={"logic_up_s": 2e-3 + rise_s})) for rise_s in POWER_UPS_S]
    hot = tell(facts, replace(asleep, lumbar_c=moves(HOT_C)))
    return Result(
        tell(facts, STORY),
        tell(facts, MAD_CHIP),
        [not tripped(curves, 0.29) for curves in awake],
        tripped(hot, 0.29),
        {
            "thermistor open": _breaks(facts, "1e6"),
            "thermistor shorted": _breaks(facts, "1e-6"),
        },
    )


def _breaks(facts: Facts, times: str) -> bool:
    story = Story(end_s=BREAKS_S + 0.11, breaks=((BREAKS_S, 99.0),), parts={"ntc_broken": times})
    curves = tell(facts, story)
    return tripped(curves, BREAKS_S + 0.1) and not tripped(curves, BREAKS_S - 0.01)
