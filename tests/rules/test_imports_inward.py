"""Imports point inward: app -> shells -> pure edges -> therapy / contract; C includes stay in their room.

Only clock.py reads clocks. Panel and controller know of each other nothing but topics and messages.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

GENERATED = ("poultice.link.contract", "poultice.link.facts")
PURE_EDGES = (
    "poultice.link.frames",
    "poultice.link.conversation",
    "poultice.link.readings",
    "poultice.mqtt.topics",
    "poultice.mqtt.messages",
    "poultice.mqtt.publish",
    "poultice.mqtt.envelope",
    "poultice.mqtt.freshness",
    "poultice.mqtt.rates",
    "poultice.mqtt.incoming",
    "poultice.mqtt.home_assistant",
)
CLOCKS = ("poultice.clock", "poultice_panel.clock")
OUTERMOST = ("poultice.app", "poultice.cli", "poultice.__main__")
OUTSIDE_WORLD = {
    "asyncio", "ctypes", "fcntl", "http", "io", "logging", "mmap", "multiprocessing", "os", "pathlib", "queue",
    "random", "sched", "select", "selectors", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "sys",
    "tempfile", "termios", "threading", "time", "urllib",
}  # fmt: skip


@dataclass(frozen=True)
class Room:
    """A part of the tree: its modules, what it may import of the project, and which libraries."""

    name: str
    modules: tuple[str, ...]
    may_import: tuple[str, ...]
    libraries: tuple[str, ...] | None = None  # None: any, and any of the standard library
    never_reaches: tuple[str, ...] = ()  # not even through others


ROOMS = (
    Room("what is generated", GENERATED, (), ()),
    Room("errors", ("poultice.errors",), (), ()),
    Room("the clock", ("poultice.clock",), ("poultice.errors",)),
    Room(
        "therapy",
        ("poultice.therapy",),
        ("poultice.therapy", "poultice.errors", *GENERATED),
        ("simple_pid", "numpy", "pydantic", "pydantic_core", "yaml"),
    ),
    Room(
        "pure edges",
        PURE_EDGES,
        ("poultice.therapy", "poultice.errors", *GENERATED, *PURE_EDGES),
        ("pydantic", "pydantic_core", "cobs"),
    ),
    Room(
        "the simulator",
        ("poultice.simulator",),
        ("poultice.simulator", "poultice.errors", "poultice.clock", *GENERATED),
        never_reaches=("poultice.therapy",),
    ),
    Room(
        "the bench",
        ("poultice.bench",),
        (
            "poultice.bench",
            "poultice.simulator",
            "poultice.therapy",
            "poultice.link.conversation",
            "poultice.description",
            "poultice.plotting",
            "poultice.errors",
            "poultice.clock",
            *GENERATED,
        ),
    ),
    Room(
        "the panel",
        ("poultice_panel",),
        # `connection` knows brokers, not pads: both ends keep their one connection in the same way.
        ("poultice_panel", "poultice.mqtt.topics", "poultice.mqtt.messages", "poultice.mqtt.connection"),
    ),
)


def inside(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(room + ".") for room in rooms)


def imports(name: str, tree: ast.AST, modules: Mapping[str, object], package: bool) -> Iterator[str]:
    """Full names of all that a module imports; `from a import b` is `a.b` where that is a module of ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = name.split(".")
                stem = parts[: len(parts) - node.level + (1 if package else 0)]
                base = ".".join([*stem, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield full if full in modules else base


@dataclass(frozen=True)
class Module:
    """A parsed source file."""

    tree: ast.Module
    package: bool = False


def graph(modules: Mapping[str, Module]) -> dict[str, set[str]]:
    return {name: set(imports(name, m.tree, modules, m.package)) for name, m in modules.items()}


def import_violations(modules: Mapping[str, Module]) -> list[str]:
    """One sentence for each import that points outward."""
    edges = graph(modules)
    found = []
    for name, targets in edges.items():
        room = next((r for r in ROOMS if inside(name, r.modules)), None)
        for target in sorted(targets):
            ours = target.split(".")[0] in ("poultice", "poultice_panel")
            if ours and inside(target, OUTERMOST) and not inside(name, OUTERMOST):
                found.append(f"{name} imports {target}, which is outermost")
            elif ours and inside(target, ("poultice_panel",)) and not inside(name, ("poultice_panel", "poultice.cli")):
                found.append(f"{name} imports {target}: controller and panel speak over MQTT alone")
            elif room and ours and not inside(target, room.may_import):
                found.append(f"{name} imports {target}, which {room.name} may not")
            elif room and room.libraries is not None and not ours and not allowed(target, room.libraries):
                found.append(f"{name} imports {target}, which {room.name} may not: it is pure")
        if room:
            reached = sorted(r for r in reach(name, edges) if inside(r, room.never_reaches))
            found += [f"{name} reaches {target} through others" for target in reached[:1] if target not in targets]
    return found


def allowed(target: str, libraries: tuple[str, ...]) -> bool:
    top = target.split(".", maxsplit=1)[0]
    return top in libraries or (top in sys.stdlib_module_names and top not in OUTSIDE_WORLD)


def reach(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for target in edges.get(waiting.pop(), ()):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def clock_violations(modules: Mapping[str, Module]) -> list[str]:
    """One sentence for each place outside of clock.py that reads the time."""
    found = []
    for name, module in modules.items():
        if name in CLOCKS:
            continue
        if "time" in set(imports(name, module.tree, {}, module.package)):
            found.append(f"{name} imports time")
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and reads_clock(node.func):
                found.append(f"{name}:{node.lineno} calls {ast.unparse(node.func)}()")
    return found


def reads_clock(function: ast.expr) -> bool:
    if not isinstance(function, ast.Attribute):
        return False
    owner = ast.unparse(function.value)
    if function.attr in ("now", "utcnow", "today"):
        return owner.split(".")[-1] in ("datetime", "date")
    return function.attr == "time" and "loop" in owner


def impure_calls(modules: Mapping[str, Module]) -> list[str]:
    """Therapy and the pure edges open nothing and print nothing."""
    found = []
    for name, module in modules.items():
        if not inside(name, ("poultice.therapy", *PURE_EDGES)):
            continue
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("open", "print", "input")
            ):
                found.append(f"{name}:{node.lineno} calls {node.func.id}()")
    return found


# --- The project -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def modules(root: Path) -> dict[str, Module]:
    """Every module of both packages by its full name."""
    found = {}
    for source in (root / "controller", root / "web"):
        for file in sorted(source.glob("poultice*/**/*.py")):
            parts = file.relative_to(source).with_suffix("").parts
            package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if package else parts)
            found[name] = Module(ast.parse(file.read_text(encoding="utf-8"), str(file)), package)
    return found


def test_the_rooms_are_there(modules: dict[str, Module]) -> None:
    for room in ROOMS:
        for prefix in room.modules:
            assert any(inside(name, (prefix,)) for name in modules), f"{room.name}: no module {prefix}"
    assert "poultice.clock" in modules


def test_imports_point_inward(modules: dict[str, Module]) -> None:
    assert import_violations(modules) == []


def test_only_the_clock_reads_the_time(modules: dict[str, Module]) -> None:
    assert clock_violations(modules) == []


def test_pure_code_touches_no_file(modules: dict[str, Module]) -> None:
    assert impure_calls(modules) == []


# --- The rules can fail ------------------------------------------------------------------------------------------


def with_bad(name: str, source: str, **others: str) -> dict[str, Module]:
    texts = {
        "poultice.therapy.pad": "",
        "poultice.therapy.state": "",
        "poultice.link.contract": "",
        "poultice.link.frames": "from cobs import cobs\nfrom poultice.link import contract",
        "poultice.link.readings": "from poultice.therapy.state import Reading",
        "poultice.link.serial_port": "import serial\nfrom poultice.link.frames import encode",
        "poultice.mqtt.topics": "import re",
        "poultice.mqtt.messages": "from poultice.therapy.state import Phase",
        "poultice.mqtt.bridge": "import paho.mqtt\nfrom poultice.mqtt import topics",
        "poultice.simulator.board": "from poultice.link import contract",
        "poultice.clock": "import time",
        "poultice.app": "from poultice.mqtt.bridge import Bridge",
        "poultice.cli": "from poultice import app\nfrom poultice_panel.app import serve",
        "poultice_panel.app": "from poultice.mqtt import messages, topics",
        **others,
    }
    assert import_violations({n: Module(ast.parse(t)) for n, t in texts.items()}) == []
    return {n: Module(ast.parse(t)) for n, t in {**texts, name: source}.items()}


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("poultice.therapy.pad", "import paho.mqtt.client"),
        ("poultice.therapy.pad", "import matplotlib"),
        ("poultice.therapy.pad", "import os"),
        ("poultice.therapy.pad", "def f():\n    import threading"),
        ("poultice.therapy.pad", "from poultice.link import frames"),
        ("poultice.therapy.pad", "from ..link.frames import encode"),
        ("poultice.therapy.pad", "from poultice.clock import RealClock"),
        ("poultice.link.frames", "import serial"),
        ("poultice.link.frames", "from poultice.link.serial_port import open_port"),
        ("poultice.link.contract", "from poultice.therapy import state"),
        ("poultice.mqtt.messages", "from poultice.mqtt import bridge"),
        ("poultice.mqtt.bridge", "from poultice.app import main"),
        ("poultice.mqtt.bridge", "from poultice import cli"),
        ("poultice.simulator.board", "from poultice.therapy.state import Reading"),
        ("poultice.simulator.board", "from poultice.link import readings"),
        ("poultice_panel.app", "from poultice.therapy.state import Phase"),
        ("poultice_panel.app", "from poultice.mqtt.bridge import Bridge"),
        ("poultice_panel.app", "import poultice.clock"),
        ("poultice.mqtt.bridge", "import poultice_panel.app"),
    ],
)
def test_an_import_that_points_outward_is_noticed(name: str, source: str) -> None:
    found = [v for v in import_violations(with_bad(name, source)) if " imports " in v]
    assert len(found) == 1, found
    assert found[0].startswith(f"{name} imports ")


