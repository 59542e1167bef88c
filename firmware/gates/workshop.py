"""Compiles the core with one file of it broken; what the breakage does not touch is compiled once."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gates import reached
from gates.mutants import Mutant
from gates.sources import CORE, ROOT

TESTS = ROOT / "tests" / "firmware"
CC = ("gcc", "-std=c11", "-g0", "-w", "-fPIC")
CHECKED = ("-O1", "-fsanitize=undefined", "-fsanitize=bounds-strict", "-fno-sanitize-recover=all")
RELEASED = ("-O2",)
_INCLUDED = re.compile(r'^#include "(\S+)"', re.MULTILINE)


class Workshop:
    """The core as it was when the gate began, whoever edits it meanwhile, and its object files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._core = folder / "core"
        shutil.copytree(CORE, self._core)
        for probe in TESTS.glob("probe*.c"):
            shutil.copy(probe, self._core)
        self.texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(self._core.glob("*.[ch]"))}
        self._sources = [name for name in self.texts if name.endswith(".c")]
        self._objects = {name: self._compile(self._core / name, folder, CHECKED) for name in self._sources}
        self._digests = {name: _digest(made) for name, made in self._objects.items()}

    def users(self, file: str) -> list[str]:
        """The sources whose code a file is part of, itself included."""
        return [name for name in self._sources if file in _closure(name, self.texts)]

    def sound(self) -> Path:
        """The library as it is, with a memory of what was reached."""
        folder = self.folder / "sound"
        folder.mkdir()
        flags = (*CHECKED, *reached.FLAGS)
        parts = [self._compile(self._core / name, folder, flags) for name in self._sources]
        return _link([*parts, self._compile(reached.SOURCE, folder, RELEASED)], folder)

    def library(self, mutant: Mutant, folder: Path) -> Path | None:
        """The library with that one file broken; None where it does not compile or is the same code."""
        try:
            broken = self._broken(mutant, folder, CHECKED)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return None
        if all(_digest(made) == self._digests[name] for name, made in broken.items()):
            return None
        return _link((self._objects | broken).values(), folder)

    def same_when_released(self, mutant: Mutant, folder: Path) -> bool:
        """True where the optimiser makes the very same machine code of both: then there is nothing to notice."""
        sound, broken = folder / "sound", folder / "broken"
        sound.mkdir()
        broken.mkdir()
        made = self._broken(mutant, broken, RELEASED)
        return all(
            _digest(other) == _digest(self._compile(self._core / name, sound, RELEASED)) for name, other in made.items()
        )

    def _broken(self, mutant: Mutant, folder: Path, flags: Iterable[str]) -> dict[str, Path]:
        users = self.users(mutant.file)
        beside = self.texts if mutant.file.endswith(".h") else users  # a header is also reached through its neighbours
        for name in beside:  # there, because a quoted include looks beside its own file first
            shutil.copy(self._core / name, folder)
        (folder / mutant.file).write_text(mutant.applied(self.texts[mutant.file]), encoding="utf-8")
        return {name: self._compile(folder / name, folder, flags) for name in users}

    def _compile(self, source: Path, into: Path, flags: Iterable[str]) -> Path:
        made = into / f"{source.stem}.o"
        _run(*CC, *flags, f"-iquote{source.parent}", f"-I{self._core}", "-c", "-o", str(made), str(source))
        return made


def _closure(file: str, texts: Mapping[str, str]) -> set[str]:
    """The file and whatever it includes."""
    found = {file}
    waiting = [file]
    while waiting:
        new = {name for name in _includes(texts[waiting.pop()]) if name in texts} - found
        found |= new
        waiting += new
    return found


def _includes(text: str) -> Iterator[str]:
    for include in _INCLUDED.finditer(text):
        yield include[1]


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def _link(objects: Iterable[Path], folder: Path) -> Path:
    made = folder / "core.so"
    _run("gcc", "-shared", "-fsanitize=undefined", "-o", str(made), *map(str, objects))
    return made


def _digest(made: Path) -> str:
    """Of the machine code alone: two sources with the same code are the same firmware."""
    stripped = made.with_suffix(".bin")
    _run("objcopy", "--strip-all", "--remove-section=.comment", str(made), str(stripped))
    return hashlib.sha256(stripped.read_bytes()).hexdigest()
