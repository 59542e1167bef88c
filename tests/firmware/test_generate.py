"""The generator: bad entries are named, meaning is fingerprinted, and what comes out is right in C and Python."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from struct import calcsize
from typing import Any

import generate as generator_command
import pytest
from generator import emit_c, thermistor
from generator.source import SourceError
from poultice.link import contract as wire
from poultice.link import facts as known_facts

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
CONTRACT, FACTS = generator_command.CONTRACT, generator_command.FACTS
SOURCES = {path: tomllib.loads((ROOT / path).read_text()) for path in (CONTRACT, FACTS)}
GONE = object()
Path_ = tuple[str | int, ...]


# --- Helpers -----------------------------------------------------------------------------------------------------


def toml(value: Any) -> str:
    """A value as inline TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return repr(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def checkout(root: Path, contract: dict[str, Any], facts: dict[str, Any]) -> Path:
    """A checkout that holds nothing but the two files."""
    for path, content in ((CONTRACT, contract), (FACTS, facts)):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("".join(f"{json.dumps(k)} = {toml(v)}\n" for k, v in content.items()))
    return root


def edited(file: str, *edits: tuple[Path_, Any]) -> dict[str, dict[str, Any]]:
    """The two files' contents with values replaced, added or (GONE) removed in one of them."""
    contents = deepcopy(SOURCES)
    for path, value in edits:
        at: Any = contents[file]
        for part in path[:-1]:
            at = at[part]
        if value is GONE:
            del at[path[-1]]
        else:
            at[path[-1]] = value
    return contents


def complaints(root: Path, contents: dict[str, dict[str, Any]]) -> list[str]:
    """The sentences that the generator says; none where it is content."""
    try:
        generator_command.load(checkout(root, contents[CONTRACT], contents[FACTS]))
    except SourceError as error:
        return error.sentences
    return []


def dotted(path: Path_) -> str:
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")


def leaves(content: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every value that is no table and no list of tables."""
    items = enumerate(content) if isinstance(content, list) else content.items()
    for key, value in items:
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def tables(content: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Every table."""
    if isinstance(content, dict):
        yield path
        for key, value in content.items():
            yield from tables(value, (*path, key))
    elif isinstance(content, list):
        for index, value in enumerate(content):
            yield from tables(value, (*path, index))


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "firmware/generate.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment or None)


# --- Bad entries -------------------------------------------------------------------------------------------------


def test_the_files_as_they_are_are_good(tmp_path: Path) -> None:
    assert complaints(tmp_path, SOURCES) == []


def entries_of(said: list[str], file: str) -> list[str]:
    assert all(sentence.startswith(f"{file}: ") for sentence in said), said
    return [sentence.removeprefix(f"{file}: ").split(" is ")[0] for sentence in said]


@pytest.mark.parametrize("file", SOURCES)
def test_a_wrong_type_is_said_of_every_entry_and_all_at_once(tmp_path: Path, file: str) -> None:
    paths = [path for path, _ in leaves(SOURCES[file])]
    said = complaints(tmp_path, edited(file, *((path, {"wrong": 1}) for path in paths)))
    assert sorted(entries_of(said, file)) == sorted(dotted(path) for path in paths)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e12, -1e12, "12", True])
def test_a_number_of_the_facts_is_finite_plausible_and_a_number(tmp_path: Path, bad: object) -> None:
    numbers = [p for p, v in leaves(SOURCES[FACTS]) if isinstance(v, int | float) and p[:2] != ("adc", "channels")]
    assert len(numbers) > 60
    said = complaints(tmp_path, edited(FACTS, *((path, bad) for path in numbers)))
    assert sorted(entries_of(said, FACTS)) == sorted(dotted(path) for path in numbers)


@pytest.mark.parametrize("file", SOURCES)
def test_an_unknown_key_is_said_of_every_table(tmp_path: Path, file: str) -> None:
    paths = [(*path, "surprise") for path in tables(SOURCES[file])]
    said = complaints(tmp_path, edited(file, *((path, "?") for path in paths)))
    assert sorted(entries_of(said, file)) == sorted(dotted(path) for path in paths)


OPTIONAL = {"pull", "active", "timer", "min", "max", "count", "enum"}


