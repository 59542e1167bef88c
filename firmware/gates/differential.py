"""The frames of the board's C and of the host's Python, against each other: whatever bytes come, both hear the same
frames and count the same damage, and what one writes is what the other would have written.

The bytes are what libFuzzer found worth keeping, and streams of whole frames, damaged ones, cut ones, endless ones and
noise, one behind the other.
"""

from __future__ import annotations

import binascii
import random
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cffi
from cobs import cobs
from poultice.link.contract import FRAME_MAX_PAYLOAD
from poultice.link.frames import Decoder, encode

from gates.sources import CORE

FLAGS = ("-std=c11", "-O1", "-shared", "-fPIC", f"-I{CORE}")  # the sanitizers are with libFuzzer
WIRE_EXTRA = 6  # type, sequence, CRC, COBS's code and the closing zero
PIECES_MAX = 12
CHUNK_MAX = 40

Heard = tuple[list[bytes], int]
"""Type, sequence and payload of each frame, and how many were bad."""


@dataclass(slots=True)
class Tally:
    """How much was compared."""

    streams: int = 0
    size: int = 0
    frames: int = 0
    bad: int = 0
    difference: str = ""


class Board:
    """The core's frames."""

    def __init__(self, compiler: str, folder: Path) -> None:
        made = folder / "frames-of-core.so"
        subprocess.run([compiler, *FLAGS, "-o", str(made), str(CORE / "frame.c")], check=True, timeout=120)
        self._ffi = cffi.FFI()
        self._ffi.cdef(_declarations())
        self._core: Any = self._ffi.dlopen(str(made))

    def write(self, type_: int, sequence: int, payload: bytes) -> bytes:
        """A frame on the wire."""
        room = self._ffi.new("uint8_t[]", len(payload) + WIRE_EXTRA)
        size = self._core.frame_encode(room, type_, sequence, payload, len(payload))
        return bytes(self._ffi.buffer(room)[:size])

    def hear(self, stream: bytes) -> Heard:
        """What a decoder that was just made takes from it."""
        decoder: Any = self._ffi.new("struct frame_decoder *")
        receive, frames = self._core.frame_receive, []
        for byte in stream:
            if receive(decoder, byte):
                frames.append(bytes(decoder.bytes[0 : decoder.length - 2]))
        return frames, decoder.bad


def _declarations() -> str:
    """Of the header, as it is: the struct and the two functions."""
    text = (CORE / "frame.h").read_text(encoding="utf-8")
    struct = text[text.index("struct frame_decoder {") :].partition("};")[0] + "};"
    size = f"{FRAME_MAX_PAYLOAD + 4}"
    functions = [line for line in text.splitlines() if line.startswith(("bool frame_receive", "uint8_t frame_encode"))]
    return "\n".join([struct.replace("FRAME_SIZE_MAX", size), *functions])


def hear_in_python(stream: bytes, chance: random.Random) -> Heard:
    """The host's decoder, in chunks as a serial port gives them."""
    decoder = Decoder()
    frames, at = [], 0
    while at < len(stream):
        size = chance.randint(1, CHUNK_MAX)
        frames += decoder.feed(stream[at : at + size])
        at += size
    return [bytes((frame.type, frame.sequence)) + frame.payload for frame in frames], decoder.bad


# ---- what is thrown at them


def _payload(chance: random.Random, size_max: int = FRAME_MAX_PAYLOAD) -> bytes:
    size = chance.choice((0, 1, size_max - 1, size_max, chance.randint(0, size_max), chance.randint(0, 20)))
    alphabet = chance.choice((b"\0", b"\0\1", b"\xff\0\xfe", bytes(range(256))))
    return bytes(chance.choices(alphabet, k=size))


def _whole(board: Board, chance: random.Random) -> bytes:
    head, payload = (chance.choice((0, 1, chance.randrange(256))), chance.randrange(256)), _payload(chance)
    wire = board.write(*head, payload)
    if wire != encode(*head, payload):
        raise AssertionError(f"type {head[0]}, sequence {head[1]}, payload {payload.hex()}: written as {wire.hex()}")
    return wire


def _flipped(board: Board, chance: random.Random) -> bytes:
    wire = bytearray(_whole(board, chance))
    for _ in range(chance.randint(1, 4)):
        wire[chance.randrange(len(wire))] ^= 1 << chance.randrange(8)
    return bytes(wire)


def _replaced(board: Board, chance: random.Random) -> bytes:
    wire = bytearray(_whole(board, chance))
    wire[chance.randrange(len(wire))] = chance.choice((0, 1, 2, 0x7C, 0x7D, 0x7E, 0xFE, 0xFF))
    return bytes(wire)


def _cut(board: Board, chance: random.Random) -> bytes:
    wire = _whole(board, chance)
    first, last = sorted((chance.randrange(len(wire) + 1), chance.randrange(len(wire) + 1)))
    return chance.choice((wire[:first], wire[last:], wire[:first] + wire[last:], wire[:last] + wire[first:]))


def _too_long(_board: Board, chance: random.Random) -> bytes:
    """Sound in everything but its length."""
    body = bytes((1, 1)) + _payload(chance, FRAME_MAX_PAYLOAD + 200)
    return bytes(cobs.encode(body + binascii.crc_hqx(body, 0).to_bytes(2, "big"))) + b"\0"


def _too_short(_board: Board, chance: random.Random) -> bytes:
    body = chance.randbytes(chance.randint(0, 2))
    return bytes(cobs.encode(body + binascii.crc_hqx(body, 0).to_bytes(2, "big"))) + b"\0"


def _noise(_board: Board, chance: random.Random) -> bytes:
    return chance.randbytes(chance.randint(0, 300))


def _zeros(_board: Board, chance: random.Random) -> bytes:
    return b"\0" * chance.randint(1, 5)


PIECES: tuple[Callable[[Board, random.Random], bytes], ...] = (
    _whole, _whole, _whole, _flipped, _replaced, _cut, _too_long, _too_short, _noise, _zeros,
)  # fmt: skip


def streams(board: Board, chance: random.Random, kept: Iterable[Path]) -> Iterator[bytes]:
    """What libFuzzer kept, then whatever comes, without end."""
    for path in sorted(kept):
        yield path.read_bytes()
    while True:
        yield b"".join(chance.choice(PIECES)(board, chance) for _ in range(chance.randint(1, PIECES_MAX)))


def compare(board: Board, kept: Iterable[Path], seconds: float, seed: int) -> Tally:
    """Until the time is up, or the two differ."""
    chance, tally = random.Random(seed), Tally()
    until = time.monotonic() + seconds
    for stream in streams(board, chance, kept):
        there, here = board.hear(stream), hear_in_python(stream, chance)
        tally.streams += 1
        tally.size += len(stream)
        tally.frames += len(here[0])
        tally.bad += here[1]
        if there != here:
            tally.difference = f"of {stream.hex()}\nthe board hears {there}\nthe host hears {here}"
        if tally.difference or time.monotonic() > until:
            break
    return tally
