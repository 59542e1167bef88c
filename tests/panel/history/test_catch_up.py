"""Taking over from controllers: everything once, acknowledged only when it is kept, nothing lost whoever dies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from poultice.mqtt.messages import ResultMessage
from poultice_panel.history import reading, store
from poultice_panel.history.catch_up import CatchUp
from poultice_panel.history.database import Database
from poultice_panel.history.trouble import HistoryError
from poultice_panel.history.wanted import Wanted
from poultice_panel.pads import Pad

from tests.panel.conftest import info, state
from tests.panel.history.conftest import NOON, Controller

With = Callable[[Callable[[Database], Awaitable[Any]]], Any]


def pad_of(controller: str = "house", pad: str = "sofa", session: str | None = None) -> Pad:
    playing = None
    if session is not None:
        playing = {
            "id": session, "program": "ease", "title": {}, "step": 0, "steps": 1, "step_id": "a",
            "elapsed_s": 1.0, "remaining_s": 1.0,
        }  # fmt: skip
    return Pad(pad, info=info(controller), state=state(session=playing))


async def settled(catch_up: CatchUp, for_s: float = 5.0) -> None:
    """Until nobody is due."""
    async with asyncio.timeout(for_s):
        await asyncio.sleep(0)
        while catch_up._due or catch_up._wake.is_set() or catch_up._busy:
            await asyncio.sleep(0.005)


def taking(database: Database, controller: Controller, **more: Any) -> CatchUp:
    return CatchUp(database, controller.query, settle_s=0.0, **more)


async def once(catch_up: CatchUp, *pads: Pad) -> None:
    """The panel sees pads that are there, and takes over what they have."""
    running = asyncio.create_task(catch_up.run())
    for pad in pads or (pad_of(),):
        catch_up.look(pad, True)
    await settled(catch_up)
    running.cancel()


async def ids(database: Database, person: str = "me") -> list[str]:
    page = await database.run(lambda db: reading.page(db, Wanted(person), 200))
    return [each.id for each in reversed(page.sessions)]


def test_what_was_missed_is_taken_over_with_its_curve_and_acknowledged(
    with_database: With, controller: Controller
) -> None:
    for day in range(3):
        controller.play(f"s{day}", at=NOON + timedelta(days=day))

    async def work(database: Database) -> Any:
        await once(taking(database, controller))
        assert await ids(database) == ["s0", "s1", "s2"]
        return await database.run(lambda db: reading.detail(db, "s1", "me"))

    seen = with_database(work)
    assert ([each.after for each in seen.pain], seen.notes, len(seen.curve.t)) == ([3], ["better"], 60)
    assert controller.files.pending(controller.files.outcomes()) == []
    assert controller.ops() == ["list", "course", "course", "course", "acknowledge"]


def test_the_second_time_only_what_is_new_is_asked_for(with_database: With, controller: Controller) -> None:
    controller.play("s0")

    async def work(database: Database) -> None:
        catch_up = taking(database, controller)
        await once(catch_up)
        controller.asked.clear()
        controller.play("s1", at=NOON + timedelta(days=1))
        running = asyncio.create_task(catch_up.run())
        catch_up.look(pad_of(session="s1"), True)
        await settled(catch_up)
        assert controller.asked == [], "while it plays nothing is over"
        catch_up.look(pad_of(), True)
        await settled(catch_up)
        running.cancel()
        assert await ids(database) == ["s0", "s1"]

    with_database(work)
    assert controller.ops() == ["list", "course", "acknowledge"]
    assert controller.asked[0]["pending"] is True


def test_a_record_that_grew_comes_again_and_keeps_the_note(with_database: With, controller: Controller) -> None:
    controller.play("s0", after=None)

    async def work(database: Database) -> Any:
        await once(taking(database, controller))
        await database.run(lambda db: store.write_note(db, "s0", "me", "mine"))
        said = {"op": "pain", "session": "s0", "region": "neck", "value": 2}
        assert (await controller.query("sofa", "sessions", said)).status == "ok"
        await once(taking(database, controller))
        return await database.run(lambda db: reading.detail(db, "s0", "me"))

    seen = with_database(work)
    assert (seen.pain[0].after, seen.note) == (2, "mine")


@pytest.mark.parametrize("dies_at", ["list", "course", "acknowledge"])
def test_a_panel_that_dies_anywhere_gets_it_again_once(
    with_database: With, controller: Controller, dies_at: str
) -> None:
    for day in range(4):
        controller.play(f"s{day}", at=NOON + timedelta(days=day))

    class DeathError(Exception):
        pass

    async def work(database: Database) -> None:
        async def query(pad: str, what: str, args: dict[str, Any]) -> ResultMessage:
            if args["op"] == dies_at and controller.ops().count(dies_at) == (1 if dies_at == "course" else 0):
                controller.asked.append({"what": what, **args})
                raise DeathError
            return await controller.query(pad, what, args)

        dying = CatchUp(database, query, settle_s=0.0)
        running = asyncio.create_task(dying.run())
        dying.look(pad_of(), True)
        with pytest.raises(DeathError):
            await running
        pending = {each.session for each in controller.files.pending(controller.files.outcomes())}
        assert pending == {"s0", "s1", "s2", "s3"}, "nothing was acknowledged that is not kept"
        await once(taking(database, controller))
        assert await ids(database) == ["s0", "s1", "s2", "s3"]

    with_database(work)
    assert controller.files.pending(controller.files.outcomes()) == []


def test_it_is_acknowledged_only_after_it_is_kept(with_database: With, controller: Controller, tmp_path: Path) -> None:
    controller.play("s0")

    async def work(database: Database) -> None:
        await database.run(lambda db: None)
        file = tmp_path / "panel" / "history.sqlite"
        content = file.read_bytes()
        catch_up = taking(database, controller)

        async def query(pad: str, what: str, args: dict[str, Any]) -> ResultMessage:
            if args["op"] == "course":
                file.write_bytes(b"\xa5" * 50_000)
            return await controller.query(pad, what, args)

        catch_up.query = query
        running = asyncio.create_task(catch_up.run())
        catch_up.look(pad_of(), True)
        async with asyncio.timeout(5):
            while catch_up.trouble is None:
                await asyncio.sleep(0.005)
        running.cancel()
        assert (catch_up.trouble.code, "acknowledge" in controller.ops()) == ("damaged", False)
        file.write_bytes(content)
        again = taking(database, controller)
        await once(again)
        assert (await ids(database), again.trouble) == (["s0"], None)

    with_database(work)


def test_a_lost_history_comes_back_from_the_controllers(
    with_database: With, controller: Controller, tmp_path: Path
) -> None:
    controller.play("s0")

    async def work(database: Database) -> list[str]:
        await once(taking(database, controller))
        return await ids(database)

    assert with_database(work) == ["s0"]
    (tmp_path / "panel" / "history.sqlite").unlink()
    assert with_database(work) == ["s0"]


def test_several_controllers(with_database: With, controller: Controller, tmp_path: Path) -> None:
    attic = Controller(tmp_path / "attic")
    controller.play("s0")
    attic.play("s1", at=NOON + timedelta(days=1))
    by_pad = {"sofa": controller, "bed": attic, "bench": attic}

    async def work(database: Database) -> None:
        async def query(pad: str, what: str, args: dict[str, Any]) -> ResultMessage:
            return await by_pad[pad].query(pad, what, args)

        catch_up = CatchUp(database, query, settle_s=0.0)
        await once(catch_up, pad_of(), pad_of("attic", "bed"), pad_of("attic", "bench"))
        assert await ids(database) == ["s0", "s1"]

    with_database(work)
    assert attic.ops().count("course") == 1


def test_one_that_does_not_answer_is_asked_again_and_holds_nobody_up(
    with_database: With, controller: Controller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("poultice_panel.history.catch_up.AGAIN_S", (0.01,))
    attic = Controller(tmp_path / "attic")
    attic.away = True
    controller.play("s0")
    attic.play("s1", at=NOON + timedelta(days=1))

    async def work(database: Database) -> None:
        async def query(pad: str, what: str, args: dict[str, Any]) -> ResultMessage:
            return await {"sofa": controller, "bed": attic}[pad].query(pad, what, args)

        catch_up = CatchUp(database, query, settle_s=0.0)
        running = asyncio.create_task(catch_up.run())
        catch_up.look(pad_of("attic", "bed"), True)
        catch_up.look(pad_of(), True)
        async with asyncio.timeout(5):
            while len(attic.asked) < 3 or await ids(database) != ["s0"]:
                await asyncio.sleep(0.005)
        attic.away = False
        await settled(catch_up)
        running.cancel()
        assert await ids(database) == ["s0", "s1"]

    with_database(work)


def test_who_was_forgotten_while_a_controller_was_away_is_forgotten_there_first(
    with_database: With, controller: Controller
) -> None:
    controller.play("hers", person="ada")
    controller.play("his", person="bob", at=NOON + timedelta(days=1))

    async def work(database: Database) -> None:
        await once(taking(database, controller))
        assert await ids(database, "ada") == ["hers"]
        catch_up = taking(database, controller)
        assert await catch_up.forget("ada", "another") == 1
        assert controller.files.outcomes()[0].session == "hers", "it is away"
        await once(catch_up)
        assert [each.session for each in controller.files.outcomes()] == ["his"]
        assert (await ids(database, "ada"), await ids(database, "bob")) == ([], ["his"])
        assert await database.run(lambda db: store.to_forget(db, "house")) == []

    with_database(work)


def test_who_is_forgotten_while_taken_over_does_not_come_back(
    with_database: With, controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("poultice_panel.history.catch_up.AGAIN_S", (0.01,))
    controller.play("hers", person="ada")

    async def work(database: Database) -> None:
        catch_up = taking(database, controller)

        async def query(pad: str, what: str, args: dict[str, Any]) -> ResultMessage:
            answer = await controller.query(pad, what, args)
            if args["op"] == "course":  # she asks just now: her records there go, and what is here
                await controller.query(pad, "persons", {"op": "forget", "person": "ada"})
                await catch_up.forget("ada", "house")
            return answer

        catch_up.query = query
        await once(catch_up)
        assert await ids(database, "ada") == []

    with_database(work)


def test_one_session_that_is_erased_does_not_come_back(
    with_database: With, controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Erased at the controller first, and here even if it is just being taken over."""
    monkeypatch.setattr("poultice_panel.history.catch_up.AGAIN_S", (0.01,))
    controller.play("one")
    controller.play("other", at=NOON + timedelta(days=1))

    async def work(database: Database) -> None:
        catch_up = taking(database, controller)
        forget = {"op": "forget", "session": "one", "person": "me"}

        async def query(pad: str, what: str, args: dict[str, Any]) -> ResultMessage:
            answer = await controller.query(pad, what, args)
            if args["op"] == "course" and args["session"] == "one":
                strangers = await controller.query(pad, "sessions", {**forget, "person": "ada"})
                assert strangers.result["erased"] == 0
                assert (await controller.query(pad, "sessions", forget)).result["erased"] == 1
                assert not await catch_up.forget_session("one", "me"), "it is not here yet"
            return answer

        catch_up.query = query
        await once(catch_up)
        assert await ids(database) == ["other"]
        assert not await catch_up.forget_session("other", "ada")
        assert await catch_up.forget_session("other", "me")
        assert await ids(database) == []
        controller.running = {"other": "me"}
        busy = await controller.query("sofa", "sessions", {"op": "forget", "session": "other"})
        assert (busy.status, busy.reason.code) == ("refused", "busy")
        unnamed = await controller.query("sofa", "sessions", {"op": "forget"})
        assert (unnamed.status, unnamed.reason.code) == ("refused", "arguments")

    with_database(work)


