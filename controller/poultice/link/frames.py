"""Frames of the serial link: COBS( type | sequence | payload | CRC-16 ) and a closing zero byte."""

from __future__ import annotations

import binascii
from dataclasses import dataclass

from poultice.link.contract import FRAME_MAX_PAYLOAD
from poultice.link.stuffing import StuffingError, stuff, unstuff

HEAD_AND_CRC = 4
MAX_ENCODED = FRAME_MAX_PAYLOAD + HEAD_AND_CRC + 1  # COBS adds one byte to fewer than 254


@dataclass(frozen=True, slots=True)
class Frame:
    """One intact frame. `type` is the message's number, `sequence` counts the sender's frames modulo 256."""

    type: int
    sequence: int
    payload: bytes


def encode(type_: int, sequence: int, payload: bytes) -> bytes:
    """The bytes on the wire of one frame, closing zero included."""
    if len(payload) > FRAME_MAX_PAYLOAD:
        raise ValueError(f"a payload of {len(payload)} bytes is longer than {FRAME_MAX_PAYLOAD}")
    body = bytes((type_, sequence)) + payload
    crc = binascii.crc_hqx(body, 0)
    return stuff(body + crc.to_bytes(2, "big")) + b"\0"


def decode(encoded: bytes) -> Frame | None:
    """The frame in `encoded` (without its closing zero); None where anything about it is wrong."""
    try:
        body = unstuff(encoded)
    except StuffingError:
        return None
    # Over body and CRC together (high byte first) the CRC of an intact frame is zero.
    if not HEAD_AND_CRC <= len(body) <= FRAME_MAX_PAYLOAD + HEAD_AND_CRC or binascii.crc_hqx(body, 0) != 0:
        return None
    return Frame(body[0], body[1], bytes(body[2:-2]))


class Decoder:
    """Takes bytes as they arrive, in chunks of any size, and gives the intact frames. Never holds more than one frame;
    `bad` counts what was dropped."""

    def __init__(self) -> None:
        self.bad = 0
        self._buffer = bytearray()
        self._too_long = False

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that `data` completes."""
        *complete, rest = data.split(b"\0")
        frames = [frame for part in complete if (frame := self._close(part)) is not None]
        self._keep(rest)
        return frames

    def _close(self, part: bytes) -> Frame | None:
        self._keep(part)
        encoded, too_long = bytes(self._buffer), self._too_long
        self._buffer.clear()
        self._too_long = False
        if not encoded and not too_long:
            return None  # two zeros in a row: nothing between them, nothing wrong
        frame = None if too_long else decode(encoded)
        self.bad += frame is None
        return frame

    def _keep(self, part: bytes) -> None:
        if self._too_long or len(self._buffer) + len(part) > MAX_ENCODED:
            self._too_long = True
            self._buffer.clear()
        else:
            self._buffer += part