def needed(path: Path_) -> bool:
    """Whether an entry is one that a model names; the others are seen missing by what refers to them."""
    free = path[0] in ("enums", "counts") and path[-1] != "doc"
    return path[-1] not in OPTIONAL and not free and path[:2] != ("adc", "channels")


@pytest.mark.parametrize("file", SOURCES)
def test_every_missing_entry_is_said(tmp_path: Path, file: str) -> None:
    paths = [path for path, _ in leaves(SOURCES[file]) if needed(path)]
    said = complaints(tmp_path, edited(file, *((path, GONE) for path in paths)))
    assert sorted(said) == sorted(f"{file}: {dotted(path)} is missing: add it." for path in paths)


LIMIT_EDGES = [(name, limit["within"], edge) for name, limit in SOURCES[CONTRACT]["limits"].items() for edge in (0, 1)]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "within", "edge"), LIMIT_EDGES)
def test_a_limit_stays_within_what_was_reviewed(tmp_path: Path, name: str, within: list[int], edge: int) -> None:
    outside = within[edge] + (1 if edge else -1)
    of_value = f"{CONTRACT}: limits.{name}.value is"
    assert not any(
        of_value in s for s in complaints(tmp_path, edited(CONTRACT, (("limits", name, "value"), within[edge])))
    )
    said = complaints(tmp_path, edited(CONTRACT, (("limits", name, "value"), outside)))
    assert said[0].startswith(f"{of_value} {outside}, outside of `within` {within[0]} to {within[1]}: "), said


MESSAGES = SOURCES[CONTRACT]["messages"]
STATUS_FIELDS = [field["name"] for field in MESSAGES["status"]["fields"]]

BAD_CONTRACTS: dict[str, tuple[list[tuple[Path_, Any]], list[str]]] = {
    "range upside down": ([(("limits", "lease", "within"), [1500, 200])], ["limits.lease.within"]),
    "limit beyond its integer": (
        [(("limits", "target_max", "value"), 40_000), (("limits", "target_max", "within"), [0, 40_000])],
        ["limits.target_max", "messages.demand.fields.zone_target_centi_c.max"],
    ),
    "unknown unit": ([(("limits", "lease", "unit"), "seconds")], ["limits.lease.unit"]),
    "no reason": ([(("limits", "lease", "reason"), "")], ["limits.lease.reason"]),
    "name in capitals": ([(("limits", "Lease"), SOURCES[CONTRACT]["limits"]["lease"])], ["limits.Lease"]),
    "enum value too large": ([(("enums", "cue", "limited"), 256)], ["enums.cue.limited"]),
    "enum value negative": ([(("enums", "cue", "none"), -1)], ["enums.cue.none"]),
    "enum value twice": ([(("enums", "cue", "limited"), 2)], ["enums.cue.limited"]),
    "enum with a gap": ([(("enums", "cue", "limited"), 4)], ["enums.cue"]),
    "enum of nothing": ([(("enums", "fresh"), {"doc": "nothing"})], ["enums.fresh"]),
    "enum name": ([(("enums", "cue", "Too Loud"), 4)], ["enums.cue.Too Loud"]),
    "enum that hides a message": ([(("enums", "event"), {"doc": "x", "a": 0})], ["messages.event"]),
    "enum that hides the faults": ([(("enums", "fault"), {"doc": "x", "a": 0})], ["enums.fault"]),
    "fault number twice": ([(("faults", "sensor_short", "number"), 1)], ["faults.sensor_short.number"]),
    "fault number 0": ([(("faults", "sensor_short", "number"), 0)], ["faults.sensor_short.number"]),
    "fault number 33": ([(("faults", "sensor_short", "number"), 33)], ["faults.sensor_short.number"]),
    "fault class D": ([(("faults", "sensor_short", "class"), "D")], ["faults.sensor_short.class"]),
    "message id twice": ([(("messages", "log", "id"), 19)], ["messages.log.id"]),
    "message id 0": ([(("messages", "log", "id"), 0)], ["messages.log.id"]),
    "message id 256": ([(("messages", "log", "id"), 256)], ["messages.log.id"]),
    "direction": ([(("messages", "log", "direction"), "sideways")], ["messages.log.direction"]),
    "field type": ([(("messages", "event", "fields", 0, "type"), "f32")], ["messages.event.fields[0].type"]),
    "field twice": ([(("messages", "event", "fields", 1, "name"), "detail")], ["messages.event.fields.detail"]),
    "count of nothing": (
        [(("messages", "status", "fields", 2, "count"), "probes")],
        ["messages.status.fields.sensor_temperature_centi_c.count"],
    ),
    "count 0": ([(("messages", "log", "fields", 0, "count"), 0)], ["messages.log.fields.text.count"]),
    "count in [counts] 0": ([(("counts", "zones"), 0)], ["counts.zones"]),
    "enum of nothing in a field": (
        [(("messages", "event", "fields", 1, "enum"), "kinds")],
        ["messages.event.fields.kind.enum"],
    ),
    "enum in a wide field": (
        [(("messages", "event", "fields", 1, "type"), "u16")],
        ["messages.event.fields.kind.type"],
    ),
    "enum with max": ([(("messages", "event", "fields", 1, "max"), 3)], ["messages.event.fields.kind"]),
    "max beyond the type": (
        [(("messages", "demand", "fields", 3, "max"), 256)],
        ["messages.demand.fields.motor_intensity_percent.max"],
    ),
    "min beyond the type": (
        [(("messages", "demand", "fields", 3, "min"), -1)],
        ["messages.demand.fields.motor_intensity_percent.min"],
    ),
    "min above max": (
        [(("messages", "demand", "fields", 3, "min"), 101)],
        ["messages.demand.fields.motor_intensity_percent.min"],
    ),
    "max of no limit": (
        [(("messages", "demand", "fields", 1, "max"), "zone_power")],
        ["messages.demand.fields.zone_power_deci_w.max"],
    ),
    "max of another unit": (
        [(("messages", "demand", "fields", 1, "max"), "lease")],
        ["messages.demand.fields.zone_power_deci_w.max"],
    ),
    "payload too long": ([(("frame", "max_payload"), 84)], ["messages.status"]),
    "frame longer than COBS codes in one block": ([(("frame", "max_payload"), 251)], ["frame.max_payload"]),
    "version 0": ([(("contract", "version"), 0)], ["contract.version"]),
}


