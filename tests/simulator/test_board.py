"""The simulated board: the real core wired to the pad, told and watched as a board on a cable."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from poultice.errors import SetupError
from poultice.link import contract, facts
from poultice.simulator.board import SimulatedBoard


def test_it_says_hello_and_then_the_truth_ten_times_a_second(host) -> None:
    host.messages.clear()
    host.send(contract.HelloRequest())
    host.wait(10.0)
    (hello,) = host.of(contract.Hello)
    assert (hello.contract_hash, hello.facts_hash) == (contract.CONTRACT_HASH, facts.FACTS_HASH)
    assert hello.reset_cause == contract.ResetCause.POWER_ON
    assert len(host.of(contract.Status)) == 100
    assert host.decoder.bad == 0


def test_it_is_off_and_disarmed_at_power_on(host) -> None:
    seen = host.look()
    assert (seen.armed, seen.latched, seen.enable, seen.rail_on) == (False,) * 4
    assert seen.duty_permille == (0, 0)
    assert seen.motor_pwm == (0, 0, 0, 0)
    assert host.status.state == contract.DeviceState.IDLE


def test_it_measures_the_pad_as_it_is(host) -> None:
    host.board.warm(36.5)
    host.run(1.0)
    assert all(abs(t - 3650) < 25 for t in host.status.sensor_temperature_centi_c)
    assert all(abs(t - 3650) < 25 for t in host.status.witness_temperature_centi_c)
    assert host.status.rail_mv < 50, "the enable line is still"


def test_demands_alone_heat_nothing(host) -> None:
    host.want(30.0, 40.0)
    seen = host.run(5.0)
    assert seen.used_j == (0.0, 0.0)
    assert not seen.enable


@pytest.mark.parametrize(
    ("press_s", "arms"), [(0.19, False), (0.21, True), (1.49, True), (1.53, False)]
)  # of the contract's 0.2 to 1.5 s, a step aside
def test_a_short_press_arms(host, press_s: float, arms: bool) -> None:
    host.board.press(press_s)
    assert host.run(press_s + 0.2).armed is arms
    assert [e.kind for e in host.of(contract.Event)].count(contract.EventKind.ARMED) == arms


def test_armed_and_asked_it_heats_and_temperature_follows(host) -> None:
    host.arm()
    host.want(30.0, 40.0)
    warming = host.run(60.0)
    assert warming.enable
    assert warming.rail_on
    assert warming.used_j == pytest.approx((0.98 * 30 * 60,) * 2, rel=0.08)  # feared to be strong at first
    assert all(t > 30 for t in warming.sensor_c)
    held = host.run(600.0)
    assert all(39.5 < t < 41.5 for t in held.pad_c)  # the host asks for full power; target + 1 K holds it
    read_c = [t / 100 for t in host.status.sensor_temperature_centi_c]
    assert read_c == pytest.approx(held.sensor_c, abs=0.3)


def test_one_zone_can_be_heated_alone(host) -> None:
    host.arm()
    host.want(30.0, 40.0, zones=(False, True))
    seen = host.run(30.0)
    assert seen.used_j[0] == 0.0
    assert seen.used_j[1] > 800
    assert seen.pad_c[1] > seen.pad_c[0] + 3  # the body warms both


def mean_watts(host, watts: float) -> list[float]:
    """What flows through each zone once the board has had time to measure its elements."""
    host.arm()
    host.want(watts, 40.0)
    before = host.run(20.0).used_j
    after = host.run(20.0).used_j
    return [(b - a) / 20 for a, b in zip(before, after, strict=True)]


@pytest.mark.parametrize("watts", [3.0, 10.0, 25.0])
@pytest.mark.parametrize("element_w", [(27.0, 27.0), (33.0, 33.0), (30.0, 40.0)])
def test_watts_are_those_asked_whatever_the_element(new_host, watts: float, element_w) -> None:
    for mean_w in mean_watts(new_host(parameters={"element_w": element_w}), watts):
        assert 0.9 * watts <= mean_w <= 1.05 * watts


@pytest.mark.parametrize("supply_v", [12.0, 24.0, 26.4])
def test_a_supply_that_is_weak_or_strong_changes_nothing_above_what_was_asked(new_host, supply_v: float) -> None:
    full_w = (supply_v - 0.5) ** 2 / 19.2
    for mean_w in mean_watts(new_host(parameters={"supply_v": supply_v}), 20.0):
        assert 0.9 * min(20.0, full_w) <= mean_w <= 21.0


@pytest.mark.parametrize("element_w", [(33.0, 33.0), (30.0, 40.0)])
def test_a_strong_element_is_held_to_the_cap_at_full_demand(new_host, element_w) -> None:
    for mean_w in mean_watts(new_host(parameters={"element_w": element_w}), contract.ZONE_POWER_MAX_W):
        assert mean_w <= 1.05 * contract.ZONE_POWER_MAX_W


def test_heater_switches_follow_the_window_one_from_its_start_one_to_its_end(host) -> None:
    host.arm()
    host.want(7.5, 40.0)
    host.run(5.0)
    on: list[tuple[bool, ...]] = []
    for _ in range(100):
        host.demand()
        host.board.advance(0.01)
        on.append(host.look().gate)
    phase = round(host.board.now_s * 100) % 100
    in_window = [on[(index - phase) % 100] for index in range(100)]
    lumbar, upper = ([gates[zone] for gates in in_window] for zone in (0, 1))
    assert lumbar[0]
    assert upper[-3]
    assert not any(upper[-2:]), "the quiet slot"
    assert 20 <= sum(lumbar) <= 27
    assert lumbar == sorted(lumbar, reverse=True)
    assert upper[:-2] == sorted(upper[:-2])
    assert not any(a and b for a, b in zip(lumbar, upper, strict=True))


def test_the_host_falls_silent_and_heat_ends_within_its_lease(host) -> None:
    host.arm()
    host.want(30.0, 40.0)
    assert host.run(5.0).enable
    silent_since = host.board.now_s
    while host.board.now_s < silent_since + 3 and host.look().rail_on:
        host.wait(0.01)
    assert contract.LEASE_S - 0.06 < host.board.now_s - silent_since <= contract.LEASE_S + 0.1
    used = host.look().used_j
    assert host.wait(5.0).used_j == used


def test_stop_ends_everything_in_the_next_step(host) -> None:
    host.arm()
    host.want(30.0, 40.0)
    host.motors = (100, 100, 100, 100)
    assert host.run(5.0).motor_pwm == (254,) * 4
    host.send(contract.Stop())
    seen = host.wait(0.01)
    assert (seen.duty_permille, seen.motor_pwm, seen.armed) == ((0, 0), (0, 0, 0, 0), False)
    assert sum(host.wait(0.1).heater_w) == 0
    assert not host.look().rail_on


def test_massage_needs_no_arming_and_draws_current(host) -> None:
    host.motors = (0, 50, 0, 0)
    seen = host.run(2.55)  # not in a quiet slot
    assert seen.motor_pwm[1] > 100
    assert seen.motor_pwm[0] == 0
    assert seen.supply_a == pytest.approx(0.02 + 0.12 * seen.motor_pwm[1] / 255)
    assert not seen.armed


def test_a_reset_forgets_the_arming_and_keeps_the_warmth(host) -> None:
    host.arm()
    host.want(30.0, 40.0)
    warm = host.run(60.0)
    host.messages.clear()
    host.board.reset(contract.ResetCause.WATCHDOG)
    seen = host.run(2.0)
    assert not seen.armed
    assert seen.pad_c[0] > warm.pad_c[0] - 2
    assert host.of(contract.Hello)[0].reset_cause == contract.ResetCause.WATCHDOG
    assert host.status.uptime_ms <= 2000


def test_energy_balances_over_a_whole_session(host) -> None:
    begin = host.look()
    host.arm()
    host.want(30.0, 40.0)
    end = host.run(300.0)
    assert end.in_j == pytest.approx(sum(end.used_j))
    assert end.in_j == pytest.approx(end.stored_j - begin.stored_j + end.to_room_j + end.to_core_j, abs=25)


def test_the_same_seed_says_the_same_bytes() -> None:
    def said(seed: int) -> bytes:
        board = SimulatedBoard(seed)
        board.press(0.5)
        board.advance(30)
        return board.transmit()

    assert said(7) == said(7) != said(8)


def test_changes_count_exactly_the_changes_of_outputs(host) -> None:
    host.arm()
    host.motors = (50, 0, 0, 0)
    outputs, counts = [], []
    for step in range(600):
        host.want(3.0 + step // 100, 40.0)
        if step < 400:  # then the lease runs out
            host.demand()
        host.board.advance(0.01)
        seen = host.look()
        outputs.append((seen.duty_permille, seen.gate, seen.enable, seen.rail_on, seen.motor_pwm))
        counts.append(host.board.changes())
    changed = [after != before for before, after in pairwise(outputs)]
    assert [after - before for before, after in pairwise(counts)] == [int(change) for change in changed]
    assert sum(changed) > 20


def test_time_in_crumbs_is_the_same_time() -> None:
    whole, crumbs = SimulatedBoard(), SimulatedBoard()
    whole.advance(1.0)
    for _ in range(300):
        crumbs.advance(1 / 300)
    assert crumbs.now_s == whole.now_s == crumbs.observe().now_s == 1.0
    assert crumbs.transmit() == whole.transmit()


def test_an_hour_of_heat_takes_about_a_second(host) -> None:
    host.arm()
    host.want(30.0, 40.0)
    host.run(1.0)
    begin_s = time.process_time()
    host.board.advance(3600)
    assert time.process_time() - begin_s < 3.0
    assert len(host.board.transmit()) > 3600 * 10 * 50


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"element_watts": 30.0}, "`element_watts` of the simulated pad is unknown"),
        ({"element_w": (30.0,)}, "takes 2 numbers, not 1"),
    ],
)
def test_a_wrong_parameter_is_named(parameters, complaint: str) -> None:
    with pytest.raises(SetupError, match=complaint):
        SimulatedBoard(parameters=parameters)


@pytest.mark.parametrize("wrong", [-0.1, 3601.0, float("nan")])
def test_an_impossible_press_is_refused(host, wrong: float) -> None:
    with pytest.raises(SetupError, match="choose another length"):
        host.board.press(wrong)


@pytest.mark.parametrize("wrong", [-21.0, 71.0, float("nan")])
def test_an_impossible_warmth_is_refused(host, wrong: float) -> None:
    with pytest.raises(SetupError, match="choose another temperature"):
        host.board.warm(wrong)
