"""Byte stuffing beside a library that does the same."""

from __future__ import annotations

import pytest
from cobs import cobs
from hypothesis import example, given
from hypothesis import strategies as st
from poultice.link.stuffing import StuffingError, stuff, unstuff

RUN = bytes(range(1, 255))  # 254 bytes without a zero: one full block
EDGES = [
    b"",
    b"\0",
    b"\0\0",
    b"a",
    RUN[:-1],
    RUN,
    RUN + b"z",
    RUN + b"\0",
    RUN + b"\0z",
    RUN * 2,
    b"\0" + RUN,
    RUN * 2 + b"\0",
]
ANY = st.one_of(
    st.binary(max_size=600), st.lists(st.sampled_from([b"\0", b"x", RUN[:253], RUN]), max_size=6).map(b"".join)
)


@pytest.mark.parametrize("data", EDGES, ids=lambda data: f"{len(data)}-{data[:1].hex()}-{data[-1:].hex()}")
def test_at_the_edges_of_a_block(data: bytes) -> None:
    assert stuff(data) == cobs.encode(data)
    assert unstuff(stuff(data)) == data


@given(ANY)
def test_as_the_library_does(data: bytes) -> None:
    stuffed = stuff(data)
    assert stuffed == cobs.encode(data)
    assert 0 not in stuffed
    assert unstuff(stuffed) == data


@given(st.binary(max_size=600))
@example(b"\0")
@example(b"\x02")
@example(b"\x01\x00")
@example(b"\xff" + RUN[:-1])
def test_what_is_refused_is_refused_by_both(data: bytes) -> None:
    try:
        expected = cobs.decode(data)
    except cobs.DecodeError:
        with pytest.raises(StuffingError):
            unstuff(data)
    else:
        assert unstuff(data) == expected
