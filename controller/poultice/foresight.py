"""A program's preview for people and for pages: found by file or id, played on paper, said in words or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from poultice.config import Config
from poultice.description import built_in_programs, layout, load_programs, outline, own_programs_directory, read_program
from poultice.errors import SetupError
from poultice.models import ModelStore
from poultice.therapy.limits import HostLimits
from poultice.therapy.preview import INSTANTS_MAX, Preview, ZonePreview, preview
from poultice.therapy.problems import ProgramError
from poultice.therapy.program_check import check
from poultice.therapy.programs import Program

ROOM_C = (-10.0, 40.0)  # colder or warmer nobody lies down
NEAR_K = 0.5
POINTS_MAX = 120  # of a curve on a phone


def show(name: str, config: Config, room_c: float | None, plot: Path | None, as_json: bool) -> Iterator[str]:
    """The lines to print. Raises SetupError or ProgramError with what is wrong."""
    if room_c is not None and not ROOM_C[0] <= room_c <= ROOM_C[1]:
        raise SetupError(f"A room of {room_c:g} °C is not one to lie in: say {ROOM_C[0]:g} to {ROOM_C[1]:g}.")
    limits = config.limits.host_limits()
    program = _find(name, config, limits)
    models = ModelStore(config.data.directory).of(config.places[0].id or "")
    seen = preview(program, layout(), limits, models=models, room_c=room_c)
    if plot is not None:
        from poultice.preview_picture import draw_preview  # noqa: PLC0415

        draw_preview(seen, program, layout(), limits.session_dose_max, plot)
    if as_json:
        steps = [step.model_dump() for step in outline(program).steps]
        yield json.dumps({**as_plain(seen, INSTANTS_MAX + 1), "steps": steps}, ensure_ascii=False)
        return
    yield from _words(program, seen, limits)
    if plot is not None:
        yield f"The picture is {plot}."


def _find(name: str, config: Config, limits: HostLimits) -> Program:
    if Path(name).suffix or Path(name).exists():
        return _checked(read_program(Path(name)), limits)
    known = {**load_programs(own_programs_directory(config.data.directory), limits), **built_in_programs()}
    if name not in known:
        raise SetupError(f"There is no file and no program {name}: give a .yaml, or one of {', '.join(sorted(known))}.")
    return known[name]


def _checked(program: Program, limits: HostLimits) -> Program:
    """One that only asks for too much heat is still shown: when it would end is what one wants to know."""
    problems = check(program, layout(), limits)
    if worse := [problem for problem in problems if "dose" not in problem.message]:
        raise ProgramError(worse)
    return program


def _words(program: Program, seen: Preview, limits: HostLimits) -> Iterator[str]:
    yield f"{program.title['en']}: {program.total_s / 60:g} min"
    if not seen.zones:
        yield "It heats nothing."
    for name, zone in seen.zones.items():
        yield f"  {name.replace('_', ' ')}: {_zone_words(seen, zone, limits)}"
    if seen.ends is not None:
        yield f"At {seen.ends[0] / 60:.0f} min the dose limit would end this: less warm or shorter."


def _zone_words(seen: Preview, zone: ZonePreview, limits: HostLimits) -> str:
    hottest_c = max(zone.temperature_c)
    near_s = next(t_s for t_s, at_c in zip(seen.t_s, zone.temperature_c, strict=True) if at_c >= hottest_c - NEAR_K)
    return (
        f"{hottest_c:.1f} °C, near it after {near_s / 60:.0f} min; at most {max(zone.power_w):.0f} W; "
        f"dose {zone.dose[-1]:.2f}, or up to {zone.dose_high[-1]:.2f} of {limits.session_dose_max:g}"
    )


def as_plain(seen: Preview, points_max: int = POINTS_MAX) -> dict[str, Any]:
    """As JSON has it: at most about `points_max` instants, s and °C rounded to what a curve shows."""
    every = max(1, -(-len(seen.t_s) // points_max))
    zones: Mapping[str, Any] = {name: _plain_zone(zone, every) for name, zone in seen.zones.items()}
    ends = None if seen.ends is None else {"at_s": seen.ends[0], "zone": seen.ends[1]}
    return {"program": seen.program, "t_s": list(seen.t_s[::every]), "zones": dict(zones), "ends": ends}


def _plain_zone(zone: ZonePreview, every: int) -> dict[str, Any]:
    return {
        "temperature_c": [round(each, 2) for each in zone.temperature_c[::every]],
        "low_c": [round(each, 2) for each in zone.low_c[::every]],
        "high_c": [round(each, 2) for each in zone.high_c[::every]],
        "power_w": [round(each, 1) for each in zone.power_w[::every]],
        "dose": [round(each, 3) for each in zone.dose[::every]],
        "dose_end": round(zone.dose[-1], 3),
        "dose_high_end": round(zone.dose_high[-1], 3),
    }
