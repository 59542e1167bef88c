"""The presets and their cards: complete, honest, fit for the pad, played to the end with a person who taps along."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from harness import VirtualHouse
from poultice import description
from poultice.therapy.coach.memory import ITEMS
from poultice.therapy.coach.words import WORDS
from poultice.therapy.limits import HostLimits
from poultice.therapy.program_check import check
from poultice.therapy.programs import Program

LIBRARY = description.load_library(Path("nowhere"), HostLimits())
PROGRAMS = LIBRARY.programs
CARDS = description.cards()
STRETCHES = {
    "knee-to-chest", "cat-cow", "childs-pose", "pelvic-tilt", "piriformis", "hamstring", "thoracic-opener",
    "upper-trapezius", "chin-tuck", "doorway-chest",
}  # fmt: skip
EXERCISES = {
    "bridge", "bird-dog", "dead-bug", "side-plank", "band-row", "band-pull-apart", "shrug", "wall-slide",
}  # fmt: skip
THINKS_S = 8.0  # so long a person takes to answer, or to do an exercise


def files() -> list[Path]:
    directory = Path(description.__file__).parent / "programs"
    return sorted(path for path in directory.glob("*.yaml") if path.name != description.CARDS)


def test_every_shipped_file_is_in_the_library() -> None:
    assert {path.stem for path in files()} == set(PROGRAMS)
    assert LIBRARY.refused == {}
    assert len(PROGRAMS) >= 16


def test_there_is_something_for_every_part_and_every_need() -> None:
    def only(program: Program, *, heat: bool, massage: bool) -> bool:
        return (bool(program.zones), any(step.massage for step in program.steps)) == (heat, massage)

    kinds = Counter((program.heats, any(step.massage for step in program.steps)) for program in PROGRAMS.values())
    assert all(kinds[kind] >= 3 for kind in ((True, False), (False, True), (True, True)))
    assert {zone for program in PROGRAMS.values() for zone in program.zones} == {"lumbar", "upper_back"}
    patterns = {step.massage.pattern for program in PROGRAMS.values() for step in program.steps if step.massage}
    assert patterns == {"steady", "pulse", "wave", "roll", "knead", "tap", "breathe"}
    assert only(PROGRAMS["whole-back-warm"], heat=True, massage=False)
    assert only(PROGRAMS["lower-back-massage"], heat=False, massage=True)


def test_all_exercises_are_there_and_each_has_its_place_in_a_program_or_with_the_coach() -> None:
    assert {name for name, card in CARDS.items() if card.kind == "stretch"} >= STRETCHES
    assert {name for name, card in CARDS.items() if card.kind == "strength"} >= EXERCISES
    shown = {step.card for program in PROGRAMS.values() for step in program.steps if step.card}
    shown |= {words.card for variants in WORDS.values() for words in variants if words.card} | set(ITEMS)
    assert shown == set(CARDS)


@pytest.mark.parametrize("name", sorted(CARDS))
def test_a_card_says_all_that_it_must(name: str) -> None:
    card = CARDS[name]
    for texts in (card.title, card.text, card.caution):
        assert set(texts) == {"en", "de"}
        assert texts["en"] != texts["de"]
    for language in ("en", "de"):
        assert card.text[language].count(".") == 2, "two sentences"
        assert len(card.text[language]) <= 200
        assert len(card.caution[language]) <= 90
    assert card.hold_s or card.repetitions or card.kind == "ergonomics"


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_a_preset_says_what_it_is_and_what_it_rests_on(name: str) -> None:
    program = PROGRAMS[name]
    assert program.id == name
    for texts in (program.title, program.description, program.grounds):
        assert set(texts) == {"en", "de"}
        assert texts["en"] != texts["de"]
    assert check(program, description.layout(), HostLimits()) == ()
    assert (program.target_max_c or 0.0) <= 40.0
    assert max((step.massage.intensity_percent for step in program.steps if step.massage), default=0) <= 60


def test_heat_is_never_started_without_a_way_to_say_how_it_feels() -> None:
    """Every heated preset of ten minutes and more asks, but for the ones that are warmth alone and short of that."""
    silent = {name for name, p in PROGRAMS.items() if p.heats and p.total_s > 600 and not any(s.ask for s in p.steps)}
    assert silent <= {"lower-back-ease", "upper-back-warm", "whole-back-wave", "before-stretching"}


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_each_is_played_to_its_end(tmp_path: Path, name: str) -> None:
    house = VirtualHouse(tmp_path)
    begun_s = house.now_s
    house.start(name)
    while (session := house.state.session) is not None:
        house.run(THINKS_S if session.wait or session.question else 2.0)
        tap(house)
        assert house.state.reason.text
        assert house.state.faults == []
        assert house.now_s - begun_s <= PROGRAMS[name].max_total_s + 30.0
    assert house.state.reason.code == "finished", house.state.reason.text
    sessions = [state.session for state in house.broker.states if state.session is not None]
    assert list(dict.fromkeys(session.step_id for session in sessions)) == [step.id for step in PROGRAMS[name].steps]
    assert max(house.state.dose.values()) <= 2.0
    house.run(1.0)
    observed = house.board.observe()
    assert not any((*observed.duty_permille, *observed.motor_pwm, observed.armed))


def tap(house: VirtualHouse) -> None:
    """What a person does who follows the page: answers, taps next, and presses the button where that is waited for."""
    session = house.state.session
    if session is None:
        return
    if session.wait == "press":
        house.press()
    elif session.question is not None:
        value = {"comfort": "fine", "pain": 3, "note": "fine", "awake": None}[session.question.question]
        house.request("answer", question=session.question.question, **({} if value is None else {"value": value}))
    if (now := house.state.session) is not None and now.step == session.step and session.wait == "person":
        house.request("answer", question="next")
