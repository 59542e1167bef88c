"""What the records say, for a person at a command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from poultice.sessions.files import SessionFiles, skipped
from poultice.therapy.helped import FEW, MATTERS_POINTS, MATTERS_SHARE, Row, Summary, as_plain, what_helped
from poultice.therapy.outcome import CUT_OFF, Outcome, Pain

NO_SESSIONS = "No session has been kept in {directory} yet: start a program, and its record is here when it ends."
NONE_OF_PERSON = "No session of {person} has been kept. There are sessions of: {others}."
NO_PAIRS = (
    "Nothing can be said yet: no session has pain both before and after. "
    "Answer the two questions of a program that asks them."
)
CAUTION = f"fewer than {FEW} sessions: too few to rely on"


def sessions(directory: Path, person: str | None, as_json: bool) -> Iterator[str]:
    """The lines of `poultice sessions list`. Raises SetupError where the records cannot be read."""
    found = SessionFiles(directory).outcomes()
    wanted = [each for each in found if person in (None, each.person)]
    if as_json:
        yield json.dumps([each.plain() for each in wanted], ensure_ascii=False, indent=2)
        return
    if not wanted:
        yield _nothing(found, person, directory)
    yield from map(_line, wanted)
    yield from skipped(wanted)


def helped(directory: Path, person: str, as_json: bool) -> Iterator[str]:
    """The lines of `poultice sessions what-helped`. Raises SetupError where the records cannot be read."""
    found = SessionFiles(directory).outcomes()
    summary = what_helped(found, person)
    if as_json:
        yield json.dumps(as_plain(summary), ensure_ascii=False, indent=2)
    elif not summary.sessions:
        yield _nothing(found, person, directory)
    else:
        yield from _words(summary)
        yield from skipped([each for each in found if each.person == person])


def _nothing(found: list[Outcome], person: str | None, directory: Path) -> str:
    others = ", ".join(sorted({each.person or "nobody known" for each in found}))
    return NONE_OF_PERSON.format(person=person, others=others) if found else NO_SESSIONS.format(directory=directory)


def _line(outcome: Outcome) -> str:
    began = outcome.began or outcome.until
    when = f"{began.astimezone():%Y-%m-%d %H:%M}" if began else "at an unknown time"
    ending = "cut off, or still running" if outcome.ending == CUT_OFF else outcome.ending.replace("_", " ")
    minutes = "" if outcome.ran_s is None else f" after {outcome.ran_s / 60:.0f} min"
    pains = "; ".join(f"{_name(region)} {_pain(pain)}" for region, pain in outcome.pain.items())
    pad = f", on {outcome.pad}{' (simulated)' if outcome.simulated else ''}" if outcome.pad else ""
    parts = [f"pain {pains}" if pains else "", f"{len(outcome.notes)} notes" if outcome.notes else ""]
    return ", ".join([f"{when}  {outcome.program or 'unknown program'}: {ending}{minutes}{pad}", *filter(None, parts)])


def _pain(pain: Pain) -> str:
    return " to ".join("?" if score is None else str(score) for score in (pain.before, pain.after))


def _name(region: str) -> str:
    return region.replace("_", " ") or "elsewhere"


def _words(summary: Summary) -> Iterator[str]:
    rows = [_row(row) for row in summary.rows]
    yield from rows or [NO_PAIRS]
    yield ""
    yield f"{summary.answered} of {summary.sessions} sessions have pain before and after; the others say nothing here."
    if summary.simulated:
        yield f"{summary.simulated} of them on a simulated pad."
    if rows:
        yield (
            f"A change of {MATTERS_POINTS} points or {MATTERS_SHARE:.0%} matters. "
            "This is what you said, not proof: nobody knows how it would have been without."
        )


def _row(row: Row) -> str:
    title = row.title.get("en", row.program)
    sessions_ = "1 session" if row.sessions == 1 else f"{row.sessions} sessions"
    change = "no change" if row.median_change == 0 else f"{row.median_change:+g} points"
    which = "" if row.sessions == 1 else "median "
    versions = f"; {row.versions} versions of the program" if row.versions > 1 else ""
    few = f"; {CAUTION}" if row.few else ""
    counts = f"{sessions_}: eased {row.eased}, worsened {row.worsened}"
    change = f"{which}{change} from {row.median_before:g}"
    return f"{title}, {_name(row.region)}: {change} ({counts}){versions}{few}"
