"""The conversation with a board: order, silence, restarts, counters, and any bytes whatever."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.errors import DefectError
from poultice.link import contract
from poultice.link.conversation import (
    BoardEventReceived,
    ContractMismatch,
    Conversation,
    HelloReceived,
    LinkLost,
    LogReceived,
    ReadingReceived,
)
from poultice.link.frames import encode
from poultice.therapy.state import Demand, ZoneDemand

if TYPE_CHECKING:
    from tests.link.conftest import BoardEnd

OFF = Demand(zones=(ZoneDemand(), ZoneDemand()), motors_percent=(0, 0, 0, 0))
WARM = Demand(zones=(ZoneDemand(12.34, 40.0), ZoneDemand()), motors_percent=(0, 50, 0, 100), cue="still_awake")


def talking(board: BoardEnd, now_s: float = 0.0, counter: int = 0) -> Conversation:
    """A conversation that may send demands."""
    conversation = Conversation()
    conversation.receive(board.hello(), now_s)
    conversation.take_output()
    conversation.receive(board.status(demand_counter=counter), now_s)
    assert conversation.ready
    return conversation


def kinds(events: list[object]) -> list[type]:
    return [type(event) for event in events]


class TestBeginning:
    def test_hello_is_asked_for_every_half_second_until_it_comes(self, board: BoardEnd) -> None:
        conversation = Conversation()
        asked = []
        for tick in range(31):
            assert conversation.tick(tick * 0.05) == []
            asked += [tick * 0.05 for _ in board.hear(conversation.take_output())]
        assert asked == pytest.approx([0.0, 0.5, 1.0, 1.5])

    def test_hello_is_answered_by_stop(self, board: BoardEnd) -> None:
        conversation = Conversation()
        (event,) = conversation.receive(board.hello(), 0.0)
        assert isinstance(event, HelloReceived)
        assert event.hello.firmware_version == (0, 1, 0)
        assert board.hear(conversation.take_output()) == [contract.Stop()]
        assert conversation.connected

    def test_no_demand_before_hello_nor_before_the_first_status(self, board: BoardEnd) -> None:
        conversation = Conversation()
        with pytest.raises(DefectError):
            conversation.demand(OFF)
        conversation.receive(board.hello(), 0.0)
        with pytest.raises(DefectError):
            conversation.demand(OFF)
        conversation.receive(board.status(), 0.1)
        (demand,) = board.hear(conversation.demand(OFF))
        assert isinstance(demand, contract.Demand)

    def test_status_and_events_before_hello_are_not_believed(self, board: BoardEnd) -> None:
        conversation = Conversation()
        assert conversation.receive(board.status() + board.event(contract.EventKind.ARMED), 0.0) == []
        assert not conversation.connected

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("contract_version", contract.CONTRACT_VERSION + 1),
            ("contract_hash", contract.CONTRACT_HASH ^ 1),
            ("facts_hash", 0),
            ("zone_count", 1),
            ("motor_count", 0),
        ],
    )
    def test_a_board_of_another_contract_gets_stop_and_nothing_else(
        self, board: BoardEnd, field: str, value: int
    ) -> None:
        conversation = Conversation()
        (event,) = conversation.receive(board.hello(**{field: value}), 0.0)
        assert isinstance(event, ContractMismatch)
        assert "flash" in event.sentence
        assert board.hear(conversation.take_output()) == [contract.Stop()]
        assert conversation.receive(board.status(), 0.1) == []
        assert conversation.receive(board.hello(**{field: value}), 0.2) == [], "said once"
        with pytest.raises(DefectError):
            conversation.demand(OFF)

    def test_after_flashing_it_fits(self, board: BoardEnd) -> None:
        conversation = Conversation()
        conversation.receive(board.hello(facts_hash=0), 0.0)
        assert kinds(conversation.receive(board.hello(), 5.0)) == [HelloReceived]

    def test_a_hello_of_another_shape_is_a_mismatch(self, board: BoardEnd) -> None:
        conversation = Conversation()
        (event,) = conversation.receive(encode(contract.Hello.ID, 1, bytes([99]) + bytes(40)), 0.0)
        assert isinstance(event, ContractMismatch)
        assert "99" in event.sentence


class TestReading:
    def test_status_becomes_a_reading(self, board: BoardEnd) -> None:
        conversation = talking(board)
        (event,) = conversation.receive(
            board.status(
                sensor_trust=(*(contract.SensorTrust.TRUSTED,) * 3, contract.SensorTrust.OPEN),
                armed_remaining_ms=59_900,
                faults=0b100001,
                latched_faults=0b1,
                zone_target_centi_c=(4000, 0),
                zone_duty_permille=(250, 0),
            ),
            7.0,
        )
        assert isinstance(event, ReadingReceived)
        reading = event.reading
        assert reading.at_s == 7.0
        assert [zone.name for zone in reading.zones] == ["lumbar", "upper_back"]
        assert reading.zones[0].temperature_c == 30.5, "the hottest sensor"
        assert reading.zones[1].temperature_c is None, "one untrusted: nothing is known"
        assert reading.zones[1].sensors[1].trust == "open"
        assert (reading.zones[0].target_c, reading.zones[1].target_c) == (40.0, None)
        assert reading.zones[0].duty == 0.25
        assert reading.zones[0].full_power_w == 30.0
        assert reading.armed
        assert reading.faults == ("sensor_open", "button_stuck")
        assert reading.latched_faults == ("sensor_open",)
        assert reading.rail_v == 24.0

    def test_event_and_log(self, board: BoardEnd) -> None:
        conversation = talking(board)
        events = conversation.receive(
            board.event(contract.EventKind.BUTTON_RELEASED, press_ms=480)
            + board.event(contract.EventKind.DISARMED, contract.DisarmReason.EXPIRED)
            + board.event(contract.EventKind.FAULT, contract.Fault.OVER_TEMPERATURE)
            + board.event(contract.EventKind.REFUSED, 200)
            + board.say(contract.Log(tuple("grüß".encode()) + (0,) * (48 - 6))),
            0.0,
        )
        assert events == [
            BoardEventReceived("button_released", None, 0.48),
            BoardEventReceived("disarmed", "expired", None),
            BoardEventReceived("fault", "over_temperature", None),
            BoardEventReceived("refused", "200", None),
            LogReceived("grüß"),
        ]


class TestDemand:
    def test_the_whole_wish_in_wire_units(self, board: BoardEnd) -> None:
        (demand,) = board.hear(talking(board).demand(WARM))
        assert demand == contract.Demand(1, (123, 0), (4000, 0), (0, 50, 0, 100), contract.Cue.STILL_AWAKE)

    @pytest.mark.parametrize(("target_c", "wire"), [(40.1, 4010), (41.999, 4199), (42.0, 4200), (0.29, 29)])
    def test_target_is_never_rounded_up(self, board: BoardEnd, target_c: float, wire: int) -> None:
        wish = Demand(zones=(ZoneDemand(0, target_c), ZoneDemand()), motors_percent=(0,) * 4)
        (demand,) = board.hear(talking(board).demand(wish))
        assert isinstance(demand, contract.Demand)
        assert demand.zone_target_centi_c == (wire, 0)

    @pytest.mark.parametrize("value", [42.02, math.inf, math.nan, -1.0])
    def test_a_wish_beyond_the_contract_is_not_sent(self, board: BoardEnd, value: float) -> None:
        wish = Demand(zones=(ZoneDemand(0, value), ZoneDemand()), motors_percent=(0,) * 4)
        with pytest.raises((ValueError, OverflowError)):
            talking(board).demand(wish)

    @pytest.mark.parametrize("accepted", [0, 1, 40_000, 65_534, 65_535])
    def test_counter_advances_from_what_the_board_accepted_last(self, board: BoardEnd, accepted: int) -> None:
        conversation = talking(board, counter=accepted)
        sent = [board.hear(conversation.demand(OFF))[0] for _ in range(3)]
        assert [m.counter for m in sent if isinstance(m, contract.Demand)] == [
            (accepted + n) % 65536 for n in (1, 2, 3)
        ]

    def test_a_status_that_lags_does_not_move_the_counter(self, board: BoardEnd) -> None:
        conversation = talking(board)
        for _ in range(4):
            conversation.demand(OFF)
        conversation.receive(board.status(demand_counter=2), 0.1)
        (demand,) = board.hear(conversation.demand(OFF))
        assert isinstance(demand, contract.Demand)
        assert demand.counter == 5

    def test_after_a_long_loss_of_demands_the_board_accepts_them_again(self, board: BoardEnd) -> None:
        conversation = talking(board)
        for _ in range(contract.COUNTER_STEP_MAX + 20):
            conversation.demand(OFF)
        conversation.receive(board.status(demand_counter=0), 0.1)
        (demand,) = board.hear(conversation.demand(OFF))
        assert isinstance(demand, contract.Demand)
        assert 1 <= demand.counter <= contract.COUNTER_STEP_MAX


class TestStop:
    def test_stop_is_allowed_at_any_time(self, board: BoardEnd) -> None:
        assert board.hear(Conversation().stop(0.0)) == [contract.Stop()]

    def test_stop_is_repeated_until_the_board_is_disarmed(self, board: BoardEnd) -> None:
        conversation = talking(board)
        conversation.stop(1.0)
        conversation.receive(board.status(armed_remaining_ms=5000), 1.05)
        conversation.tick(1.05)
        assert board.hear(conversation.take_output()) == [contract.Stop()]
        conversation.receive(board.status(armed_remaining_ms=0), 1.1)
        conversation.tick(1.1)
        assert conversation.take_output() == b""

    def test_stop_is_not_repeated_for_ever(self, board: BoardEnd) -> None:
        conversation = talking(board)
        conversation.stop(1.0)
        conversation.receive(board.status(armed_remaining_ms=5000), 1.9)
        conversation.tick(1.99)
        assert board.hear(conversation.take_output()) == [contract.Stop()]
        conversation.tick(2.0)
        assert conversation.take_output() == b""


class TestLoss:
    def test_more_than_a_second_of_silence_is_loss(self, board: BoardEnd) -> None:
        conversation = talking(board, now_s=10.0)
        assert conversation.tick(11.0) == []
        (event,) = conversation.tick(11.01)
        assert isinstance(event, LinkLost)
        assert not conversation.ready
        assert board.hear(conversation.take_output()) == [contract.HelloRequest()], "asked for again at once"
        assert conversation.tick(11.05) == [], "said once"

    def test_hello_then_silence_is_loss_too(self, board: BoardEnd) -> None:
        conversation = Conversation()
        conversation.receive(board.hello(), 0.0)
        assert kinds(conversation.tick(1.01)) == [LinkLost]

    def test_after_silence_status_alone_is_not_enough(self, board: BoardEnd) -> None:
        conversation = talking(board)
        conversation.tick(2.0)
        conversation.take_output()
        assert conversation.receive(board.status(), 2.1) == []
        assert kinds(conversation.receive(board.hello(), 2.2)) == [HelloReceived]
        assert board.hear(conversation.take_output()) == [contract.Stop()], "disarmed at every HELLO"

    def test_noise_is_silence(self, board: BoardEnd) -> None:
        conversation = talking(board)
        for tick in range(20):
            conversation.receive(b"\x11\x22\x33\0", tick * 0.05)
        assert kinds(conversation.tick(1.01)) == [LinkLost]
        assert conversation.figures.frames_bad == 20

    def test_a_board_that_says_hello_again_has_restarted(self, board: BoardEnd) -> None:
        conversation = talking(board)
        assert kinds(conversation.receive(board.hello(), 0.2)) == [LinkLost, HelloReceived]
        assert board.hear(conversation.take_output()) == [contract.Stop()]
        assert not conversation.ready

    def test_uptime_that_goes_back_is_a_restart(self, board: BoardEnd) -> None:
        conversation = talking(board)
        conversation.receive(board.status(uptime_ms=90_000), 0.2)
        assert kinds(conversation.receive(board.status(uptime_ms=89_999), 0.3)) == [LinkLost]
        conversation.tick(0.3)
        assert board.hear(conversation.take_output()) == [contract.HelloRequest()]

    def test_uptime_that_wraps_is_none(self, board: BoardEnd) -> None:
        conversation = talking(board)
        conversation.receive(board.hello(), 0.1)
        for uptime_ms in (2**32 - 100, 2**32 - 1, 0, 100):
            assert kinds(conversation.receive(board.status(uptime_ms=uptime_ms), 0.2)) == [ReadingReceived]

    def test_a_closed_port_loses_what_was_there_only(self, board: BoardEnd) -> None:
        assert Conversation().port_lost("out") == []
        conversation = talking(board)
        conversation.receive(board.status()[:-3], 0.1)
        assert conversation.port_lost("out") == [LinkLost("out")]
        assert kinds(conversation.receive(board.hello(), 0.3)) == [HelloReceived], "no half frame is left over"

    def test_missing_frames_are_counted_over_the_wrap(self, board: BoardEnd) -> None:
        conversation = talking(board)
        for number in range(300):
            status = board.status()
            if number not in (10, 11, 260):
                conversation.receive(status, 0.1)
        assert conversation.figures.frames_missing == 3


class TestAnyBytes:
    @given(st.lists(st.binary(max_size=200), max_size=20))
    def test_noise_never_raises(self, chunks: list[bytes]) -> None:
        conversation = Conversation()
        for number, chunk in enumerate(chunks):
            conversation.receive(chunk, number * 0.1)
            conversation.tick(number * 0.1)
        assert not conversation.ready

    @given(st.integers(0, 255), st.binary(max_size=120))
    def test_intact_frames_of_any_content_never_raise(self, type_: int, payload: bytes) -> None:
        from tests.link.conftest import BoardEnd  # noqa: PLC0415

        conversation = talking(BoardEnd())
        conversation.receive(encode(type_, 0, payload), 0.1)
        conversation.tick(0.1)

    @given(st.data())
    def test_a_corrupted_conversation_gives_only_true_readings(self, data: st.DataObject) -> None:
        from tests.link.conftest import BoardEnd  # noqa: PLC0415

        board = BoardEnd()
        conversation = talking(board)
        wire = bytearray(b"".join(board.status() for _ in range(5)))
        position = data.draw(st.integers(0, len(wire) - 1))
        wire[position] ^= data.draw(st.integers(1, 255))
        cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))
        events = [
            event
            for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)
            for event in conversation.receive(bytes(wire[a:b]), 0.1)
        ]
        readings = [event for event in events if isinstance(event, ReadingReceived)]
        assert len(readings) >= 3, "one byte costs two frames at most"
        assert {r.reading.zones[0].temperature_c for r in readings} == {30.5}