def test_an_outcome_that_cannot_be_read_stays_where_it_is(with_database: With, controller: Controller) -> None:
    controller.play("good")

    async def work(database: Database) -> None:
        async def query(pad: str, what: str, args: dict[str, Any]) -> ResultMessage:
            answer = await controller.query(pad, what, args)
            if args["op"] == "list":
                bad = {"session": "bad", "pain": {"neck": {"before": 99}}}
                return answer.model_copy(
                    update={"result": {**answer.result, "sessions": [bad, *answer.result["sessions"]]}}
                )
            return answer

        await once(CatchUp(database, query, settle_s=0.0))
        assert await ids(database) == ["good"]

    with_database(work)
    assert controller.asked[-1]["taken"] == {"good": 5}


@pytest.mark.parametrize("result", [{}, {"sessions": "x"}, {"sessions": [], "more": True, "from_oldest": True}])
def test_a_controller_that_talks_nonsense_is_survived(with_database: With, result: dict[str, Any]) -> None:
    async def work(database: Database) -> None:
        async def query(_pad: str, _what: str, _args: dict[str, Any]) -> ResultMessage:
            return ResultMessage.model_validate(
                {"id": "q", "status": "ok", "reason": {"code": "ok", "text": ""}, "result": result}
            )

        catch_up = CatchUp(database, query, settle_s=0.0)
        running = asyncio.create_task(catch_up.run())
        catch_up.look(pad_of(), True)
        await asyncio.sleep(0.1)
        assert not running.done()
        running.cancel()

    with_database(work)