def test_a_way_round_is_noticed() -> None:
    modules = with_bad("poultice.clock", "from poultice.errors import E", **{"poultice.errors": ""})
    modules["poultice.errors"] = Module(ast.parse("from poultice.therapy import state"))
    assert "poultice.simulator.board reaches" not in str(import_violations(modules))
    modules["poultice.simulator.board"] = Module(ast.parse("import poultice.clock"))
    assert "poultice.simulator.board reaches poultice.therapy.state through others" in import_violations(modules)


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "from time import monotonic",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import datetime\nx = datetime.now(UTC)",
        "from datetime import date\ndate.today()",
        "import asyncio\nasyncio.get_running_loop().time()",
    ],
)
@pytest.mark.parametrize("name", ["poultice.app", "poultice_panel.live", "poultice.therapy.clock"])
def test_a_clock_elsewhere_is_noticed(name: str, source: str) -> None:
    assert len(clock_violations({name: Module(ast.parse(source))})) == 1
    assert clock_violations({"poultice.clock": Module(ast.parse(source))}) == []


def test_an_open_file_is_noticed() -> None:
    assert impure_calls({"poultice.therapy.pad": Module(ast.parse("open('x')"))}) == [
        "poultice.therapy.pad:1 calls open()"
    ]
    assert impure_calls({"poultice.app": Module(ast.parse("open('x')"))}) == []


