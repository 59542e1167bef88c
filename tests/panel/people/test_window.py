"""The pairing window: two minutes, five tries, one phone; and how often anybody may try."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from poultice_panel.people.desk import draw_code
from poultice_panel.people.window import (
    LOGINS_A_MINUTE,
    MINUTE_S,
    MOST_ADDRESSES,
    OPEN_S,
    TRIES,
    Logins,
    Pairing,
    Verdict,
)

CODE = "01234567"


def opened(now_s: float = 100.0) -> Pairing:
    pairing = Pairing()
    pairing.open(CODE, "use", None, now_s)
    return pairing


def test_nobody_comes_in_while_it_is_closed():
    assert Pairing().claim(CODE, 0.0) == (Verdict.CLOSED, None)


def test_the_right_code_lets_one_phone_in():
    pairing = opened()
    verdict, window = pairing.claim(CODE, 100.0)
    assert verdict is Verdict.RIGHT
    assert window is not None
    assert (window.role, window.person) == ("use", None)
    assert pairing.claim(CODE, 100.1) == (Verdict.CLOSED, None)


def test_it_closes_after_two_minutes():
    assert OPEN_S == 120.0
    assert opened().claim(CODE, 219.999)[0] is Verdict.RIGHT
    assert opened().claim(CODE, 220.0)[0] is Verdict.CLOSED
    assert opened().window(220.0) is None


def test_the_fifth_wrong_code_closes_it_for_the_right_one_too():
    assert TRIES == 5
    pairing = opened()
    assert [pairing.claim("99999999", 101.0)[0] for _ in range(5)] == [Verdict.WRONG] * 4 + [Verdict.CLOSED]
    assert pairing.claim(CODE, 101.0)[0] is Verdict.CLOSED
    after_four = opened()
    for _ in range(4):
        after_four.claim("99999999", 101.0)
    assert after_four.claim(CODE, 101.0)[0] is Verdict.RIGHT


def test_a_new_window_voids_the_code_of_the_last():
    pairing = opened()
    pairing.open("76543210", "admin", "me", 110.0)
    assert pairing.claim(CODE, 111.0)[0] is Verdict.WRONG
    pairing.close()
    assert pairing.claim("76543210", 111.0)[0] is Verdict.CLOSED


def test_codes_are_eight_digits_and_not_alike():
    codes = {draw_code() for _ in range(500)}
    assert all(len(code) == 8 and code.isdigit() for code in codes)
    assert len(codes) > 495


def test_five_tries_a_minute_and_an_address():
    logins = Logins()
    assert [logins.wait_s("a", float(n)) for n in range(LOGINS_A_MINUTE)] == [0.0] * 5
    assert logins.wait_s("a", 10.0) == 50.0
    assert logins.wait_s("b", 10.0) == 0.0
    assert logins.wait_s("a", 59.999) > 0.0
    assert logins.wait_s("a", 60.0) == 0.0
    assert logins.wait_s("a", 60.0) > 0.0, "the second of them is not a minute old"


@given(st.lists(st.floats(0.0, 300.0), min_size=1, max_size=60))
def test_no_minute_ever_holds_more(at_s: list[float]):
    logins = Logins()
    allowed = [now_s for now_s in sorted(at_s) if logins.wait_s("a", now_s) == 0.0]
    assert allowed
    assert all(sum(then <= each < then + MINUTE_S for each in allowed) <= LOGINS_A_MINUTE for then in allowed)


def test_many_addresses_do_not_fill_the_memory():
    logins = Logins()
    for number in range(MOST_ADDRESSES + 50):
        logins.wait_s(str(number), 1.0)
    assert len(logins._at_s) <= MOST_ADDRESSES
