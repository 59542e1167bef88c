"""Host and board judge the same bytes alike: the Python decoder against the one in the firmware's core."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from poultice.link.frames import MAX_ENCODED, Decoder, Frame, encode

from tests.native import core, interface

chunks = st.lists(
    st.one_of(
        st.binary(max_size=2 * MAX_ENCODED),
        st.builds(encode, st.integers(0, 255), st.integers(0, 255), st.binary(max_size=120)),
    ),
    max_size=6,
)


def heard_by_board(data: bytes) -> tuple[list[Frame], int]:
    decoder = interface().new("struct frame_decoder *")
    frames = []
    for byte in data:
        if core().frame_receive(decoder, byte):
            body = bytes(interface().buffer(decoder.bytes)[: decoder.length])
            frames.append(Frame(body[0], body[1], body[2:-2]))
    return frames, int(decoder.bad)


@settings(max_examples=300)
@given(chunks, st.integers(0), st.integers(0, 255))
@example([b"\x02" * MAX_ENCODED + b"\0"], 0, 0)
@example([b"\x02" * (MAX_ENCODED + 1) + b"\0"], 0, 0)
@example([encode(1, 1, b"\0" * 120)], 0, 0)
def test_any_bytes(sent: list[bytes], where: int, flip: int) -> None:
    data = bytearray(b"".join(sent))
    if data:
        data[where % len(data)] ^= flip
    data += b"\0"
    decoder = Decoder()
    assert (decoder.feed(bytes(data)), decoder.bad) == heard_by_board(bytes(data))
