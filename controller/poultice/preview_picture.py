"""The picture of a program's preview: its steps, the heat that is expected, and the massage of each motor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from poultice.plotting import COLOURS, new_figure, save
from poultice.therapy.layout import PadLayout
from poultice.therapy.massage import percents
from poultice.therapy.preview import Preview
from poultice.therapy.programs import Program, Step

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = {"heat": "#f3b8a8", "massage": "#a9d3d9", "card": "#f6dc9f", "question": "#cdbfe6", "rest": "#e6e2dc"}
WIDTH_IN, MARGIN_IN = 9.0, 1.2
STEPS_IN, WARM_IN, SMALL_IN, MOTOR_IN = 1.2, 3.2, 1.1, 0.45
LETTER_SHARE = 0.0105  # of the picture's width that a letter of a step's name takes
LINE_SHARE = 0.025  # and that a line of it takes
SLICES = 900  # of the whole time, about a pixel each
LOOKS = 6  # at a pattern within one slice: the strongest is drawn


def draw_preview(seen: Preview, program: Program, layout: PadLayout, dose_max: float, file: Path) -> None:
    """Steps above, then temperature with its band, power and dose where it heats, and each motor where it massages.
    Raises SetupError where it cannot be drawn or written."""
    heights = {"steps": STEPS_IN}
    if seen.zones:
        heights |= {"warm": WARM_IN, "power": SMALL_IN, "dose": SMALL_IN}
    if program.motors:
        heights["massage"] = MOTOR_IN * len(program.motors) + 0.3
    figure = new_figure(WIDTH_IN, sum(heights.values()) + MARGIN_IN)
    rows = figure.subplots(len(heights), 1, sharex=True, height_ratios=list(heights.values()), squeeze=False)[:, 0]
    axes = dict(zip(heights, rows, strict=True))
    _draw_steps(axes["steps"], program)
    if seen.zones:
        _draw_heat(axes["warm"], axes["power"], axes["dose"], seen, dose_max)
    if program.motors:
        _draw_massage(axes["massage"], program, layout)
    rows[-1].set_xlabel("min")
    rows[-1].set_xlim(0.0, program.total_s / 60.0)
    band = ", and the band in which 9 of 10 readings lie" if seen.zones else ""
    figure.suptitle(f"{program.title['en']}: what is expected{band}")
    save(figure, file)


def _kind(step: Step) -> str:
    if step.card:
        return "card"
    if step.ask:
        return "question"
    if step.massage:
        return "massage"
    return "heat" if step.heat else "rest"


def _begins_s(program: Program) -> list[float]:
    return [0.0, *accumulate(step.duration_s for step in program.steps)][:-1]


def _draw_steps(axes: Axes, program: Program) -> None:
    from matplotlib.patches import Patch  # noqa: PLC0415

    for begin_s, step in zip(_begins_s(program), program.steps, strict=True):
        place = [(begin_s / 60.0, step.duration_s / 60.0)]
        axes.broken_barh(place, (0.0, 1.0), facecolors=KINDS[_kind(step)], edgecolor="white", linewidth=1.0)
        _write_name(axes, _name(program, step), begin_s + step.duration_s / 2.0, step.duration_s / program.total_s)
    axes.set_ylim(0.0, 1.0)
    axes.set_yticks([])
    axes.set_ylabel("steps")
    used = {_kind(step) for step in program.steps}
    handles = [Patch(color=colour, label=kind) for kind, colour in KINDS.items() if kind in used]
    axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=len(KINDS), fontsize=8, frameon=False
    )


def _write_name(axes: Axes, name: str, middle_s: float, share: float) -> None:
    """Along the step where that is wide enough, else upright, else not at all."""
    lies = share > LETTER_SHARE * (len(name) + 1)
    if lies or share > LINE_SHARE:
        axes.text(
            middle_s / 60.0,
            0.5,
            name,
            ha="center",
            va="center",
            fontsize=8 if lies else 7,
            rotation=0 if lies else 90,
            clip_on=True,
        )


def _name(program: Program, step: Step) -> str:
    card = program.cards.get(step.card or "")
    return card.title["en"] if card else step.id


def _draw_heat(warm: Axes, power: Axes, dose: Axes, seen: Preview, dose_max: float) -> None:
    minutes = [t_s / 60.0 for t_s in seen.t_s]
    for (name, zone), colour in zip(seen.zones.items(), COLOURS, strict=False):
        warm.fill_between(minutes, zone.low_c, zone.high_c, color=colour, alpha=0.2, linewidth=0)
        warm.plot(minutes, zone.temperature_c, color=colour, label=_words(name))
        power.plot(minutes, zone.power_w, color=colour)
        dose.fill_between(minutes, zone.dose, zone.dose_high, color=colour, alpha=0.2, linewidth=0)
        dose.plot(minutes, zone.dose, color=colour)
    dose.axhline(dose_max, color="black", linewidth=0.8, linestyle=":")
    if seen.ends is not None:
        warm.axvline(seen.ends[0] / 60.0, color="black", linestyle=":", label="the dose limit would end it")
    for axes, label in ((warm, "°C"), (power, "W"), (dose, "CEM43 min")):
        axes.set_ylabel(label)
        axes.grid(alpha=0.3)
    warm.legend(loc="lower right", fontsize=9)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _draw_massage(axes: Axes, program: Program, layout: PadLayout) -> None:
    """A row for each motor: as high as it is strong; where a pattern is too quick to be seen, its crests."""
    slices_s = [program.total_s * (index + 0.5) / SLICES for index in range(SLICES)]
    courses = massage_course(program, layout, slices_s, program.total_s / SLICES)
    minutes = [t_s / 60.0 for t_s in slices_s]
    rows = list(reversed(program.motors))
    for row, motor in enumerate(rows):
        tops = [row + 0.9 * percent / 100.0 for percent in courses[motor]]
        axes.fill_between(minutes, row, tops, color=COLOURS[1], alpha=0.6, linewidth=0)
        axes.axhline(row, color="black", linewidth=0.5, alpha=0.4)
    axes.set_ylim(0.0, len(rows))
    axes.set_yticks([row + 0.45 for row in range(len(rows))], [_words(motor) for motor in rows], fontsize=8)
    axes.set_ylabel("massage")
    for middle_min, label in _massage_labels(program):
        axes.text(middle_min, len(rows) + 0.02, label, ha="center", va="bottom", fontsize=7)


def _massage_labels(program: Program) -> Iterator[tuple[float, str]]:
    """Pattern and intensity over each stretch of massage that is wide enough for the words."""
    free_s = 0.0
    for begin_s, step in zip(_begins_s(program), program.steps, strict=True):
        if step.massage is None:
            continue
        label = f"{step.massage.pattern} {step.massage.intensity_percent} %"
        wide_s = LETTER_SHARE * len(label) * program.total_s
        middle_s = begin_s + step.duration_s / 2.0
        if middle_s - wide_s / 2.0 >= free_s:
            free_s = middle_s + wide_s / 2.0
            yield middle_s / 60.0, label


def massage_course(
    program: Program, layout: PadLayout, at_s: Sequence[float], around_s: float
) -> Mapping[str, list[int]]:
    """By motor of the program: the most, in percent, that it is asked for within `around_s` about each instant."""
    begins_s = _begins_s(program)
    courses: dict[str, list[int]] = {motor: [] for motor in program.motors}
    for t_s in at_s:
        index = max(i for i, begin_s in enumerate(begins_s) if begin_s <= t_s)
        looked = [
            _asked(program.steps[index], t_s - begins_s[index] + around_s * (look / LOOKS - 0.5), layout)
            for look in range(LOOKS)
        ]
        for motor, course in courses.items():
            course.append(max(one.get(motor, 0) for one in looked))
    return courses


def _asked(step: Step, in_step_s: float, layout: PadLayout) -> Mapping[str, int]:
    massage = step.massage
    if massage is None:
        return {}
    strong = dict.fromkeys(massage.motors, massage.intensity_percent)
    asked = percents(
        massage.pattern,
        max(0.0, in_step_s),
        massage.tempo_hz,
        strong,
        layout,
        phase_turns=massage.phase_turns,
        direction=massage.direction,
    )
    return dict(zip(layout.motor_names, asked, strict=True))
