"""A program joined with a pad and its cards: regions become that pad's motors, names of cards become cards."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from poultice.therapy.cards import Card
from poultice.therapy.layout import MotorLayout, PadLayout
from poultice.therapy.problems import Problem, ProgramError
from poultice.therapy.programs import Program, Step


def motors_at(region: str, layout: PadLayout) -> tuple[str, ...]:
    """The motors of a region of the back, seen from the pad's centre; one that sits on a middle line is on no side."""
    return tuple(motor.name for motor in layout.motors if _within(region, motor))


def _within(region: str, motor: MotorLayout) -> bool:
    match region:
        case "lower_back":
            return motor.y_m < 0
        case "upper_back":
            return motor.y_m > 0
        case "left_side":
            return motor.x_m < 0
        case "right_side":
            return motor.x_m > 0
    return True


def fit(program: Program, layout: PadLayout, library: Mapping[str, Card]) -> Program:
    """The program as this pad plays it. Raises ProgramError with every region and card that cannot be had."""
    cards = {**library, **program.cards}
    if problems := [*_nowhere(program, layout), *_unknown_cards(program, cards), *_unknown_drawings(program, library)]:
        raise ProgramError({str(problem): problem for problem in problems}.values())
    steps = tuple(_placed(step, layout) for step in program.steps)
    used = (motor for step in steps if step.massage for motor in step.massage.motors)
    shown = dict.fromkeys(step.card for step in steps if step.card is not None)
    return replace(
        program,
        steps=steps,
        motors=tuple(dict.fromkeys([*program.motors, *used])),
        cards={name: cards[name] for name in shown},
    )


def _placed(step: Step, layout: PadLayout) -> Step:
    if step.massage is None or step.massage.region is None:
        return step
    return replace(step, massage=replace(step.massage, motors=motors_at(step.massage.region, layout)))


def _nowhere(program: Program, layout: PadLayout) -> Iterator[Problem]:
    for step in program.steps:
        region = step.massage.region if step.massage else None
        if region is not None and not motors_at(region, layout):
            words = f"this pad has no motor at {region}"
            yield program.source.problem((*step.path, "massage", "region"), words, "name another region, or motors")


def _unknown_drawings(program: Program, library: Mapping[str, Card]) -> Iterator[Problem]:
    """Only shipped cards have drawings, whether this program shows the card or not."""
    for name, card in program.cards.items():
        if card.drawing is not None and card.drawing not in library:
            close = difflib.get_close_matches(card.drawing, library, n=1)
            remedy = f"did you mean {close[0]}?" if close else "name a shipped card"
            words = f"there is no drawing {card.drawing}"
            yield program.source.problem(("cards", name, "drawing"), words, remedy)


def _unknown_cards(program: Program, cards: Mapping[str, Card]) -> Iterator[Problem]:
    for step in program.steps:
        if step.card is not None and step.card not in cards:
            close = difflib.get_close_matches(step.card, cards, n=1)
            remedy = f"did you mean {close[0]}?" if close else "write it under cards, or name a shipped one"
            yield program.source.problem((*step.path, "card"), f"there is no card {step.card}", remedy)
