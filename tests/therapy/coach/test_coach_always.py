"""Whatever people set and whatever the clocks do: the coach alone never heats, and moves a motor only as it may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from poultice.clock import VirtualClock
from poultice.coaching.day import Coaching
from poultice.coaching.store import CoachStore
from poultice.mqtt.messages import PromptMessage
from poultice.settings import SettingsStore
from poultice.therapy.coach.plan import DAYS, Hours, NudgeHours, Plan, Rhythm, Strength
from poultice.therapy.state import Phase, Role

TIMES = st.one_of(
    st.sampled_from(["00:00", "09:00", "12:00", "17:00", "23:59"]),
    st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59)),
)
ANY = st.builds(Hours, begin=TIMES, end=TIMES)
MOST = st.one_of(st.just(Hours(begin="00:00", end="23:59")), st.just(Hours(begin="08:00", end="20:00")), ANY)
LITTLE = st.one_of(st.just(Hours(begin="00:00", end="00:00")), st.just(Hours(begin="12:00", end="13:00")), ANY)
RHYTHMS = st.builds(Rhythm, on=st.sampled_from([True, True, False]), every_min=st.sampled_from([10, 11, 25, 60]))
NUDGES = st.builds(
    lambda hours, on, automation: NudgeHours(on=on, automation=automation, **hours.model_dump()),
    MOST,
    st.sampled_from([True, True, True, False]),
    st.booleans(),
)
PLANS = st.builds(
    Plan,
    days=st.one_of(st.just(DAYS), st.lists(st.sampled_from(DAYS), min_size=3, unique=True).map(tuple)),
    hours=MOST,
    quiet=LITTLE,
    posture=RHYTHMS,
    breaks=RHYTHMS,
    active=RHYTHMS,
    ergonomics=st.booleans(),
    strength=st.builds(
        Strength,
        on=st.booleans(),
        at=TIMES,
        days=st.dictionaries(st.sampled_from(DAYS), st.sampled_from(["rub", "warm"])),
    ),
    nudge=NUDGES,
)
HAPPENINGS = st.sampled_from(
    ["time"] * 8
    + ["done", "snooze", "skip", "turned", "slept", "restart", "unsure"]
    + ["automation", "automation", "replayed"]
)


@dataclass
class Watch:
    """What hypothesis found that may not pass unseen."""

    nudged: int = 0
    prompted: int = 0
    refused: int = 0


@dataclass
class Household:
    """A pad at rest with its coach; each demand of the pad is looked at."""

    rig: Any
    plan: Plan
    directory: Path
    watch: Watch
    clock: VirtualClock = field(default_factory=VirtualClock)
    said: list[PromptMessage] = field(default_factory=list)
    moving_since_s: float | None = None
    began_s: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.settings = SettingsStore(self.directory)
        self.settings.set_coach("pad", "me", self.plan)
        self.begin()

    def begin(self) -> None:
        """A controller begins; the pad object is the same, which makes the count of nudges no easier."""
        store = CoachStore(self.directory, "pad")
        zone = self.clock.wall().tzinfo
        self.coaching = Coaching(
            "pad", self.rig.pad, self.settings, self.clock, say=self.said.append, store=store, zone=zone
        )

    def step(self, seconds: float) -> None:
        """Time passes for the pad, its board and the coach; what the pad asks for is looked at."""
        self.rig.now_s = round(self.rig.now_s + seconds, 6)
        self.clock.advance(self.rig.now_s - self.clock.now_s())
        self.rig.read()
        demand = self.rig.tick()
        self.look(demand)
        self.coaching.look(self.clock.now_s())

    def look(self, demand: Any) -> None:
        assert all(zone.target_c is None and zone.power_w == 0 for zone in demand.zones), "never heat"
        assert self.rig.view.phase is Phase.IDLE
        now_s = self.clock.now_s()
        if not any(demand.motors_percent):
            self.moving_since_s = None
            return
        assert max(demand.motors_percent) <= 30
        if self.moving_since_s is None:
            self.moving_since_s = now_s
            self.began_s.append(now_s)
            self.watch.nudged += 1
            self.may_begin()
        assert now_s - self.moving_since_s <= 3.0
        assert len([at_s for at_s in self.began_s if now_s - at_s < 3600.0]) <= 4

    def may_begin(self) -> None:
        """In the hours that a person allowed, whoever asked."""
        a_moment_ago = self.clock.wall().replace(tzinfo=None) - timedelta(seconds=1.1)
        now = self.clock.wall().replace(tzinfo=None)
        assert any((self.plan.nudges(at) and not self.plan.quiet.hold(at)) for at in (now, a_moment_ago))

    def run(self, seconds: float) -> None:
        """In minutes while nothing moves, finely where something does."""
        end_s = self.rig.now_s + seconds
        while self.rig.now_s < end_s:
            nudged = len(self.said)
            self.step(30.0)
            if len(self.said) > nudged or self.moving_since_s is not None:
                self.watch.prompted += 1
                self.finely()

    def finely(self) -> None:
        for _ in range(40):
            self.step(0.1)

    def happen(self, what: str, much: int) -> None:
        match what:
            case "time":
                self.run(1800.0 + much * 60.0)
            case "turned":
                self.clock.set_wall(self.clock.wall() + timedelta(hours=much - 60))
                self.run(120.0)
            case "slept":
                self.clock.advance(much * 60.0)
                self.rig.now_s = self.clock.now_s()
                self.rig.read()
                self.rig.tick()  # first it notices that nothing was heard
                self.rig.read()
            case "restart":
                self.begin()
            case "unsure":
                self.clock.synchronised = not self.clock.synchronised
            case "automation":
                self.step(1.1)
                reply = self.rig.ask("nudge", Role.AUTOMATION)
                self.watch.refused += reply.status.value == "refused"
                self.finely()
            case "replayed":
                self.rig.ask("nudge", Role.AUTOMATION, fresh=False)
                self.finely()
            case _ if self.said:
                self.coaching.answer("me", self.said[-1].id, what)  # type: ignore[arg-type]


@pytest.mark.slow
def test_the_coach_alone_never_heats_and_moves_only_as_it_may(
    new_rig: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    watch = Watch()

    @settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(
        plan=PLANS,
        hour=st.integers(0, 23),
        story=st.lists(st.tuples(HAPPENINGS, st.integers(1, 120)), min_size=6, max_size=14),
    )
    def tell(plan: Plan, hour: int, story: list[tuple[str, int]]) -> None:
        rig = new_rig().connect()
        clock = VirtualClock(rig.now_s, datetime.fromisoformat(f"2026-03-02T{hour:02}:00+00:00"))
        household = Household(rig, plan, tmp_path_factory.mktemp("coach"), watch, clock)
        for what, much in story:
            household.happen(what, much)

    tell()
    assert watch.nudged > 20
    assert watch.prompted > 100
    assert watch.refused > 5
