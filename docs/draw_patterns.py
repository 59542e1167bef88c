"""Draws docs/patterns.svg: what each massage pattern asks of each motor of the pad, at 60 % intensity.

`python docs/draw_patterns.py [--check]`; a rule test runs the check, so that picture and patterns cannot drift.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from poultice.description import layout
from poultice.therapy.massage import PATTERNS, percents, softness
from poultice.therapy.programs import TEMPO_HZ, TEMPOS_HZ

TARGET = Path(__file__).with_name("patterns.svg")
PAD = layout()
INTENSITY = dict.fromkeys(PAD.motor_names, 60)
ROW_H, FILM_X, FILM_STEP, PLOT_X, PLOT_W, PLOT_H = 132, 184, 62, 480, 460, 88
PERIODS, SAMPLES = 2.0, 320
WORDS = {
    "steady": "always the same",
    "pulse": "all together, on and off",
    "wave": "a crest runs up the back",
    "roll": "a crest goes round",
    "knead": "two hands in turn",
    "tap": "one after the other",
    "breathe": "in, and out for longer",
}
STYLE = """
  svg { background: #fffdf8; color: #2b2724; }
  text { font: 13px system-ui, sans-serif; fill: currentColor; }
  .name { font-weight: 600; font-size: 16px; }
  .faint { opacity: 0.65; }
  .line { stroke: currentColor; stroke-width: 1; opacity: 0.25; fill: none; }
  .curve { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
  @media (prefers-color-scheme: dark) { svg { background: #1d1a18; color: #f3ece4; } }
"""
COLOURS = ("#d1495b", "#edae49", "#00798c", "#7a6ff0")  # of the motors, in the pad's order
LEFT_S = float("inf")


def at(pattern: str, time_s: float, tempo_hz: float) -> tuple[int, ...]:
    """What is asked, with the soft start of a massage that begins at 0."""
    soft = dict.fromkeys(PAD.motor_names, softness(time_s, LEFT_S))
    return percents(pattern, time_s, tempo_hz, INTENSITY, PAD, soft=soft)


def film(pattern: str, tempo_hz: float, top: float) -> Iterator[str]:
    """Four pictures of the pad, a quarter of a period apart, once the massage runs."""
    for quarter in range(4):
        left = FILM_X + quarter * FILM_STEP
        yield f'<rect class="line" x="{left}" y="{top + 16}" width="54" height="82" rx="10"/>'
        asked = percents(pattern, quarter / 4 / tempo_hz + 1e-6, tempo_hz, INTENSITY, PAD)
        for motor, percent, colour in zip(PAD.motors, asked, COLOURS, strict=True):
            x, y = left + 27 + motor.x_m * 170, top + 57 - motor.y_m * 200
            yield f'<circle class="line" cx="{x:.1f}" cy="{y:.1f}" r="10"/>'
            if percent:
                yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{percent / 6:.1f}" fill="{colour}"/>'
        yield f'<text class="faint" x="{left + 27}" y="{top + 115}" text-anchor="middle">{quarter}/4</text>'


def curves(pattern: str, tempo_hz: float, top: float) -> Iterator[str]:
    """Percent over time, two periods; curves that are one are drawn beside each other."""
    length_s = PERIODS / tempo_hz
    floor = top + 12 + PLOT_H
    for percent, label in ((0, "0"), (18, "18 %"), (60, "60 %")):
        y = floor - percent / 70 * PLOT_H
        yield f'<path class="line" d="M{PLOT_X} {y:.1f}h{PLOT_W}"/>'
        yield f'<text class="faint" x="{PLOT_X - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'
    samples = [at(pattern, i / SAMPLES * length_s, tempo_hz) for i in range(SAMPLES + 1)]
    for index, colour in enumerate(COLOURS):
        points = " ".join(
            f"{PLOT_X + i / SAMPLES * PLOT_W:.1f},{floor - sample[index] / 70 * PLOT_H - index * 1.5 + 2:.1f}"
            for i, sample in enumerate(samples)
        )
        yield f'<polyline class="curve" stroke="{colour}" points="{points}"/>'
    for second in (0.0, length_s / 2, length_s):
        x = PLOT_X + second / length_s * PLOT_W
        yield f'<text class="faint" x="{x:.1f}" y="{floor + 16}" text-anchor="middle">{second:g} s</text>'


def row(pattern: str, top: float) -> Iterator[str]:
    """One pattern: its name, film and curves."""
    tempo_hz = TEMPOS_HZ.get(pattern, TEMPO_HZ)
    yield f'<text class="name" x="16" y="{top + 44}">{pattern}</text>'
    yield f'<text class="faint" x="16" y="{top + 64}">{WORDS[pattern]}</text>'
    yield f'<text class="faint" x="16" y="{top + 82}">{tempo_hz:g} Hz</text>'
    yield from film(pattern, tempo_hz, top)
    yield from curves(pattern, tempo_hz, top)


def legend(top: float) -> Iterator[str]:
    """Which colour is which motor."""
    for index, (name, colour) in enumerate(zip(PAD.motor_names, COLOURS, strict=True)):
        x = PLOT_X + index * 120
        yield f'<circle cx="{x}" cy="{top - 4}" r="5" fill="{colour}"/>'
        yield f'<text x="{x + 10}" y="{top}">{name.replace("_", " ")}</text>'


def text() -> str:
    """The whole picture."""
    height = 40 + ROW_H * len(PATTERNS)
    parts = [part for index, pattern in enumerate(PATTERNS) for part in row(pattern, 32 + index * ROW_H)]
    body = "\n  ".join(["<style>" + STYLE + "  </style>", *legend(24), *parts])
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 {height}" width="960">\n  {body}\n</svg>\n'


def main() -> None:
    """Writes the picture, or with --check compares it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    if not parser.parse_args().check:
        TARGET.write_text(text(), encoding="utf-8")
    elif TARGET.read_text(encoding="utf-8") != text():
        raise SystemExit(f"{TARGET.name} is not what the patterns do: run python docs/draw_patterns.py")


if __name__ == "__main__":
    main()
