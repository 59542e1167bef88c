"""The door of all that the panel knows: an epoch counts only over the connection that it came by."""

from __future__ import annotations

import pytest
from anyio.from_thread import start_blocking_portal
from poultice_panel.clock import Clock
from poultice_panel.house import House

from tests.panel.conftest import state

TOPIC = "poultice/v1/pad/p/state"
LONG_S = 5.0


def said(epoch: str) -> bytes:
    return state(epoch=epoch).model_dump_json().encode()


@pytest.fixture
def portal():
    """An event loop in a thread of its own, whatever loop this thread has."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture
def house(portal) -> House:
    house = portal.call(House, Clock())
    portal.call(house.broker_changed, True)
    return house


def test_an_epoch_that_is_known_comes_at_once(portal, house):
    portal.call(house.hear, TOPIC, said("one"), True)
    assert portal.call(house.epoch, "p", 0.0) == "one"


def test_an_epoch_of_an_earlier_connection_is_void(portal, house):
    portal.call(house.hear, TOPIC, said("one"), False)
    portal.call(house.broker_changed, False)
    portal.call(house.broker_changed, True)
    assert portal.call(house.epoch, "p", 0.01) is None


def test_the_first_state_over_a_new_connection_is_waited_for(portal, house):
    portal.call(house.hear, TOPIC, said("one"), False)
    portal.call(house.broker_changed, True)
    waiting = portal.start_task_soon(house.epoch, "p", LONG_S)
    portal.call(house.hear, "poultice/v1/pad/other/state", said("other"), False)
    portal.call(house.hear, TOPIC, b"no state at all", False)
    assert not waiting.done()
    portal.call(house.hear, TOPIC, said("two"), False)
    assert waiting.result(LONG_S) == "two"


def test_a_pad_that_nobody_heard_of_has_no_epoch(portal, house):
    assert portal.call(house.epoch, "p", 0.0) is None
