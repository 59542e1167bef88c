"""Frames of the core against two libraries that know nothing of it: `cobs` and `binascii`."""

from __future__ import annotations

import binascii
from typing import Any

import cffi
import pytest
from cobs import cobs
from hypothesis import example, given, settings
from hypothesis import strategies as st
from native import core, interface

PAYLOADS = st.binary(max_size=120)
BYTES = st.integers(0, 255)


def on_the_wire(type_: int, sequence: int, payload: bytes) -> bytes:
    body = bytes((type_, sequence)) + payload
    return bytes(cobs.encode(body + binascii.crc_hqx(body, 0).to_bytes(2, "big"))) + b"\0"


def written_by_core(type_: int, sequence: int, payload: bytes) -> bytes:
    room = interface().new("uint8_t[160]", [0xAA] * 160)
    count = core().frame_encode(room, type_, sequence, payload, len(payload))
    assert bytes(interface().buffer(room)[count:]) == b"\xaa" * (160 - count), "wrote past its end"
    return bytes(interface().buffer(room)[:count])


class Ear:
    """The core's decoder, fed a byte at a time."""

    def __init__(self) -> None:
        self.decoder = interface().new("struct frame_decoder *")

    def hear(self, data: bytes) -> list[bytes]:
        frames = []
        for byte in data:
            if core().frame_receive(self.decoder, byte):
                frames.append(bytes(interface().buffer(self.decoder.bytes)[: self.decoder.length]))
        return frames

    @property
    def bad(self) -> int:
        return int(self.decoder.bad)


def whole(type_: int, sequence: int, payload: bytes) -> bytes:
    body = bytes((type_, sequence)) + payload
    return body + binascii.crc_hqx(body, 0).to_bytes(2, "big")


@given(crc=st.integers(0, 0xFFFF), byte=BYTES)
def test_the_crc_is_the_one_of_binascii(crc: int, byte: int) -> None:
    assert core().frame_crc(crc, byte) == binascii.crc_hqx(bytes([byte]), crc)


@given(type_=BYTES, sequence=BYTES, payload=PAYLOADS)
@example(0, 0, b"")
@example(0, 0, b"\0" * 120)
@example(255, 255, b"\xff" * 120)
def test_writes_what_the_libraries_write(type_: int, sequence: int, payload: bytes) -> None:
    assert written_by_core(type_, sequence, payload) == on_the_wire(type_, sequence, payload)


@given(frames=st.lists(st.tuples(BYTES, BYTES, PAYLOADS), max_size=5))
@example([(0, 0, b"\0" * 120), (1, 1, b"")])
def test_reads_what_the_libraries_write(frames: list[tuple[int, int, bytes]]) -> None:
    ear = Ear()
    assert ear.hear(b"".join(on_the_wire(*one) for one in frames)) == [whole(*one) for one in frames]
    assert ear.bad == 0


# Types begin at 1: a CRC that starts at 0 does not notice the loss of a leading zero. A CRC of 16 bits lets one damage
# in 65536 pass, hence always the same examples.
@settings(derandomize=True)
@given(type_=st.integers(1, 255), payload=PAYLOADS, at=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_one_damaged_byte_never_passes_and_costs_one_frame(type_: int, payload: bytes, at: int, flip: int) -> None:
    good = on_the_wire(type_, 7, payload)
    damaged = bytearray(good)
    damaged[at % (len(good) - 1)] ^= flip
    ear = Ear()
    heard = ear.hear(bytes(damaged) + good)
    assert heard == [whole(type_, 7, payload)]
    assert ear.bad >= 1


@settings(max_examples=300)
@given(noise=st.binary(max_size=400))
@example(b"\x7d" + b"\x01" * 124 + b"\0")  # one byte longer than the longest frame
@example(b"\xff" + b"\x01" * 254 + b"\0")
@example(b"\x05\x01\0")  # ends inside a block
@example(b"\x01\x01\x01\0")  # too short for a frame
def test_any_bytes_are_judged_as_the_libraries_judge_them(noise: bytes) -> None:
    ear = Ear()
    heard = ear.hear(noise + b"\0")
    expected, bad = [], 0
    for part in noise.split(b"\0"):
        try:
            body = bytes(cobs.decode(part))
        except cobs.DecodeError:
            body = b""
        if 4 <= len(body) <= 124 and binascii.crc_hqx(body, 0) == 0:
            expected.append(body)
        elif part:
            bad += 1
    assert (heard, ear.bad) == (expected, bad)
    assert ear.hear(on_the_wire(3, 1, b"")) == [whole(3, 1, b"")], "a zero always begins anew"


def test_zeros_between_frames_are_nothing_bad() -> None:
    ear = Ear()
    assert ear.hear(b"\0\0\0") == []
    assert ear.bad == 0


@pytest.mark.parametrize(("size", "passes"), [(119, True), (120, True), (121, False)])
def test_the_longest_payload(size: int, passes: bool) -> None:
    ear = Ear()
    frame = on_the_wire(9, 9, b"\x55" * size)
    assert bool(ear.hear(frame)) is passes
    assert ear.bad == (0 if passes else 1)


def test_a_frame_with_more_behind_it_is_no_frame() -> None:
    ear = Ear()
    assert ear.hear(bytes(cobs.encode(whole(9, 9, b"\x55" * 120) + b"\x01")) + b"\0") == []
    assert ear.bad == 1


def test_the_count_of_bad_frames_ends_at_its_top(core: Any, ffi: cffi.FFI) -> None:
    ear = Ear()
    ear.decoder.bad = 65534
    ear.hear(b"\x01\x01\0" * 3)
    assert ear.bad == 65535