@pytest.mark.parametrize("case", BAD_CONTRACTS)
def test_a_bad_contract_is_named(tmp_path: Path, case: str) -> None:
    edits, entries = BAD_CONTRACTS[case]
    check_named(complaints(tmp_path, edited(CONTRACT, *edits)), CONTRACT, entries)


def check_named(said: list[str], file: str, entries: list[str]) -> None:
    """Each sentence is one line that begins with file and entry, and ends with the remedy."""
    assert len(said) == len(entries), said
    for sentence, entry in zip(said, entries, strict=True):
        assert sentence.startswith(f"{file}: {entry} "), sentence
        assert sentence.endswith("."), sentence
        assert "\n" not in sentence
        assert len(sentence.split(": ")) >= 3, sentence


ZONE, MOTOR = SOURCES[FACTS]["zones"][0], SOURCES[FACTS]["motors"][0]

BAD_FACTS: dict[str, tuple[list[tuple[Path_, Any]], list[str]]] = {
    "pin the chip keeps": ([(("pins", "led", "port"), "B6")], ["pins.led.port"]),
    "pin twice": ([(("pins", "led", "port"), "D2")], ["pins.led.port", "pins"]),
    "pin forgotten": ([(("pins", "buzzer"), GONE)], ["pins", "pins.buzzer"]),
    "pin name of no use": (
        [(("pins", "lamp"), SOURCES[FACTS]["pins"]["led"]), (("pins", "led"), GONE)],
        ["pins.led", "pins.lamp"],
    ),
    "uart elsewhere": (
        [(("pins", "uart_rx", "port"), "D4"), (("pins", "led", "port"), "D0")],
        ["pins.uart_rx.port"],
    ),
    "output pulled up": ([(("pins", "buzzer", "pull"), "up")], ["pins.buzzer.pull"]),
    "heater pulled up": ([(("pins", "heater_lumbar", "pull"), "up")], ["pins.heater_lumbar.pull", "zones[0].heater"]),
    "heater that floats": ([(("pins", "heater_lumbar", "pull"), GONE)], ["zones[0].heater"]),
    "heater that is an input": ([(("pins", "heater_lumbar", "direction"), "in")], ["zones[0].heater"]),
    "heater on a timer": ([(("pins", "heater_lumbar", "timer"), "OC1A")], ["zones[0].heater"]),
    "timer output at another pin": (
        [(("pins", "motor_upper_left", "timer"), "OC0B")],
        ["pins.motor_upper_left.timer"],
    ),
    "motor without timer": ([(("pins", "motor_upper_left", "timer"), GONE)], ["motors[0].pin"]),
    "motor on no pin": ([(("motors", 0, "pin"), "motor")], ["pins.motor_upper_left", "motors[0].pin"]),
    "two motors on a pin": (
        [(("motors", 1, "pin"), "motor_upper_left")],
        ["pins.motor_upper_right", "motors[1].pin"],
    ),
    "motor name twice": ([(("motors", 1, "name"), "upper_left")], ["motors[1].name"]),
    "prescaler that T0 lacks": ([(("timers", "T0", "prescaler"), 32)], ["timers.T0.prescaler"]),
    "timer used otherwise": ([(("timers", "T1", "use"), "motors")], ["timers.T1"]),
    "tick that T1 cannot count": ([(("timers", "T1", "prescaler"), 1024)], ["board.tick_us"]),
    "step that is no multiple of the tick": ([(("board", "tick_us"), 3333)], ["board.step_ms"]),
    "baud that 16 MHz misses": ([(("board", "baud"), 115_200)], ["board.baud"]),
    "toggle off the step": ([(("enable", "toggle_ms"), 20)], ["enable.toggle_ms"]),
    "conversion time of no prescaler": ([(("adc", "conversion_us"), 100)], ["adc.conversion_us"]),
    "conversion too fast": ([(("adc", "conversion_us"), 52)], ["adc.conversion_us"]),
    "cycle too short": ([(("adc", "cycle_ms"), 66)], ["adc.cycle_ms"]),
    "other oversampling": ([(("adc", "oversampling"), 16)], ["adc.oversampling"]),
    "channel twice": ([(("adc", "channels", "rail"), 7)], ["adc.channels.supply_current"]),
    "channel 8": ([(("adc", "channels", "rail"), 8)], ["adc.channels.rail"]),
    "channel -1": ([(("adc", "channels", "rail"), -1)], ["adc.channels.rail"]),
    "bandgap elsewhere": ([(("adc", "channels", "bandgap"), 13)], ["adc.channels.bandgap"]),
    "channel of a sensor missing": ([(("adc", "channels", "lumbar_left"), GONE)], ["adc.channels.lumbar_left"]),
    "channel of nothing": (
        [(("adc", "channels", "rail"), GONE), (("adc", "channels", "tail"), 6)],
        ["adc.channels.rail", "adc.channels.tail"],
    ),
    "sensor of no channel": (
        [(("zones", 0, "sensors"), ["lumbar_left", "lumbar"])],
        ["adc.channels.lumbar", "adc.channels.lumbar_right"],
    ),
    "sensor of two zones": (
        [(("zones", 1, "sensors"), ["lumbar_left", "upper_back_left"])],
        ["adc.channels.upper_back_right", "zones"],
    ),
    "witness of two zones": (
        [(("zones", 1, "witness"), "witness_lumbar")],
        ["adc.channels.witness_upper_back", "zones[1].witness"],
    ),
    "witness that is a sensor": (
        [(("zones", 1, "witness"), "upper_back_left")],
        ["adc.channels.witness_upper_back", "zones[1].witness"],
    ),
    "witness beside another zone's": ([(("zones", 1, "witness_beside"), "lumbar_left")], ["zones[1].witness_beside"]),
    "zone name twice": ([(("zones", 1, "name"), "lumbar")], ["zones[1].name"]),
    "heater of two zones": (
        [(("zones", 1, "heater"), "heater_lumbar")],
        ["pins.heater_upper_back", "zones[1].heater"],
    ),
    "element above the cap": ([(("zones", 0, "nominal_w"), 30.1)], ["zones[0].nominal_w"]),
    "element too weak to measure": ([(("zones", 0, "nominal_w"), 8.0)], ["zones"]),
    "rail out of order": ([(("board", "rail_min_mv"), 24_000)], ["board.rail_nominal_mv"]),
    "rail beyond the ADC": ([(("dividers", "rail", "top_ohm"), 40_000)], ["dividers.rail"]),
    "current beyond the ADC": ([(("shunt", "gain"), 100)], ["shunt"]),
    "fewer motors than the contract": (
        [(("motors", 3), GONE)],
        ["pins.motor_lower_right", "motors"],
    ),
    "more sensors than the contract": (
        [(("zones", 0, "sensors"), ["lumbar_left", "lumbar_right", "lumbar_middle"])],
        ["adc.channels.lumbar_middle", "sensors"],
    ),
    "trip below the latch": ([(("trip", "comparator_c"), 44.7)], ["trip.comparator_c"]),
    "trip out of order": ([(("trip", "bimetal_c"), 45.0)], ["trip"]),
    "room warmer than skin": ([(("room", "temperature_c"), 35.0)], ["body"]),
    "pull-up that ruins the table": ([(("ntc", "pull_up_ohm"), 100_000)], ["ntc"]),
    "shunt of two sizes": (
        [(("circuit", "resistors", "shunt", "ohm"), 0.01)],
        ["circuit.resistors.shunt.ohm"],
    ),
    "warmth out of order": (
        [(("circuit", "thermistor", "dissipation_min_mw_per_k"), 9.0)],
        ["circuit.thermistor.dissipation_min_mw_per_k"],
    ),
    "threshold out of order": (
        [(("circuit", "mosfets", "lower", "threshold_min_v"), 2.5)],
        ["circuit.mosfets.lower.threshold_min_v"],
    ),
    "resistance told below the threshold": (
        [(("circuit", "mosfets", "upper", "at_gate_v"), 3.0)],
        ["circuit.mosfets.upper.at_gate_v"],
    ),
    "another chip": ([(("board", "mcu"), "ATmega168")], ["board.mcu"]),
}


