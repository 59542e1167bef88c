"""What `poultice-program/1` can say: waits, questions, cards, regions, ends; its published schema; any bytes at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from poultice import description, program_schemas
from poultice.therapy.cards import Card, parse_cards
from poultice.therapy.fitting import fit, motors_at
from poultice.therapy.layout import MotorLayout, PadLayout
from poultice.therapy.problems import ProgramError
from poultice.therapy.programs import HeatStep, MassageStep, parse
from poultice.therapy.yaml_source import read

TEXT = """\
schema: poultice-program/1
id: whole
title: {en: Whole, de: Ganz}
evidence: weak
grounds: {en: A trial., de: Eine Studie.}
requires: {zones: [lumbar, upper_back], regions: [upper_back]}
max_total: 30 min
cards:
  my-bend:
    kind: stretch
    title: {en: Bend, de: Beugen}
    text: {en: Bend. Come back., de: Beug dich. Komm zurück.}
    caution: {en: Slowly., de: Langsam.}
    repetitions: 5
    sides: 2
steps:
  - {id: warm, duration: 2 min, heat: {lumbar: {target: 39 °C}, upper_back: off}}
  - id: roll
    duration: 1 min
    heat: {lumbar: {target: 39 °C}}
    massage: {pattern: roll, region: upper_back, intensity: 30 %, phase: 90 °, direction: left}
  - {id: ask, duration: 20 s, ask: comfort}
  - {id: bend, duration: 60 s, card: my-bend, wait: person}
  - {id: pull, duration: 60 s, card: knee-to-chest}
  - {id: button, duration: 2 min, wait: press}
  - {id: again, duration: 1 min, heat: {lumbar: {target: 38 °C}}}