# --- C -----------------------------------------------------------------------------------------------------------

CORE_MAY_INCLUDE = {"<stdint.h>", "<stdbool.h>", "<stddef.h>", "<string.h>"}
GUARDED = "<avr/pgmspace.h>"


def include_violations(file: str, text: str, core: set[str]) -> list[str]:
    """The core includes itself, four plain headers and, behind `#if… __AVR__`, the chip's constants in flash."""
    found = []
    guards: list[bool] = []
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\s*#\s*if", line):
            guards.append("__AVR__" in line and "!" not in line and "ifndef" not in line)
        elif re.match(r"\s*#\s*el", line) and guards:
            guards[-1] = False
        elif re.match(r"\s*#\s*endif", line) and guards:
            guards.pop()
        match = re.match(r'\s*#\s*include\s+(<[^>]*>|"[^"]*")', line)
        if match is None:
            continue
        header = match[1]
        good = header in CORE_MAY_INCLUDE or header.strip('"') in core or (header == GUARDED and any(guards))
        if not good:
            found.append(f"{file}:{number} includes {header}")
    return found


def test_the_firmware_core_includes_only_itself(root: Path) -> None:
    files = sorted((root / "firmware/core").glob("*.[ch]"))
    assert len(files) >= 10
    headers = {f.name for f in files if f.suffix == ".h"}
    found = [v for f in files for v in include_violations(f.name, f.read_text(encoding="utf-8"), headers)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        '#include "pins.h"',
        '#include "../avr/adc.h"',
        "#include <math.h>",
        "#include <avr/io.h>",
        "#include <avr/pgmspace.h>",
        "#ifndef __AVR__\n#include <avr/pgmspace.h>\n#endif",
        "#ifdef __AVR__\n#else\n# include <avr/pgmspace.h>\n#endif",
        "#ifdef __AVR__\n#endif\n  #include <avr/pgmspace.h>",
    ],
)
def test_an_include_from_outside_is_noticed(text: str) -> None:
    assert len(include_violations("x.c", text, {"frame.h"})) == 1


def test_good_includes_pass() -> None:
    text = '#include <string.h>\n#include "frame.h"\n#ifdef __AVR__\n#include <avr/pgmspace.h>\n#endif\n'
    assert include_violations("x.c", text, {"frame.h"}) == []
