"""Epochs and ids: what is fresh, at the boundary values, and a model that a thousand random stories must agree with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.mqtt.freshness import EPOCH_S, MOST_IDS, Freshness, random_epoch
from poultice.therapy.state import Request, Role, Verb

NEEDING = sorted(set(Verb) - {Verb.STOP, Verb.PAUSE})


def counter() -> Callable[[], str]:
    numbers = iter(range(1_000_000))
    return lambda: f"e{next(numbers)}"


def phone(request_id: str, epoch: str | None, verb: Verb = Verb.START) -> Request:
    return Request(Role.PHONE, verb, request_id, epoch)


def automation(request_id: str = "", epoch: str | None = None, verb: Verb = Verb.START) -> Request:
    return Request(Role.AUTOMATION, verb, request_id, epoch)


@pytest.fixture
def fresh() -> Freshness:
    return Freshness(100.0, counter())


def test_the_epoch_lives_thirty_seconds_to_the_tick(fresh):
    assert fresh.epoch(100.0) == fresh.epoch(100.0 + EPOCH_S - 0.001) == "e0"
    assert fresh.epoch(100.0 + EPOCH_S) == "e1"


def test_the_current_epoch_is_fresh_and_so_is_the_one_before(fresh):
    assert fresh.judge(phone("a", "e0"), 100.0)
    assert fresh.judge(phone("b", "e0"), 130.0)
    assert fresh.judge(phone("c", "e1"), 130.0)
    assert fresh.judge(phone("d", "e0"), 159.999)


def test_the_epoch_before_the_last_is_stale(fresh):
    fresh.epoch(130.0)
    assert not fresh.judge(phone("a", "e0"), 160.0)


def test_no_epoch_an_empty_one_or_a_future_one_is_stale(fresh):
    assert not any(fresh.judge(phone(str(i), epoch), 100.0) for i, epoch in enumerate((None, "", "e1", "E0", "e0 ")))


def test_before_the_second_epoch_there_is_no_previous_one(fresh):
    assert not fresh.judge(Request(Role.PHONE, Verb.START, "a", None), 100.0)


def test_an_id_counts_once_also_in_the_next_epoch(fresh):
    assert fresh.judge(phone("a", "e0"), 100.0)
    assert not fresh.judge(phone("a", "e0"), 101.0)
    assert not fresh.judge(phone("a", "e1"), 130.0)
    assert not fresh.judge(phone("a", "e0"), 131.0)


def test_without_an_id_a_phone_is_never_fresh(fresh):
    assert not fresh.judge(phone("", "e0"), 100.0)


def test_a_stale_request_does_not_use_up_its_id(fresh):
    assert not fresh.judge(phone("a", "old"), 100.0)
    assert fresh.judge(phone("a", "e0"), 100.0)


def test_a_new_connection_voids_every_epoch(fresh):
    fresh.epoch(130.0)
    fresh.connected(131.0)
    assert fresh.epoch(131.0) == "e2"
    assert not fresh.judge(phone("a", "e0"), 131.0)
    assert not fresh.judge(phone("b", "e1"), 131.0)
    assert fresh.judge(phone("c", "e2"), 131.0)
    assert not fresh.judge(phone("d", "e1"), 161.0)


@pytest.mark.parametrize("verb", [Verb.STOP, Verb.PAUSE])
@pytest.mark.parametrize("request_id", ["", "a"])
@pytest.mark.parametrize("epoch", [None, "ancient"])
@pytest.mark.parametrize("role", list(Role))
def test_stop_and_pause_need_nothing_however_often(fresh, verb, request_id, epoch, role):
    assert all(fresh.judge(Request(role, verb, request_id, epoch), 100.0) for _ in range(3))


@pytest.mark.parametrize("verb", NEEDING)
def test_every_other_verb_of_a_phone_needs_both(fresh, verb):
    assert not fresh.judge(phone("a", None, verb), 100.0)
    assert not fresh.judge(phone("", "e0", verb), 100.0)
    assert fresh.judge(phone("a", "e0", verb), 100.0)


def test_automation_may_leave_out_both_but_what_it_says_must_hold(fresh):
    assert fresh.judge(automation(), 100.0)
    assert fresh.judge(automation(), 100.0)
    assert fresh.judge(automation("a"), 100.0)
    assert not fresh.judge(automation("a"), 101.0)
    assert not fresh.judge(automation("b", "old"), 101.0)
    assert fresh.judge(automation("b", "e0"), 101.0)


def test_the_memory_of_ids_is_bounded_and_full_means_stale(fresh):
    assert all(fresh.judge(phone(f"i{n}", "e0"), 100.0) for n in range(MOST_IDS))
    assert not fresh.judge(phone("one-more", "e0"), 100.0)
    assert not fresh.judge(phone("i0", "e0"), 100.0)
    assert fresh.judge(phone("stop", None, Verb.STOP), 100.0)
    assert fresh.judge(phone("one-more", "e0"), 130.0)


def test_real_epochs_are_long_and_differ():
    drawn = {random_epoch() for _ in range(1000)}
    assert len(drawn) == 1000
    assert all(len(epoch) == 16 for epoch in drawn)


steps = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([0.0, 0.05, EPOCH_S - 0.05, EPOCH_S, 2 * EPOCH_S]) | st.floats(0, 100)),
    st.tuples(st.just("connect"), st.just(0.0)),
    st.tuples(st.just("ask"), st.tuples(st.sampled_from("abc"), st.integers(0, 6))),
)


@given(st.lists(steps, max_size=40))
def test_nothing_is_fresh_twice_nor_with_an_epoch_older_than_two_or_of_another_connection(story):
    fresh, now_s = Freshness(0.0, counter()), 0.0
    published = [(fresh.epoch(0.0), 0)]  # with the connection it was of
    connection, used = 0, set()
    for kind, value in story:
        if kind == "wait":
            now_s += value
        elif kind == "connect":
            connection += 1
            fresh.connected(now_s)
        else:
            request_id, back = value
            current = fresh.epoch(now_s)
            if current != published[-1][0]:
                published.append((current, connection))
            epoch, of_connection = published[max(0, len(published) - 1 - back)]
            place = [e for e, _ in reversed(published)].index(epoch)
            if fresh.judge(phone(request_id, epoch), now_s):
                assert of_connection == connection
                assert place <= 1
                assert (request_id, epoch) not in used
                used.add((request_id, epoch))
            elif place == 0:
                assert any(seen == request_id for seen, _ in used)


@given(st.lists(st.tuples(st.floats(0, 3 * EPOCH_S), st.binary(max_size=8)), max_size=20))
def test_captured_traffic_played_back_is_never_fresh(moments):
    fresh, now_s, captured = Freshness(0.0), 0.0, []
    for wait_s, raw in moments:
        now_s += wait_s
        request = phone(raw.hex() or "x", fresh.epoch(now_s))
        if fresh.judge(request, now_s):
            captured.append(request)
    assert not any(fresh.judge(request, now_s) for request in captured)
    fresh.connected(now_s)
    assert not any(fresh.judge(request, now_s) for request in captured)
