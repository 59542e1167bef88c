"""The controller's loop around the real firmware core, in virtual time: what goes down the cable, and when."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from poultice.controller import TICK_S, Controller
from poultice.inbox import MOST_WAITING, Inbox
from poultice.link import contract
from poultice.link.frames import Decoder
from poultice.link.serial_port import PortClosed
from poultice.mqtt.incoming import Connected, Disconnected, QueryIn, RequestIn, SimulatedButtonIn
from poultice.mqtt.messages import QueryMessage, RequestMessage
from poultice.roster import Roster, Seat
from poultice.therapy.state import Role, Verb

from tests.harness import PAD, VirtualHouse


class Tap:
    """Hears everything that goes down the cable."""

    def __init__(self, house: VirtualHouse) -> None:
        self._house = house
        self._decoder = Decoder()
        self._write = house.port.write
        house.port.write = self  # type: ignore[method-assign,assignment]
        self.sent: list[tuple[float, type[contract.DownMessage]]] = []

    def __call__(self, data: bytes) -> None:
        for frame in self._decoder.feed(data):
            self.sent.append((self._house.now_s, contract.MESSAGES_DOWN[frame.type]))
        self._write(data)

    def times(self, message: type[contract.DownMessage]) -> list[float]:
        """When such a message was sent."""
        return [at_s for at_s, kind in self.sent if kind is message]


@pytest.fixture
def house(tmp_path: Path) -> VirtualHouse:
    return VirtualHouse(tmp_path)


@pytest.fixture
def fine(tmp_path: Path) -> VirtualHouse:
    """A house whose loop turns every 10 ms, as with people watching."""
    return VirtualHouse(tmp_path, slice_s=0.01)


def heat_flows(house: VirtualHouse) -> bool:
    return any(house.board.observe().duty_permille)


def warm(house: VirtualHouse) -> None:
    """Into a session that heats."""
    house.start()
    house.run_until(lambda: heat_flows(house), 5)


class Wire:
    """A real cable, as far as the controller can tell."""

    def write(self, data: bytes) -> None:
        """Into nowhere."""

    def close(self) -> None:
        """Nothing is open."""


class TestDown:
    def test_a_demand_every_50_ms_whether_wanted_or_not(self, fine: VirtualHouse) -> None:
        tap = Tap(fine)
        fine.run(2.0)
        times = tap.times(contract.Demand)
        assert len(times) == 40
        assert {round(b - a, 3) for a, b in itertools.pairwise(times)} == {TICK_S}

    def test_stop_goes_down_before_anything_else_is_done(self, fine: VirtualHouse) -> None:
        warm(fine)
        fine.run(0.02)
        tap = Tap(fine)
        asked_s = fine.now_s
        fine.request("stop")
        assert tap.sent[0][1] is contract.Stop, "not at the next tick"
        assert tap.sent[0][0] == asked_s
        fine.run(0.02)
        assert not heat_flows(fine), "one step of the board later"

    @pytest.mark.parametrize("retained", [False, True])
    @pytest.mark.parametrize("role", ["phone", "automation"])
    def test_anybody_stops_with_any_words(self, house: VirtualHouse, role: str, retained: bool) -> None:
        warm(house)
        house.request_as("stop", role, None, "an epoch of long ago", args={"never": "mind"}, retained=retained)
        house.run(0.3)
        assert house.state.outputs_off
        assert not heat_flows(house)
        assert not house.state.armed

    def test_the_last_word_of_a_loop_that_breaks_is_stop(self, fine: VirtualHouse) -> None:
        warm(fine)
        tap = Tap(fine)

        def stumble() -> None:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fine.controller.run(stumble)
        assert tap.sent[-1][1] is contract.Stop
        fine.run_without_controller(0.02)
        assert not heat_flows(fine)

    def test_a_flood_of_requests_does_not_keep_the_demand_from_going_out(self, fine: VirtualHouse) -> None:
        fine.accept_checklist()
        tap = Tap(fine)
        for number in range(5000):
            fine.inbox.put(RequestIn(PAD, Role.AUTOMATION, Verb.PAUSE, RequestMessage(id=f"flood-{number}")))
        fine.run(0.2)
        assert len(tap.times(contract.Demand)) == 4
        assert len(fine.broker.replies) == MOST_WAITING, "what was taken in is answered"
        assert fine.inbox.dropped == 5000 - MOST_WAITING

    def test_requests_for_other_pads_are_not_ours(self, fine: VirtualHouse) -> None:
        fine.inbox.put(RequestIn("other", Role.PHONE, Verb.STOP, RequestMessage(id="a")))
        fine.inbox.put(QueryIn("other", Role.PHONE, "settings", QueryMessage(id="b")))
        fine.inbox.put(SimulatedButtonIn("other", 0.5))
        fine.run(1.0)
        assert fine.broker.replies == []
        assert fine.broker.results == []
        assert not fine.state.armed

    def test_a_real_pad_has_no_button_in_the_house(self, fine: VirtualHouse) -> None:
        inbox = Inbox()
        real = Controller(Roster("house", [Seat(Wire(), "a port", fine.station)]), fine.clock, inbox)
        inbox.put(SimulatedButtonIn(PAD, 0.5))
        real.turn()
        fine.run(1.0)
        assert not fine.state.armed


class TestLosses:
    def test_a_cable_pulled_out_ends_heat_and_says_so(self, house: VirtualHouse) -> None:
        warm(house)
        house.port.connected = False
        took_s = house.run_until(lambda: house.state.phase == "offline", 2)
        assert took_s <= 1.2
        assert "ended" in house.state.reason.text
        assert house.broker.online[-1] is False
        assert house.state.outputs_off is False, "nobody has seen them off yet"
        house.run(0.6)
        assert not heat_flows(house), "the board's own lease"

    def test_plugged_back_in_it_is_found_and_stays_cold(self, house: VirtualHouse) -> None:
        warm(house)
        house.port.connected = False
        house.run(3.0)
        house.port.connected = True
        took_s = house.run_until(lambda: house.state.phase == "idle", 5)
        assert took_s <= 1.0
        assert house.broker.online[-1] is True
        house.run(5.0)
        assert not house.state.armed
        assert not heat_flows(house)
        assert "session has ended" in house.state.reason.text

    def test_a_glitch_of_a_tenth_of_a_second_ends_nothing(self, house: VirtualHouse) -> None:
        warm(house)
        house.port.connected = False
        house.run(0.3)
        house.port.connected = True
        house.run(1.0)
        assert house.state.session is not None
        assert heat_flows(house)

    def test_a_frozen_controller_ends_heat_within_the_lease(self, house: VirtualHouse) -> None:
        warm(house)
        house.run_without_controller(1.6)
        assert not heat_flows(house)
        house.run(1.0)
        assert house.state.session is None, "it does not simply go on"
        assert not heat_flows(house)

    def test_a_new_controller_finds_the_pad_and_disarms_it(self, house: VirtualHouse) -> None:
        warm(house)
        house.run_without_controller(0.5)
        assert heat_flows(house), "the lease still runs"
        house.begin_controller()
        house.run(0.2)
        assert not heat_flows(house)
        house.run(1.0)
        assert house.state.phase == "idle"
        assert not house.state.armed
        assert house.state.session is None

    def test_a_board_that_restarts_ends_the_session(self, house: VirtualHouse) -> None:
        warm(house)
        house.board.reset(contract.ResetCause.WATCHDOG)
        house.run(0.5)
        assert house.state.session is None
        assert house.state.phase == "idle"
        lost = next(event for event in house.broker.events if event.kind == "link_lost")
        assert "restarted" in lost.reason.text
        assert any(r["kind"] == "hello" and r["reset"] == "WATCHDOG" for r in house.journal.records)

    def test_a_port_that_was_never_there_is_said(self, house: VirtualHouse) -> None:
        house.port.connected = False
        house.run(2.0)
        house.inbox.put(PortClosed("There is no serial port /dev/ttyUSB9: plug the pad's cable in."))
        house.run(1.0)
        assert house.state.phase == "offline"
        assert "/dev/ttyUSB9" in house.state.reason.text

    def test_without_a_broker_the_session_goes_on(self, house: VirtualHouse) -> None:
        warm(house)
        house.inbox.put(Disconnected("The broker is gone."))
        house.run(60.0)
        assert house.state.session is not None
        assert heat_flows(house)

    @pytest.mark.parametrize("rate", ["0.005"])
    def test_lost_bytes_are_counted_and_survived(self, tmp_path: Path, rate: str) -> None:
        house = VirtualHouse(tmp_path, faults=[f"lost-bytes@5s,rate={rate}"])
        warm(house)
        house.run(60.0)
        assert house.state.session is not None
        assert house.broker.healths[-1].link_errors > 0
        assert house.broker.healths[-1].frames_bad > 0


class TestSaid:
    def test_the_state_comes_at_least_each_second_and_at_most_twice(self, house: VirtualHouse) -> None:
        house.run(5.0)
        before = len(house.broker.states)
        house.run(60.0)
        times = [state.time.timestamp() for state in house.broker.states[before:]]
        gaps = [b - a for a, b in itertools.pairwise(times)]
        assert max(gaps) <= 1.0
        assert min(gaps) >= 0.45
        seqs = [state.seq for state in house.broker.states]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))

    def test_arming_and_outputs_off_are_said_at_once(self, fine: VirtualHouse) -> None:
        fine.accept_checklist()
        fine.inbox.put(SimulatedButtonIn(PAD, 0.5))
        fine.run_until(lambda: fine.board.observe().armed, 2)
        assert fine.run_until(lambda: fine.state.armed, 1) <= 0.2
        fine.request("start", program="warm")
        fine.run_until(lambda: heat_flows(fine), 5)
        fine.run_until(lambda: not fine.state.outputs_off, 2)
        fine.request("stop")
        assert fine.run_until(lambda: fine.state.outputs_off, 1) <= 0.25

    def test_a_connection_voids_the_epochs_of_before(self, house: VirtualHouse) -> None:
        house.accept_checklist()
        old = house.state.epoch
        house.inbox.put(Connected("5"))
        house.turn()
        assert house.state.epoch != old, "said at once"
        assert house.request_as("start", "phone", "late", old, args={"program": "warm"}).status == "stale"
        assert house.request("start", program="warm").status == "invited"

    def test_an_id_serves_once(self, house: VirtualHouse) -> None:
        house.accept_checklist()
        epoch = house.state.epoch
        assert house.request_as("start", "phone", "one", epoch, args={"program": "warm"}).status == "invited"
        house.request("stop")
        assert house.request_as("start", "phone", "one", epoch, args={"program": "warm"}).status == "stale"

    def test_arguments_that_do_not_fit_are_refused_with_the_reason(self, house: VirtualHouse) -> None:
        reply = house.request("start", program=7)
        assert reply.status == "refused"
        assert "program" in reply.reason.text

    def test_info_names_board_and_programs(self, house: VirtualHouse) -> None:
        first, last = house.broker.infos[0], house.broker.infos[-1]
        assert first.firmware_version == "", "not known before HELLO"
        assert last.firmware_version.count(".") == 2
        assert last.simulated
        assert "warm" in [program.id for program in last.programs]

    def test_health(self, house: VirtualHouse) -> None:
        house.run(20.0)
        health = house.broker.healths[-1]
        assert health.uptime_s >= 15
        assert health.reading_age_s is not None
        assert 0 <= health.reading_age_s <= 0.2
        assert health.link_errors == health.frames_bad == health.demands_refused == 0
        assert len(house.broker.healths) == pytest.approx(20 / 5, abs=1)

    def test_the_journal_tells_the_story(self, house: VirtualHouse) -> None:
        warm(house)
        house.run(30.0)
        house.request("stop")
        house.run(1.0)
        kinds = [record["kind"] for record in house.journal.records]
        assert kinds.index("hello") < kinds.index("request") < kinds.index("board")
        told = [record["what"] for record in house.journal.records if record["kind"] == "event"]
        assert [what for what in told if what in ("invited", "started", "stopped")] == ["invited", "started", "stopped"]


class TestChecklist:
    """Hazard 17: nobody starts anything before the checklist was accepted, whatever the way in."""

    @pytest.mark.parametrize("role", ["phone", "automation"])
    @pytest.mark.parametrize("program", ["warm", "short-massage", "no-such-program"])
    def test_no_start_before(self, house: VirtualHouse, role: str, program: str) -> None:
        house.press()
        reply = house.request("start", role, program=program)
        assert reply.status == "refused"
        assert "checklist" in reply.reason.text
        house.run(2.0)
        assert house.state.session is None
        assert house.state.invitation is None
        assert not any(house.board.observe().motor_pwm)

    def test_it_is_remembered_and_can_be_withdrawn(self, house: VirtualHouse) -> None:
        house.accept_checklist()
        house.begin_controller()
        house.run(1.0)
        assert house.state.checklist_accepted
        house.accept_checklist(False)
        house.run(0.2)
        assert not house.state.checklist_accepted
        assert house.request("start", program="warm").status == "refused"

    def test_automation_cannot_accept_it(self, house: VirtualHouse) -> None:
        result = house.query("settings", "automation", op="set", checklist_accepted=True)
        assert result.status == "refused"
        assert not house.settings.of(PAD).checklist_accepted

    @pytest.mark.parametrize(
        "args",
        [{"op": "set"}, {"op": "set", "checklist_accepted": "yes"}, {"op": "wipe"}, {"checklist": True}, {"op": 1}],
    )
    def test_half_words_accept_nothing(self, house: VirtualHouse, args: dict[str, object]) -> None:
        assert house.query("settings", **args).status == "refused"
        assert not house.settings.of(PAD).checklist_accepted

    def test_asking_is_free(self, house: VirtualHouse) -> None:
        assert house.query("settings", op="get").result["checklist_accepted"] is False
        assert house.query("settings").result["checklist_accepted"] is False


class TestQueries:
    @pytest.mark.parametrize("role", ["phone", "automation"])
    def test_programs(self, house: VirtualHouse, role: str) -> None:
        result = house.query("programs", role, op="list")
        assert result.status == "ok"
        assert "warm" in [program["id"] for program in result.result["programs"]]

    @pytest.mark.parametrize(("what", "args"), [("weather", {}), ("programs", {"op": "burn"}), ("programs", {"x": 1})])
    def test_what_nobody_knows(self, house: VirtualHouse, what: str, args: dict[str, object]) -> None:
        assert house.query(what, **args).status == "refused"


@pytest.mark.slow
def test_an_hour_of_virtual_session_holds_its_target(house: VirtualHouse) -> None:
    house.start()
    for _ in range(3):
        house.run(1200)
        house.request("answer", question="awake")  # nobody asleep is kept at 40 °C
    assert house.state.session is not None
    assert house.state.zones["lumbar"].temperature == pytest.approx(40.0, abs=0.5)
