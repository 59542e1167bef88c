"""What helped a person, by program and region."""

from __future__ import annotations

from collections.abc import Iterable

from poultice.mqtt.messages.base import Message
from poultice.mqtt.messages.sessions import SessionOutcome
from poultice.therapy.helped import as_plain as helped_as_plain
from poultice.therapy.helped import what_helped
from poultice.therapy.outcome import Outcome, Pain


class HelpedRow(Message):
    """One program and region; `median_change` is after less before: negative is relief."""

    program: str
    title: dict[str, str]
    region: str
    sessions: int
    median_before: float
    median_change: float
    eased: int
    worsened: int
    few: bool
    versions: int


class HelpedResult(Message):
    """`sessions` with `what_helped`: of one person. Below `few_below` sessions a row is an anecdote."""

    person: str
    sessions: int
    answered: int
    unanswered: int
    simulated: int
    rows: list[HelpedRow]
    few_below: int
    matters_points: int
    matters_share: float


def helped_of(outcomes: Iterable[SessionOutcome], person: str) -> HelpedResult:
    """What helped a person by these sessions, wherever they were played: the same sums as a controller's."""
    known = [
        Outcome(
            session=each.session,
            person=each.person,
            simulated=each.simulated,
            program=each.program,
            title=each.title,
            content_hash=each.content_hash,
            began=each.began,
            ending=each.ending,
            pain={region: Pain(scores.before, scores.after) for region, scores in each.pain.items()},
        )
        for each in outcomes
    ]
    return HelpedResult.model_validate(helped_as_plain(what_helped(known, person)))
