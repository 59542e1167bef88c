"""Every fault can be ordered by a sentence that is checked, comes when it should, and does what it says."""

from __future__ import annotations

import re

import pytest
from poultice.errors import SetupError
from poultice.link import contract
from poultice.simulator.faults import Fault, FaultName, describe, make_fault, parse_spec, parse_words


@pytest.mark.parametrize(
    ("spec", "fault", "at_s"),
    [
        ("open-ntc", Fault(FaultName.OPEN_NTC), 0.0),
        ("open-ntc@60s,zone=lumbar", Fault(FaultName.OPEN_NTC, zone=0), 60.0),
        ("shorted-ntc@1.5min,zone=upper-back,sensor=witness", Fault(FaultName.SHORTED_NTC, 1, "witness"), 90.0),
        ("shorted-mosfet@2s,zone=upper_back", Fault(FaultName.SHORTED_MOSFET, 1), 2.0),
        ("lost-bytes,rate=0.5,direction=up", Fault(FaultName.LOST_BYTES, rate=0.5, direction="up"), 0.0),
        ("frozen-host@1h", Fault(FaultName.FROZEN_HOST), 3600.0),
        ("drifting-ntc,sensor=right,offset=-5,rate=0.5", Fault(FaultName.DRIFTING_NTC, 0, "right", 0.5), 0.0),
        ("detached-ntc,zone=upper-back,to=blanket", Fault(FaultName.DETACHED_NTC, 1, to="blanket"), 0.0),
        ("motor-stall,motor=lower-left", Fault(FaultName.MOTOR_STALL, motor=2), 0.0),
        ("supply-dip,percent=30", Fault(FaultName.SUPPLY_DIP, percent=30.0), 0.0),
        ("shifted-reference@5s,percent=-10", Fault(FaultName.SHIFTED_REFERENCE, percent=-10.0), 5.0),
        ("stuck-mux,channel=bandgap", Fault(FaultName.STUCK_MUX, mux_channel=14), 0.0),
        ("failed-self-test,test=clock", Fault(FaultName.FAILED_SELF_TEST, test=contract.SelfTest.CLOCK), 0.0),
        ("flipped-bit,byte=100,bit=7", Fault(FaultName.FLIPPED_BIT, byte=100, bit=7), 0.0),
        ("flipped-bytes@2s,rate=0.1,direction=up", Fault(FaultName.FLIPPED_BYTES, rate=0.1, direction="up"), 2.0),
        ("stuck-motor,motor=lower-right", Fault(FaultName.STUCK_MOTOR, motor=3), 0.0),
        ("false-trip,zone=upper-back", Fault(FaultName.FALSE_TRIP, zone=1), 0.0),
        ("hung-loop@1min", Fault(FaultName.HUNG_LOOP), 60.0),
    ],
)
def test_a_spec_is_read(spec: str, fault: Fault, at_s: float) -> None:
    scheduled = parse_spec(spec)
    assert (scheduled.fault, scheduled.at_s) == (fault, at_s)


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ("", "write it like"),
        ("@5s", "write it like"),
        ("open-ntc@soon", "write it like"),
        ("open-ntc@-5s", "write it like"),
        ("open-ntc@5", "write it like"),
        ("broken-pad", "unknown fault `broken-pad`; there are open-ntc"),
        ("open-ntc,zone=neck", "zone `neck` is unknown; take one of lumbar, upper_back"),
        ("open-ntc,sensor=middle", "take one of left, right, witness"),
        ("open-ntc,zone", "`zone` is no key=value"),
        ("open-ntc,zone=lumbar,zone=lumbar", "given twice"),
        ("open-ntc,rate=1", "unknown key `rate`; it takes zone, sensor"),
        ("frozen-host,zone=lumbar", "it takes nothing"),
        ("lost-bytes,rate=1.01", "not between 0 and 1"),
        ("lost-bytes,rate=nan", "not between 0 and 1"),
        ("lost-bytes,direction=sideways", "take one of both, down, up"),
        ("drifting-ntc,offset=-41", "not between -40 and 40"),
        ("shifted-reference,percent=much", "not between -50 and 100"),
        ("detached-ntc,to=moon", "take one of room, blanket, body"),
        ("motor-stall,motor=middle", "take one of upper_left, upper_right"),
        ("stuck-mux,channel=nine", "take one of lumbar_left"),
        ("failed-self-test,test=luck", "take one of registers"),
        ("flipped-bit,bit=8", "no whole number from 0 to 7"),
        ("flipped-bit,byte=-1", "no whole number from 0 to 65535"),
    ],
)
def test_a_wrong_spec_is_one_sentence_with_its_remedy(spec: str, complaint: str) -> None:
    with pytest.raises(SetupError) as caught:
        parse_spec(spec)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_fault_is_described_with_what_it_takes() -> None:
    lines = describe().splitlines()
    assert [re.split("[, ]", line)[0] for line in lines] == list(FaultName)
    assert "drifting-ntc,zone=…,sensor=…,offset=…,rate=…  a thermistor's error" in describe()
    assert len({line.rsplit("  ", 1)[1] for line in lines}) == len(FaultName), "each in words of its own"