def test_a_pad_that_goes_and_comes_is_asked_again(with_database: With, controller: Controller) -> None:
    async def work(database: Database) -> None:
        catch_up = taking(database, controller)
        await once(catch_up)
        controller.play("s0")
        catch_up.look(pad_of(), True)
        assert not catch_up._due, "nothing changed"
        catch_up.look(pad_of(), False)
        await once(catch_up)
        assert await ids(database) == ["s0"]

    with_database(work)


def test_an_error_of_the_database_is_kept_until_it_went_well() -> None:
    async def work() -> None:
        class BrokenDatabase(Database):
            broken = True

            async def run(self, work: Any) -> Any:
                if self.broken:
                    raise HistoryError("full")
                return await super().run(work)

        async def query(_pad: str, _what: str, _args: dict[str, Any]) -> ResultMessage:
            result = {"sessions": [], "more": False, "from_oldest": True}
            return ResultMessage.model_validate(
                {"id": "q", "status": "ok", "reason": {"code": "ok", "text": ""}, "result": result}
            )

        database = BrokenDatabase()
        catch_up = CatchUp(database, query, settle_s=0.0)
        catch_up.look(pad_of(), True)
        assert not await catch_up._round()
        assert catch_up.trouble is not None
        database.broken = False
        assert await catch_up._round()
        assert catch_up.trouble is None
        await database.close()

    asyncio.run(work())
