"""What is written is read; twice is once; the tables are what the models say, and nobody else may read the file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from made_history import course, fill, outcomes
from poultice.mqtt.messages import SessionOutcome
from poultice_panel.history import reading, store
from poultice_panel.history.database import Database
from poultice_panel.history.models import Base
from poultice_panel.history.report import report
from poultice_panel.history.tables import MIGRATIONS, newest
from poultice_panel.history.wanted import Wanted, days_of
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

NOW = datetime(2026, 3, 31, 20, tzinfo=UTC)
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
With = Callable[[Callable[[Database], Awaitable[Any]]], Any]


def one(session: str = "s1", **changes: Any) -> SessionOutcome:
    values: dict[str, Any] = {
        "session": session, "person": "me", "pad": "sofa", "program": "ease", "title": {"en": "Ease"},
        "began": "2026-03-01T23:30:00+01:00", "until": "2026-03-01T23:50:00+01:00", "ending": "finished",
        "ran_s": 1200.0, "dose": {"lumbar": 0.5}, "pain": {"neck": {"before": 6, "after": 3}}, "lines": 4,
    }  # fmt: skip
    return SessionOutcome.model_validate({**values, **changes})


def test_a_session_is_of_the_day_on_its_own_wall(with_database: With) -> None:
    async def work(database: Database) -> Any:
        await database.run(lambda db: store.save(db, "house", one(), course(120)))
        return await database.run(lambda db: reading.detail(db, "s1", "me"))

    seen = with_database(work)
    assert (seen.day, seen.began) == ("2026-03-01", "2026-03-01T23:30:00+01:00")
    assert [(each.region, each.before, each.after) for each in seen.pain] == [("neck", 6, 3)]
    lumbar = next(each for each in seen.heat if each.zone == "lumbar")
    assert (lumbar.dose, lumbar.hottest_c) == (0.5, pytest.approx(33, abs=3))
    assert len(seen.curve.t) == 120
    assert [mark.kind for mark in seen.marks] == ["paused", "resumed"]


def test_saved_twice_is_there_once_and_its_own_note_stays(with_database: With) -> None:
    async def work(database: Database) -> Any:
        await database.run(lambda db: store.save(db, "house", one(), course(60)))
        assert await database.run(lambda db: store.write_note(db, "s1", "me", "slept well"))
        grown = one(pain={"neck": {"before": 6, "after": 1}, "hips": {"after": 2}}, lines=5)
        await database.run(lambda db: store.save(db, "house", grown, None))
        page = await database.run(lambda db: reading.page(db, Wanted("me"), 10))
        return page, await database.run(lambda db: reading.detail(db, "s1", "me"))

    page, seen = with_database(work)
    assert (page.total, len(page.sessions), page.sessions[0].has_note) == (1, 1, True)
    assert (seen.note, len(seen.curve.t)) == ("slept well", 60)
    assert [(each.region, each.after) for each in seen.pain] == [("hips", 2), ("neck", 1)]


def test_the_dose_of_what_was_cut_off_is_that_of_its_curve(with_database: With) -> None:
    async def work(database: Database) -> Any:
        await database.run(lambda db: store.save(db, "house", one(dose={}, ending="cut_off", ran_s=None), course(600)))
        return await database.run(lambda db: reading.detail(db, "s1", "me"))

    assert {each.zone: each.dose > 0 for each in with_database(work).heat} == {"lumbar": True, "upper_back": True}


def test_nobody_sees_what_is_of_somebody_else(with_database: With) -> None:
    async def work(database: Database) -> None:
        await database.run(lambda db: store.save(db, "house", one(), course(60)))
        assert await database.run(lambda db: reading.detail(db, "s1", "you")) is None
        assert await database.run(lambda db: reading.course(db, "s1", "you")) is None
        assert not await database.run(lambda db: store.write_note(db, "s1", "you", "mine"))
        assert (await database.run(lambda db: reading.page(db, Wanted("you"), 10))).total == 0
        assert (await database.run(lambda db: reading.summary(db, "you", *MARCH))).sessions == 0
        assert (await database.run(lambda db: report(db, "you", *MARCH, True))).notes == []

    with_database(work)


def test_page_by_page_newest_first_each_once(with_database: With) -> None:
    many = list(outcomes(23, NOW, timedelta(hours=7)))

    async def work(database: Database) -> list[str]:
        await fill(database, many, None)
        ids: list[str] = []
        after: str | None = None
        for _ in range(10):
            page = await database.run(lambda db, after=after: reading.page(db, Wanted("me"), 10, after))
            ids += [each.id for each in page.sessions]
            assert page.total == 23
            if (after := page.next) is None:
                break
        return ids

    expected = [each.session for each in sorted(many, key=lambda each: each.began or NOW, reverse=True)]
    assert with_database(work) == expected


def test_filtered_by_month_and_program(with_database: With) -> None:
    async def work(database: Database) -> list[int]:
        sessions = [one("a"), one("b", program="other"), one("c", began="2026-04-01T00:00:00+02:00")]
        await fill(database, sessions, None)
        wanted = [
            Wanted("me", None, *days_of("2026-03")), Wanted("me", "other"),
            Wanted("me", None, *days_of("2026-04")),
            Wanted("me", None, *days_of("2026-02")),
        ]  # fmt: skip
        return [(await database.run(lambda db, each=each: reading.page(db, each, 10))).total for each in wanted]

    assert with_database(work) == [2, 1, 1, 0]


@pytest.mark.parametrize(
    ("month", "days"),
    [("2026-02", ("2026-02-01", "2026-02-28")), ("2024-02", ("2024-02-01", "2024-02-29")),
     ("2026-12", ("2026-12-01", "2026-12-31"))],
)  # fmt: skip
def test_months(month: str, days: tuple[str, str]) -> None:
    assert days_of(month) == days


def test_a_summary_sums_up_by_day_region_and_zone(with_database: With) -> None:
    async def work(database: Database) -> Any:
        sessions = [
            one("a"), one("b", pain={"neck": {"before": 5, "after": 4}}, dose={"lumbar": 0.25, "upper_back": 0.1}),
            one("c", began="2026-03-10T10:00:00+01:00", pain={"neck": {"before": 4}}),
            one("d", began="2026-02-01T10:00:00Z"),
        ]  # fmt: skip
        await fill(database, sessions, None)
        return await database.run(lambda db: reading.summary(db, "me", *MARCH))

    seen = with_database(work)
    assert (seen.sessions, seen.first_day, seen.by) == (3, "2026-02-01", "day")
    days = [(each.day, each.sessions, each.change) for each in seen.days]
    assert days == [("2026-03-01", 2, -2.0), ("2026-03-10", 1, None)]
    (neck,) = seen.trends
    assert [(point.day, point.before, point.after) for point in neck.points] == [
        ("2026-03-01", 5.5, 3.5), ("2026-03-10", 4.0, None),
    ]  # fmt: skip
    doses = {(each.day, each.zone): each.dose for each in seen.doses}
    assert doses == {("2026-03-01", "lumbar"): 0.75, ("2026-03-01", "upper_back"): 0.1, ("2026-03-10", "lumbar"): 0.5}


def test_a_year_is_summed_up_by_weeks(with_database: With) -> None:
    async def work(database: Database) -> Any:
        await fill(database, [one("a", began="2026-03-04T10:00:00Z"), one("b", began="2026-03-08T10:00:00Z")], None)
        return await database.run(lambda db: reading.summary(db, "me", date(2025, 4, 1), date(2026, 3, 31)))

    seen = with_database(work)
    assert (seen.by, [point.day for point in seen.trends[0].points]) == ("week", ["2026-03-02"])


def test_a_report_counts_what_matters_and_tells_notes_only_where_asked(with_database: With) -> None:
    async def work(database: Database) -> Any:
        sessions = [
            one("a", pain={"neck": {"before": 6, "after": 4}}), one("b", pain={"neck": {"before": 3, "after": 2}}),
            one("c", pain={"neck": {"before": 4, "after": 6}}, notes=[{"elapsed_s": 1.0, "value": "too hot"}]),
            one("d", pain={"neck": {"before": 9, "after": 8}}), one("e", pain={"neck": {"before": 5}}),
        ]  # fmt: skip
        await fill(database, sessions, course(30))
        told = await database.run(lambda db: report(db, "me", *MARCH, True))
        return told, await database.run(lambda db: report(db, "me", *MARCH, False))

    told, silent = with_database(work)
    (neck,) = told.regions
    assert (neck.sessions, neck.before, neck.after, neck.eased, neck.worsened) == (4, 5.0, 5.0, 2, 1)
    assert ([each.text for each in told.notes], silent.notes) == (["too hot"], [])
    assert (told.sessions, told.ran_s, told.endings) == (5, 6000.0, {"finished": 5})
    assert told.dose_most.dose == 2.5


def test_who_is_forgotten_leaves_nothing_and_others_everything(with_database: With, tmp_path: Path) -> None:
    words = "her aunt's remedy"

    async def work(database: Database) -> None:
        hers = one("a", person="ada", notes=[{"elapsed_s": 1.0, "value": words}])
        await fill(database, [hers, one("b", person="bob")], course(60))
        await database.run(lambda db: store.caught_up(db, "house"))
        await database.run(lambda db: store.caught_up(db, "attic"))
        assert await database.run(lambda db: store.forget(db, "ada", "house")) == 1
        assert await database.run(lambda db: reading.detail(db, "a", "ada")) is None
        assert await database.run(lambda db: reading.detail(db, "b", "bob")) is not None
        assert await database.run(lambda db: store.to_forget(db, "house")) == []
        assert await database.run(lambda db: store.to_forget(db, "attic")) == ["ada"]
        await database.run(lambda db: store.forgotten(db, "attic", "ada"))
        assert await database.run(lambda db: store.to_forget(db, "attic")) == []

    with_database(work)
    assert all(words.encode() not in file.read_bytes() for file in (tmp_path / "panel").iterdir())


def test_the_file_is_its_owners_alone(with_database: With, tmp_path: Path) -> None:
    async def work(database: Database) -> None:
        await database.run(lambda db: store.caught_up(db, "house"))

    with_database(work)
    file = tmp_path / "panel" / "history.sqlite"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    file.chmod(0o644)
    with_database(work)
    assert file.stat().st_mode & 0o777 == 0o600, "as soon as it is opened again"


def test_the_steps_lead_to_what_the_models_say(with_database: With) -> None:
    async def work(database: Database) -> Any:
        return await database.run(
            lambda db: compare_metadata(MigrationContext.configure(db.connection()), Base.metadata)
        )

    assert with_database(work) == []


def test_the_newest_step_is_the_one_that_alembic_finds() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [newest()]


def test_postgresql_has_all_that_the_tables_need() -> None:
    for table in Base.metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
