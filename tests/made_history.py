"""A person's history as it might have been: sessions, pain and curves for tests, benches and pictures of the page."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from poultice.mqtt.messages import SessionOutcome
from poultice_panel.history import store
from poultice_panel.history.curves import Course, of_rows
from poultice_panel.history.database import Database

PROGRAMS = (
    ("lower-back-ease", {"en": "Lower back ease", "de": "Unterer Rücken"}, ("lower_back",)),
    ("neck-evening", {"en": "Evening for neck and shoulders", "de": "Feierabend für Nacken und Schultern"}, ("neck",)),
    (
        "long-name",
        {
            "en": "Slowly through everything that was carried about today, and then some more of it",
            "de": "Langsam durch alles, was heute Rückenmuskulaturbeanspruchendes herumgetragen wurde",
        },
        ("upper_back", "shoulders"),
    ),
)
ENDINGS = ("finished", "finished", "finished", "finished", "stopped", "cut_off", "fault")
COLUMNS = ("t_s", "at_s", "phase", "lumbar", "upper_back")


def rows(seconds: int, chance: random.Random) -> list[list[Any]]:
    """A course as a controller sends it: two zones that warm to 40 °C, with a pause in the middle."""
    pause = range(seconds // 2, seconds // 2 + 40)
    dose = 0.0
    made = []
    for t_s in range(seconds):
        paused = t_s in pause
        warm = 40.0 - 12.0 * math.exp(-t_s / 300) + chance.gauss(0, 0.03) - (0.8 if paused else 0.0)
        dose += 0.25 ** max(0.0, 43 - warm) / 60
        zone = [round(warm, 2), None if paused else 40.0, 0.0 if paused else 14.5, round(dose, 4)]
        other = [round(warm - 1.3, 2), None if paused else 39.0, 0.0 if paused else 12.0, round(dose / 6, 4)]
        made.append(
            [float(t_s), float(t_s - (40 if t_s > pause.stop else 0)), "paused" if paused else "running", zone, other]
        )
    return made


def course(seconds: int = 1200, seed: int = 1) -> Course:
    """Such a course, by columns."""
    return of_rows(COLUMNS, rows(seconds, random.Random(seed)))


def outcomes(count: int, until: datetime, every: timedelta, person: str = "me") -> Iterator[SessionOutcome]:
    """Sessions up to an instant, oldest first; pain slowly gets less."""
    chance = random.Random(count)
    for number in range(count):
        began = until - every * (count - number) + timedelta(minutes=chance.randrange(-90, 90))
        program, title, regions = PROGRAMS[chance.choice((0, 0, 0, 1, 1, 2))]
        ending = chance.choice(ENDINGS)
        worst = 7 - 3 * number / max(1, count)
        pain = {}
        for region in regions:
            before = min(10, max(0, round(chance.gauss(worst, 1))))
            after = max(0, before - chance.choice((-1, 0, 1, 2, 2, 3)))
            pain[region] = {"before": before, "after": after if ending != "cut_off" else None}
        yield SessionOutcome(
            session=f"{person}-{number:05d}",
            person=person,
            pad="sofa",
            simulated=False,
            program=program,
            title=title,
            content_hash="hash",
            began=began,
            until=began + timedelta(minutes=20),
            ending=ending,
            reason=ending,
            text=f"{ending}: {title['en']}",
            ran_s=None if ending == "cut_off" else 1200.0,
            dose={"lumbar": 0.21, "upper_back": 0.04} if ending != "cut_off" else {},
            pain=pain if chance.random() < 0.85 else {},
            comfort=[{"elapsed_s": 300.0, "value": "less"}] if number % 3 == 0 else [],
            notes=[{"elapsed_s": 500.0, "value": "the left side is better"}] if number % 5 == 0 else [],
            lines=6,
        )


async def fill(database: Database, sessions: Sequence[SessionOutcome], curve: Course | None, at_once: int = 50) -> None:
    """Puts sessions into a database, as if they came from the controller `house`."""
    for begin in range(0, len(sessions), at_once):

        def some(db: Any, part: Sequence[SessionOutcome]) -> None:
            for each in part:
                store.save(db, "house", each, curve)

        await database.run(partial(some, part=sessions[begin : begin + at_once]))


def fill_file(url: str, count: int, until: datetime, every: timedelta, seconds: int = 1200) -> None:
    """Makes a database of so many sessions."""

    async def work() -> None:
        database = Database(url)
        await fill(database, list(outcomes(count, until, every)), course(seconds))
        await database.close()

    asyncio.run(work())
