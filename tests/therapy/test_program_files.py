"""Program files: what is read from a good one, and what is said of each bad one."""

# ruff: noqa: E501 - a table of whole messages reads best unbroken

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import poultice.programs
import pytest
from poultice import description
from poultice.therapy.layout import PadLayout
from poultice.therapy.limits import HostLimits
from poultice.therapy.problems import ProgramError
from poultice.therapy.program_check import check
from poultice.therapy.programs import HeatStep, MassageStep, parse

PRESETS = sorted(
    set(Path(poultice.programs.__path__[0]).glob("*.yaml")) - {Path(poultice.programs.__path__[0]) / description.CARDS}
)

GOOD = """\
schema: poultice-program/1
id: sample
title: {en: Sample, de: Probe}
description: {en: For tests., de: Für Tests.}
evidence: moderate
requires: {zones: [lumbar], motors: [lower_left, lower_right]}
max_total: 30 min
steps:
  - {id: warm, duration: 8 min, heat: {lumbar: {target: 40 °C, ramp: 2 °C/min}}}
  - repeat: 2
    steps:
      - id: wave
        duration: 90 s
        heat: {lumbar: {target: 39.5 °C}}
        massage: {pattern: wave, motors: [lower_left, lower_right], intensity: 40 %, tempo: 0.5 Hz}
      - {id: rest, duration: 30 s}
"""


