"""Any program that passes the checks, and anything that a person does with it: no state without a reason, nothing on
while paused, no duration exceeded, nothing stronger than the program says unless a person asked for it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from poultice.therapy.fitting import fit
from poultice.therapy.layout import PadLayout
from poultice.therapy.limits import HostLimits
from poultice.therapy.massage import PATTERNS
from poultice.therapy.pad import Pad
from poultice.therapy.phases import PLAYING
from poultice.therapy.program_check import check
from poultice.therapy.programs import Program, parse
from poultice.therapy.state import Phase

TICK_S = 0.05
LIMITS = HostLimits(awake_every_s=20.0, awake_answer_s=10.0)
SECONDS = st.sampled_from(["1 s", "2 s", "5 s", "12 s", "45 s"])
HEAT = st.dictionaries(
    st.sampled_from(["lumbar", "upper_back"]),
    st.one_of(
        st.just("off"),
        st.fixed_dictionaries(
            {"target": st.sampled_from(["30 °C", "38 °C", "40 °C", "42 °C"])}, optional={"ramp": st.just("6 °C/min")}
        ),
    ),
    max_size=2,
)
MASSAGE = st.fixed_dictionaries(
    {
        "pattern": st.sampled_from(sorted(PATTERNS)),
        "region": st.sampled_from(["lower_back", "upper_back", "left_side", "right_side", "whole_back"]),
        "intensity": st.sampled_from(["18 %", "40 %", "100 %"]),
    },
    optional={
        "tempo": st.sampled_from(["0.05 Hz", "2 Hz"]),
        "phase": st.sampled_from(["0 °", "90 °", "360 °"]),
        "direction": st.sampled_from(["up", "down", "left", "right"]),
    },
)
STEP = st.one_of(
    st.fixed_dictionaries(
        {"duration": SECONDS},
        optional={
            "heat": HEAT,
            "massage": MASSAGE,
            "ask": st.sampled_from(["comfort", "pain", "note"]),
            "wait": st.just("person"),
        },
    ),
    st.fixed_dictionaries({"duration": SECONDS, "wait": st.just("press")}),
)
STEPS = st.lists(st.one_of(STEP, st.fixed_dictionaries({"repeat": st.integers(1, 3), "steps": st.lists(STEP, min_size=1, max_size=2)})), min_size=1, max_size=5)  # fmt: skip  # noqa: E501
END = st.sampled_from(["off", {"fade": "10 s"}, {"ask": "pain"}, {"fade": "20 s", "ask": "comfort"}])
EVENTS = st.lists(
    st.one_of(
        st.sampled_from([0.05, 0.3, 1.0, 3.0, 12.0, 30.0]),
        st.sampled_from(["pause", "resume", "skip", "back", "next", "awake", "less", "more", "fine", "pain", "note"]),
        st.sampled_from(["press", "expire", "warmer", "stronger", "hot", "cold", "stop"]),
    ),
    max_size=30,
)


def named(steps: list[Any], prefix: str = "s") -> list[Any]:
    """Gives each step an id."""
    return [
        {**step, "steps": named(step["steps"], f"{prefix}{i}")} if "repeat" in step else {"id": f"{prefix}{i}", **step}
        for i, step in enumerate(steps)
    ]


def written(steps: list[Any], end: Any) -> str:
    """A program file of these steps."""
    everything = {
        "schema": "poultice-program/1",
        "id": "any",
        "title": {"en": "Any", "de": "Irgendeins"},
        "evidence": "weak",
        "requires": {
            "zones": ["lumbar", "upper_back"],
            "regions": ["lower_back", "upper_back", "left_side", "right_side", "whole_back"],
        },
        "max_total": "15 min",
        "steps": named(steps),
        "end": end,
    }
    return yaml.safe_dump(everything, allow_unicode=True, sort_keys=False)


class Player:
    """Plays a program and looks at every tick."""

    def __init__(self, rig: Any, program: Program) -> None:
        self.rig, self.program = rig, program
        self.in_steps_s: dict[tuple[str, int, int], float] = {}
        self.played_s = 0.0
        self.visits = 0
        self.raised = False
        self.paused = 0

    def act(self, event: Any) -> None:
        rig = self.rig
        match event:
            case float():
                for _ in range(round(event / TICK_S)):
                    self.tick()
            case "pause" | "resume" | "skip" | "back" | "stop":
                self.visits += event in ("skip", "back")
                rig.ask(event)
            case "next" | "awake":
                self.visits += event == "next"
                rig.ask("answer", question=event)
            case "less" | "more" | "fine":
                self.visits += 1
                rig.ask("answer", question="comfort", value=event)
            case "pain" | "note":
                self.visits += 1
                rig.ask("answer", question=event, value=3 if event == "pain" else "so so")
            case "warmer":
                self.raised |= rig.ask("adjust", zone="lumbar", target=42.0).status == "accepted"
            case "stronger":
                self.raised |= rig.ask("adjust", intensity=100).status == "accepted"
            case "press":
                rig.press()
            case "expire":
                rig.disarm("expired")
            case "hot" | "cold":
                rig.temperature_c = 41.5 if event == "hot" else 25.0

    def tick(self) -> None:
        before = self.rig.view
        demand = self.rig.run(TICK_S)
        view = self.rig.view
        assert demand.reason.text
        assert view.reason.text
        if view.phase is Phase.PAUSED:
            self.paused += 1
        if view.phase not in PLAYING:
            assert demand.off, view.phase
            return
        session = view.session
        self.played_s += TICK_S
        assert self.played_s <= self.program.max_total_s + TICK_S
        assert 0.0 <= session.step_remaining_s <= self.program.steps[session.step].duration_s
        if before.session is not None and before.session.step == session.step:
            key = (session.id, session.step, self.visits)
            self.in_steps_s[key] = self.in_steps_s.get(key, 0.0) + TICK_S
            assert self.in_steps_s[key] <= self.program.steps[session.step].duration_s + 2 * TICK_S
        self.look(demand, self.program.steps[session.step])

    def look(self, demand: Any, step: Any) -> None:
        for name, zone in zip(("lumbar", "upper_back"), demand.zones, strict=True):
            assert zone.target_c is None or name in step.heat
            if zone.target_c is not None and not self.raised:
                assert zone.target_c <= step.heat[name].target_c
        for motor, percent in zip(self.rig.view.motors, demand.motors_percent, strict=True):
            assert percent == 0 or (step.massage is not None and motor in step.massage.motors)
            if percent and not self.raised:
                assert percent <= step.massage.intensity_percent


@pytest.mark.slow
@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, end=END, events=EVENTS)
def test_whatever_is_written_and_whatever_is_tapped(
    layout: PadLayout, rig_of: Any, steps: Any, end: Any, events: Any
) -> None:
    program = fit(parse(written(steps, end), "any.yaml"), layout, {})
    if check(program, layout, LIMITS):
        return
    rig = rig_of(Pad(layout, {"any": program}, LIMITS)).connect()
    rig.ask("start", program="any")
    if not rig.armed and program.heats:
        rig.press()
    player = Player(rig, program)
    for event in events:
        player.act(event)
    if player.rig.view.phase is Phase.PAUSED:
        rig.ask("resume")
    left_s = program.max_total_s + 10.0 + (601.0 if rig.view.phase is Phase.PAUSED else 0.0)
    rig.run(left_s, step_s=0.5)
    assert rig.view.session is None, "it ends, whatever was done"
    assert rig.run(1.0).off
