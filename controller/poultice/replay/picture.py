"""A session of a journal as a picture: asked, measured and given over time, and what happened, in words."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from poultice.description import layout
from poultice.plotting import COLOURS, new_figure, save
from poultice.replay.course import Course, Happened, Played, Point

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BEFORE_S, AFTER_S = 60.0, 60.0  # shown around a session
WORDS_MAX = 34  # of what happened; a page has no room for more
TITLE_MAX = 130  # characters
WIDE = 62  # characters of the list beside the curves
BAND_CHARACTERS = 115  # of the words of a reason, where it holds from the left edge to the right


def draw(course: Course, session: Played, file: Path) -> None:
    """Writes the picture. Raises SetupError without matplotlib, or where the file cannot be written."""
    from_s, to_s = session.begun_s - BEFORE_S, session.ended_s + AFTER_S
    points = [each for each in course.points if from_s <= each.at_s <= to_s]
    happened = [each for each in course.happened if from_s <= each.at_s <= to_s]
    figure = new_figure(15.0, 9.0)
    halves = figure.add_gridspec(1, 2, width_ratios=(2.2, 1))
    grid, words = halves[0].subgridspec(4, 1, height_ratios=(3, 1.3, 1.0, 0.8)), figure.add_subplot(halves[1])
    warm = figure.add_subplot(grid[0])
    power, massage, band = (figure.add_subplot(grid[row], sharex=warm) for row in (1, 2, 3))
    minutes = [_minutes(each.at_s, session) for each in points]
    _draw_zones(warm, power, minutes, points)
    _draw_motors(massage, minutes, points)
    _draw_reasons(band, course.reasons, session, _minutes(from_s, session), _minutes(to_s, session))
    _draw_marks((warm, power, massage), [_minutes(each.at_s, session) for each in happened[:WORDS_MAX]])
    _write(words, happened)
    warm.set_xlim(_minutes(from_s, session), _minutes(to_s, session))
    band.set_xlabel(f"min since {session.begun:%Y-%m-%d %H:%M:%S}")
    figure.suptitle(textwrap.shorten(f"{session.title}: {session.end}", TITLE_MAX, placeholder=" …"))
    save(figure, file)


def _minutes(at_s: float, session: Played) -> float:
    return (at_s - session.begun_s) / 60.0


def _draw_zones(warm: Axes, power: Axes, minutes: Sequence[float], points: Sequence[Point]) -> None:
    for place, (name, colour) in enumerate(zip(layout().zone_names, COLOURS, strict=False)):
        zone = name.replace("_", " ")
        warm.plot(minutes, _of(points, lambda p: p.measured_c, place), color=colour, label=f"{zone}, measured")
        asked = _of(points, lambda p: p.target_c, place)
        warm.plot(minutes, asked, color=colour, linestyle="--", linewidth=1, label=f"{zone}, asked")
        power.plot(minutes, _of(points, lambda p: p.given_w, place), color=colour, linewidth=0.9)
        power.plot(minutes, _of(points, lambda p: p.asked_w, place), color=colour, linestyle="--", linewidth=0.7)
    warm.legend(loc="lower right", fontsize=8)
    _dress(warm, "°C")
    _dress(power, "W, given\n(asked: dashed)")


def _draw_motors(massage: Axes, minutes: Sequence[float], points: Sequence[Point]) -> None:
    for place, (motor, colour) in enumerate(zip(layout().motors, COLOURS, strict=False)):
        given = _of(points, lambda p: p.given_percent, place)
        massage.plot(minutes, given, color=colour, linewidth=0.6, label=motor.name.replace("_", " "))
    massage.legend(loc="upper right", fontsize=7, ncols=4)
    massage.set_ylim(0, 100)
    _dress(massage, "massage, %")


def _of(points: Sequence[Point], pick: Callable[[Point], Sequence[Any]], place: int) -> list[float]:
    """One zone's or motor's values; a gap where nothing is known."""
    return [float("nan") if (value := pick(each)[place]) is None else float(value) for each in points]


def _dress(axes: Axes, label: str) -> None:
    axes.set_ylabel(label)
    axes.grid(alpha=0.3)
    axes.tick_params(labelbottom=False)


def _draw_reasons(
    band: Axes, reasons: Sequence[tuple[float, str]], session: Played, from_min: float, to_min: float
) -> None:
    """Which reason held when: a bar each, on two levels in turn, with as many of its words as it has room for."""
    ends = [*(start for start, _ in reasons[1:]), session.ended_s + AFTER_S]
    shown = [
        (max(from_min, _minutes(start, session)), min(to_min, _minutes(end, session)), text)
        for (start, text), end in zip(reasons, ends, strict=True)
        if _minutes(end, session) > from_min and _minutes(start, session) < to_min
    ]
    for place, (start, end, text) in enumerate(shown):
        level = place % 2
        band.barh(level, end - start, left=start, height=0.9, color=COLOURS[place % len(COLOURS)], alpha=0.25)
        room = round(BAND_CHARACTERS * (end - start) / (to_min - from_min))
        if room >= 6:
            words = textwrap.shorten(text, room * 2, placeholder=" …")
            band.text(start, level, textwrap.fill(words, room), fontsize=7, va="center", clip_on=True)
    band.set_yticks([])
    band.set_ylim(-0.5, 1.5)
    band.set_ylabel("reason")


def _draw_marks(rows: Sequence[Axes], minutes: Sequence[float]) -> None:
    """A line for each thing that happened; its number above, unless that would lie on the one before."""
    for axes in rows:
        for at in minutes:
            axes.axvline(at, color="black", linewidth=0.5, alpha=0.35)
    span = max(1.0, minutes[-1] - minutes[0]) if minutes else 1.0
    groups: list[list[int]] = []
    for place in range(len(minutes)):
        if groups and minutes[place] - minutes[groups[-1][0]] < 0.03 * span:
            groups[-1].append(place)
        else:
            groups.append([place])
    for group in groups:
        label = f"{group[0] + 1}" if len(group) == 1 else f"{group[0] + 1}–{group[-1] + 1}"
        rows[0].text(minutes[group[0]], 1.01, label, fontsize=8, transform=rows[0].get_xaxis_transform())


def _write(axes: Axes, happened: Sequence[Happened]) -> None:
    """What happened, numbered as in the curves."""
    axes.set_axis_off()
    lines = [
        textwrap.fill(
            f"{number:>2}  {each.time:%H:%M:%S}  {each.text}", WIDE, subsequent_indent=" " * 4, max_lines=2,
            placeholder=" …",
        )
        for number, each in enumerate(happened[:WORDS_MAX], 1)
    ]  # fmt: skip
    if len(happened) > WORDS_MAX:
        lines.append(f"… and {len(happened) - WORDS_MAX} more")
    axes.text(0.0, 1.0, "\n".join(lines), fontsize=7.5, va="top", family="monospace", transform=axes.transAxes)
