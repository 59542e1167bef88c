"""A session: one program being played. Steps, time, and what a person changed on the way.

Durations are s, temperatures °C, intensities percent. Time is told by `advance`; nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from poultice.therapy import reasons
from poultice.therapy.limits import HostLimits
from poultice.therapy.programs import MassageStep, Program, Step
from poultice.therapy.state import Reason

_EPSILON_S = 1e-6  # sums of 0.05 s are not exact


class Adjustments:
    """What a person changed, by zone or motor. What is lowered stays lowered to the end; what is raised lasts for the
    step, because the next one was meant to be weaker, or as strong as it says."""

    def __init__(self) -> None:
        self._lowered: dict[str, float] = {}
        self._raised: dict[str, float] = {}

    def adjusted(self, name: str, programmed: float) -> float:
        """What holds instead of what the program says."""
        return self._raised.get(name, min(programmed, self._lowered.get(name, programmed)))

    def later(self, name: str, programmed: float) -> float:
        """What will hold in another step."""
        return min(programmed, self._lowered.get(name, programmed))

    def set(self, name: str, value: float, programmed: float) -> None:
        """Takes a change."""
        self._raised.pop(name, None)
        self._lowered.pop(name, None)
        (self._lowered if value < programmed else self._raised)[name] = value

    def next_step(self) -> None:
        """Forgets what was meant for one step only."""
        self._raised.clear()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a zone that this step heats is asked for: by step and person, and within the time that is left for it."""

    asked_c: float
    wish_c: float
    lowered_by: Reason | None


