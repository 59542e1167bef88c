"""Whether a pad counts as armed: the board's word, less our own STOPs on the way to it."""

from __future__ import annotations

from poultice.therapy.arming import Arming


def test_the_board_is_believed_where_no_stop_is_on_its_way() -> None:
    arming = Arming()
    assert not arming.armed
    arming.heard(True, 1.0)
    assert arming.armed
    arming.heard(False, 1.1)
    assert not arming.armed


def test_after_a_stop_it_must_first_be_heard_to_have_obeyed() -> None:
    arming = Arming()
    arming.heard(True, 1.0)
    arming.stopped(1.05)
    assert not arming.armed
    arming.heard(True, 1.1)
    assert (arming.armed, arming.stop_pending) == (False, True)
    arming.heard(False, 1.2)
    assert (arming.armed, arming.stop_pending) == (False, False)
    arming.heard(True, 1.3)
    assert arming.armed


def test_the_doubt_ends_after_a_second() -> None:
    arming = Arming()
    arming.stopped(1.0)
    arming.heard(True, 2.0)
    assert not arming.armed
    arming.heard(True, 2.01)
    assert arming.armed


def test_a_board_that_is_gone_is_not_armed() -> None:
    arming = Arming()
    arming.heard(True, 1.0)
    arming.forget()
    assert not arming.armed
