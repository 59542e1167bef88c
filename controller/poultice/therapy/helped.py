"""What helped a person: how pain changed from before a program to after it, and nothing that so few numbers cannot
bear. A median of some answers is no trial: nobody knows how it would have been without.

"A change of 2 points or 30 % matters" (Farrar et al., Pain 94, 2001, of the 11-point scale in chronic pain).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from poultice.therapy.outcome import RUNNING, Outcome, Pain

ROWS_MAX = 100  # of one answer
FEW = 5  # sessions: below that a median is an anecdote
MATTERS_POINTS = 2
MATTERS_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Row:
    """One program and region of the body. `median_change` is after less before, points: negative is relief. `eased` and
    `worsened` count the sessions in which the change matters; `versions` of the program were played."""

    program: str
    title: Mapping[str, str]
    region: str
    sessions: int
    median_before: float
    median_change: float
    eased: int
    worsened: int
    few: bool
    versions: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Of one person: `sessions` are all that are over, of which `answered` have pain before and after in some region;
    `simulated` of the answered ones were on a pad of arithmetic. Rows with enough sessions first, most relief first."""

    person: str
    sessions: int
    answered: int
    simulated: int
    rows: tuple[Row, ...]

    @property
    def unanswered(self) -> int:
        """Sessions that say nothing, for one of the two answers is missing."""
        return self.sessions - self.answered


def matters(before: int, change: int) -> bool:
    """Whether a change of pain, in points, is one that people notice."""
    return abs(change) >= MATTERS_POINTS or (before > 0 and abs(change) >= MATTERS_SHARE * before)


def what_helped(outcomes: Iterable[Outcome], person: str) -> Summary:
    """The summary of one person's sessions that are over."""
    mine = [each for each in outcomes if each.person == person and each.ending != RUNNING]
    told = [each for each in mine if any(pain.change is not None for pain in each.pain.values())]
    groups: dict[tuple[str, str], list[tuple[Outcome, Pain]]] = {}
    for outcome in sorted(told, key=lambda each: each.order):
        for region, pain in _both(outcome):
            groups.setdefault((outcome.program, region), []).append((outcome, pain))
    rows = [_row(region, played) for (_program, region), played in groups.items()]
    rows.sort(key=lambda row: (row.few, row.median_change, -row.sessions, row.program, row.region))
    return Summary(person, len(mine), len(told), sum(each.simulated for each in told), tuple(rows))


def _both(outcome: Outcome) -> Iterator[tuple[str, Pain]]:
    return ((region, pain) for region, pain in outcome.pain.items() if pain.change is not None)


def _row(region: str, played: list[tuple[Outcome, Pain]]) -> Row:
    newest = played[-1][0]
    pairs = [(pain.before, pain.change) for _, pain in played if pain.before is not None and pain.change is not None]
    changes = [change for before, change in pairs if matters(before, change)]
    return Row(
        program=newest.program,
        title=newest.title,
        region=region,
        sessions=len(pairs),
        median_before=float(median(before for before, _ in pairs)),
        median_change=float(median(change for _, change in pairs)),
        eased=sum(change < 0 for change in changes),
        worsened=sum(change > 0 for change in changes),
        few=len(pairs) < FEW,
        versions=len({outcome.content_hash for outcome, _ in played}),
    )


def as_plain(summary: Summary) -> dict[str, Any]:
    """What helped, as JSON has it; `few_below` sessions are an anecdote, and which changes matter."""
    plain = asdict(summary)
    rows = plain.pop("rows")
    return {
        **plain,
        "unanswered": summary.unanswered,
        "rows": list(rows[:ROWS_MAX]),
        "few_below": FEW,
        "matters_points": MATTERS_POINTS,
        "matters_share": MATTERS_SHARE,
    }