def messages(text: str) -> list[str]:
    """What is said of a bad file."""
    with pytest.raises(ProgramError) as caught:
        parse(text, "bad.yaml")
    assert str(caught.value) == "\n".join(str(problem) for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def test_a_good_file_becomes_flat_steps_in_base_units() -> None:
    program = parse(GOOD, "good.yaml")
    assert [step.id for step in program.steps] == ["warm", "wave.1", "rest.1", "wave.2", "rest.2"]
    assert [step.duration_s for step in program.steps] == [480.0, 90.0, 30.0, 90.0, 30.0]
    assert program.steps[0].heat == {"lumbar": HeatStep(40.0, pytest.approx(2 / 60))}
    assert program.steps[1].massage == MassageStep("wave", ("lower_left", "lower_right"), 40, 0.5)
    assert program.steps[2].heat == {}
    assert program.steps[2].massage is None
    assert (program.total_s, program.max_total_s) == (720.0, 1800.0)
    assert (program.heats, program.target_max_c) == (True, 40.0)
    assert (program.zones, program.motors) == (("lumbar",), ("lower_left", "lower_right"))
    assert program.title == {"en": "Sample", "de": "Probe"}


def test_the_hash_changes_with_what_is_played_and_with_nothing_else() -> None:
    same = parse(GOOD.replace("For tests.", "Something else.") + "# a comment\n", "other.yaml").content_hash
    other = parse(GOOD.replace("39.5", "39.4"), "good.yaml").content_hash
    shorter = parse(GOOD.replace("30 min", "20 min"), "good.yaml").content_hash
    assert same == parse(GOOD, "good.yaml").content_hash
    assert len({same, other, shorter}) == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("target: 40 °C", "target: 43 °C", "bad.yaml:9: steps[0].heat.lumbar.target: 43 °C is out of range; write 30 to 42 °C"),
        ("target: 40 °C", "target: 42.1 °C", "bad.yaml:9: steps[0].heat.lumbar.target: 42.1 °C is out of range; write 30 to 42 °C"),
        ("target: 40 °C", "target: 29.9 °C", "bad.yaml:9: steps[0].heat.lumbar.target: 29.9 °C is out of range; write 30 to 42 °C"),
        ("target: 40 °C", "target: 40", 'bad.yaml:9: steps[0].heat.lumbar.target: 40 is not a quantity in °C; write it like "40 °C"'),
        ("target: 40 °C", "target: .nan", 'bad.yaml:9: steps[0].heat.lumbar.target: ".nan" is not a quantity in °C; write it like "40 °C"'),
        ("target: 40 °C", "target: 104 °F", 'bad.yaml:9: steps[0].heat.lumbar.target: "104 °F" is not a quantity in °C; write it like "40 °C"'),
        ("target: 40 °C", "target: [40]", 'bad.yaml:9: steps[0].heat.lumbar.target: [40] is not a quantity in °C; write it like "40 °C"'),
        ("ramp: 2 °C/min", "ramp: 7 °C/min", "bad.yaml:9: steps[0].heat.lumbar.ramp: 7 °C/min is out of range; write 0.1 to 6 °C/min"),
        ("ramp: 2 °C/min", "tempo: 1 Hz", "bad.yaml:9: steps[0].heat.lumbar.tempo: unknown key; known here: ramp, target"),
        ("duration: 8 min", "duration: 8", 'bad.yaml:9: steps[0].duration: 8 is not a quantity in s or min; write it like "8 min"'),
        ("duration: 8 min", "duration: 1:30", 'bad.yaml:9: steps[0].duration: "1:30" is not a quantity in s or min; write it like "8 min"'),
        ("duration: 90 s", "duration: 0.9 s", "bad.yaml:13: steps[1].steps[0].duration: 0.9 s is out of range; write 1 to 5400 s"),
        ("duration: 90 s", "duration: -5 s", "bad.yaml:13: steps[1].steps[0].duration: -5 s is out of range; write 1 to 5400 s"),
        ("duration: 90 s", "durration: 90 s", "bad.yaml:13: steps[1].steps[0].durration: unknown key; did you mean duration?"),
        ("pattern: wave", "pattern: rub", "bad.yaml:15: steps[1].steps[0].massage.pattern: \"rub\" is not known here; write 'steady', 'pulse', 'wave', 'roll', 'knead', 'tap' or 'breathe'"),
        ("tempo: 0.5 Hz", "phase: 361 °", "bad.yaml:15: steps[1].steps[0].massage.phase: 361 ° is out of range; write 0 to 360 °"),
        ("tempo: 0.5 Hz", "phase: 0.5", 'bad.yaml:15: steps[1].steps[0].massage.phase: "0.5" is not a quantity in °; write it like "90 °"'),
        ("tempo: 0.5 Hz", "direction: in", "bad.yaml:15: steps[1].steps[0].massage.direction: \"in\" is not known here; write 'up', 'down', 'left' or 'right'"),
        ("tempo: 0.5 Hz", "region: lower_back", "bad.yaml:15: steps[1].steps[0].massage: motors and region name the place twice; write one of the two"),
        ("motors: [lower_left, lower_right], i", "i", "bad.yaml:15: steps[1].steps[0].massage: no motors and no region are named; write one of the two"),
        ("motors: [lower_left, lower_right], i", "region: lower_back, i", "bad.yaml:15: steps[1].steps[0].massage.region: lower_back is massaged but not required; add lower_back to requires.regions"),
        ("motors: [lower_left, lower_right], i", "region: knee, i", "bad.yaml:15: steps[1].steps[0].massage.region: \"knee\" is not known here; write 'lower_back', 'upper_back', 'left_side', 'right_side' or 'whole_back'"),
        ("{lumbar: {target: 39.5 °C}}", "{lumbar: on}", "bad.yaml:14: steps[1].steps[0].heat.lumbar: \"on\" is not known here; write 'off'"),
        ("{lumbar: {target: 39.5 °C}}", "{lumbar: [40 °C]}", "bad.yaml:14: steps[1].steps[0].heat.lumbar: a list does not fit here; write keys and values"),
        ("duration: 30 s}", "duration: 30 s, wait: press, massage: {pattern: tap, motors: [lower_left], intensity: 30 %}}", "bad.yaml:16: steps[1].steps[1].wait: heat or massage is on while it waits for the press; give the press a step of its own"),
        ("duration: 30 s}", "duration: 30 s, wait: long}", "bad.yaml:16: steps[1].steps[1].wait: \"long\" is not known here; write 'person' or 'press'"),
        ("duration: 30 s}", "duration: 30 s, ask: weight}", "bad.yaml:16: steps[1].steps[1].ask: \"weight\" is not known here; write 'comfort', 'pain' or 'note'"),
        ("duration: 30 s}", "duration: 30 s, crad: x}", "bad.yaml:16: steps[1].steps[1].crad: unknown key; did you mean card?"),
        ("id: rest,", "id: end,", "bad.yaml:17: end: nothing to do; write off, or fade and ask"),
        ("id: rest,", "id: end,", "bad.yaml:16: steps[1].steps[1].id: the id end is already that of line 17; give each step its own"),
        ("max_total: 30 min", "max_total: 30 min\ncards: {bend: {kind: stretch, title: {en: A, de: B}, text: {en: A., de: B.}, caution: {en: A., de: B.}}}", "bad.yaml:8: cards.bend: neither hold nor repetitions say how much; write one of them"),
        ("max_total: 30 min", "max_total: 30 min\ncards: {bend: {hold: 5 s, knid: stretch}}", "bad.yaml:8: cards.bend.knid: unknown key; did you mean kind?"),
        ("intensity: 40 %", "intensity: 101 %", "bad.yaml:15: steps[1].steps[0].massage.intensity: 101 % is out of range; write 1 to 100 %"),
        ("tempo: 0.5 Hz", "tempo: 3 Hz", "bad.yaml:15: steps[1].steps[0].massage.tempo: 3 Hz is out of range; write 0.05 to 2 Hz"),
        ("motors: [lower_left, lower_right], i", "motors: [], i", "bad.yaml:15: steps[1].steps[0].massage.motors: nothing stands here; write at least one entry"),
        ("motors: [lower_left, lower_right], i", "motors: lower_left, i", 'bad.yaml:15: steps[1].steps[0].massage.motors: "lower_left" does not fit here; write a list, each entry after a hyphen or all in [ ]'),
        ("repeat: 2", "repeat: 0", "bad.yaml:10: steps[1].repeat: 0 is out of range; write a number of 1 or more"),
        ("repeat: 2", "repeat: 51", "bad.yaml:10: steps[1].repeat: 51 is out of range; write a number of 50 or less"),
        ("repeat: 2", "repeat: yes", 'bad.yaml:10: steps[1].repeat: "yes" does not fit here; write a whole number'),
        ("repeat: 2", "repeat: 2\n    pause: 3 s", "bad.yaml:11: steps[1].pause: unknown key; known here: repeat, steps"),
        ("  - repeat: 2\n    steps:", "  - steps:", "bad.yaml:10: steps[1].duration: this is missing; add duration"),
        ("evidence: moderate", "evidence: proven", "bad.yaml:5: evidence: \"proven\" is not known here; write 'good', 'moderate', 'low', 'weak', 'conflicting' or 'convention'"),
        ("program/1", "program/2", "bad.yaml:1: schema: \"poultice-program/2\" is not known here; write 'poultice-program/1'"),
        ("id: sample", "id: Sample One", 'bad.yaml:2: id: "Sample One" is not a name; use lower-case letters, digits and hyphens'),
        ("id: sample", "id:", "bad.yaml:2: id: nothing does not fit here; write a text"),
        (", de: Probe", "", "bad.yaml:3: title.de: this is missing; add de"),
        (", de: Probe", ", de: Probe, fr: Essai", "bad.yaml:3: title.fr: unknown key; known here: de, en"),
        ("en: Sample,", "en: '',", "bad.yaml:3: title.en: a text of the wrong length; write at least 1 characters"),
        ("max_total: 30 min", "max_total: 91 min", "bad.yaml:7: max_total: 91 min is out of range; write 1 to 90 min"),
        ("max_total: 30 min", "max_total: 11 min", "bad.yaml:7: max_total: the steps take 12 min, longer than max_total; write 12 min or shorten the steps"),
        ("max_total: 30 min", "max_total: 30 min\nloops: []", "bad.yaml:8: loops: unknown key; known here: cards, description, end, evidence, grounds, id, max_total, requires, schema, steps, title, treats"),
        ("max_total: 30 min", "max_total: 30 min\ncards: []", "bad.yaml:8: cards: a list does not fit here; write keys and values, like {target: 40 °C}"),
        ("max_total: 30 min\n", "", "bad.yaml:1: max_total: this is missing; add max_total"),
        ("id: rest,", "id: warm,", "bad.yaml:16: steps[1].steps[1].id: the id warm is already that of line 9; give each step its own"),
        ("id: rest,", "id: rest.1,", 'bad.yaml:16: steps[1].steps[1].id: "rest.1" is not a name; use lower-case letters, digits and hyphens'),
        ("zones: [lumbar]", "zones: []", "bad.yaml:9: steps[0].heat.lumbar: lumbar is heated but not required; add lumbar to requires.zones"),
        ("motors: [lower_left, lower_right]}\nmax", "motors: [lower_left]}\nmax", "bad.yaml:15: steps[1].steps[0].massage.motors[1]: lower_right runs but is not required; add lower_right to requires.motors"),
        ("id: sample", "id: sample\nid: again", "bad.yaml:3: id: this key stands here twice; keep one"),
        ("id: sample", "id: &x sample", "bad.yaml:2: the anchor &x; write each value where it belongs"),
        ("id: sample", "id: *x", "bad.yaml:2: the alias *x; write the value out"),
        ("id: sample", "id: !!python/name:os.system sample", "bad.yaml:2: the tag tag:yaml.org,2002:python/name:os.system; leave the tag out"),
        ("id: sample", "id:\tsample", "bad.yaml:2: a tab character; use spaces"),
        ("id: sample", "id: [sample", "bad.yaml:3: not YAML: expected ',' or ']', but got ':'; correct this line or the one before it"),
        ("id: sample", "[1, 2]: sample", "bad.yaml:2: a key that is no word; write a word before the colon"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_line_path_and_remedy(old: str, new: str, said: str) -> None:
    assert GOOD.count(old) == 1
    assert said in messages(GOOD.replace(old, new) + ("end: {}\n" if new == "id: end," else ""))


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_lines() -> None:
    said = messages(GOOD.replace("40 °C", "50 °C").replace("0.5 Hz", "9 Hz").replace("evidence: moderate\n", ""))
    assert [line.split(": ")[1] for line in said] == [
        "evidence",
        "steps[0].heat.lumbar.target",
        "steps[1].steps[0].massage.tempo",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", 'bad.yaml:1: no program; begin with "schema: poultice-program/1"'),
        ("- 1\n", 'bad.yaml:1: no program; begin with "schema: poultice-program/1"'),
        (
            "a: 1\n---\nb: 2\n",
            "bad.yaml:2: not YAML: but found another document; correct this line or the one before it",
        ),
        (
            "a: \x07\n",
            "bad.yaml:1: not YAML: special characters are not allowed; correct this line or the one before it",
        ),
        ("# " + "x" * 70_000, "bad.yaml:1: the file has 70002 bytes; a program has at most 65536: shorten it"),
        ("[" * 5000, "bad.yaml:1: nested too deeply; nest at most 16 levels"),
        ("a: {" * 5000, "bad.yaml:1: nested too deeply; nest at most 16 levels"),
        ("%TAG ! tag:example.org,2000:\n---\na: 1\n", "bad.yaml:1: a %TAG line; leave it out"),
    ],
)
def test_what_is_no_program_at_all_is_refused_in_one_sentence(text: str, said: str) -> None:
    assert messages(text) == [said]


def test_a_bomb_of_repeats_is_refused_without_being_expanded() -> None:
    steps = "  - {id: a, duration: 1 s}\n"
    for _ in range(6):
        inner = steps.replace("\n", "\n    ").rstrip()
        steps = f"  - repeat: 50\n    steps:\n    {inner}\n"
    bomb = GOOD[: GOOD.index("steps:")] + "steps:\n" + steps
    begun = time.monotonic()
    assert messages(bomb) == [
        "bad.yaml:8: steps: 15625000000 steps after repeating; stay within 400: repeat less often"
    ]
    assert time.monotonic() - begun < 5.0


def test_the_size_limit_counts_bytes_and_is_inclusive() -> None:
    room = 64 * 1024 - len(GOOD.encode()) - 2
    parse(GOOD + "#" + "x" * room + "\n", "good.yaml")
    assert "bytes" in messages(GOOD + "#" + "x" * (room + 1) + "\n")[0]
    assert "bytes" in messages(GOOD + "#" + "ä" * (room // 2 + 1) + "\n")[0]


# --- Against a pad -------------------------------------------------------------------------------------------------

STEPS = GOOD[: GOOD.index("steps:")].replace("30 min", "90 min") + "steps:\n"


def complaints(layout: PadLayout, steps: str, limits: HostLimits | None = None, head: str = STEPS) -> list[str]:
    return [str(problem) for problem in check(parse(head + steps, "own.yaml"), layout, limits or HostLimits())]


def heat(name: str, target_c: float, seconds: float) -> str:
    return f"  - {{id: {name}, duration: {seconds:g} s, heat: {{lumbar: {{target: {target_c:g} °C}}}}}}\n"


def rest(name: str, seconds: float) -> str:
    return f"  - {{id: {name}, duration: {seconds:g} s}}\n"


def press(name: str) -> str:
    return f"  - {{id: {name}, duration: 120 s, wait: press}}\n"


def rub(name: str, seconds: float, percent: int = 40) -> str:
    massage = f"{{pattern: steady, motors: [lower_left], intensity: {percent} %}}"
    return f"  - {{id: {name}, duration: {seconds:g} s, massage: {massage}}}\n"


@pytest.mark.parametrize(
    ("steps", "fits"),
    [
        (heat("a", 42, 360), True),
        (heat("a", 42, 360.1), False),
        (heat("a", 41.1, 361), False),
        (heat("a", 41, 1500), True),
        (heat("a", 41, 1500.1), False),
        (heat("a", 40.5, 1501), False),
        (heat("a", 41, 800) + rest("b", 60) + heat("c", 41, 701), False),
        (heat("a", 40, 5400), True),
        (heat("a", 41, 1500) + heat("b", 40, 1500), True),
        (heat("a", 41, 1500) + heat("b", 40, 1800), False),  # the dose: 25/16 + 30/64 > 2
        (rest("a", 50) + heat("b", 40, 60), True),
        (rest("a", 50.1) + heat("b", 40, 60), False),
        (heat("a", 40, 60) + rest("b", 540) + heat("c", 40, 60), True),
        (heat("a", 40, 60) + rest("b", 540.1) + heat("c", 40, 60), False),
        (heat("a", 40, 60) + rest("b", 1000), True),
        (heat("a", 40, 60) + rest("b", 1000) + heat("c", 40, 60), False),
        (heat("a", 40, 60) + rest("b", 1000) + press("p") + heat("c", 40, 60), True),
        (heat("a", 40, 60) + rest("b", 1000) + press("p") + rest("d", 50) + heat("c", 40, 60), True),
        (heat("a", 40, 60) + rest("b", 1000) + press("p") + rest("d", 50.1) + heat("c", 40, 60), False),
        (rest("b", 1000) + press("p") + heat("c", 40, 60), True),
        (rub("a", 900), True),
        (rub("a", 900.1), False),
        (rub("a", 600) + rest("b", 299) + rub("c", 301), False),
        (rub("a", 600) + rest("b", 300) + rub("c", 600), True),
        (rub("a", 60, 18), True),
        (rub("a", 60, 17), False),
        (heat("a", 40, 3000) + heat("b", 38, 2400), True),
    ],
)
def test_limits_hold_from_the_very_edge(layout: PadLayout, steps: str, fits: bool) -> None:
    assert (complaints(layout, steps) == []) is fits


def test_a_problem_of_a_repeated_step_is_said_once_with_its_line(layout: PadLayout) -> None:
    steps = "  - repeat: 8\n    steps:\n      - {id: hot, duration: 1 min, heat: {lumbar: {target: 42 °C}}}\n"
    assert complaints(layout, steps)[0] == (
        "own.yaml:11: steps[0].steps[0].heat.lumbar.target: more than 41 °C for 7 min; stay within 6 min"
    )
    assert len(complaints(layout, steps)) == 1


def test_narrower_limits_and_other_pads_are_checked(layout: PadLayout) -> None:
    assert complaints(layout, heat("a", 40, 60), HostLimits(target_max_c=39.0)) == [
        "own.yaml:9: steps[0].heat.lumbar.target: 40 °C is beyond the limit that is set; write 30 to 39 °C"
    ]
    assert complaints(layout, heat("a", 40, 120), HostLimits(session_max_s=60.0)) == [
        "own.yaml:8: steps: the steps take 2 min; a session lasts at most 1 min: shorten them"
    ]
    head = STEPS.replace("lumbar", "neck").replace("lower_left", "lower-left")
    assert complaints(layout, rest("a", 1), head=head) == [
        "own.yaml:6: requires.motors: this pad has no lower-left; did you mean lower_left?",
        "own.yaml:6: requires.zones: this pad has no neck; it has lumbar, upper_back",
    ]


# --- The presets ---------------------------------------------------------------------------------------------------


def test_there_are_presets_of_every_kind() -> None:
    programs = [parse(path.read_text(encoding="utf-8"), path.name) for path in PRESETS]
    assert len(programs) >= 4
    assert {program.heats for program in programs} == {True, False}
    assert len({program.id for program in programs}) == len(programs)


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_each_preset_can_be_played_and_says_what_it_is(path: Path) -> None:
    program = parse(path.read_text(encoding="utf-8"), path.name)
    assert check(program, description.layout(), HostLimits()) == ()
    assert program.id == path.stem
    assert set(program.title) == set(program.description) == {"en", "de"}
    assert program.title["en"] != program.title["de"]
    assert (program.target_max_c or 0.0) <= 40.0
    used: set[Any] = {zone for step in program.steps for zone in step.heat}
    assert set(program.zones) == used