end: {fade: 90 s, ask: pain}
"""
LIBRARY = {"knee-to-chest": Card({}, {}, {}, "stretch", 30.0, None, 1, 2)}


def test_everything_that_a_file_can_say() -> None:
    program = parse(TEXT, "whole.yaml")
    by_id = {step.id: step for step in program.steps}
    assert by_id["warm"].heat == {"lumbar": HeatStep(39.0)}
    assert by_id["roll"].massage == MassageStep("roll", (), 30, 0.25, 0.25, "left", "upper_back")
    assert (by_id["ask"].ask, by_id["ask"].wait) == ("comfort", None)
    assert (by_id["bend"].card, by_id["bend"].wait) == ("my-bend", "person")
    assert by_id["button"].wait == "press"
    end = by_id["end"]
    assert (end.duration_s, end.ask, end.wait, end.heat) == (90.0, "pain", None, {"lumbar": HeatStep(37.0)})
    assert program.grounds["de"] == "Eine Studie."
    assert (program.cards["my-bend"].repetitions, program.cards["my-bend"].sides) == (5, 2)
    assert program.total_s == 120 + 60 + 20 + 60 + 60 + 120 + 60 + 90


@pytest.mark.parametrize(
    ("end", "seen"),
    [
        ("off", None),
        ("{fade: 60 s}", (60.0, None, None, {"lumbar": HeatStep(37.0)})),
        ("{ask: pain}", (120.0, "pain", "person", {})),
        ("{fade: 10 min, ask: note}", (600.0, "note", None, {"lumbar": HeatStep(37.0)})),
    ],
)
def test_ends(end: str, seen: Any) -> None:
    program = parse(TEXT.replace("{fade: 90 s, ask: pain}", end), "whole.yaml")
    last = program.steps[-1]
    assert (None if last.id != "end" else (last.duration_s, last.ask, last.wait, last.heat)) == seen


def test_fading_never_warms(layout: PadLayout) -> None:
    program = parse(TEXT.replace("target: 38 °C", "target: 33 °C"), "whole.yaml")
    assert program.steps[-1].heat == {"lumbar": HeatStep(33.0)}


def test_the_hash_knows_cards_questions_and_waits() -> None:
    changes = [
        ("card: knee-to-chest", "card: my-bend"),
        ("ask: comfort", "ask: note"),
        ("wait: person", "ask: note"),
        ("phase: 90 °", "phase: 91 °"),
        ("direction: left", "direction: up"),
        ("fade: 90 s", "fade: 91 s"),
    ]
    hashes = {parse(TEXT.replace(*change), "x").content_hash for change in [("", ""), *changes]}
    assert len(hashes) == len(changes) + 1


def test_a_program_is_fitted_to_a_pad_and_its_cards(layout: PadLayout) -> None:
    program = fit(parse(TEXT, "whole.yaml"), layout, LIBRARY)
    assert program.steps[1].massage is not None
    assert program.steps[1].massage.motors == ("upper_left", "upper_right")
    assert program.motors == ("upper_left", "upper_right")
    assert set(program.cards) == {"my-bend", "knee-to-chest"}
    assert program.content_hash == parse(TEXT, "whole.yaml").content_hash


@pytest.mark.parametrize(
    ("region", "motors"),
    [
        ("lower_back", ("lower_left", "lower_right")),
        ("upper_back", ("upper_left", "upper_right")),
        ("left_side", ("upper_left", "lower_left")),
        ("right_side", ("upper_right", "lower_right")),
        ("whole_back", ("upper_left", "upper_right", "lower_left", "lower_right")),
    ],
)
def test_regions_are_motors_by_their_places(layout: PadLayout, region: str, motors: tuple[str, ...]) -> None:
    assert motors_at(region, layout) == motors


def test_what_a_pad_or_the_library_has_not_is_refused_with_line_and_remedy(layout: PadLayout) -> None:
    low = PadLayout(layout.zones, (MotorLayout("only", 0.0, -0.1, 18),), layout.thermal)
    with pytest.raises(ProgramError) as caught:
        fit(parse(TEXT.replace("card: knee-to-chest", "card: my-band"), "whole.yaml"), low, LIBRARY)
    assert [str(problem) for problem in caught.value.problems] == [
        "whole.yaml:21: steps[1].massage.region: this pad has no motor at upper_back; name another region, or motors",
        "whole.yaml:24: steps[4].card: there is no card my-band; did you mean my-bend?",
    ]


@pytest.mark.parametrize(
    ("drawing", "remedy"), [("knee-to-chst", "did you mean knee-to-chest?"), ("x", "name a shipped card")]
)
def test_a_card_borrows_the_drawing_of_a_shipped_one_only(layout: PadLayout, drawing: str, remedy: str) -> None:
    with_one = TEXT.replace("kind: stretch", "kind: stretch\n    drawing: knee-to-chest", 1)
    program = fit(parse(with_one, "whole.yaml"), layout, LIBRARY)
    assert "knee-to-chest" in {card.drawing for card in program.cards.values()}
    with pytest.raises(ProgramError) as caught:
        fit(parse(with_one.replace("drawing: knee-to-chest", f"drawing: {drawing}"), "whole.yaml"), layout, LIBRARY)
    (problem,) = caught.value.problems
    assert (problem.message, problem.remedy) == (f"there is no drawing {drawing}", remedy)
    assert problem.path.startswith("cards.")


def test_cards_say_what_is_wrong_with_them() -> None:
    with pytest.raises(ProgramError, match=r"cards.yaml:2: schema: .*write 'poultice-cards/1'"):
        parse_cards("\nschema: poultice-cards/2\ncards: {}\n", "cards.yaml")
    with pytest.raises(ProgramError, match=r'no cards; begin with "schema: poultice-cards/1"'):
        parse_cards("", "cards.yaml")


# --- The published schema ------------------------------------------------------------------------------------------


def validator(name: str) -> Any:
    schema = json.loads((program_schemas.DIRECTORY / name).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_published_schemas_are_current() -> None:
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in program_schemas.DIRECTORY.glob("*.json")}
    assert on_disk == program_schemas.schemas(), "run python -m poultice.program_schemas"


PRESETS = sorted(program_schemas.DIRECTORY.glob("*.yaml"))


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_another_validator_agrees_with_each_shipped_file_and_editors_find_it(path: Path) -> None:
    name = "poultice-cards-1" if path.name == description.CARDS else "poultice-program-1"
    text = path.read_text(encoding="utf-8")
    validator(f"{name}.schema.json").validate(yaml.safe_load(text))
    assert text.startswith(f"# yaml-language-server: $schema={name}.schema.json\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("program/1", "program/2"),
        ("duration: 2 min", "duration: 2"),
        ("duration: 2 min", "duration: 2 h"),
        ("target: 39 °C}, upper", "target: 39 °F}, upper"),
        ("upper_back: off", "upper_back: on"),
        ("pattern: roll", "pattern: rub"),
        ("region: upper_back, ", ""),
        ("region: upper_back", "region: upper_back, motors: [a]"),
        ("ask: comfort", "ask: weight"),
        ("id: ask", "id: A S K"),
        ("repetitions: 5", ""),
        ("{fade: 90 s, ask: pain}", "sudden"),
    ],
)
def test_it_refuses_what_the_loader_refuses(old: str, new: str) -> None:
    assert TEXT.count(old) >= 1
    text = TEXT.replace(old, new, 1)
    value = read(text, "x").value
    assert validator("poultice-program-1.schema.json").is_valid(read(TEXT, "x").value)
    assert not validator("poultice-program-1.schema.json").is_valid(value)
    with pytest.raises(ProgramError):
        parse(text, "x")


# --- Any bytes -----------------------------------------------------------------------------------------------------


def survives(text: str) -> None:
    """It is a program, or every problem has file, line, words and a remedy."""
    problems: tuple[Any, ...] = ()
    try:
        program = parse(text, "any.yaml")
    except ProgramError as error:
        problems = error.problems
        program = None
    assert (program is None) == bool(problems)
    for problem in problems:
        assert problem.line >= 1
        assert problem.message
        assert problem.remedy
        assert str(problem).startswith(f"any.yaml:{problem.line}: ")
    assert program is None or 0 < program.total_s <= program.max_total_s <= 5400


VALUES = st.one_of(
    st.sampled_from(
        ["off", ".nan", ".inf", "-1 s", "0 s", "0.9 s", "1 s", "90 min", "91 min", "40 °C", "42.1 °C", "1e3 s", "~",
         "[]", "{}", "null", "yes", "1:30", "0x10", "40 C", "２ min", "- 1", "&a b", "*a", "!!python/object:x y", '"',
         "'", "\t"]
    ),
    st.text(max_size=12),
    st.integers(-5, 5000).map(str),
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_good_file_with_any_words_exchanged_is_read_or_refused(data: st.DataObject) -> None:
    words = TEXT.split(" ")
    for _ in range(data.draw(st.integers(1, 4))):
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(VALUES)
    survives(" ".join(words))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(text=st.one_of(st.text(max_size=200), st.text(alphabet=":-{}[]&*!|>'\"%#?, \nabc01", max_size=200)))
def test_any_text_is_refused_in_words(text: str) -> None:
    survives(text)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    value=st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(["end"])),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.dictionaries(
                st.sampled_from(["id", "steps", "heat", "massage", "repeat", "end", "cards", "title", "en", "(step)"]),
                inner,
                max_size=4,
            ),
        ),
        max_leaves=12,
    )
)
def test_any_shape_is_refused_in_words(value: Any) -> None:
    good = yaml.safe_load(TEXT)
    survives(yaml.safe_dump({**good, **value} if isinstance(value, dict) else {**good, "steps": value}))
    survives(yaml.safe_dump(value))


@pytest.mark.parametrize("levels", [7, 100, 10_000])
def test_nested_repeats_end_in_one_sentence(levels: int) -> None:
    nest = "[{repeat: 2, steps: " * levels + "[{id: a, duration: 1 s}]" + "}]" * levels
    text = TEXT[: TEXT.index("steps:\n")] + f"steps: {nest}\n"
    with pytest.raises(ProgramError) as caught:
        parse(text, "deep.yaml")
    assert len(caught.value.problems) == 1
