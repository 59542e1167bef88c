"""A session: one program being played. Steps, time, and what a person changed on the way.

Durations are s, temperatures °C, intensities percent. Time is told by `advance`; nothing here reads a clock.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from poultice.therapy import reasons
from poultice.therapy.ceiling import NONE, Ceiling
from poultice.therapy.limits import HostLimits
from poultice.therapy.massage import softness
from poultice.therapy.places import Places
from poultice.therapy.programs import TEMPO_HZ, TEMPOS_HZ, MassageStep, Program, Step
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

    def lower_all(self, by: float, floor: float) -> None:
        """Lowers whatever a person had set; nothing below the floor, and nothing that is below it already."""
        for values in (self._lowered, self._raised):
            for name, value in values.items():
                values[name] = min(value, max(floor, value - by))


@dataclass(frozen=True, slots=True)
class Wish:
    """What a zone that this step heats is asked for: by step and person, and within the time that is left for it."""

    asked_c: float
    wish_c: float
    lowered_by: Reason | None


class Session:
    """Plays the steps of a program, from `at_step` on; `less` steps weaker than it says."""

    def __init__(
        self,
        session_id: str,
        program: Program,
        limits: HostLimits,
        *,
        at_step: int = 0,
        less: int = 0,
        person: str = "me",
        ceiling: Ceiling = NONE,
    ) -> None:
        self.id = session_id
        self.program = program
        self.person = person
        self.index = at_step
        self.step: Step = program.steps[at_step]  # that is played
        self.in_step_s = 0.0
        self.ran_s = sum(step.duration_s for step in program.steps[:at_step])
        self.over = False
        self.press_missed = False
        self.places = Places(program.treats)  # for a score of pain in this step
        self._limits = limits
        self._less = less
        self._cap_c: float | None = None
        self._runs_since_s: dict[str, float] = {}  # by motor, since when on the scale of ran_s
        self._starts_s = [sum(s.duration_s for s in program.steps[:i]) for i in range(len(program.steps))]
        self._ceiling = ceiling
        self._longest_s = min(program.max_total_s, limits.session_max_s, ceiling.session_max_s)
        self._hot_s: dict[str, list[float]] = {zone: [0.0] * len(limits.times_above) for zone in program.zones}
        self._total_s = program.total_s
        self._off: set[str] = set()  # zones that somebody switched off
        self._pattern: str | None = None  # instead of this step's own
        self._targets = Adjustments()
        self._strengths = Adjustments()
        self._heats_from = [_heats_before_press(program.steps[i:]) for i in range(len(program.steps))]
        self.wishes: Mapping[str, Wish] = {}  # by zone that this step heats
        self.intensities: Mapping[str, int] = {}  # percent by motor that takes part in this step
        self.revision = 0  # rises whenever wishes or intensities change
        self._count_what_was_hot(program.steps[:at_step])
        self._wish_anew()

    def _count_what_was_hot(self, before: tuple[Step, ...]) -> None:
        """Where the beginning was played before a restart, its heat counts as it was programmed."""
        for step in before:
            for zone, heat in step.heat.items():
                for i, above in enumerate(self._limits.times_above):
                    self._hot_s[zone][i] += step.duration_s * (heat.target_c > above.above_c)

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
    def time_ceiling_s(self) -> float | None:
        """How long this person's own ceiling lets it last, where that is what ends it; None where it is not."""
        return self._longest_s if self._longest_s == self._ceiling.session_max_s else None

    @property
    def at_end(self) -> bool:
        """Whether the last step is over."""
        return self.index + 1 == len(self.program.steps) and self.in_step_s >= self.step.duration_s - _EPSILON_S

    @property
    def heats_from_here(self) -> bool:
        """Whether this step or a later one heats, before the pad's button is to be pressed anew."""
        return self._heats_from[self.index]

    @property
    def heats_from_next(self) -> bool:
        """The same of the next step."""
        return self.index + 1 < len(self._heats_from) and self._heats_from[self.index + 1]

    @property
    def step_remaining_s(self) -> float:
        """How long this step still lasts at most."""
        return max(0.0, self.step.duration_s - self.in_step_s)

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
            asked_c = None if heat is None else self._below_ceiling(self._targets.later(zone, heat.target_c))
            yield asked_c, min(step.duration_s, left_s)
            left_s = max(0.0, left_s - step.duration_s)

    @property
    def massage(self) -> MassageStep | None:
        """The massage of this step, in the pattern that was asked for instead of its own."""
        massage, pattern = self.step.massage, self._pattern
        if massage is None or pattern in (None, massage.pattern):
            return massage
        return replace(massage, pattern=pattern, tempo_hz=TEMPOS_HZ.get(pattern, TEMPO_HZ), phase_turns=0.0)

    @property
    def nothing_left(self) -> bool:
        """Whether nothing comes any more, now that zones were switched off."""
        return not any(
            step.massage or step.card or step.ask or step.wait or step.heat.keys() - self._off
            for step in self.program.steps[self.index :]
        )

    # -- Time

    def advance(self, dt_s: float) -> None:
        """Plays for dt_s; sets `over` after the last step or when it may not last any longer."""
        dt_s = min(dt_s, max(0.0, self._longest_s - self.ran_s))
        self.ran_s += dt_s
        self._count_hot(dt_s)
        self.in_step_s += dt_s
        while not self.over and self.in_step_s >= self.step.duration_s - _EPSILON_S:
            self.press_missed = self.step.wait == "press"
            self.over = self.press_missed
            if not self.over:
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
        self.step = self.program.steps[index]
        self.in_step_s = into_s
        self.places = Places(self.program.treats)
        self._pattern = None
        self._targets.next_step()
        self._strengths.next_step()
        self._wish_anew()

    # -- What is wished

    def wish_c(self, zone: str) -> float | None:
        """The temperature to ask of a zone now; None where this step does not heat it."""
        wish = self.wishes.get(zone)
        return None if wish is None else wish.wish_c

    def _wish_anew(self) -> None:
        self.wishes = {zone: self._wish(zone) for zone in self.step.heat if zone not in self._off}
        massage = self.step.massage
        self.intensities = {} if massage is None else self._strong(massage)
        self._runs_since_s = {motor: self._runs_since_s.get(motor, self.ran_s) for motor in self.intensities}
        self.revision += 1

    def _strong(self, massage: MassageStep) -> Mapping[str, int]:
        asked = self._programmed_percent(massage)
        strongest = self._ceiling.percent_max
        return {motor: min(strongest, round(self._strengths.adjusted(motor, asked))) for motor in massage.motors}

    def _programmed_percent(self, massage: MassageStep) -> int:
        """What the program says, as much weaker as this person wants it, and no stronger than they ever get."""
        asked, limits = massage.intensity_percent, self._limits
        weaker = min(asked, max(limits.less_percent_min, asked - self._less * limits.less_step_percent))
        return min(weaker, self._ceiling.percent_max)

    def _programmed_c(self, zone: str) -> float:
        asked_c, limits = self.step.heat[zone].target_c, self._limits
        return min(asked_c, max(limits.target_min_c, asked_c - self._less * limits.less_step_k))

    def _below_ceiling(self, asked_c: float) -> float:
        return min(asked_c, self._ceiling.target_max_c)

    def _wish(self, zone: str) -> Wish:
        wanted_c = self._targets.adjusted(zone, self._programmed_c(zone))
        asked_c = self._below_ceiling(wanted_c)
        wish_c, why = self._within_time(zone, asked_c)
        if why is None and asked_c < wanted_c:
            why = reasons.ceiling(asked_c)
        if self._cap_c is not None and wish_c > self._cap_c:
            return Wish(asked_c, self._cap_c, reasons.asleep(self._cap_c))
        return Wish(asked_c, wish_c, why)

    def softness(self) -> Mapping[str, float]:
        """How much of its strength each motor of this step has, 0 to 1: it begins and ends softly, but not between two
        steps that both run it."""
        following = self.program.steps[self.index + 1] if self.index + 1 < len(self.program.steps) else None
        stays = following.massage.motors if following is not None and following.massage is not None else ()
        left_s = self.step_remaining_s
        return {
            motor: softness(self.ran_s - since_s, math.inf if motor in stays else left_s)
            for motor, since_s in self._runs_since_s.items()
        }

    def resumed(self) -> None:
        """After a pause motors begin softly, as at the start."""
        self._runs_since_s = dict.fromkeys(self._runs_since_s, self.ran_s)

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
            return reasons.not_heated(zone)
        if not low_c <= target_c <= high_c:
            text = f"refused: {reasons.degrees(target_c)} is out of range; choose {low_c:g} to {high_c:g} °C"
            return reasons.refused("out_of_range", text, low_c=low_c, high_c=high_c)
        if target_c > self._ceiling.target_max_c:
            return reasons.above_ceiling(self._ceiling.target_max_c)
        if self._cap_c is not None and target_c > self._cap_c:
            text = f"refused: nobody answered; at most {reasons.degrees(self._cap_c)} for the rest of this session"
            return reasons.refused("asleep", text, cap_c=self._cap_c)
        allowed_c, why = self._within_time(zone, target_c)
        if why is not None:
            text = f"refused: no more time above {reasons.degrees(allowed_c)} in this session"
            return reasons.refused("time_used_up", text, above_c=allowed_c)
        return None

    def set_target(self, zone: str, target_c: float) -> None:
        """Takes a target that nothing speaks against."""
        self._targets.set(zone, target_c, self._programmed_c(zone))
        self._wish_anew()

    def is_off(self, zone: str) -> bool:
        """Whether somebody switched the zone off."""
        return zone in self._off

    def switch_off(self, zone: str) -> None:
        """No heat in this zone to the end, unless it is switched on again."""
        self._off.add(zone)
        self._wish_anew()

    def switch_on(self, zone: str) -> None:
        """Heat in this zone as it was before it was switched off."""
        self._off.discard(zone)
        self._wish_anew()

    def asked_c(self, zone: str) -> float:
        """What a zone that this step heats is asked for, or would be if it were switched on."""
        return self._wish(zone).asked_c

    @property
    def programmed_percent(self) -> int:
        """How strong this step's massage is meant to be for this person; 0 without one."""
        return 0 if self.step.massage is None else self._programmed_percent(self.step.massage)

    @property
    def strongest_percent(self) -> int:
        """The strongest massage that this person ever gets."""
        return self._ceiling.percent_max

    @property
    def massage_limited(self) -> bool:
        """Whether that is less than this step's massage would be."""
        massage, strongest = self.step.massage, self._ceiling.percent_max
        wanted = 0 if massage is None else massage.intensity_percent
        return wanted > strongest and strongest in self.intensities.values()

    def narrow(self, ceiling: Ceiling) -> None:
        """A person's ceiling was changed meanwhile: what is lower holds at once, what is higher the next time."""
        narrower = self._ceiling.below(ceiling)
        if narrower != self._ceiling:
            self._ceiling = narrower
            self._longest_s = min(self._longest_s, narrower.session_max_s)
            self._wish_anew()

    def set_pattern(self, pattern: str) -> None:
        """Takes another pattern for the rest of this step; the next one was meant as it is."""
        self._pattern = pattern
        self.revision += 1

    def set_intensity(self, motor: str, percent: int) -> None:
        """Takes an intensity for a motor that takes part in this step."""
        assert self.step.massage is not None  # noqa: S101 - the motor takes part
        self._strengths.set(motor, percent, self._programmed_percent(self.step.massage))
        self._wish_anew()

    def set_less(self, steps: int) -> None:
        """Plays on as many steps weaker than the program says; what a person had set by hand is lowered along."""
        if steps > self._less:
            limits, by = self._limits, steps - self._less
            self._targets.lower_all(by * limits.less_step_k, limits.target_min_c)
            self._strengths.lower_all(by * limits.less_step_percent, limits.less_percent_min)
        self._less = steps
        self._wish_anew()

    def cap(self, target_c: float) -> None:
        """Nothing warmer than that for the rest of it."""
        self._cap_c = target_c
        self._wish_anew()


def _heats_before_press(steps: tuple[Step, ...]) -> bool:
    """Whether heat comes before the next step that waits for the pad's button."""
    for step in steps:
        if step.wait == "press":
            return False
        if step.heat:
            return True
    return False