@pytest.mark.parametrize("case", BAD_FACTS)
def test_bad_facts_are_named(tmp_path: Path, case: str) -> None:
    edits, entries = BAD_FACTS[case]
    check_named(complaints(tmp_path, edited(FACTS, *edits)), FACTS, entries)


JUST_GOOD: list[tuple[str, Path_, Any]] = [
    (CONTRACT, ("frame", "max_payload"), 85),
    (CONTRACT, ("faults", "sensor_short", "number"), 32),
    (CONTRACT, ("messages", "log", "id"), 255),
    (CONTRACT, ("messages", "demand", "fields", 3, "max"), 255),
    (FACTS, ("adc", "cycle_ms"), 67),
    (FACTS, ("trip", "comparator_c"), 44.8),
    (FACTS, ("zones", 0, "nominal_w"), 29.9),
]


@pytest.mark.parametrize(("file", "path", "value"), JUST_GOOD)
def test_the_last_good_value_is_good(tmp_path: Path, file: str, path: Path_, value: Any) -> None:
    assert complaints(tmp_path, edited(file, (path, value))) == []


# --- The command -------------------------------------------------------------------------------------------------


def test_the_command_says_all_problems_of_both_files_and_exits_2(tmp_path: Path) -> None:
    contents = edited(CONTRACT, (("limits", "lease", "value"), 9000), (("enums", "cue", "limited"), 7))
    contents[FACTS]["pad"]["heat_capacity_j_per_k"] = -1
    done = run("--root", str(checkout(tmp_path, contents[CONTRACT], contents[FACTS])))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "firmware/contract.toml: limits.lease.value is 9000, outside of `within` 200 to 1500: "
        "choose a value inside, or have the range reviewed.",
        "firmware/contract.toml: enums.cue has a gap in its values: number them without gaps.",
        "hardware/facts.toml: pad.heat_capacity_j_per_k is -1: it must be at least 20.0.",
    ]
    assert not (tmp_path / "firmware/core").exists()


