"""Frames survive the wire, and nothing on the wire survives that is not a frame."""

from __future__ import annotations

import pytest
from cobs import cobs
from hypothesis import example, given
from hypothesis import strategies as st
from poultice.link.contract import FRAME_MAX_PAYLOAD
from poultice.link.frames import MAX_ENCODED, Decoder, Frame, encode

bytes_values = st.integers(0, 255)
payloads = st.binary(max_size=FRAME_MAX_PAYLOAD)


def test_crc_is_the_one_of_the_contract() -> None:
    """CCITT from 0 over type, sequence, payload is 0x31C3 for "123456789" (XMODEM's check value), high byte first."""
    wire = encode(ord("1"), ord("2"), b"3456789")
    assert cobs.decode(wire[:-1]) == b"123456789\x31\xc3"
    assert wire.endswith(b"\0")


@given(bytes_values, bytes_values, payloads)
@example(0, 0, b"")
@example(255, 255, b"\0" * FRAME_MAX_PAYLOAD)
@example(1, 1, b"\xff" * FRAME_MAX_PAYLOAD)
def test_a_frame_comes_back(type_: int, sequence: int, payload: bytes) -> None:
    wire = encode(type_, sequence, payload)
    assert wire.count(0) == 1
    assert len(wire) <= MAX_ENCODED + 1
    decoder = Decoder()
    assert decoder.feed(wire) == [Frame(type_, sequence, payload)]
    assert decoder.bad == 0


def test_a_payload_too_long_is_refused() -> None:
    encode(1, 1, bytes(FRAME_MAX_PAYLOAD))
    with pytest.raises(ValueError, match="121 bytes"):
        encode(1, 1, bytes(FRAME_MAX_PAYLOAD + 1))


@given(st.lists(payloads, min_size=1, max_size=5), st.data())
def test_chunks_do_not_matter(sent: list[bytes], data: st.DataObject) -> None:
    wire = b"".join(encode(7, i, payload) for i, payload in enumerate(sent))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=8)))
    decoder = Decoder()
    got = [f for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True) for f in decoder.feed(wire[a:b])]
    assert [frame.payload for frame in got] == sent
    assert decoder.bad == 0


@given(payloads, st.integers(0), st.integers(1, 255))
def test_one_changed_byte_is_noticed(payload: bytes, where: int, flip: int) -> None:
    wire = bytearray(encode(18, 5, payload))
    position = where % (len(wire) - 1)  # the closing zero is changed in the next test
    wire[position] ^= flip
    decoder = Decoder()
    assert decoder.feed(bytes(wire)) == []
    assert decoder.bad >= 1


def test_a_lost_end_costs_two_frames_and_no_more() -> None:
    """Two frames run together may pass a CRC that starts at 0; no message then has the length that it must have."""
    decoder = Decoder()
    first, second, third = (encode(1, i, b"abc") for i in range(3))
    *merged, last = decoder.feed(first[:-1] + second + third)
    assert last == Frame(1, 2, b"abc")
    assert all(len(frame.payload) > 2 * len(b"abc") for frame in merged)
    assert decoder.bad == 1 - len(merged)


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_noise_never_raises_and_the_next_frame_arrives(noise: list[bytes]) -> None:
    decoder = Decoder()
    for chunk in noise:
        decoder.feed(chunk)
    assert decoder.feed(b"\0" + encode(3, 9, b"x"))[-1] == Frame(3, 9, b"x")


@pytest.mark.parametrize("extra", [0, 1, 10_000])
def test_an_endless_frame_is_bounded_and_counted_once(extra: int) -> None:
    decoder = Decoder()
    for _ in range(MAX_ENCODED + extra):
        decoder.feed(b"\x02")
    assert len(decoder._buffer) <= MAX_ENCODED
    assert decoder.feed(b"\0") == []
    assert decoder.bad == 1
    assert decoder.feed(encode(1, 2, b"")) == [Frame(1, 2, b"")]


@pytest.mark.parametrize("body", [b"", b"\x01", b"\x01\x02", b"\x01\x02\x03"])
def test_too_short_to_be_a_frame(body: bytes) -> None:
    decoder = Decoder()
    assert decoder.feed(cobs.encode(body) + b"\0") == []
    assert decoder.bad == 1


def test_zeros_between_frames_mean_nothing() -> None:
    decoder = Decoder()
    assert decoder.feed(b"\0\0\0" + encode(1, 2, b"") + b"\0\0") == [Frame(1, 2, b"")]
    assert decoder.bad == 0
