"""Many pads in virtual time, each with the real firmware core: boards that come, go, move and appear twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from poultice.clock import VirtualClock
from poultice.link import contract
from poultice.mqtt.incoming import Connected
from poultice.roster import pad_of
from poultice.simulator.board import SimulatedBoard

from tests.virtual_fleet import Net, Place, VirtualController, run

A, B = b"\x01" * 8, b"\x02" * 8
PAD_A, PAD_B = pad_of(A.hex()), pad_of(B.hex())
Build = Callable[..., VirtualController]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    clock, net = VirtualClock(), Net()

    def new(name: str, places: Sequence[Place]) -> VirtualController:
        (tmp_path / name).mkdir(exist_ok=True)
        return VirtualController(name, tmp_path / name, net, places, clock)

    return new


def board(board_id: bytes = b"", seed: int = 1) -> SimulatedBoard:
    return SimulatedBoard(seed, board_id=board_id)


def problems(house: VirtualController) -> str:
    return " ".join(problem.text for problem in house.roster.problems())


class TestSeveralBoards:
    def test_each_has_its_own_session(self, build: Build) -> None:
        boards = [board(seed=number) for number in (1, 2)]
        house = build("house", [Place(boards[0], "sofa"), Place(boards[1], "bed")])
        run(1.0, house)
        assert house.broker.is_online == {"sofa": True, "bed": True}
        house.accept_checklist("sofa")
        assert house.ask("bed", "start", program="warm").reason.code != "invited", "its checklist is its own"
        assert house.ask("sofa", "start", program="warm").status == "invited"
        boards[0].press(0.5)
        run(3.0, house)
        assert any(boards[0].observe().duty_permille)
        assert not any(boards[1].observe().duty_permille)
        assert house.station("sofa").whose is not None
        assert house.station("bed").whose is None

    def test_stop_reaches_all_boards_at_the_end(self, build: Build) -> None:
        boards = [board(seed=number) for number in (1, 2, 3)]
        house = build("house", [Place(each, f"pad-{n}") for n, each in enumerate(boards)])
        run(1.0, house)
        for each in boards:
            each.press(0.5)
        run(1.0, house)
        assert all(each.observe().armed for each in boards)
        house.controller.ending = True
        house.controller.run()
        for each in boards:
            each.advance(0.05)
        assert not any(each.observe().armed for each in boards)

    def test_one_cable_pulled_ends_one_pad(self, build: Build) -> None:
        house = build("house", [Place(board(seed=1), "sofa"), Place(board(seed=2), "bed")])
        run(1.0, house)
        house.unplug(0)
        run(2.0, house)
        assert house.broker.is_online == {"sofa": False, "bed": True}

    def test_a_person_is_forgotten_at_all_pads_and_not_while_on_one(self, build: Build) -> None:
        boards = [board(seed=1), board(seed=2)]
        house = build("house", [Place(boards[0], "sofa"), Place(boards[1], "bed")])
        run(1.0, house)
        house.accept_checklist("sofa", "anna")
        house.ask("sofa", "start", program="warm", person="anna")
        boards[0].press(0.5)
        run(2.0, house)
        sharing = house.station("bed")._sharing
        assert list(sharing.running.values()) == ["anna"], "the other pad's desk knows it, too"
        house.settings.set_comfort({("anna", "warm"): 2})
        assert sharing.forget("anna")["comfort"] == 1


class TestNamedByTheirBoards:
    def test_a_board_says_which_pad_it_is(self, build: Build) -> None:
        house = build("house", [Place(board(A)), Place()])
        run(1.0, house)
        assert house.broker.is_online == {PAD_A: True}
        assert house.broker.names[PAD_A] == f"Pad {A.hex()[-4:]}"
        house.plug(1, board(B))
        run(1.0, house)
        assert house.broker.is_online == {PAD_A: True, PAD_B: True}

    def test_at_another_place_it_is_the_same_pad(self, build: Build) -> None:
        house = build("house", [Place(board(A)), Place()])
        run(1.0, house)
        house.accept_checklist(PAD_A)
        house.plug(1, house.unplug(0))
        run(3.0, house)
        assert house.broker.is_online == {PAD_A: True}
        assert house.ask(PAD_A, "start", program="warm").status == "invited"
        house.ports[1].board.press(0.5)
        run(3.0, house)
        assert any(house.ports[1].board.observe().duty_permille), "it is heated through its new cable"

    def test_two_boards_change_places(self, build: Build) -> None:
        house = build("house", [Place(board(A)), Place(board(B))])
        run(1.0, house)
        first, second = house.unplug(0), house.unplug(1)
        run(1.5, house)
        house.plug(0, second)
        house.plug(1, first)
        run(4.0, house)
        assert house.broker.is_online == {PAD_A: True, PAD_B: True}
        assert [seat.station.identity.pad for seat in house.roster.seats if seat.station] == [PAD_B, PAD_A]

    def test_swapped_without_a_pause_it_is_noticed(self, build: Build) -> None:
        house = build("house", [Place(board(A))])
        run(1.0, house)
        house.ports[0].board = board(B)
        run(4.0, house)
        assert house.broker.is_online == {PAD_A: False, PAD_B: True}

    def test_a_board_without_an_id_is_told_to_get_one(self, build: Build) -> None:
        house = build("house", [Place(board())])
        run(1.0, house)
        assert "has no id: write one" in problems(house)
        assert house.broker.is_online == {}

    @pytest.mark.parametrize("named", [True, False])
    def test_two_boards_of_one_id_at_one_controller(self, build: Build, named: bool) -> None:
        names = ("sofa", "bed") if named else (None, None)
        twins = [board(A, 1), board(A, 2)]
        house = build("house", [Place(each, name) for each, name in zip(twins, names, strict=True)])
        run(3.0, house)
        assert "have the same id 0101010101010101" in problems(house)
        assert list(house.broker.is_online.values()).count(True) == 1
        twins[1].press(0.5)
        run(1.0, house)
        run(1.0, house)
        assert not any(twins[1].observe().duty_permille)
        house.unplug(0)
        run(3.0, house)
        assert list(house.broker.is_online.values()).count(True) == 1, "the other one takes the place"
        assert problems(house) == ""


class TestSeveralControllers:
    def test_a_pad_moves_with_its_name_and_what_it_has_behind_it(self, build: Build) -> None:
        here, there = build("here", [Place(board(A))]), build("there", [Place()])
        run(1.0, here, there)
        here.station(PAD_A).rename("Grandmother's")
        here.station(PAD_A)._book._heated_s = 7200.0
        run(6.0, here, there)
        there.plug(0, here.unplug(0))
        run(6.0, here, there)
        assert there.broker.is_online[PAD_A]
        assert there.broker.names[PAD_A] == "Grandmother's"
        assert there.broker.healths[-1].service.heated_s == pytest.approx(7200.0)
        assert here.broker.left_pads == [PAD_A]
        assert problems(here) == problems(there) == ""
        silent = len(here.broker.said)
        run(5.0, here, there)
        assert len(here.broker.said) == silent, "its former controller says no more of it"

    def test_and_back_again(self, build: Build) -> None:
        here, there = build("here", [Place(board(A))]), build("there", [Place()])
        run(2.0, here, there)
        there.plug(0, here.unplug(0))
        run(4.0, here, there)
        here.plug(0, there.unplug(0))
        run(4.0, here, there)
        assert here.broker.is_online[PAD_A]
        assert not here.station(PAD_A).away
        assert there.station(PAD_A).away
        assert here.ask(PAD_A, "pause").status is not None

    def test_it_gains_no_heat_by_moving(self, build: Build) -> None:
        here, there = build("here", [Place(board(A))]), build("there", [Place()])
        run(1.0, here, there)
        budget = here.station(PAD_A).pad._stage.budget
        budget.add_dose("lumbar", 7.5)
        budget.pass_time(4 * 3600.0, warming=True)
        run(6.0, here, there)
        there.plug(0, here.unplug(0))
        run(4.0, here, there)
        moved = there.station(PAD_A).pad.spent()
        assert moved.dose["lumbar"] == pytest.approx(7.5, abs=1e-3)
        assert moved.warm_day_s == pytest.approx(4 * 3600.0, abs=1.0)
        assert moved.resting
        once = there.station(PAD_A).pad.spent()
        run(20.0, here, there)
        assert there.station(PAD_A).pad.spent().dose == once.dose, "counted in once"

    def test_without_a_broker_its_own_board_remembers(self, build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
        """What the board's record has is counted in by a controller that never saw it."""
        warmed = board(A)
        stranger = build("stranger", [Place(warmed, "sofa")])
        unpack = contract.Status.unpack
        remembers = {"heat_time_s": 3000, "zone_dose_centi_cem43": (420, 10)}
        monkeypatch.setattr(contract.Status, "unpack", lambda raw: replace(unpack(raw), **remembers))
        run(1.0, stranger)
        spent = stranger.station("sofa").pad.spent()
        assert spent.dose == {"lumbar": pytest.approx(4.2), "upper_back": pytest.approx(0.1)}
        assert spent.warm_day_s == 3000.0
        assert spent.warm_s <= 3000.0

    def test_one_name_at_two_controllers_is_said_at_both_and_nothing_starts(self, build: Build) -> None:
        ours, theirs = board(seed=1), board(seed=2)
        here, there = build("here", [Place(ours, "sofa")]), build("there", [Place(theirs, "sofa")])
        run(2.0, here, there)
        assert "another pad sofa, at the controller there" in problems(here)
        assert "another pad sofa, at the controller here" in problems(there)
        for house in (here, there):
            house.accept_checklist("sofa")
            reply = house.ask("sofa", "start", program="warm")
            assert (reply.status, reply.reason.code) == ("refused", "disputed")
            assert house.ask("sofa", "stop").status == "accepted", "STOP always"
        run(6.0, here, there)
        assert here.broker.healths[-1].problem.code == "disputed"
        repeated = here.broker.repeated
        there.end()
        run(1.0, here)
        assert problems(here) == ""
        assert here.broker.repeated == repeated + 1, "what the other said of it stood retained"
        assert here.ask("sofa", "start", program="warm").status == "invited"

    def test_a_broker_that_forgot_a_controller_ends_a_dispute(self, build: Build) -> None:
        here, there = build("here", [Place(board(seed=1), "sofa")]), build("there", [Place(board(seed=2), "sofa")])
        run(1.0, here, there)
        here.inbox.put(Connected("5"))
        run(1.0, here)
        assert "another pad sofa" in problems(here), "not yet"
        run(6.0, here)
        assert problems(here) == ""

    def test_one_board_id_under_two_names(self, build: Build) -> None:
        here, there = build("here", [Place(board(A, 1), "sofa")]), build("there", [Place(board(A, 2), "bed")])
        run(2.0, here, there)
        assert "bed at the controller there has the same id" in problems(here)
        assert "sofa at the controller here has the same id" in problems(there)

    def test_boards_without_ids_are_not_taken_for_one(self, build: Build) -> None:
        here, there = build("here", [Place(board(seed=1), "sofa")]), build("there", [Place(board(seed=2), "bed")])
        run(2.0, here, there)
        assert problems(here) == problems(there) == ""
