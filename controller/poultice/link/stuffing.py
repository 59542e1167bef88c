"""Consistent overhead byte stuffing: bytes without a zero, so that a zero can close a frame.

S. Cheshire and M. Baker, "Consistent Overhead Byte Stuffing", IEEE/ACM Transactions on Networking 7 (1999). Each block
of at most 254 bytes that are not zero is led by one more than its length; behind a block that is not full stood a zero.
"""

from __future__ import annotations

FULL = 0xFF  # leads 254 bytes with no zero behind them


class StuffingError(ValueError):
    """These bytes were never stuffed so."""


def stuff(data: bytes) -> bytes:
    """`data` without zeros, one byte longer for each 254 begun; empty data is one byte."""
    stuffed = bytearray()
    parts = data.split(b"\0")
    for number, part in enumerate(parts):
        whole, rest = divmod(len(part), FULL - 1)
        for block in range(whole):
            stuffed.append(FULL)
            stuffed += part[block * (FULL - 1) : (block + 1) * (FULL - 1)]
        # a full block says by itself that no zero follows: at the very end nothing is to be added
        if rest or not whole or number < len(parts) - 1:
            stuffed.append(rest + 1)
            stuffed += part[whole * (FULL - 1) :]
    return bytes(stuffed)


def unstuff(stuffed: bytes) -> bytes:
    """What was stuffed. Raises StuffingError for a zero, or a block that is longer than what is there."""
    data = bytearray()
    at = 0
    while at < len(stuffed):
        lead = stuffed[at]
        block = stuffed[at + 1 : at + lead]
        if lead == 0 or 0 in block or len(block) != lead - 1:
            raise StuffingError("a zero, or a block that is cut off")
        data += block
        at += lead
        if lead != FULL and at < len(stuffed):
            data.append(0)
    return bytes(data)
