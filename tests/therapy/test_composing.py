"""A program's text made from its content: read again, it is the content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.description import load_programs
from poultice.therapy.composing import compose
from poultice.therapy.limits import HostLimits
from poultice.therapy.problems import ProgramError
from poultice.therapy.programs import parse
from poultice.therapy.yaml_source import DEPTH_MAX, read

PRESETS = load_programs(Path("nowhere"), HostLimits())
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"), max_size=30)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_each_preset_comes_back_as_it_was(name: str) -> None:
    preset = PRESETS[name]
    text = compose(preset.source.value, "x")
    assert read(text, "x").value == preset.source.value
    assert parse(text, "x").id == name
    assert max(map(len, text.splitlines())) <= 125, "for people to read"


def test_a_step_stands_on_few_lines() -> None:
    text = compose({"steps": [{"id": "a", "duration": "8 min", "ask": "pain"}]}, "x")
    assert "- {id: a, duration: 8 min, ask: pain}" in text


@given(st.dictionaries(TEXTS.filter(bool), TEXTS | st.integers(0, 10**9 - 1) | st.none(), max_size=5))
def test_whatever_people_write_comes_back(content: dict[str, Any]) -> None:
    assert read(compose({"a": content}, "x"), "x").value == {"a": content}


@pytest.mark.parametrize(
    "word", ["on", "yes", "null", "~", "12", "1e3", "0x1f", "2026-01-01", "# no", "- a", "{", "40 °C", ""]
)
def test_a_word_stays_a_word(word: str) -> None:
    assert read(compose({"title": word}, "x"), "x").value == {"title": word}


def nested(levels: int) -> dict[str, Any]:
    value: Any = "x"
    for _ in range(levels):
        value = {"a": value}
    return dict(value)


def test_what_is_nested_too_deeply_is_refused_and_never_followed() -> None:
    assert read(compose(nested(DEPTH_MAX), "x"), "x").value == nested(DEPTH_MAX)
    for levels in (DEPTH_MAX + 1, 900):
        with pytest.raises(ProgramError, match="nested too deeply"):
            compose(nested(levels), "x")


def test_the_same_thing_twice_needs_no_alias() -> None:
    heat = {"lumbar": {"target": "40 °C"}}
    assert read(compose({"steps": [heat, heat]}, "x"), "x").value == {"steps": [heat, heat]}
