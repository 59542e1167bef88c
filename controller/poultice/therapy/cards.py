"""Cards: what a person does beside the pad. From the text of a cards file to values; hold is in s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from poultice.therapy.problems import ProgramError
from poultice.therapy.program_file import CardPart, CardsFile
from poultice.therapy.program_words import explained
from poultice.therapy.yaml_source import read


@dataclass(frozen=True, slots=True)
class Card:
    """An exercise or a hint, each text in the page's languages. It is held for `hold_s`, done `repetitions` times, or
    both; `sets` times, on `sides` sides. `drawing` is the shipped card whose drawing it borrows; None: its own, if it
    is shipped."""

    title: Mapping[str, str]
    text: Mapping[str, str]
    caution: Mapping[str, str]
    kind: str
    hold_s: float | None
    repetitions: int | None
    sets: int
    sides: int
    drawing: str | None = None


def card_of(part: CardPart) -> Card:
    """A card of its checked part of a file."""
    return Card(
        title=part.title.model_dump(),
        text=part.text.model_dump(),
        caution=part.caution.model_dump(),
        kind=part.kind,
        hold_s=part.hold,
        repetitions=part.repetitions,
        sets=part.sets,
        sides=part.sides,
        drawing=part.drawing,
    )


def parse_cards(text: str, file: str) -> dict[str, Card]:
    """The cards of a file's text, by id; `file` names it in messages. Raises ProgramError with all that is wrong."""
    source = read(text, file)
    if not isinstance(source.value, dict):
        raise ProgramError([source.problem((), "no cards", 'begin with "schema: poultice-cards/1"')])
    try:
        checked = CardsFile.model_validate(source.value)
    except ValidationError as error:
        raise ProgramError([explained(e, source) for e in error.errors()]) from None
    return {name: card_of(part) for name, part in checked.cards.items()}