def latched(host) -> set[contract.Fault]:
    return {fault for fault in contract.Fault if host.status.latched_faults & 1 << fault - 1}


def test_words_and_arguments_say_the_same() -> None:
    said = parse_words(["open-ntc", "zone=upper_back", "", "sensor=right"])
    assert said == make_fault("open-ntc", {"zone": "upper_back", "sensor": "right"})


def test_channels_are_those_of_the_board() -> None:
    channels = {
        (zone, sensor): make_fault("open-ntc", {"zone": zone, "sensor": sensor}).channel
        for zone in ("lumbar", "upper_back")
        for sensor in ("left", "right", "witness")
    }
    assert list(channels.values()) == [0, 1, 4, 2, 3, 5]


@pytest.mark.parametrize(("name", "trust"), [("open-ntc", "OPEN"), ("shorted-ntc", "SHORT")])
@pytest.mark.parametrize(("place", "index"), [(("lumbar", "left"), 0), (("upper_back", "right"), 3)])
def test_a_broken_thermistor_is_seen_and_ends_heat(host, name: str, trust: str, place, index: int) -> None:
    host.arm()
    host.want(30.0, 40.0)
    assert host.run(5.0).enable
    host.board.inject(name, zone=place[0], sensor=place[1])
    seen = host.run(0.4)
    assert seen.duty_permille[index // 2] == 0
    host.run(0.2)
    trusts = [contract.SensorTrust(seen).name for seen in host.status.sensor_trust]
    assert trusts == [trust if sensor == index else "TRUSTED" for sensor in range(4)]
    host.board.clear_fault(name)
    host.run(3.0)  # a sensor that jumped is not trusted for 2 s
    assert set(host.status.sensor_trust) == {contract.SensorTrust.TRUSTED}
    assert host.look().latched


def test_a_broken_witness_is_told_apart(host) -> None:
    host.board.inject("open-ntc", zone="upper_back", sensor="witness")
    host.run(1.0)
    assert host.status.witness_trust == (contract.SensorTrust.TRUSTED, contract.SensorTrust.OPEN)
    assert set(host.status.sensor_trust) == {contract.SensorTrust.TRUSTED}


def test_a_shorted_switch_heats_only_while_the_rail_lives_and_is_found_in_the_first_window(host) -> None:
    host.board.inject("shorted-mosfet", zone="lumbar")
    assert host.run(5.0).used_j == (0.0, 0.0)  # not armed: no rail
    host.arm()
    host.want(1.0, 40.0, zones=(False, True))  # hardly any heat, and in the other zone
    seen = host.run(2.0)
    assert 10 < seen.used_j[0] < 30 * 1.6, "the fault did heat, for a window and its confirmation"
    assert host.status.latched_faults == 1 << contract.Fault.HEATER_STUCK_ON - 1
    assert not seen.rail_on
    assert host.run(10.0).used_j == seen.used_j


def test_lost_bytes_are_counted_and_survived(host) -> None:
    host.board.inject("lost-bytes", rate=0.01)
    host.arm()
    host.want(30.0, 40.0)
    seen = host.run(30.0)
    assert seen.lost_down > 50
    assert seen.lost_up > 50
    assert host.decoder.bad > 0
    assert host.status.frames_bad > 0
    assert seen.used_j[0] > 500  # one frame in five is lost, the lease outlives 30
    host.board.clear_fault("lost-bytes")
    lost = host.run(5.0)
    assert (lost.lost_down, lost.lost_up) == (seen.lost_down, seen.lost_up)


@pytest.mark.parametrize(("direction", "down", "up"), [("down", True, False), ("up", False, True)])
def test_a_line_can_lose_one_way(host, direction: str, down: bool, up: bool) -> None:
    host.board.inject("lost-bytes", rate=1, direction=direction)
    seen = host.run(2.0)
    assert (seen.lost_down > 0, seen.lost_up > 0) == (down, up)


def test_a_frozen_host_costs_the_heat_and_leaves_the_board_talking(host) -> None:
    host.arm()
    host.want(30.0, 40.0)
    assert host.run(5.0).enable
    host.board.inject("frozen-host")
    host.messages.clear()
    seen = host.run(1.6)
    assert seen.duty_permille == (0, 0)
    assert len(host.of(contract.Status)) == 16
    assert seen.lost_down == 0
    host.board.clear_fault("frozen-host")
    host.run(0.5)
    assert host.status.lease_remaining_ms > 1000


def test_flipped_bytes_damage_frames_one_way(host) -> None:
    host.board.inject("flipped-bytes", rate=0.02, direction="down")
    host.arm()
    host.want(30.0, 40.0)
    seen = host.run(20.0)
    assert host.status.frames_bad > 20
    assert host.decoder.bad == 0, "up they are whole"
    assert (seen.lost_down, seen.lost_up) == (0, 0), "none is swallowed"
    assert seen.used_j[0] > 200, "a third of the frames is lost, the lease outlives 30"
    host.board.clear_fault("flipped-bytes")
    host.run(1.0)
    bad = host.status.frames_bad
    host.run(5.0)
    assert host.status.frames_bad == bad


def test_a_frozen_chip_keeps_its_pins_and_loses_the_rail(host) -> None:
    host.arm()
    host.want(30.0, 40.0)
    host.run(3.0)
    gates = host.look().gate
    assert any(gates)
    host.board.inject("frozen-mcu")
    host.messages.clear()
    assert host.run(0.05).rail_on
    seen = host.run(0.1)
    assert (seen.gate, seen.enable, seen.rail_on) == (gates, False, False)
    assert not any(seen.heater_w)
    assert not host.run(2.0).rail_on
    assert host.messages == [], "it says nothing"
    host.board.clear_fault("frozen-mcu")
    assert host.run(1.0).armed, "its time stood still with it"


def test_a_hung_loop_loses_heat_and_is_reset_until_it_locks(host) -> None:
    host.arm()
    host.want(30.0, 40.0)
    host.run(3.0)
    used = host.look().used_j
    host.board.inject("hung-loop")
    seen = host.run(0.1)
    assert (seen.gate, seen.enable) == ((False, False), False), "the duty was lent for 50 ms"
    assert host.run(1.0).used_j[0] <= used[0] + 30.0 * 0.1
    host.board.clear_fault("hung-loop")
    host.run(1.0)
    assert not host.look().armed
    assert contract.Fault.HANGS_AGAIN in latched(host)


def test_a_power_cut_disarms_and_is_over(host) -> None:
    host.arm()
    host.board.inject("power-cut")
    seen = host.run(1.0)
    assert not seen.armed
    assert host.of(contract.Hello)[-1].reset_cause == contract.ResetCause.POWER_ON
    assert not latched(host)
    host.arm()


def test_a_stuck_button_arms_nothing_and_is_told(host) -> None:
    host.board.inject("stuck-button")
    host.want(30.0, 40.0)
    assert host.run(12.0).used_j == (0.0, 0.0)
    assert host.status.faults & 1 << contract.Fault.BUTTON_STUCK - 1
    host.board.clear_fault("stuck-button")
    host.run(2.0)
    assert not host.status.faults & 1 << contract.Fault.BUTTON_STUCK - 1


def test_a_false_trip_is_cold_and_locks_for_good(host) -> None:
    host.arm()
    host.want(30.0, 40.0)
    host.run(3.0)
    host.board.inject("false-trip", zone="upper_back")
    assert not host.run(0.05).rail_on, "at once, by hardware"
    host.run(1.0)
    assert contract.Fault.HARDWARE_TRIP in latched(host)
    assert host.status.state == contract.DeviceState.LATCHED_C


@pytest.mark.parametrize("motor", ["upper_left", "lower_right"])
def test_a_motor_that_runs_by_itself_is_seen_as_current_that_nobody_asked_for(host, motor: str) -> None:
    host.arm()
    host.want(30.0, 40.0)
    host.run(3.0)
    host.board.inject("stuck-motor", motor=motor)
    host.run(2.0)
    assert contract.Fault.HEATER_STUCK_ON in latched(host)
    assert host.status.state == contract.DeviceState.LATCHED_C


def test_a_fault_comes_at_its_time_of_the_board(new_host) -> None:
    host = new_host(faults=[parse_spec("open-ntc@3s,zone=upper_back"), parse_spec("lost-bytes@2s,rate=1")])
    host.board.advance(1.49)  # 1.99 in all
    assert host.look().lost_up == 0
    host.board.advance(0.5)
    assert host.look().lost_up > 0
    host.board.clear_fault("lost-bytes")
    host.board.advance(0.5)
    host.run(0.5)
    assert host.status.sensor_trust[2] == contract.SensorTrust.OPEN


def test_every_fault_can_be_injected_and_cleared(host) -> None:
    for name in FaultName:
        host.board.inject(name)
    for name in FaultName:
        host.board.clear_fault(name)
    host.run(2.5)
    assert set(host.status.sensor_trust) == {contract.SensorTrust.TRUSTED}
