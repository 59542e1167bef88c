"""Contracts speak of functions that exist and grant nothing, and every function of the core has one."""

import itertools
import re
from functools import cache
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


# ---- what the model "Caveat" takes for granted of a pointer is asked for by the contract, and so proved at each call

_DEFINE = re.compile(r"#define (\w+)(?:\(([\w, ]+)\))? *((?:.*\\\n)*.*)")
_CONTRACT = re.compile(r"/\*@((?:(?!\*/).)*)\*/\n(?:static |inline )*[\w ]+?[ *]+(\w+)\(([^;{]*)\)[;\n]", re.DOTALL)
_OPTIONS = re.compile(r"/\* prove(?: (\w+))?: ([^*]*)\*/")


@cache
def macros() -> list[tuple[str, str, str]]:
    """Those of the contracts that speak of pointers."""
    found = [found for path in CONTRACTS for found in _DEFINE.findall(path.read_text(encoding="utf-8"))]
    direct = {name for name, _, body in found if re.search(r"\\(valid|separated)", body)}
    return [(name, given, body) for name, given, body in found if direct & {name, *re.findall(r"\w+", body)}]


def spelt_out(text: str) -> str:
    """Macros of the contracts put in; twice, for one speaks of another."""
    for name, parameters, body in (*macros(), *macros()):
        pattern = rf"\b{name}\b" + (r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)" if parameters else r"(?!\()")
        for found in reversed(list(re.finditer(pattern, text))):
            words = body.replace("\\\n", " ")
            given = found.group(1).split(",") if parameters else []
            for parameter, value in zip(parameters.split(","), given, strict=False):
                words = re.sub(rf"\b{parameter.strip()}\b", lambda _, value=value: value.strip(), words)
            text = text[: found.start()] + words + text[found.end() :]
    return text


def referenced() -> list[tuple[str, str, str, frozenset[str]]]:
    """File, contract, parameters and what stays a pointer, of each function that is proved with that model."""
    found = []
    for path in CONTRACTS:
        text = path.read_text(encoding="utf-8")
        options = [(name, words) for name, words in _OPTIONS.findall(text)]
        for contract, name, parameters in _CONTRACT.findall(text):
            own = " ".join(words for of, words in options if of in ("", name))
            if "Caveat" in own and name in defined(*(CORE / f"{path.stem}{end}" for end in (".c",))):
                left = frozenset(
                    name for names in re.findall(r"-wp-alias-vars (\S+)", own) for name in names.split(",")
                )
                found.append((name, contract, parameters, left))
    return found


def asked_for(text: str) -> tuple[set[str], set[frozenset[str]]]:
    """Names that must be valid, and pairs that must be separated."""
    bare = spelt_out(text)
    valid = set(re.findall(r"\\valid(?:_read)?\(\(?(\w+)\)?\)", bare))
    apart = set()
    for arguments in re.findall(r"\\separated\(((?:[^()]|\([^()]*\))*)\)", bare):
        names = [argument.strip().strip("()") for argument in arguments.split(",")]
        apart |= {frozenset(pair) for pair in itertools.combinations(names, 2)}
    return valid, apart


@pytest.mark.parametrize(("name", "contract", "parameters", "left"), referenced(), ids=[one[0] for one in referenced()])
def test_a_pointer_taken_for_what_it_points_to_is_valid_and_apart(
    name: str, contract: str, parameters: str, left: frozenset[str]
) -> None:
    valid, apart = asked_for(contract)
    pointers = {
        found.group(2): bool(found.group(1))
        for found in re.finditer(r"(const )?(?:struct )?\w+ \*(\w+)", parameters)
        if found.group(2) not in left
    }

    assert set(pointers) <= valid, name
    assert not re.search(r"(\w+)\[", parameters) or left, f"{name}: an array is a pointer too"
    for one, other in itertools.combinations(pointers, 2):
        assert (pointers[one] and pointers[other]) or frozenset((one, other)) in apart, (name, one, other)


def test_what_is_asked_for_is_read_through_the_words() -> None:
    assert asked_for(r"requires \valid(a) && \valid_read(b);") == ({"a", "b"}, set())
    assert asked_for(r"requires \separated(a, b + (0 .. 3));")[1] == {frozenset(("a", "b + (0 .. 3"))}
    assert asked_for("requires apart(memory, now);")[1] >= {frozenset(("memory", "now"))}


def test_that_model_is_used() -> None:
    assert len(referenced()) > 40