@pytest.mark.parametrize("file", [CONTRACT, FACTS])
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda p: p.unlink(), ": is missing: restore"),
        (lambda p: p.write_text("[a]\nb = 1\nb = 2\n"), "at line 3, column"),
        (lambda p: p.write_bytes(b"a = '\xff'\n"), "cannot be read"),
        (lambda p: p.write_text(""), " is missing: add it."),
    ],
)
def test_an_unreadable_file_is_a_sentence(tmp_path: Path, file: str, spoil: Callable[[Path], Any], words: str) -> None:
    root = checkout(tmp_path, SOURCES[CONTRACT], SOURCES[FACTS])
    spoil(root / file)
    done = run("--root", str(root))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith(f"{file}: ")
    assert words in done.stderr


@pytest.mark.slow
def test_check_names_what_is_stale_and_writes_nothing(tmp_path: Path) -> None:
    root = checkout(tmp_path, SOURCES[CONTRACT], SOURCES[FACTS])
    assert run("--root", str(root)).returncode == 0
    fresh = run("--check", "--root", str(root))
    assert (fresh.returncode, fresh.stdout, fresh.stderr) == (0, "", "")
    for path in generator_command.generate(root):
        before = (root / path).read_bytes()
        (root / path).write_bytes(before + b"\n")
        done = run("--check", "--root", str(root))
        assert done.returncode == 1
        assert done.stderr == f"{path}: differs from what its TOML file says: run `make contract`.\n"
        assert (root / path).read_bytes() == before + b"\n"
        (root / path).write_bytes(before)


