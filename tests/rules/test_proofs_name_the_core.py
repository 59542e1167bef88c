"""Contracts speak of functions that exist and grant nothing, and every function of the core has one."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "firmware" / "core"
PROOFS = ROOT / "firmware" / "proofs"
CONTRACTS = sorted(PROOFS.glob("*.acsl"))

_DECLARED = re.compile(r"\*/\n(?:static |inline )*[\w ]+?[ *]+(\w+)\([^;{]*\);")
_DEFINED = re.compile(r"^(?:static |inline )*[a-z]\w*(?: \w+)*[ *]+(\w+)\([^;{}]*?\)\n\{\n", re.MULTILINE)
_GRANTED = re.compile(r"\b(admit|axiom|axiomatic|lemma|assumes?)\b")


def defined(*paths: Path) -> set[str]:
    return {name for path in paths for name in _DEFINED.findall(path.read_text(encoding="utf-8"))}


def without_words(text: str) -> str:
    """Plain comments blanked, contracts kept."""
    return re.sub(r"/\*(?!@).*?\*/", " ", text, flags=re.DOTALL)


def test_there_are_contracts() -> None:
    assert len(CONTRACTS) > 20


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_a_contract_speaks_of_a_function_that_exists(path: Path) -> None:
    named = set(_DECLARED.findall(path.read_text(encoding="utf-8")))
    stubs = {name for name in named if name.startswith(("zero_", "copy_", "compare_"))}  # memset(), memcpy(), memcmp()
    own = [CORE / f"{path.stem}{suffix}" for suffix in (".c", ".h")]

    assert named
    assert named - stubs <= defined(*[file for file in own if file.exists()])


@pytest.mark.parametrize("path", [*CONTRACTS, *sorted(CORE.glob("*.[ch]"))], ids=lambda path: path.name)
def test_nothing_is_taken_for_granted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    annotations = without_words(text) if path.suffix == ".acsl" else " ".join(re.findall(r"(?://@.*|/\*@[^*]*)", text))

    assert not _GRANTED.search(annotations)


@pytest.mark.parametrize("word", ["admit requires x;", "axiom a: x;", "lemma a: x;", "behavior b: assumes x;"])
def test_a_word_that_grants_is_seen(word: str) -> None:
    assert _GRANTED.search(without_words(f"/*@ {word} */"))


def test_every_file_of_the_core_has_contracts() -> None:
    assert {path.stem for path in CORE.glob("*.c")} <= {path.stem for path in CONTRACTS}


@pytest.mark.parametrize("path", sorted(CORE.glob("*.c")), ids=lambda path: path.stem)
def test_every_function_has_a_contract(path: Path) -> None:
    """Unless it is inlined, and so proved, where it is called."""
    text = (PROOFS / f"{path.stem}.acsl").read_text(encoding="utf-8")
    inlined = {name for names in re.findall(r"-inline-calls (\S+)", text) for name in names.split(",")}
    in_the_code = set(re.findall(r"\*/\n(?:static )?[\w ]+?[ *]+(\w+)\(", path.read_text(encoding="utf-8")))

    assert defined(path) - inlined <= set(_DECLARED.findall(text)) | in_the_code
