"""What processes did to the files of a folder, one thing after the other, and what of it a cut leaves.

A killed process leaves all that it had handed to the kernel. A power cut leaves less: names as the file system's own
journal has them (in order, up to some moment after the last sync of anything), and of each file what was synced, with
any part of what was written since; the last of that torn, or zeros.
"""

from __future__ import annotations

import random
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).with_name("storage") / "tracer.c"
HEAD = struct.Struct("<cHIqq")
PAGE = 4096


class Step(NamedTuple):
    """One thing that was done; `end` is where its record ends."""

    kind: str
    path: str
    data: bytes
    inode: int
    offset: int
    end: int


def build(directory: Path) -> Path:
    """The library to preload."""
    library = directory / "tracer.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"], check=True)
    return library


def read(trace: Path) -> list[Step]:
    """All steps, in order."""
    return list(_steps(trace.read_bytes()))


def _steps(raw: bytes) -> Iterator[Step]:
    place = 0
    while place < len(raw):
        kind, path_length, length, inode, offset = HEAD.unpack_from(raw, place)
        path_at = place + HEAD.size
        data_at = path_at + path_length
        place = data_at + length
        yield Step(kind.decode(), raw[path_at:data_at].decode(), raw[data_at:place], inode, offset, place)


@dataclass(eq=False)
class _File:
    steps: list[Step] = field(default_factory=list)
    synced: int = 0  # so many of them are on the disk


class _Disk:
    """What there is after some steps, and what of it is safe."""

    def __init__(self) -> None:
        self.names: list[dict[str, _File]] = [{}]  # after each change of a name
        self.safe = 0  # which of these are
        self._by_inode: dict[int, _File] = {}

    def take(self, step: Step) -> None:
        match step.kind:
            case "o":
                self._open(step)
            case "w" | "t":
                self._by_inode[step.inode].steps.append(step)
            case "s":
                self.safe = len(self.names) - 1
                if (file := self._by_inode.get(step.inode)) is not None:
                    file.synced = len(file.steps)
            case "r":
                names = dict(self.names[-1])
                names[step.data.decode()] = names.pop(step.path)
                self.names.append(names)
            case "u":
                self.names.append({name: file for name, file in self.names[-1].items() if name != step.path})

    def _open(self, step: Step) -> None:
        there = self.names[-1].get(step.path)
        if there is None:
            there = _File()
            self.names.append({**self.names[-1], step.path: there})
        self._by_inode[step.inode] = there
        if step.offset:
            there.steps.append(step._replace(kind="t", offset=0))


def killed(steps: list[Step]) -> dict[str, bytes]:
    """The files after these steps, by name."""
    disk = _after(steps)
    return {name: bytes(_content(file.steps)) for name, file in disk.names[-1].items()}


def cut(steps: list[Step], chance: random.Random) -> dict[str, bytes]:
    """The files where the power went after these steps, by name."""
    disk = _after(steps)
    names = disk.names[chance.randint(disk.safe, len(disk.names) - 1)]
    return {name: _left(file, chance) for name, file in names.items()}


def _after(steps: list[Step]) -> _Disk:
    disk = _Disk()
    for step in steps:
        disk.take(step)
    return disk


def _left(file: _File, chance: random.Random) -> bytes:
    later = file.steps[file.synced :]
    if not later:
        return bytes(_content(file.steps))
    if all(step.kind == "w" and step.offset % 512 == 0 for step in later):  # pages, in whatever order
        return bytes(_content([*file.steps[: file.synced], *(step for step in later if chance.random() < 0.5)]))
    count = chance.randint(0, len(later))
    content = _content([*file.steps[: file.synced], *later[:count]])
    if count < len(later) and later[count].kind == "w":
        torn = later[count].data[: chance.randrange(len(later[count].data) + 1)]
        _put(content, later[count].offset, torn if chance.random() < 0.7 else bytes(len(torn)))
    return bytes(content)


def _content(steps: list[Step]) -> bytearray:
    content = bytearray()
    for step in steps:
        if step.kind == "t":
            del content[step.offset :]
            content.extend(bytes(step.offset - len(content)))
        else:
            _put(content, step.offset, step.data)
    return content


def _put(content: bytearray, offset: int, data: bytes) -> None:
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data


def lay_out(files: dict[str, bytes], directory: Path) -> None:
    """Puts files there."""
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(content)
        path.chmod(0o600)