def test_the_same_files_come_out_each_time_and_on_every_computer(tmp_path: Path) -> None:
    results = []
    for seed in ("1", "2"):
        root = checkout(tmp_path / seed, SOURCES[CONTRACT], SOURCES[FACTS])
        done = run("--root", str(root), PYTHONHASHSEED=seed, LC_ALL="C", PATH="/usr/bin:/bin")
        assert done.returncode == 0, done.stderr
        results.append({p: (root / p).read_bytes() for p in generator_command.generate(root)})
    assert results[0] == results[1]


# --- The fingerprints --------------------------------------------------------------------------------------------


def hashes(root: Path, contents: dict[str, dict[str, Any]]) -> tuple[int, int]:
    contract, facts = generator_command.load(checkout(root, contents[CONTRACT], contents[FACTS]))
    return contract.hash, facts.hash


def test_both_ends_carry_the_hashes_of_the_files() -> None:
    contract, facts = generator_command.load(ROOT)
    assert (contract.hash, facts.hash) == (wire.CONTRACT_HASH, known_facts.FACTS_HASH)
    c = {path: (ROOT / "firmware/core" / path).read_text() for path in ("contract.h", "facts.h")}
    assert f"CONTRACT_HASH 0x{contract.hash:08x}uL" in c["contract.h"]
    assert f"FACTS_HASH 0x{facts.hash:08x}uL" in c["facts.h"]


def test_words_comments_and_order_of_keys_do_not_change_the_hash(tmp_path: Path) -> None:
    before = hashes(tmp_path, SOURCES)  # written without any of the comments
    contract, facts = generator_command.load(ROOT)
    assert before == (contract.hash, facts.hash)
    words: list[tuple[Path_, Any]] = [
        (path, f"{value} in other words")
        for path, value in leaves(SOURCES[CONTRACT])
        if path[-1] in ("doc", "reason", "sentence", "action") and value
    ]
    assert len(words) > 60
    words.append((("limits", "lease", "within"), [201, 1501]))
    assert hashes(tmp_path, edited(CONTRACT, *words)) == before
    turned = {file: dict(reversed(content.items())) for file, content in SOURCES.items()}
    assert hashes(tmp_path, turned) == before
    whole = edited(FACTS, (("zones", 0, "nominal_w"), 30))  # 30 and 30.0 are the same watts
    assert hashes(tmp_path, whole) == before


FIELDS = MESSAGES["status"]["fields"]
MEANINGS: list[tuple[str, list[tuple[Path_, Any]]]] = [
    (CONTRACT, [(("contract", "version"), 2)]),
    (CONTRACT, [(("limits", "lease", "value"), 1499)]),
    (CONTRACT, [(("enums", "cue", "loud"), 4)]),
    (CONTRACT, [(("enums", "cue", "none"), 1), (("enums", "cue", "invited"), 0)]),
    (CONTRACT, [(("faults", "button_stuck", "number"), 32)]),
    (CONTRACT, [(("faults", "button_stuck", "class"), "B")]),
    (CONTRACT, [(("messages", "log", "id"), 21)]),
    (CONTRACT, [(("messages", "log", "direction"), "down")]),
    (CONTRACT, [(("messages", "log", "fields", 0, "count"), 47)]),
    (CONTRACT, [(("messages", "demand", "fields", 3, "max"), 99)]),
    (CONTRACT, [(("messages", "status", "fields"), [FIELDS[1], FIELDS[0], *FIELDS[2:]])]),
    (FACTS, [(("zones", 0, "nominal_w"), 29.9)]),
    (FACTS, [(("zones",), SOURCES[FACTS]["zones"][::-1])]),
    (FACTS, [(("motors",), SOURCES[FACTS]["motors"][::-1])]),
    (FACTS, [(("pad", "heat_capacity_j_per_k"), 177.1)]),
    (FACTS, [(("adc", "channels", "rail"), 7), (("adc", "channels", "supply_current"), 6)]),
]


