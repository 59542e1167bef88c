"""`poultice replay`: a journal re-run and what came of it, in words, as JSON or as a picture."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from poultice.description import cards, layout
from poultice.errors import SetupError
from poultice.replay.course import Course
from poultice.replay.files import files_of, lines_of
from poultice.replay.rerun import Found, Replay
from poultice.versions import about

SHOWN = 20  # differences in words; JSON has more
LONG_BYTES = 2_000_000  # from which on a bar shows how far it is; some seconds


def run(path: Path, plot: Path | None, session: int | None, as_json: bool) -> tuple[list[str], bool]:
    """The lines to print, and whether everything came out as recorded. Raises SetupError with what is wrong."""
    course = Course(finely=plot is not None)
    found = _replayed(path, course, quiet=as_json)
    if not found.runs:
        raise SetupError(" ".join(found.notes) or f"{path} has nothing that can be re-run.")
    if plot is not None:
        _draw(course, session, plot)
    words = [_as_json(path, found, course)] if as_json else [*_words(path, found, course)]
    if plot is not None and not as_json:
        words.append(f"The picture is {plot}.")
    return words, not found.differing and not found.unreadable


def _replayed(path: Path, course: Course, quiet: bool) -> Found:
    files = files_of(path)
    again = Replay(layout(), cards(), about(), course)
    total = sum(file.stat().st_size for file in files)
    with _bar(quiet or total < LONG_BYTES) as bar:
        task = bar.add_task("re-running", total=total)
        for line in lines_of(files, again.found.note, lambda read: bar.update(task, completed=read)):
            again.take(line)
    return again.found


def _bar(hidden: bool) -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=hidden or not console.is_terminal)


def _draw(course: Course, session: int | None, plot: Path) -> None:
    if not course.sessions:
        raise SetupError("There is no session in this journal to draw: leave --plot away.")
    number = len(course.sessions) if session is None else session
    if not 1 <= number <= len(course.sessions):
        raise SetupError(f"There is no session {number} in this journal: it has 1 to {len(course.sessions)}.")
    from poultice.replay.picture import draw  # noqa: PLC0415

    draw(course, course.sessions[number - 1], plot)


# -- Words -----------------------------------------------------------------------------------------------------------


def _words(path: Path, found: Found, course: Course) -> Iterator[str]:
    yield (
        f"{path.name}: {_span(course)}, {_count(found.runs, 'run')}, {_count(found.sessions, 'session')}, "
        f"{_count(found.requests, 'request')}, {_count(found.readings, 'reading')}, {_count(found.ticks, 'tick')}."
    )
    for number, session in enumerate(course.sessions, 1):
        yield f"  {number}  {session.begun:%Y-%m-%d %H:%M:%S}  {session.title}: {session.end}"
    yield from found.notes
    if found.skipped:
        yield f"{_count(found.skipped, 'line')} without a beginning before them could not be re-run."
    yield from _differences(found)


def _differences(found: Found) -> Iterator[str]:
    if not found.differing:
        yield (
            "The re-run asked for the same at every tick, and said the same." if found.ticks else "Nothing to compare."
        )
        return
    of = Counter(each.field for each in found.differences)
    yield f"{_count(found.differing, 'difference')} ({', '.join(f'{name}: {n}' for name, n in of.items())}); the first:"
    for each in found.differences[:SHOWN]:
        yield f"  {each.time}  {each.field}: {_short(each.recorded)} was recorded, {_short(each.replayed)} came out"


def _span(course: Course) -> str:
    if course.first is None or course.last is None:
        return "no instant"
    minutes = (course.last - course.first).total_seconds() / 60
    length = f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
    return f"{length} from {course.first:%Y-%m-%d %H:%M:%S}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:160]


def _as_json(path: Path, found: Found, course: Course) -> str:
    plain = asdict(found)
    sessions: Iterable[dict[str, Any]] = (
        {"begun": each.begun.isoformat(), "title": each.title, "end": each.end} for each in course.sessions
    )
    return json.dumps({"journal": str(path), **plain, "played": list(sessions)}, ensure_ascii=False)
