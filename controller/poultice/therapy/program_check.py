"""Whether a program can be played on this pad within these limits; every problem at its line in the file."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from poultice.therapy.allowance import planned_dose
from poultice.therapy.layout import PadLayout
from poultice.therapy.limits import HostLimits
from poultice.therapy.preview import preview
from poultice.therapy.problems import Problem
from poultice.therapy.programs import Program, Step


def check(program: Program, layout: PadLayout, limits: HostLimits) -> tuple[Problem, ...]:
    """All that speaks against playing it; empty where nothing does."""
    found = [
        *_unknown_names(program, layout),
        *_too_hot(program, limits),
        *_too_weak(program, layout),
        *_too_long(program, limits),
        *_too_much_heat(program, layout, limits),
        *_heat_too_late(program, limits),
        *_motors_too_long(program, limits),
    ]
    unique = {str(problem): problem for problem in found}  # a repeated step is wrong once, not at every turn
    return tuple(sorted(unique.values(), key=lambda p: (p.line, p.path)))


def _unknown_names(program: Program, layout: PadLayout) -> Iterator[Problem]:
    for kind, wanted, there in (
        ("zones", program.zones, layout.zone_names),
        ("motors", program.motors, layout.motor_names),
    ):
        for name in wanted:
            if name not in there:
                close = difflib.get_close_matches(name.replace("-", "_"), there, n=1)
                remedy = f"did you mean {close[0]}?" if close else f"it has {', '.join(there)}"
                yield program.source.problem(("requires", kind), f"this pad has no {name}", remedy)


def _too_hot(program: Program, limits: HostLimits) -> Iterator[Problem]:
    for step in program.steps:
        for zone, heat in step.heat.items():
            if not limits.target_min_c <= heat.target_c <= limits.target_max_c:
                yield program.source.problem(
                    (*step.path, "heat", zone, "target"),
                    f"{heat.target_c:g} °C is beyond the limit that is set",
                    f"write {limits.target_min_c:g} to {limits.target_max_c:g} °C",
                )


def _too_weak(program: Program, layout: PadLayout) -> Iterator[Problem]:
    starts = {motor.name: motor.start_percent for motor in layout.motors}
    for step in program.steps:
        if step.massage is None:
            continue
        need = max((starts.get(name, 0) for name in step.massage.motors), default=0)
        if step.massage.intensity_percent < need:
            yield program.source.problem(
                (*step.path, "massage", "intensity"),
                f"{step.massage.intensity_percent} % is too weak to turn a motor",
                f"write {need} % or more",
            )


def _too_long(program: Program, limits: HostLimits) -> Iterator[Problem]:
    if program.total_s > limits.session_max_s:
        yield program.source.problem(
            ("steps",),
            f"the steps take {program.total_s / 60:g} min",
            f"a session lasts at most {limits.session_max_s / 60:g} min: shorten them",
        )


def _too_much_heat(program: Program, layout: PadLayout, limits: HostLimits) -> Iterator[Problem]:
    for zone in program.zones:
        hot = [(step, step.heat[zone].target_c) for step in program.steps if zone in step.heat]
        for above in limits.times_above:
            total_s = 0.0
            for step, target_c in hot:
                total_s += step.duration_s * (target_c > above.above_c)
                if total_s > above.at_most_s:
                    yield _beyond(program, step, zone, f"more than {above.above_c:g} °C for {total_s / 60:g} min",
                                  f"stay within {above.at_most_s / 60:g} min")  # fmt: skip
                    break
        predicted = planned_dose(program, zone)
        if predicted > limits.session_dose_max:
            message = f"a thermal dose of {predicted:.1f} in all{_ends(program, layout, limits)}"
            yield _beyond(program, hot[-1][0], zone, message,
                          f"stay within {limits.session_dose_max:g}: less warm or shorter")  # fmt: skip


def _ends(program: Program, layout: PadLayout, limits: HostLimits) -> str:
    """When a pad and a person by the facts would have had their dose, in words; nothing where that is not foreseen."""
    ends = preview(program, layout, limits).ends
    return "" if ends is None else f": at {ends[0] / 60:.0f} min the dose limit would end this"


def _beyond(program: Program, step: Step, zone: str, message: str, remedy: str) -> Problem:
    return program.source.problem((*step.path, "heat", zone, "target"), message, remedy)


def _heat_too_late(program: Program, limits: HostLimits) -> Iterator[Problem]:
    """The board's arming does not last: heat must begin soon after the press, and not pause for long."""
    without_s, heated = 0.0, False
    for step in program.steps:
        if step.wait == "press":
            without_s, heated = 0.0, False  # the arming begins anew
            continue
        if not step.heat:
            without_s += step.duration_s
            continue
        allowed_s = limits.heat_gap_max_s if heated else limits.first_heat_within_s
        if without_s > allowed_s:
            yield program.source.problem(
                (*step.path, "heat"),
                f"{without_s / 60:g} min without heat before it",
                f"the pad stays armed without heat for {allowed_s:g} s here: heat earlier, or put a step with "
                "wait: press before it",
            )
        without_s, heated = 0.0, True


def _motors_too_long(program: Program, limits: HostLimits) -> Iterator[Problem]:
    for motor in program.motors:
        ran_s = rested_s = 0.0
        for step in program.steps:
            if step.massage is None or motor not in step.massage.motors:
                rested_s += step.duration_s
                continue
            ran_s = step.duration_s + (ran_s if rested_s < limits.motor_rest_s else 0.0)
            rested_s = 0.0
            if ran_s > limits.motor_run_max_s:
                yield program.source.problem(
                    (*step.path, "massage", "motors"),
                    f"{motor} runs {ran_s / 60:g} min without a rest of {limits.motor_rest_s / 60:g} min",
                    f"stay within {limits.motor_run_max_s / 60:g} min",
                )
                break
