"""The lines of a journal as they lie on the disk: one file, packed or not, or all of a data directory."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from poultice.errors import SetupError
from poultice.journal.lines import SCHEMA
from poultice.journal.packing import CHUNK, MAGIC, TornError, unpack
from poultice.journal.writing import NAME, PLAIN

OLDER = re.compile(r"journal\.([0-9]+)\.jsonl(\.gz)?")
TORN: Any = {"kind": "torn"}
DAMAGED: Any = {"kind": "damaged"}
LINE_MAX = 8_000_000  # bytes; the longest, a beginning, has some 50,000
Progress = Callable[[int], None]
"""How many bytes of all files have been read."""
Note = Callable[[str], None]


def files_of(path: Path) -> list[Path]:
    """The files that `path` means, the oldest first. Raises SetupError where there are none."""
    if path.is_dir():
        if found := _in_order(path):
            return found
        raise SetupError(
            f"There is no journal in the directory {path}: give the data directory, or a journal.jsonl.gz."
        )
    if not path.is_file():
        raise SetupError(f"There is no journal {path}: give the data directory, or a journal.jsonl.gz in it.")
    return [path]


def _in_order(directory: Path) -> list[Path]:
    """A file that is there packed and not, because an older version's packing was cut off, counts once; a plain newest
    one is of an older version that was run again since."""
    older = {int(found[1]): file for file in sorted(directory.iterdir()) if (found := OLDER.fullmatch(file.name))}
    newest = [directory / name for name in (NAME, PLAIN) if (directory / name).is_file()]
    return [older[number] for number in sorted(older, reverse=True)] + newest


def lines_of(files: list[Path], note: Note, progress: Progress = lambda _: None) -> Iterator[Any]:
    """Every line as JSON has it; what is torn or damaged is noted, and a line of its own kind. Raises SetupError where
    a file cannot be read or is no journal."""
    done = 0
    for file in files:
        try:
            yield from _lines(file, note, _after(done, progress))
        except SetupError as error:
            if len(files) == 1:
                raise
            note(str(error))
            yield DAMAGED
        done += file.stat().st_size


def _after(done: int, progress: Progress) -> Progress:
    return lambda read: progress(done + read)


def _lines(file: Path, note: Note, progress: Progress) -> Iterator[Any]:
    try:
        with file.open("rb") as raw:
            yield from _read(file, raw, note, progress)
    except (OSError, zlib.error) as error:
        why = getattr(error, "strerror", None) or error
        raise SetupError(f"{file} cannot be read ({why}): correct its rights, or get it anew.") from None


def _read(file: Path, raw: BinaryIO, note: Note, progress: Progress) -> Iterator[Any]:
    packed = raw.read(len(MAGIC)) == MAGIC
    raw.seek(0)
    first, begun = True, False
    for data in _split(_pieces(file, raw, note) if packed else iter(lambda: raw.read(CHUNK), b"")):
        progress(raw.tell())
        line = _parsed(data)
        if first and not isinstance(line, (dict, list)):
            raise SetupError(f"{file} is no journal of Poultice: give a journal.jsonl.gz, or an older one of its kind.")
        first, begun = False, begun or (isinstance(line, dict) and line.get("schema") == SCHEMA)
        if begun:
            yield line if line is not None else _damaged(file, data, note)
    if first:
        raise SetupError(f"{file} is empty: nothing was recorded in it.")
    if not begun:
        raise SetupError(
            f"{file} has no beginning of {SCHEMA}, which this Poultice re-runs: use the version that wrote it "
            "(journals before that did not have all that a re-run needs)."
        )


def _pieces(file: Path, raw: BinaryIO, note: Note) -> Iterator[bytes]:
    """What is packed, as far as it goes. Raises zlib.error where that is nowhere."""
    found = False
    try:
        for piece in unpack(raw):
            found = found or bool(piece)
            yield piece
    except TornError:
        note(f"{file.name} has no end: it is being written, or was when the power went.")
    except zlib.error:
        if not found:
            raise
        note(f"{file.name} is damaged; what follows in it is left out.")
        yield b"\n"  # a line that is none: what was just read may be half of one


def _split(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines with their ends; the last may have none, one that is too long is given in parts."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from (line + b"\n" for line in lines)
        if len(rest) > LINE_MAX:
            yield rest
            rest = b""
    if rest:
        yield rest


def _parsed(data: bytes) -> Any:
    """None where it is no JSON, or only the beginning of a line."""
    try:
        return json.loads(data) if data.endswith(b"\n") else None
    except (ValueError, RecursionError):
        return None


def _damaged(file: Path, data: bytes, note: Note) -> Any:
    if not data.endswith(b"\n") and len(data) < LINE_MAX:
        note(f"The last line of {file.name} is torn, as a power cut leaves it; it is set aside.")
        return TORN
    note(f"{file.name} has lines that are no JSON; what follows them is left out up to the next beginning.")
    return DAMAGED
