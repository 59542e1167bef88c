"""The judge at each of its edges. The numbers stand here a second time, on purpose: 42.0, 43.0, 42.5, 44.0 °C, 30 W,
1.5 s, 10 s, 60 s, 600 s."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from native import NOTHING, Wish, core, heat, interface, massage
from poultice.link.contract import FAULTS, DisarmReason, Fault, LimitedBy, Refusal, SensorTrust

TRUSTED, OPEN, SHORT = SensorTrust.TRUSTED, SensorTrust.OPEN, SensorTrust.SHORT
WARM = heat(30.0, 40.0)
UPPER_BACK = 1


class Judge:
    """A supervisor and the thermistors that it is shown."""

    def __init__(self, celsius: float | None = 25.0) -> None:
        self.memory = interface().new("struct supervisor *")
        self.sensors = interface().new("struct thermistor[4]")
        self.counter = 0
        if celsius is not None:
            self.sees(celsius)

    def sees(self, *celsius: float, samples: int = 1) -> None:
        """One temperature for all, or one a sensor."""
        each = celsius * 4 if len(celsius) == 1 else celsius
        for sensor, value in zip(self.sensors, each, strict=True):
            sensor.centi_c, sensor.trust, sensor.bad = round(value * 100), TRUSTED, 0
        for _ in range(samples):
            core().supervisor_watch(self.memory, self.sensors)

    def loses(self, sensor: int, trust: SensorTrust = OPEN) -> None:
        """One more bad sample of one sensor."""
        self.sensors[sensor].trust = trust
        self.sensors[sensor].bad += 1
        core().supervisor_watch(self.memory, self.sensors)

    def take(self, wish: Wish, counter: int | None = None) -> int:
        """A demand; its counter advances where none is given."""
        self.counter = (self.counter + 1) % 65536 if counter is None else counter
        demand = interface().new("struct contract_demand *")
        interface().buffer(demand)[:] = wish.payload(self.counter)
        return int(core().supervisor_take(self.memory, demand))

    def lend(self, wish: Wish) -> None:
        """As many demands as it takes to have a lease."""
        assert self.take(wish) == 0
        assert self.take(wish) == 0
        assert self.memory.lease_ms == 1500

    def arm(self) -> None:
        core().supervisor_arm(self.memory)

    def stop(self, by: DisarmReason) -> None:
        core().supervisor_stop(self.memory, by)

    def wait(self, ms: int) -> None:
        core().supervisor_pass_time(self.memory, ms)

    def power(self, zone: int = 0) -> int:
        return int(core().supervisor_power_deci_w(self.memory, zone))

    def limit(self, zone: int = 0) -> LimitedBy:
        return LimitedBy(core().supervisor_limit(self.memory, zone))

    @property
    def armed(self) -> bool:
        return bool(self.memory.armed_ms > 0)

    @property
    def massage_allowed(self) -> bool:
        return bool(core().supervisor_allows_massage(self.memory))

    @property
    def latched(self) -> set[Fault]:
        return {fault for fault in Fault if self.memory.latched & 1 << fault - 1}

    @property
    def faults(self) -> set[Fault]:
        return {fault for fault in Fault if core().supervisor_faults(self.memory) & 1 << fault - 1}


@pytest.fixture
def heating() -> Judge:
    judge = Judge()
    judge.arm()
    judge.lend(WARM)
    assert judge.power() == 300
    return judge


# ---- what must all be so for heat ------------------------------------------------------------------------------


def test_after_reset_nothing_is_allowed() -> None:
    judge = Judge(celsius=None)
    assert (judge.power(0), judge.power(1), judge.massage_allowed, judge.armed) == (0, 0, False, False)


def test_reset_forgets_whatever_stood_there() -> None:
    judge = Judge(celsius=None)
    size = len(interface().buffer(judge.memory))
    interface().buffer(judge.memory)[:] = b"\xff" * size
    core().supervisor_reset(judge.memory)
    assert bytes(interface().buffer(judge.memory)) == bytes(size)


def test_the_last_millisecond_of_arming_and_lease_counts(heating: Judge) -> None:
    heating.memory.armed_ms = heating.memory.lease_ms = 1
    assert (heating.power(), heating.massage_allowed) == (300, True)
    heating.wait(1)
    assert (heating.power(), heating.massage_allowed, heating.armed) == (0, False, False)
    assert heating.faults == {Fault.LEASE_EXPIRED}


def test_each_missing_condition_is_named_the_strongest_first() -> None:
    judge = Judge(celsius=None)
    judge.lend(WARM)
    judge.memory.latched = 1
    seen = [judge.limit()]
    judge.memory.latched = 0
    seen.append(judge.limit())
    judge.arm()
    judge.memory.lease_ms = 0
    seen.append(judge.limit())
    judge.memory.lease_ms = 1
    seen.append(judge.limit())
    judge.sees(43.0)
    seen.append(judge.limit())
    judge.sees(41.0, samples=1)
    seen.append(judge.limit())
    judge.sees(40.99)
    seen.append(judge.limit())
    assert seen == [
        LimitedBy.LATCHED,
        LimitedBy.NOT_ARMED,
        LimitedBy.LEASE,
        LimitedBy.SENSOR,
        LimitedBy.OVER_TEMPERATURE,
        LimitedBy.TARGET,
        LimitedBy.NONE,
    ]
    assert judge.power() == 300


def test_nothing_asked_is_not_limited(heating: Judge) -> None:
    heating.take(NOTHING)
    assert (heating.power(), heating.limit()) == (0, LimitedBy.NONE)


def test_a_target_of_zero_is_no_heat(heating: Judge) -> None:
    heating.take(Wish((300, 300), (0, 4000)))
    assert (heating.power(0), heating.limit(0)) == (0, LimitedBy.TARGET)
    assert heating.power(1) == 300
    heating.sees(-5.0)
    assert (heating.power(0), heating.limit(0)) == (0, LimitedBy.TARGET), "and no target of 0 °C"


@pytest.mark.parametrize(("celsius", "power"), [(40.99, 300), (41.0, 0), (41.01, 0)])
def test_heat_only_below_the_target_and_a_kelvin(heating: Judge, celsius: float, power: int) -> None:
    heating.sees(celsius)
    assert heating.power() == power


def test_the_hottest_sensor_of_a_zone_counts_and_only_that_zone(heating: Judge) -> None:
    heating.sees(25.0, 41.0, 25.0, 25.0)
    assert (heating.power(0), heating.power(1)) == (0, 300)
    heating.sees(25.0, 25.0, 41.0, 25.0)
    assert (heating.power(0), heating.power(1)) == (300, 0)


def test_power_is_capped_also_where_a_demand_slipped_through(heating: Judge) -> None:
    heating.memory.demand.zone_power_deci_w = [301, 65535]
    assert (heating.power(0), heating.power(1)) == (300, 300)


@pytest.mark.parametrize("deci_w", [1, 298, 299, 300])
def test_never_a_tenth_of_a_watt_more_than_was_asked(heating: Judge, deci_w: int) -> None:
    heating.take(Wish((deci_w, 300), (4000, 4000)))
    assert (heating.power(0), heating.power(1)) == (deci_w, 300)


# ---- over-temperature ------------------------------------------------------------------------------------------


def at_42(judge: Judge) -> None:
    judge.take(heat(30.0, 42.0))  # target + 1 K would allow heat up to 42.99 °C


@pytest.mark.parametrize(("celsius", "cut"), [(42.99, False), (43.0, True), (43.01, True)])
def test_cut_at_43(heating: Judge, celsius: float, cut: bool) -> None:
    at_42(heating)
    heating.sees(celsius)
    assert (heating.power() == 0) is cut
    assert (Fault.OVER_TEMPERATURE_CUT in heating.faults) is cut
    assert heating.armed
    assert heating.latched == set()


@pytest.mark.parametrize(("celsius", "cut"), [(42.51, True), (42.5, True), (42.49, False)])
def test_resumes_below_42_5(heating: Judge, celsius: float, cut: bool) -> None:
    at_42(heating)
    heating.sees(43.0)
    heating.sees(celsius)
    assert (heating.limit() is LimitedBy.OVER_TEMPERATURE) is cut
    assert (heating.power() == 0) is cut


def test_a_cut_does_not_end_by_losing_the_sensor_that_was_hot(heating: Judge) -> None:
    at_42(heating)
    heating.sees(43.0, 30.0, 30.0, 30.0)
    heating.loses(0)
    heating.sees(42.6, 30.0, 30.0, 30.0)
    assert heating.limit() is LimitedBy.OVER_TEMPERATURE


@pytest.mark.parametrize(("celsius", "latches"), [(43.99, False), (44.0, True), (44.01, True)])
def test_latch_at_44_for_three_samples(heating: Judge, celsius: float, latches: bool) -> None:
    heating.sees(celsius, samples=2)
    assert heating.latched == set()
    heating.sees(celsius)
    assert heating.latched == ({Fault.OVER_TEMPERATURE} if latches else set())
    assert heating.armed is not latches


def test_a_cooler_sample_between_begins_the_count_anew(heating: Judge) -> None:
    heating.sees(44.0, samples=2)
    heating.sees(43.9)
    heating.sees(44.0, samples=2)
    assert heating.latched == set()


def test_a_latch_takes_everything_and_time_does_not_clear_it(heating: Judge) -> None:
    heating.take(Wish((300, 300), (4000, 4000), (50,) * 4))
    heating.sees(25.0, 25.0, 44.0, 25.0, samples=3)
    for _ in range(3):
        assert (heating.power(0), heating.power(1), heating.massage_allowed) == (0, 0, False)
        assert heating.limit(0) is LimitedBy.LATCHED
        assert heating.memory.disarmed_by == DisarmReason.FAULT
        heating.wait(1000)
        heating.sees(25.0)
        heating.arm()
        assert heating.take(Wish((300, 300), (4000, 4000), (50,) * 4)) == 0


def test_still_hot_for_long_stays_one_fault(heating: Judge) -> None:
    heating.sees(50.0, samples=300)
    assert heating.faults == {Fault.OVER_TEMPERATURE, Fault.OVER_TEMPERATURE_CUT}
    heating.sees(25.0)
    assert heating.faults == set()
    assert heating.latched == {Fault.OVER_TEMPERATURE}


# ---- sensors ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sensor", range(4))
@pytest.mark.parametrize(("trust", "fault"), [(OPEN, Fault.SENSOR_OPEN), (SHORT, Fault.SENSOR_SHORT)])
def test_one_bad_sample_ends_heat_the_second_latches(
    heating: Judge, sensor: int, trust: SensorTrust, fault: Fault
) -> None:
    zone, other = sensor // 2, 1 - sensor // 2
    heating.loses(sensor, trust)
    assert (heating.power(zone), heating.limit(zone)) == (0, LimitedBy.SENSOR)
    assert heating.power(other) == 300
    assert (heating.faults, heating.latched, heating.armed) == (set(), set(), True)
    heating.loses(sensor, trust)
    assert (heating.faults, heating.latched, heating.armed) == ({fault}, {fault}, False)
    assert heating.power(other) == 0


def test_one_disturbed_sample_is_no_fault(heating: Judge) -> None:
    heating.loses(0)
    heating.sees(25.0)
    heating.loses(0)
    heating.sees(25.0)
    assert (heating.power(), heating.latched) == (300, set())


def test_a_hot_sensor_counts_though_its_neighbour_is_lost(heating: Judge) -> None:
    heating.sees(44.0, 44.0, 25.0, 25.0)
    heating.loses(0)
    heating.sensors[0].bad = 0
    heating.loses(0)
    assert heating.latched == {Fault.OVER_TEMPERATURE}


def test_a_zone_with_no_trusted_sensor_is_colder_than_anything() -> None:
    judge = Judge()
    for sensor in (0, 1):
        judge.loses(sensor)
    assert [zone.hottest_centi_c for zone in judge.memory.zones] == [-32768, 2500]


def test_blind_means_no_heat_until_seen_again(heating: Judge) -> None:
    core().supervisor_blind(heating.memory)
    assert (heating.power(), heating.limit()) == (0, LimitedBy.SENSOR)
    heating.sees(25.0)
    assert heating.power() == 300


# ---- what others found -----------------------------------------------------------------------------------------

HOLDS = {
    "look_ahead": LimitedBy.LOOK_AHEAD,
    "dose_full": LimitedBy.DOSE,
    "not_warming": LimitedBy.NOT_WARMING,
}


def hold(judge: Judge, zone: int, **holds: bool) -> None:
    core().supervisor_hold(judge.memory, zone, interface().new("struct zone_hold *", holds))


def find(judge: Judge, *faults: Fault) -> None:
    core().supervisor_find(judge.memory, sum(1 << fault - 1 for fault in faults))


@pytest.mark.parametrize("zone", [0, 1])
@pytest.mark.parametrize("reason", HOLDS)
def test_a_hold_takes_the_heat_of_its_zone_alone_and_gives_it_back(heating: Judge, zone: int, reason: str) -> None:
    hold(heating, zone, **{reason: True})
    assert (heating.power(zone), heating.limit(zone), heating.power(1 - zone)) == (0, HOLDS[reason], 300)
    assert heating.armed
    hold(heating, zone)
    assert (heating.power(zone), heating.limit(zone)) == (300, LimitedBy.NONE)


@pytest.mark.parametrize(("celsius", "power"), [(37.99, 300), (38.0, 0), (38.01, 0)])
def test_an_uneven_zone_is_held_at_38(heating: Judge, celsius: float, power: int) -> None:
    heating.sees(celsius)
    hold(heating, 1, uneven=True)
    assert (heating.power(0), heating.power(1)) == (300, power)
    assert heating.limit(1) is (LimitedBy.NONE if power else LimitedBy.UNEVEN)


def test_temperatures_leave_the_holds_alone(heating: Judge) -> None:
    for zone in (0, 1):
        hold(heating, zone, look_ahead=True, not_warming=True, uneven=True, dose_full=True)
    before = bytes(interface().buffer(interface().addressof(heating.memory, "holds")))
    assert before == b"\1" * 8
    for celsius in (25.0, 43.0, 44.0):
        heating.sees(celsius, samples=4)
        assert bytes(interface().buffer(interface().addressof(heating.memory, "holds"))) == before


def test_the_reasons_behind_the_judges_own_the_strongest_first(heating: Judge) -> None:
    heating.sees(41.0)
    find(heating, Fault.SUPPLY_DIP)
    heating.memory.checking = True
    seen = []
    held = dict.fromkeys(("look_ahead", "dose_full", "not_warming", "uneven"), True)
    for reason in ("look_ahead", "dose_full", "not_warming"):
        hold(heating, 0, **held)
        seen.append(heating.limit())
        del held[reason]
    hold(heating, 0, **held)
    seen.append(heating.limit())
    find(heating)
    seen.append(heating.limit())
    heating.memory.checking = False
    seen.append(heating.limit())
    heating.sees(40.99)
    seen.append(heating.limit())
    hold(heating, 0)
    seen.append(heating.limit())
    assert seen == [
        LimitedBy.LOOK_AHEAD,
        LimitedBy.DOSE,
        LimitedBy.NOT_WARMING,
        LimitedBy.SUPPLY,
        LimitedBy.CHECK,
        LimitedBy.TARGET,
        LimitedBy.UNEVEN,
        LimitedBy.NONE,
    ]


@pytest.mark.parametrize("fault", Fault)
def test_what_is_found_latches_unless_it_is_of_class_a(heating: Judge, fault: Fault) -> None:
    find(heating, fault)
    latches = FAULTS[fault].lockout != "A"
    assert heating.latched == ({fault} if latches else set())
    assert heating.armed is (not latches and fault is not Fault.REST_DUE)
    assert heating.faults == {fault}
    find(heating)
    assert heating.faults == set()
    assert heating.latched == ({fault} if latches else set())


@pytest.mark.parametrize(
    ("fault", "reason"), [(Fault.REST_DUE, DisarmReason.REST_DUE), (Fault.WITNESS_DISAGREES, DisarmReason.FAULT)]
)
def test_the_reason_of_a_disarming_is_kept(heating: Judge, fault: Fault, reason: DisarmReason) -> None:
    find(heating, fault)
    assert heating.memory.disarmed_by == reason
    find(heating, Fault.REST_DUE, Fault.WITNESS_DISAGREES)
    assert heating.memory.disarmed_by == reason, "what is not armed is not disarmed again"


def test_while_heaters_are_checked_and_while_motors_draw_too_much_nothing_moves(heating: Judge) -> None:
    assert heating.massage_allowed
    find(heating, Fault.MOTOR_CURRENT)
    assert (heating.massage_allowed, heating.power()) == (False, 300)
    find(heating)
    heating.memory.checking = True
    assert (heating.massage_allowed, heating.power()) == (False, 0)
    heating.memory.checking = False
    assert (heating.massage_allowed, heating.power()) == (True, 300)


def test_after_a_latch_motors_wait_for_a_host_that_noticed(heating: Judge) -> None:
    find(heating, Fault.WITNESS_DISAGREES)
    find(heating)
    assert core().supervisor_clear(heating.memory) == 0
    heating.take(massage(50))
    assert not heating.massage_allowed
    heating.take(NOTHING)
    heating.take(massage(50))
    assert heating.massage_allowed


def test_what_is_still_found_cannot_be_cleared(heating: Judge) -> None:
    find(heating, Fault.WITNESS_DISAGREES)
    assert core().supervisor_clear(heating.memory) == Refusal.SELF_TEST_FAILED
    find(heating, Fault.SUPPLY_DIP)
    assert core().supervisor_clear(heating.memory) == 0
    assert heating.latched == set()


# ---- clearing --------------------------------------------------------------------------------------------------


def latched_judge() -> Judge:
    judge = Judge()
    judge.sees(44.0, samples=3)
    assert judge.latched == {Fault.OVER_TEMPERATURE}
    return judge


@pytest.mark.parametrize(
    ("celsius", "refusal"),
    [(37.99, 0), (38.0, Refusal.TOO_WARM_TO_CLEAR), (38.01, Refusal.TOO_WARM_TO_CLEAR)],
)
@pytest.mark.parametrize("sensor", range(4))
def test_cleared_only_on_a_cold_pad(sensor: int, celsius: float, refusal: int) -> None:
    judge = latched_judge()
    each = [25.0] * 4
    each[sensor] = celsius
    judge.sees(*each)
    assert core().supervisor_clear(judge.memory) == refusal
    assert bool(judge.latched) is bool(refusal)


@pytest.mark.parametrize("sensor", range(4))
def test_not_cleared_while_a_sensor_is_lost(sensor: int) -> None:
    judge = Judge()
    judge.loses(sensor)
    judge.loses(sensor)
    assert core().supervisor_clear(judge.memory) == Refusal.SENSOR_UNTRUSTED
    assert judge.latched == {Fault.SENSOR_OPEN}


def test_clearing_arms_nothing() -> None:
    judge = latched_judge()
    judge.lend(Wish((300, 300), (4000, 4000), (50,) * 4))
    judge.sees(25.0)
    assert core().supervisor_clear(judge.memory) == 0
    assert (judge.power(), judge.massage_allowed, judge.armed) == (0, False, False)


def test_a_hard_latch_is_not_cleared() -> None:
    judge = Judge()
    judge.memory.latched = 1 << 31 | 1
    judge.sees(25.0)
    assert core().supervisor_clear(judge.memory) == Refusal.LATCHED
    assert judge.memory.latched == 1 << 31 | 1


def test_time_passes_for_what_is_remembered_of_latches() -> None:
    judge = Judge()
    judge.memory.lockout.lock_left_ms = [5000, 70_000]
    judge.memory.lockout.hang_left_ms = [1, 1001]
    judge.wait(1000)
    assert list(judge.memory.lockout.lock_left_ms) == [4000, 69_000]
    assert list(judge.memory.lockout.hang_left_ms) == [0, 1]


# ---- the lease and its counter ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("ms", "alive"), [(1499, True), (1500, False), (1501, False)])
def test_the_lease_lasts_less_than_1_5_s(heating: Judge, ms: int, alive: bool) -> None:
    heating.wait(ms)
    assert (heating.power() > 0) is alive
    assert (Fault.LEASE_EXPIRED in heating.faults) is not alive
    assert heating.armed, "a lost lease is no disarming"


def test_many_short_waits_are_one_long_one(heating: Judge) -> None:
    for _ in range(149):
        heating.wait(10)
    assert heating.power() == 300
    heating.wait(10)
    assert heating.power() == 0


@pytest.mark.parametrize("ms", [2**31 - 1, 2**31, 2**32 - 1])
def test_a_wait_of_weeks_is_the_end_of_everything(heating: Judge, ms: int) -> None:
    heating.wait(ms)
    assert (heating.memory.lease_ms, heating.memory.armed_ms) == (0, 0)
    heating.wait(ms)
    assert (heating.memory.lease_ms, heating.memory.armed_ms) == (0, 0)


@pytest.mark.parametrize(
    ("ahead", "renews"),
    [(0, False), (1, True), (2, True), (99, True), (100, True), (101, False), (32767, False), (65535, False)],
)
@pytest.mark.parametrize("start", [0, 1, 32767, 65534, 65535])
def test_only_a_counter_a_little_ahead_renews(ahead: int, renews: bool, start: int) -> None:
    judge = Judge()
    judge.counter = (start - 2) % 65536
    judge.lend(WARM)
    judge.wait(500)
    refusal = judge.take(WARM, counter=(start + ahead) % 65536)
    assert refusal == (0 if renews else Refusal.COUNTER_DID_NOT_ADVANCE)
    assert judge.memory.lease_ms == (1500 if renews else 1000)
    assert judge.memory.counter == ((start + ahead) % 65536 if renews else start)


def test_a_first_demand_begins_the_count_and_lends_nothing() -> None:
    judge = Judge()
    assert judge.take(massage(50), counter=7) == 0
    assert (judge.memory.lease_ms, judge.massage_allowed) == (0, False)
    assert judge.take(massage(50), counter=8) == 0
    assert judge.massage_allowed


@pytest.mark.parametrize("pause_ms", [50, 1500, 9999, 11_000])
def test_one_demand_repeated_for_ever_never_heats(heating: Judge, pause_ms: int) -> None:
    heating.wait(1500)
    for _ in range(50):
        assert heating.take(WARM, counter=heating.counter) == Refusal.COUNTER_DID_NOT_ADVANCE
        assert (heating.power(), heating.memory.lease_ms) == (0, 0)
        heating.wait(pause_ms)
    heating.arm()
    heating.take(WARM, counter=heating.counter)
    assert heating.power() == 0


@pytest.mark.parametrize("stretch", [2, 3, 20])
def test_a_stretch_played_again_and_again_costs_the_arming(heating: Judge, stretch: int) -> None:
    recorded = [heating.counter + number for number in range(1, stretch + 1)]
    gone_ms = 0
    for counter in recorded * 400:
        heating.take(WARM, counter=counter)
        gone_ms += 50
        heating.wait(50)
        if gone_ms >= 50 * stretch + 1500:
            assert heating.power() == 0
    assert not heating.armed


def test_after_a_silence_an_honest_host_goes_on() -> None:
    judge = Judge()
    judge.arm()
    judge.lend(WARM)
    judge.wait(3000)
    assert judge.power() == 0
    assert judge.take(WARM, counter=judge.counter + 60) == 0
    assert judge.power() == 300
    assert Fault.LEASE_EXPIRED not in judge.faults


@pytest.mark.parametrize("ahead", [101, 32767])
def test_far_ahead_after_a_silence_begins_anew(heating: Judge, ahead: int) -> None:
    heating.wait(1500)
    assert heating.take(WARM, counter=heating.counter + ahead) == 0
    assert heating.power() == 0
    assert heating.take(WARM) == 0
    assert heating.power() == 300


@pytest.mark.parametrize("ahead", [32768, 65535])
def test_back_after_a_silence_is_refused_while_armed(heating: Judge, ahead: int) -> None:
    heating.wait(1500)
    start = heating.counter
    assert heating.take(WARM, counter=(start + ahead) % 65536) == Refusal.COUNTER_DID_NOT_ADVANCE
    heating.wait(10_000)
    assert not heating.armed
    assert heating.take(WARM, counter=(start + ahead) % 65536) == 0, "disarmed there is nothing to protect"


def test_back_with_a_live_lease_is_refused_armed_or_not() -> None:
    judge = Judge()
    judge.lend(massage(50))
    assert judge.take(massage(50), counter=judge.counter - 1) == Refusal.COUNTER_DID_NOT_ADVANCE


@pytest.mark.parametrize("ahead", [0, 101, 32767, 32768, 65535])
@pytest.mark.parametrize("armed", [True, False])
def test_the_last_millisecond_of_a_lease_still_holds_the_count(ahead: int, armed: bool) -> None:
    judge = Judge()
    judge.lend(WARM)
    if armed:
        judge.arm()
    judge.memory.lease_ms = 1
    refusal = judge.take(WARM, counter=(judge.counter + ahead) % 65536)
    assert (refusal, judge.memory.lease_ms) == (Refusal.COUNTER_DID_NOT_ADVANCE, 1)


# ---- ranges ----------------------------------------------------------------------------------------------------

LARGEST = Wish((300, 300), (4200, 4200), (100,) * 4, 3)


def changed(field: str, index: int, value: int) -> Wish:
    wish = {name: list(getattr(LARGEST, name)) for name in ("power_deci_w", "target_centi_c", "motors_percent")}
    wish[field][index] = value
    return Wish(**{name: tuple(values) for name, values in wish.items()}, cue=3)  # type: ignore[arg-type]


def wrong() -> Sequence[tuple[Wish, Refusal]]:
    cases = [
        (changed("target_centi_c", zone, value), Refusal.TARGET_OUT_OF_RANGE)
        for zone in range(2)
        for value in (4201, 6000, 32767, -1, -32768)
    ]
    cases += [
        (changed("power_deci_w", zone, value), Refusal.POWER_OUT_OF_RANGE)
        for zone in range(2)
        for value in (301, 65535)
    ]
    cases += [
        (changed("motors_percent", motor, value), Refusal.INTENSITY_OUT_OF_RANGE)
        for motor in range(4)
        for value in (101, 255)
    ]
    return [*cases, (Wish(cue=4), Refusal.UNKNOWN_CUE), (Wish(cue=255), Refusal.UNKNOWN_CUE)]


@pytest.mark.parametrize(("wish", "refusal"), wrong())
def test_one_field_out_of_range_refuses_the_whole_demand(heating: Judge, wish: Wish, refusal: Refusal) -> None:
    heating.wait(500)
    counter = heating.counter
    before = bytes(interface().buffer(heating.memory))
    assert heating.take(wish) == refusal
    assert bytes(interface().buffer(heating.memory)) == before, "nothing of it was taken"
    assert heating.take(WARM, counter=counter + 1) == 0, "nor its counter"


def test_the_largest_demand_is_taken(heating: Judge) -> None:
    assert heating.take(LARGEST) == 0
    assert heating.memory.lease_ms == 1500


@given(payload=st.binary(min_size=15, max_size=15))
def test_any_demand_is_obeyed_whole_or_not_at_all(payload: bytes) -> None:
    judge = Judge()
    judge.arm()
    judge.lend(WARM)
    demand = interface().new("struct contract_demand *")
    interface().buffer(demand)[:] = struct.pack("<H", judge.counter + 1) + payload[2:]
    taken = core().supervisor_take(judge.memory, demand) == 0
    fields = struct.unpack("<2H2h4BB", payload[2:])
    powers, targets, motors, cue = fields[:2], fields[2:4], fields[4:8], fields[8]
    in_range = max(powers) <= 300 and all(0 <= t <= 4200 for t in targets) and max(motors) <= 100 and cue <= 3
    assert taken is in_range
    assert judge.power() <= 300


# ---- arming ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ms", "armed"), [(59_999, True), (60_000, False), (60_001, False)])
def test_armed_without_heat_expires_after_a_minute(ms: int, armed: bool) -> None:
    judge = Judge()
    judge.arm()
    wait_linked(judge, ms)
    assert judge.armed is armed
    assert judge.memory.disarmed_by == (0 if armed else DisarmReason.EXPIRED)


@pytest.mark.parametrize(("ms", "armed"), [(599_999, True), (600_000, False), (600_001, False)])
def test_ten_minutes_after_the_last_heat_it_expires(ms: int, armed: bool) -> None:
    judge = Judge()
    judge.arm()
    core().supervisor_heat_flows(judge.memory)
    wait_linked(judge, ms)
    assert judge.armed is armed
    assert judge.memory.disarmed_by == (0 if armed else DisarmReason.EXPIRED)


def test_heat_alone_arms_nothing() -> None:
    judge = Judge()
    core().supervisor_heat_flows(judge.memory)
    assert not judge.armed


def wait_linked(judge: Judge, ms: int) -> None:
    """Time with a host that asks for nothing."""
    judge.lend(NOTHING)
    while ms > 0:
        step = min(ms, 1000)
        ms -= step
        judge.wait(step)
        judge.take(NOTHING)


@pytest.mark.parametrize(("ms", "armed"), [(9999, True), (10_000, False), (10_001, False)])
def test_ten_seconds_without_the_host_disarm(heating: Judge, ms: int, armed: bool) -> None:
    heating.wait(ms)
    assert heating.armed is armed
    assert heating.memory.disarmed_by == (0 if armed else DisarmReason.LINK_LOST)


@pytest.mark.parametrize(("ms", "armed"), [(9999, True), (10_000, False)])
def test_a_press_without_any_host_is_forgotten_after_ten_seconds(ms: int, armed: bool) -> None:
    judge = Judge()
    judge.arm()
    judge.wait(ms)
    assert judge.armed is armed
    assert judge.memory.disarmed_by == (0 if armed else DisarmReason.LINK_LOST)


def test_refused_demands_do_not_hold_the_link(heating: Judge) -> None:
    for _ in range(100):
        heating.wait(100)
        heating.take(heat(30.0, 42.01))
    assert not heating.armed


def test_stop_disarms_and_ends_the_lease(heating: Judge) -> None:
    heating.stop(DisarmReason.STOP)
    assert (heating.power(), heating.armed, heating.memory.lease_ms) == (0, False, 0)
    assert heating.memory.disarmed_by == DisarmReason.STOP
    assert Fault.LEASE_EXPIRED not in heating.faults, "it did not run out, it was given back"
    heating.wait(1)
    assert Fault.LEASE_EXPIRED not in heating.faults
    assert heating.memory.demand.zone_power_deci_w[0] == 0
    heating.counter = 40_000  # another host, perhaps
    heating.lend(WARM)
    assert (heating.power(), heating.limit()) == (0, LimitedBy.NOT_ARMED)


def test_stop_ends_the_alarm_about_a_silence(heating: Judge) -> None:
    heating.wait(1500)
    assert heating.faults == {Fault.LEASE_EXPIRED}
    heating.stop(DisarmReason.STOP)
    assert heating.faults == set()


@pytest.mark.parametrize(("ahead", "lent"), [(0, False), (1, True), (100, True), (101, False), (65535, False)])
def test_after_stop_counting_goes_on_or_begins_anywhere(heating: Judge, ahead: int, lent: bool) -> None:
    heating.stop(DisarmReason.STOP)
    heating.take(massage(50), counter=(heating.counter + ahead) % 65536)
    assert heating.massage_allowed is lent
    heating.take(massage(50))
    assert heating.massage_allowed


def test_stop_while_unarmed_tells_no_disarming() -> None:
    judge = Judge()
    judge.stop(DisarmReason.STOP)
    assert judge.memory.disarmed_by == 0


def test_after_a_stop_at_the_pad_motors_wait_for_a_host_that_noticed() -> None:
    judge = Judge()
    judge.lend(massage(50))
    assert judge.massage_allowed
    judge.stop(DisarmReason.BUTTON)
    motors = [Wish(motors_percent=tuple(int(motor == one) for motor in range(4))) for one in range(4)]
    for wish in (massage(50), *motors, Wish((1, 0)), Wish((0, 1)), Wish((0, 0), (1, 0)), Wish((0, 0), (0, 1))):
        assert judge.take(wish) == 0
        assert not judge.massage_allowed
    judge.take(NOTHING)
    judge.take(massage(50))
    assert judge.massage_allowed


def test_massage_needs_a_lease_and_no_arming() -> None:
    judge = Judge()
    judge.lend(massage(50))
    assert judge.massage_allowed
    judge.wait(1500)
    assert not judge.massage_allowed
