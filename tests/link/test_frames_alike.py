"""Host and board judge the same bytes alike: the Python decoder against the one in the firmware's core."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from poultice.link.frames import MAX_ENCODED, Decoder, Frame, encode

from tests.native import core, interface

payloads = st.one_of(st.binary(max_size=120), st.lists(st.sampled_from([0, 1, 255]), max_size=120).map(bytes))
bytes_ = st.integers(0, 255)
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


@settings(max_examples=300, deadline=None)
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


def written_by_board(kind: int, sequence: int, payload: bytes) -> bytes:
    out = interface().new("uint8_t[]", 128)
    return bytes(interface().buffer(out, core().frame_encode(out, kind, sequence, payload, len(payload))))


@settings(max_examples=300, deadline=None)
@given(bytes_, bytes_, payloads)
@example(0, 0, b"")
@example(255, 255, b"\0" * 120)
@example(1, 2, b"\1" * 120)
def test_any_frame_is_written_alike_and_heard_by_the_other(kind: int, sequence: int, payload: bytes) -> None:
    frame = written_by_board(kind, sequence, payload)
    assert frame == encode(kind, sequence, payload)
    assert Decoder().feed(frame) == heard_by_board(frame)[0] == [Frame(kind, sequence, payload)]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.builds(encode, bytes_, bytes_, payloads), min_size=1, max_size=5), st.data())
def test_a_stream_that_loses_gains_and_changes_bytes(frames: list[bytes], data: st.DataObject) -> None:
    stream = bytearray(b"".join(frames))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(stream) - 1)) if stream else 0
        stream[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    stream += b"\0"
    decoder = Decoder()
    assert (decoder.feed(bytes(stream)), decoder.bad) == heard_by_board(bytes(stream))