@pytest.mark.parametrize(("file", "edits"), MEANINGS)
def test_meaning_changes_its_own_hash_alone(tmp_path: Path, file: str, edits: list[tuple[Path_, Any]]) -> None:
    before, after = hashes(tmp_path, SOURCES), hashes(tmp_path, edited(file, *edits))
    changed = [b != a for b, a in zip(before, after, strict=True)]
    assert changed == [file == CONTRACT, file == FACTS]


def test_what_neither_end_is_made_of_changes_no_hash(tmp_path: Path) -> None:
    """The circuits' parts are for hardware/circuits alone: a board with another resistor needs no other firmware."""
    before = hashes(tmp_path, SOURCES)
    other = edited(FACTS, (("circuit", "resistors", "trip_test", "ohm"), 4320))
    assert hashes(tmp_path, other) == before


# --- What comes out ----------------------------------------------------------------------------------------------


def test_c_and_python_lay_out_every_message_alike(tmp_path: Path) -> None:
    lines = []
    for name, message in MESSAGES.items():
        for field in message.get("fields", []):
            at = f"contract_{name}, {field['name']}"
            lines.append(f'printf("{name}.{field["name"]} %zu\\n", offsetof(struct {at}));')
        size = f"sizeof(struct contract_{name})" if message.get("fields") else "(size_t)0"
        lines.append(f'printf("{name} %zu %u %u\\n", {size}, MESSAGE_{name.upper()}_SIZE, MESSAGE_{name.upper()});')
    program = tmp_path / "sizes.c"
    program.write_text(
        '#include <stddef.h>\n#include <stdio.h>\n#include "contract.h"\nint main(void) {\n'
        + "\n".join(lines)
        + "\n}\n"
    )
    said = compile_and_run(program)
    expected = []
    for name, message in MESSAGES.items():
        cls = getattr(wire, "".join(p.capitalize() for p in name.split("_")))
        groups = re.findall(r"\d*[BHIbhi]", cls.STRUCT.format)
        at = 0
        for field, group in zip(message.get("fields", []), groups, strict=True):
            expected.append(f"{name}.{field['name']} {at}")
            at += calcsize("<" + group)
        expected.append(f"{name} {cls.SIZE} {cls.SIZE} {cls.ID}")
    assert said == expected


def compile_and_run(program: Path) -> list[str]:
    binary = program.with_suffix("")
    flags = ["-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Werror", f"-I{ROOT / 'firmware/core'}"]
    subprocess.run(["cc", *flags, str(program), "-o", str(binary)], check=True, timeout=60)
    return subprocess.run([str(binary)], capture_output=True, text=True, check=True, timeout=10).stdout.splitlines()


def test_limits_classes_and_ranges_are_the_same_in_c(tmp_path: Path) -> None:
    contract = generator_command.load(ROOT)[0]
    names = {emit_c.limit_name(n, limit): limit.value for n, limit in contract.limits.items()}
    names |= {f"FAULT_CLASS_OF({f.number})": "ABC".index(f.lockout) for f in contract.faults.values()}
    names |= {"DEMAND_ZONE_POWER_DECI_W_MAX": 300, "DEMAND_ZONE_TARGET_CENTI_C_MIN": 0}
    names |= {"DEMAND_ZONE_TARGET_CENTI_C_MAX": 4200, "DEMAND_MOTOR_INTENSITY_PERCENT_MAX": 100, "DEMAND_CUE_MAX": 3}
    program = tmp_path / "limits.c"
    prints = "\n".join(f'printf("%ld\\n", (long)({name}));' for name in names)
    program.write_text(f'#include <stdio.h>\n#include "contract.h"\nint main(void) {{\n{prints}\n}}\n')
    assert [int(line) for line in compile_and_run(program)] == list(names.values())


