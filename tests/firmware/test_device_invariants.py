"""Whatever happens, the outputs stay within the rules, stated here a second time and by other means than the core's."""

from __future__ import annotations

import math
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from native import HELLO_REQUEST, STOP, Device, Wish
from poultice.link import contract

STEP_MS = st.sampled_from([0, 1, 10, 10, 10, 10, 10, 10, 50, 100, 290, 310, 1000, 1490, 1500, 1510, 9000, 61_000])
CELSIUS = st.sampled_from([20.0, 30.0, 37.99, 38.0, 40.99, 41.0, 42.49, 42.5, 42.99, 43.0, 43.99, 44.0, 50.0, None])
POWER = st.sampled_from([0, 1, 150, 299, 300, 300, 300, 301, 65535])
TARGET = st.sampled_from([0, 1, 3999, 4000, 4199, 4200, 4200, 4201, 6000, 32767, -1, -32768])
PERCENT = st.sampled_from([0, 1, 50, 100, 101, 255])
WISHES = st.builds(
    Wish,
    st.tuples(POWER, POWER),
    st.tuples(TARGET, TARGET),
    st.tuples(PERCENT, PERCENT, PERCENT, PERCENT),
    st.sampled_from([0, 0, 0, 1, 2, 3, 4, 255]),
)
GOOD = st.builds(
    Wish,
    st.tuples(st.integers(0, 300), st.integers(0, 300)),
    st.tuples(st.integers(4000, 4200), st.integers(0, 4200)),
    st.tuples(*[st.integers(0, 100)] * 4),
)
AHEAD = st.sampled_from([0, 1, 1, 1, 1, 1, 2, 100, 101, 32767, 32768, 65535])

ACTIONS = st.one_of(
    st.tuples(st.just("demand"), GOOD, st.just(1)),
    st.tuples(st.just("demand"), GOOD, st.just(1)),
    st.tuples(st.just("demand"), WISHES, AHEAD),
    st.tuples(st.just("bytes"), st.binary(max_size=40)),
    st.tuples(st.just("frame"), st.sampled_from([STOP, HELLO_REQUEST])),
    st.tuples(st.just("pause"), STEP_MS),
    st.tuples(st.just("steps"), st.integers(1, 30)),
    st.tuples(st.just("press"), st.sampled_from([10, 30, 190, 200, 500, 500, 1500, 2500, 6000, 11_000])),
    st.tuples(st.just("celsius"), st.integers(0, 3), CELSIUS),
    st.tuples(st.just("adc"), st.booleans()),
)


def celsius_of(total: int) -> float | None:
    """The thermistor's equation, not the core's table; None where a code is out of its range."""
    if not 120 * 64 <= total <= 900 * 64:
        return None
    ratio = total / 65536
    return 1 / (1 / 298.15 + math.log(ratio / (1 - ratio)) / 3950) - 273.15


class Watched(Device):
    """A device whose outputs are judged after every step by what was done to it, not by what it remembers."""

    def __init__(self) -> None:
        self.now_ms = 0
        self.sent: deque[tuple[int, Wish]] = deque(maxlen=200)
        self.seen_ms = -1000
        self.seen_c: list[float | None] = [None] * 4
        self.was_pressed = False
        super().__init__()

    def demand(self, wish: Wish, counter: int) -> bytes:
        self.sent.append((self.now_ms, wish))
        return super().demand(wish, counter)

    def step(self, rx: bytes = b"", elapsed_ms: int = 10, adc_complete: bool = False) -> None:
        self.now_ms += elapsed_ms
        self.was_pressed |= bool(self.inputs.button_pressed)
        if adc_complete:
            self.seen_ms = self.now_ms
            self.seen_c = [celsius_of(total) for total in self.inputs.sensor_sum]
        super().step(rx, elapsed_ms, adc_complete)
        self.judge()

    def judge(self) -> None:
        lately = [wish for at_ms, wish in self.sent if self.now_ms - at_ms <= 1500]
        assert all(0 <= duty <= 1000 for duty in self.heater_permille)
        assert all(0 <= pwm <= 254 for pwm in self.motor_pwm)
        assert bool(self.outputs.enable) == any(self.heater_permille)
        for zone, duty in enumerate(self.heater_permille):
            if duty:
                self.judge_heat(zone, lately)
        for motor, pwm in enumerate(self.motor_pwm):
            assert pwm <= max((wish.motors_percent[motor] for wish in lately), default=0) * 254 / 100
        if self.latched:
            assert self.all_off

    def judge_heat(self, zone: int, lately: list[Wish]) -> None:
        assert self.was_pressed
        assert self.now_ms - self.seen_ms < 300
        targets = [wish.target_centi_c[zone] / 100 for wish in lately if wish.target_centi_c[zone] <= 4200]
        assert any(wish.power_deci_w[zone] for wish in lately)
        assert max(targets, default=0) > 0
        for celsius in self.seen_c[2 * zone : 2 * zone + 2]:
            assert celsius is not None
            assert celsius < min(43.0, max(targets) + 1.0) + 0.03  # the table's error


