"""Hazard 21: what the CRC lets through, counted over millions of damaged demands on the core's own decoder."""

from __future__ import annotations

import pytest
from wire_damage import hear

MILLION = 1_000_000
ONE_IN = 2**15  # the CRC's polynomial has an even number of terms: so few frames with an even number of flips pass

# What a CRC of 16 bits promises holds for the body: up to three flipped bits anywhere, and any stretch up to 16 bits,
# are always found. On the wire a flip may also hit COBS's own bytes, which moves or makes a zero, or the closing zero,
# which makes the frame a byte longer: its CRC may then be right, its size is not. So this is counted, not derived.


@pytest.mark.parametrize("bits", [1, 2, 3])
def test_of_a_million_frames_with_few_flipped_bits_none_is_obeyed(bits: int) -> None:
    heard = hear(bits, MILLION)
    assert heard.obeyed == 0
    assert heard.lost >= MILLION * 0.99
    assert heard.lost + heard.passed >= MILLION, "each is lost, or heard as something else"


@pytest.mark.parametrize("bits", [2, 8, 16])
def test_of_a_million_frames_with_a_short_burst_none_is_obeyed(bits: int) -> None:
    heard = hear(bits, MILLION, burst=True)
    assert (heard.obeyed, heard.lost + heard.passed) == (0, MILLION)


@pytest.mark.parametrize(("bits", "burst"), [(4, False), (6, False), (40, False), (17, True), (40, True)])
def test_of_frames_with_much_damage_few_pass(bits: int, burst: bool) -> None:
    """Those that would be obeyed ask for no more than any demand may: 30 W, 42 °C, and no longer than a lease."""
    heard = hear(bits, MILLION // 4, burst=burst)
    assert heard.passed <= 3 * (MILLION // 4) // ONE_IN
    assert heard.obeyed <= heard.passed