class Session:
    """Plays the steps of a program."""

    def __init__(self, session_id: str, program: Program, limits: HostLimits) -> None:
        self.id = session_id
        self.program = program
        self.index = 0
        self.in_step_s = 0.0
        self.ran_s = 0.0
        self.over = False
        self._limits = limits
        self._starts_s = [sum(s.duration_s for s in program.steps[:i]) for i in range(len(program.steps))]
        self._longest_s = min(program.max_total_s, limits.session_max_s)
        self._hot_s: dict[str, list[float]] = {zone: [0.0] * len(limits.times_above) for zone in program.zones}
        self._total_s = program.total_s
        self._targets = Adjustments()
        self._strengths = Adjustments()
        self._heats_from = [any(s.heat for s in program.steps[i:]) for i in range(len(program.steps))]
        self.wishes: Mapping[str, Wish] = {}  # by zone that this step heats
        self.intensities: Mapping[str, int] = {}  # percent by motor that takes part in this step
        self.revision = 0  # rises whenever wishes or intensities change
        self._wish_anew()

    @property
    def step(self) -> Step:
        """The step that is played."""
        return self.program.steps[self.index]

    @property
    def elapsed_s(self) -> float:
        """The place on the program's own timeline."""
        return self._starts_s[self.index] + self.in_step_s

    @property
    def remaining_s(self) -> float:
        """How long it will still run."""
        return max(0.0, min(self._total_s - self.elapsed_s, self._longest_s - self.ran_s))

    @property
    def longest_reached(self) -> bool:
        """Whether it ran as long as any session, or this program, may."""
        return self.ran_s >= self._longest_s - _EPSILON_S

    @property
    def at_end(self) -> bool:
        """Whether the last step is over."""
        return self.index + 1 == len(self.program.steps) and self.in_step_s >= self.step.duration_s - _EPSILON_S

    @property
    def heats_from_here(self) -> bool:
        """Whether this step or a later one heats."""
        return self._heats_from[self.index]

    @property
    def heats_from_before(self) -> bool:
        """Whether the step before, this one or a later one heats."""
        return self._heats_from[max(0, self.index - 1)]

    def ahead(self, zone: str) -> Iterator[tuple[float | None, float]]:
        """What a zone is and will be asked for, °C or None, and for how long, s: this step, then the later ones."""
        yield self.wish_c(zone), min(self.step.duration_s - self.in_step_s, self.remaining_s)
        left_s = self.remaining_s - (self.step.duration_s - self.in_step_s)
        for step in self.program.steps[self.index + 1 :]:
            heat = step.heat.get(zone)
            yield (None if heat is None else self._targets.later(zone, heat.target_c)), min(step.duration_s, left_s)
            left_s = max(0.0, left_s - step.duration_s)

    # -- Time

    def advance(self, dt_s: float) -> None:
        """Plays for dt_s; sets `over` after the last step or when it may not last any longer."""
        dt_s = min(dt_s, self._longest_s - self.ran_s)
        self.ran_s += dt_s
        self._count_hot(dt_s)
        self.in_step_s += dt_s
        while not self.over and self.in_step_s >= self.step.duration_s - _EPSILON_S:
            self.skip(max(0.0, self.in_step_s - self.step.duration_s))
        self.over = self.over or self.longest_reached

    def _count_hot(self, dt_s: float) -> None:
        used_up = False
        for zone, wish in self.wishes.items():
            for i, above in enumerate(self._limits.times_above):
                if wish.wish_c > above.above_c:
                    self._hot_s[zone][i] += dt_s
                    used_up = used_up or self._used_up(zone, i)
        if used_up:
            self._wish_anew()

    def skip(self, into_s: float = 0.0) -> None:
        """Goes to the next step, `into_s` deep; after the last one it is over."""
        if self.index + 1 < len(self.program.steps):
            self._enter(self.index + 1, into_s)
        else:
            self.in_step_s = self.step.duration_s
            self.over = True

    def back(self) -> None:
        """Goes to the beginning of the step before; of the first, to its own."""
        self._enter(max(0, self.index - 1), 0.0)

    def _enter(self, index: int, into_s: float) -> None:
        self.index = index
        self.in_step_s = into_s
        self._targets.next_step()
        self._strengths.next_step()
        self._wish_anew()

    # -- What is wished

    def wish_c(self, zone: str) -> float | None:
        """The temperature to ask of a zone now; None where this step does not heat it."""
        wish = self.wishes.get(zone)
        return None if wish is None else wish.wish_c

    def _wish_anew(self) -> None:
        self.wishes = {zone: self._wish(zone, heat.target_c) for zone, heat in self.step.heat.items()}
        massage = self.step.massage
        self.intensities = {} if massage is None else self._strong(massage)
        self.revision += 1

    def _strong(self, massage: MassageStep) -> Mapping[str, int]:
        asked = massage.intensity_percent
        return {motor: round(self._strengths.adjusted(motor, asked)) for motor in massage.motors}

    def _wish(self, zone: str, programmed_c: float) -> Wish:
        asked_c = self._targets.adjusted(zone, programmed_c)
        return Wish(asked_c, *self._within_time(zone, asked_c))

    def _within_time(self, zone: str, asked_c: float) -> tuple[float, Reason | None]:
        why = None
        for i, above in enumerate(self._limits.times_above):
            if asked_c > above.above_c and self._used_up(zone, i):
                why = reasons.time_used_up(above, asked_c)
                asked_c = above.above_c
        return asked_c, why

    def _used_up(self, zone: str, index: int) -> bool:
        return self._hot_s[zone][index] >= self._limits.times_above[index].at_most_s - _EPSILON_S

    # -- What a person changes

    def why_no_target(self, zone: str, target_c: float) -> Reason | None:
        """What speaks against this target for a zone in this step; None where nothing does."""
        low_c, high_c = self._limits.target_min_c, self._limits.target_max_c
        if zone not in self.step.heat:
            return reasons.refused("not_heated", f"refused: this step does not heat {zone}", zone=zone)
        if not low_c <= target_c <= high_c:
            text = f"refused: {reasons.degrees(target_c)} is out of range; choose {low_c:g} to {high_c:g} °C"
            return reasons.refused("out_of_range", text, low_c=low_c, high_c=high_c)
        allowed_c, why = self._within_time(zone, target_c)
        if why is not None:
            text = f"refused: no more time above {reasons.degrees(allowed_c)} in this session"
            return reasons.refused("time_used_up", text, above_c=allowed_c)
        return None

    def set_target(self, zone: str, target_c: float) -> None:
        """Takes a target that nothing speaks against."""
        self._targets.set(zone, target_c, self.step.heat[zone].target_c)
        self._wish_anew()

    def set_intensity(self, motor: str, percent: int) -> None:
        """Takes an intensity for a motor that takes part in this step."""
        assert self.step.massage is not None  # noqa: S101 - the motor takes part
        self._strengths.set(motor, percent, self.step.massage.intensity_percent)
        self._wish_anew()