def act(device: Device, action: tuple[object, ...]) -> None:
    match action:
        case ("demand", Wish() as wish, int() as ahead):
            device.step(device.next_demand(wish, ahead))
        case ("bytes", bytes() as noise):
            device.step(noise)
        case ("frame", bytes() as frame):
            device.step(b"\0" + frame)  # the zero ends whatever noise came before
            if frame == STOP:
                assert device.all_off
                assert device.supervisor.armed_ms == 0
        case ("pause", int() as ms):
            device.step(elapsed_ms=ms, adc_complete=device.adc_runs and ms >= 100)
        case ("steps", int() as count):
            device.run(count * 10)
        case ("press", int() as ms):
            device.press(ms)
        case ("celsius", int() as sensor, celsius):
            if isinstance(celsius, float):
                device.warm(celsius, [sensor])
            else:
                device.inputs.sensor_sum[sensor] = 65472
        case ("adc", bool() as runs):
            device.adc_runs = runs


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(armed=st.booleans(), actions=st.lists(ACTIONS, max_size=30))
def test_no_heat_without_arming_lease_trust_and_cool(armed: bool, actions: list[tuple[object, ...]]) -> None:
    device = Watched()
    if armed:
        device.arm()
    latched: set[contract.Fault] = set()
    for action in actions:
        act(device, action)
        if action[0] != "press":
            assert latched <= device.latched, "only a press clears"
        latched = device.latched


@settings(max_examples=200, deadline=None)
@given(actions=st.lists(ACTIONS.filter(lambda action: action[0] != "press"), max_size=40))
def test_without_a_press_there_is_never_heat(actions: list[tuple[object, ...]]) -> None:
    device = Watched()
    for action in actions:
        act(device, action)
        assert not any(device.heater_permille)


@settings(max_examples=200, deadline=None)
@given(data=st.lists(st.binary(max_size=300), max_size=10))
def test_any_bytes_leave_an_armed_board_without_heat(data: list[bytes]) -> None:
    device = Device()
    device.arm()
    for chunk in data:
        device.step(chunk)
        assert device.all_off


@settings(max_examples=100, deadline=None)
@given(flips=st.lists(st.integers(0, 10_000), min_size=1, max_size=6))
def test_flipped_bits_never_give_more_than_was_sent(flips: list[int]) -> None:
    device = Device()
    device.arm()
    sent = Wish((100, 100), (3500, 3500))
    device.lease(sent)
    stream = bytearray(b"".join(device.next_demand(sent) for _ in range(10)))
    for flip in flips:
        stream[flip // 8 % len(stream)] ^= 1 << flip % 8
    for start in range(0, len(stream), 20):
        device.step(bytes(stream[start : start + 20]))
        demand = device.supervisor.demand
        assert tuple(demand.zone_power_deci_w) == (100, 100)
        assert tuple(demand.zone_target_centi_c) == (3500, 3500)
        assert all(duty <= 334 for duty in device.heater_permille)
