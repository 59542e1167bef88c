"""Lines packed as gzip while they come: each batch ends in a sync flush, so whatever stands on the disk can be read.

A file is a row of gzip members, one for each time it was opened; `zcat` reads it. What a cut leaves of the last one is
ended where its last whole batch ends, so that the next member can follow. Deflate's sync flush is an empty stored
block, whose four bytes on a byte's border are `FLUSH` (RFC 1951, 3.2.4); a gzip member ends with CRC and length (RFC
1952, 2.3).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

GZIP = 31  # zlib's word for 32 kB of window, with gzip's head and tail
LEVEL = 6
CHUNK = 64 * 1024  # bytes; inflated 64 MB at most
FLUSH = b"\x00\x00\xff\xff"
LAST_BLOCK = b"\x03\x00"  # an empty one
MAGIC = b"\x1f\x8b"


class TornError(ValueError):
    """What is packed ends in the middle: a running controller's file, or what a cut left."""


class Packer:
    """One member."""

    def __init__(self) -> None:
        self._deflater = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)

    def pack(self, lines: bytes) -> bytes:
        """The bytes that bring `lines` onto the disk, all of them."""
        return self._deflater.compress(lines) + self._deflater.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        """The bytes that end the member; nothing can follow in it."""
        return self._deflater.flush()


def unpack(file: BinaryIO) -> Iterator[bytes]:
    """What `file` holds, piece by piece, up to where it is torn or damaged. Raises TornError there, or zlib.error."""
    inflater = zlib.decompressobj(GZIP)
    begun = False
    while data := file.read(CHUNK):
        while data:
            begun = True
            before = inflater.copy()
            try:
                yield inflater.decompress(data)
            except zlib.error:
                yield from _up_to_the_damage(before, data)
                raise
            data = inflater.unused_data
            if inflater.eof:
                inflater, begun = zlib.decompressobj(GZIP), False
    if begun:
        raise TornError("it ends in the middle")


def _up_to_the_damage(inflater: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """zlib drops what it made in a call that fails, so it is called for each byte."""
    try:
        for place in range(len(data)):
            yield inflater.decompress(data[place : place + 1])
    except zlib.error:
        return


def mended(data: bytes) -> tuple[int, bytes]:
    """How many bytes of a file may stay, and what is to be written behind them, so that it is whole and ends with a
    line. (0, b"") where nothing of it can be read."""
    place = 0
    while place < len(data):
        inflater = zlib.decompressobj(GZIP)
        try:
            inflater.decompress(data[place:])
        except zlib.error:
            return _cut_short(data, place)
        if not inflater.eof:
            return _cut_short(data, place)
        place = len(data) - len(inflater.unused_data)
    return place, b""


def _cut_short(data: bytes, start: int) -> tuple[int, bytes]:
    """The same where the member that begins at `start` does not end as it should."""
    inflater = zlib.decompressobj(GZIP)
    stays, end = start, b""
    crc = length = 0
    last = b"\n"
    for place in _flushes(data, start):
        try:
            text = inflater.decompress(data[start:place])
        except zlib.error:
            break
        crc, length, last, start = zlib.crc32(text, crc), length + len(text), text[-1:] or last, place
        tail = LAST_BLOCK + crc.to_bytes(4, "little") + (length % 2**32).to_bytes(4, "little")
        if last == b"\n" and _ends(inflater, tail):
            stays, end = place, tail
    return stays, end


def _flushes(data: bytes, start: int) -> Iterator[int]:
    """Behind each flush; now and then four such bytes are none, which `_ends` tells."""
    while (found := data.find(FLUSH, start)) >= 0:
        start = found + len(FLUSH)
        yield start


def _ends(inflater: zlib._Decompress, tail: bytes) -> bool:
    """Whether `tail` would end the member here."""
    trial = inflater.copy()
    try:
        trial.decompress(tail)
    except zlib.error:
        return False
    return trial.eof
