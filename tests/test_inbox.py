"""The bounded inbox: order, what is dropped when it is full, and that no STOP ever is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.inbox import TELL_EVERY, Inbox, Quit
from poultice.link.serial_port import PortBytes
from poultice.mqtt.incoming import Connected, QueryIn, RequestIn, SimulatedButtonIn
from poultice.mqtt.messages import QueryMessage, RequestMessage
from poultice.therapy.state import Role, Verb

MOST = 5


def asked(pad: str = "a", verb: Verb = Verb.START) -> RequestIn:
    return RequestIn(pad, Role.PHONE, verb, RequestMessage(id="1"))


@pytest.fixture
def full() -> Inbox:
    inbox = Inbox(MOST)
    for _ in range(MOST):
        inbox.put(asked())
    return inbox


def drained(inbox: Inbox) -> list[object]:
    found = []
    while (item := inbox.get(0.0)) is not None:
        found.append(item)
    return found


def test_what_comes_first_is_taken_first() -> None:
    inbox = Inbox()
    items = [PortBytes(b"1"), asked(), Connected("5"), asked(verb=Verb.STOP), PortBytes(b"2")]
    for item in items:
        inbox.put(item)
    assert drained(inbox) == items
    assert inbox.get(0.01) is None


def test_full_it_takes_no_more_of_what_is_asked_and_says_so_once(full: Inbox, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(100):
        full.put(asked("b"))
        full.put(QueryIn("a", Role.PHONE, "logs", QueryMessage(id="1")))
        full.put(SimulatedButtonIn("a", 0.5))
    assert full.dropped == 300 < TELL_EVERY
    assert len(drained(full)) == MOST
    assert caplog.text.count("dropped") == 1


def test_full_it_takes_the_board_the_broker_and_the_end(full: Inbox) -> None:
    for item in (PortBytes(b"x"), Connected("5"), Quit()):
        full.put(item)
    assert drained(full)[MOST:] == [PortBytes(b"x"), Connected("5"), Quit()]


def test_full_it_takes_one_stop_of_each_pad(full: Inbox) -> None:
    for pad in ("a", "b", "a", "a", "b"):
        full.put(asked(pad, Verb.STOP))
    assert drained(full)[MOST:] == [asked("a", Verb.STOP), asked("b", Verb.STOP)]
    for _ in range(MOST):
        full.put(asked())
    full.put(asked("a", Verb.STOP))
    assert drained(full)[-1] == asked("a", Verb.STOP), "and the next one once that was taken"


items = st.tuples(st.sampled_from("ab"), st.sampled_from([Verb.START, Verb.STOP, None]))


@given(st.lists(items, max_size=60))
def test_after_every_stop_that_was_said_one_is_taken_with_nothing_else_of_that_pad_between(story) -> None:
    inbox, said, taken = Inbox(3), [], []
    for number, (pad, verb) in enumerate(story):
        if verb is None:
            item = inbox.get(0.0)
            taken += [] if item is None else [item]
            continue
        item = RequestIn(pad, Role.PHONE, verb, RequestMessage(id=str(number)))
        before = inbox.dropped
        inbox.put(item)
        if inbox.dropped == before:
            said.append(item)
        assert inbox._queue.qsize() <= 3 + 2
    taken += drained(inbox)
    for pad in "ab":
        mine = [item.verb for item in said if item.pad == pad]
        heard = [item.verb for item in taken if item.pad == pad]
        assert squeezed(mine) == squeezed(heard)


def squeezed(verbs: list[Verb]) -> list[Verb]:
    """With stops in a row as one."""
    return [verb for i, verb in enumerate(verbs) if verb is not Verb.STOP or i == 0 or verbs[i - 1] is not Verb.STOP]