@pytest.mark.skipif(shutil.which("avr-gcc") is None, reason="needs avr-gcc")
def test_the_headers_hold_on_the_chip_too(tmp_path: Path) -> None:
    program = tmp_path / "headers.c"
    program.write_text(
        '#include "facts.h"\n#include "pins.h"\n#include "thermistor_table.h"\n'
        "const int16_t table[THERMISTOR_TABLE_SIZE] = THERMISTOR_TABLE_CENTI_C;\n"
        "#define TOUCH(index, pin) pin##_OCR = index; pin##_TCCR |= _BV(pin##_COM);\n"
        "void touch(void);\nvoid touch(void) { PINS_EACH_MOTOR(TOUCH) }\n"
        '_Static_assert(LIMIT_ARMED_AFTER_HEAT_MS * 2u == 1200000ul, "no product of times wraps");\n'
    )
    flags = ["-mmcu=atmega328p", "-std=gnu11", "-Wall", "-Wextra", "-Werror"]
    flags += [f"-I{ROOT / 'firmware/core'}", f"-I{ROOT / 'firmware/avr'}"]
    subprocess.run(["avr-gcc", *flags, "-c", str(program), "-o", str(tmp_path / "x.o")], check=True, timeout=60)


def ntc_ratio(celsius: float) -> float:
    """The beta equation once more, solved for the voltage instead of the temperature."""
    ohm = 10_000 * math.exp(3950 * (1 / (celsius + 273.15) - 1 / 298.15))
    return ohm / (ohm + 10_000)


def table_in_header() -> list[int]:
    text = (ROOT / "firmware/core/thermistor_table.h").read_text()
    return [int(n) for n in re.findall(r"-?\d+", text.split("CENTI_C \\")[1].split("}")[0])]


def test_the_table_is_the_thermistor() -> None:
    values = table_in_header()
    assert len(values) == 65
    assert values[32] == 2500  # equal resistors: 25 °C
    assert values == sorted(values, reverse=True)
    worst = 0.0
    for step in range(2000, 5001):
        index, rest = divmod(round(ntc_ratio(step / 100) * 65536), 1024)
        between = values[index] + (values[index + 1] - values[index]) * rest / 1024
        worst = max(worst, abs(between - step))
    assert 0 < worst <= 5  # 0.05 K
    assert worst / 100 <= thermistor.error_k(generator_command.load(ROOT)[1]) + 0.01


def test_sums_become_millivolts_and_milliamperes() -> None:
    text = (ROOT / "firmware/core/facts.h").read_text()
    number = {m[1]: int(m[2]) for m in re.finditer(r"#define (\w+) UINT32_C\((\d+)\)", text)}
    rail_sum = round(24.0 * 10 / 66 / 5 * 65536)
    assert abs(rail_sum * number["FACTS_RAIL_MV_NUM"] / number["FACTS_RAIL_MV_DEN"] - 24_000) < 1
    current_sum = round(2.5 * 0.020 * 50 / 5 * 65536)
    assert abs(current_sum * number["FACTS_CURRENT_MA_NUM"] / number["FACTS_CURRENT_MA_DEN"] - 2500) < 1
    assert 65472 * number["FACTS_RAIL_MV_NUM"] < 2**32


def test_python_knows_the_same_facts() -> None:
    contract, facts = generator_command.load(ROOT)
    assert [z.name for z in known_facts.ZONES] == [z.name for z in facts.zones]
    assert [z.resistance_ohm for z in known_facts.ZONES] == [pytest.approx(19.2)] * 2
    assert known_facts.SENSORS == ("lumbar_left", "lumbar_right", "upper_back_left", "upper_back_right")
    assert [(m.name, m.x_m, m.y_m) for m in known_facts.MOTORS] == [(m.name, m.x_m, m.y_m) for m in facts.motors]
    assert known_facts.BOARD.baud == 250_000
    assert {name: limit.value for name, limit in wire.LIMITS.items()} == {
        name: limit.value for name, limit in contract.limits.items()
    }
    assert (wire.TARGET_MAX_C, wire.ZONE_POWER_MAX_W, wire.LEASE_S) == (42.0, 30.0, 1.5)
