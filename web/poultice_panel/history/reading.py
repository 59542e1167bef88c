"""What is read from the database: lists, one session, and what a stretch of time sums up to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session as Db

from poultice_panel.history.curves import Course as Curve
from poultice_panel.history.curves import marks, thinned, unpack
from poultice_panel.history.models import Course, Heat, Pain, Session
from poultice_panel.history.shapes import (
    CurveOf,
    DayOf,
    DoseOf,
    HeatOf,
    PainOf,
    ProgramCount,
    SaidAt,
    SessionBrief,
    SessionDetail,
    SessionPage,
    Summary,
    Trend,
    TrendPoint,
    ZoneCourse,
)
from poultice_panel.history.wanted import Wanted

BY_DAY_AT_MOST = timedelta(days=62)  # a trend of more than two months is one of weeks
AT_ONCE = 500  # values in one statement: SQLite bounds their number


def _of(wanted: Wanted, *what: Any) -> Select[Any]:
    query = select(*what).select_from(Session).where(Session.person == wanted.person)
    if wanted.program is not None:
        query = query.where(Session.program == wanted.program)
    if wanted.since is not None:
        query = query.where(Session.day >= wanted.since)
    if wanted.until is not None:
        query = query.where(Session.day <= wanted.until)
    return query


BRIEF = (
    Session.id, Session.pad, Session.simulated, Session.program, Session.title, Session.began, Session.began_s,
    Session.day, Session.ending, Session.ran_s, Session.note, Session.notes,
)  # fmt: skip


def page(db: Db, wanted: Wanted, limit: int, after: str | None = None) -> SessionPage:
    """Sessions, newest first, after the one named `after`."""
    query = _of(wanted, *BRIEF).order_by(Session.began_s.desc(), Session.id.desc()).limit(limit + 1)
    last = db.get(Session, after) if after is not None else None
    if last is not None:
        older = (Session.began_s < last.began_s) | ((Session.began_s == last.began_s) & (Session.id < last.id))
        query = query.where(older)
    rows = db.execute(query).all()
    total = db.scalar(_of(wanted, func.count())) or 0
    found = _briefs(db, rows[:limit])
    return SessionPage(sessions=found, next=found[-1].id if len(rows) > limit else None, total=total)


def everything(db: Db, wanted: Wanted) -> list[SessionBrief]:
    """All of them, oldest first."""
    return _briefs(db, db.execute(_of(wanted, *BRIEF).order_by(Session.began_s, Session.id)).all())


def _briefs(db: Db, rows: Sequence[Any]) -> list[SessionBrief]:
    pains = _pains(db, [row.id for row in rows])
    return [_brief(row, pains.get(row.id, [])) for row in rows]


def _brief(row: Any, pain: list[PainOf]) -> SessionBrief:
    return SessionBrief(
        id=row.id,
        pad=row.pad,
        simulated=row.simulated,
        program=row.program,
        title=row.title,
        began=row.began,
        day=row.day,
        ending=row.ending,
        ran_s=row.ran_s,
        pain=pain,
        has_note=bool(row.note or row.notes),
    )


def _pains(db: Db, ids: Sequence[str]) -> dict[str, list[PainOf]]:
    found: dict[str, list[PainOf]] = defaultdict(list)
    for some in _portions(ids):
        columns = (Pain.session, Pain.region, Pain.before, Pain.after)  # not objects: those take three times as long
        for row in db.execute(select(*columns).where(Pain.session.in_(some)).order_by(Pain.region)):
            found[row.session].append(PainOf(region=row.region, before=row.before, after=row.after))
    return found


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[begin : begin + AT_ONCE] for begin in range(0, len(ids), AT_ONCE))


def course(db: Db, session: str, person: str) -> Curve | None:
    """A session's whole curve; None where there is none. Raises ValueError where it is damaged."""
    query = select(Course.content).join(Session, Session.id == Course.session)
    content = db.scalar(query.where(Course.session == session, Session.person == person))
    return None if content is None else unpack(content)


def detail(db: Db, session: str, person: str) -> SessionDetail | None:
    """One session of that person, or None."""
    row = db.get(Session, session)
    if row is None or row.person != person:
        return None
    try:
        whole = course(db, session, person)
    except ValueError:  # the rest of the session is as good as ever
        whole = None
    said = {
        "comfort": [(each["elapsed_s"], each["value"]) for each in row.comfort],
        "note": [(each["elapsed_s"], each["value"]) for each in row.notes],
    }
    brief = _brief(row, _pains(db, [session]).get(session, []))
    return SessionDetail(
        **brief.model_dump(),
        reason=row.reason,
        text=row.text,
        heat=_heats(db, session),
        marks=[SaidAt(t_s=each.t_s, kind=each.kind, text=each.text) for each in marks(whole or Curve(), said)],
        notes=[each["value"] for each in row.notes],
        note=row.note,
        curve=None if whole is None else _curve(thinned(whole)),
        skipped_lines=row.skipped_lines,
    )


def _heats(db: Db, session: str) -> list[HeatOf]:
    found = db.scalars(select(Heat).where(Heat.session == session).order_by(Heat.zone))
    return [HeatOf(zone=each.zone, dose=each.dose, hottest_c=each.hottest_c) for each in found]


def _curve(thin: Curve) -> CurveOf:
    zones = {name: ZoneCourse(temperature=zone.temperature_c, target=zone.asked_c) for name, zone in thin.zones.items()}
    return CurveOf(t=thin.t_s, zones=zones)


def last_on(db: Db, pad: str, person: str, not_before_s: float) -> SessionBrief | None:
    """The newest session of a person on a pad, if it ended after an instant."""
    query = _of(Wanted(person), *BRIEF).where(Session.pad == pad, Session.until_s >= not_before_s)
    row = db.execute(query.order_by(Session.began_s.desc()).limit(1)).first()
    return None if row is None else _briefs(db, [row])[0]


def pad_of(db: Db, session: str, person: str) -> str | None:
    """On which pad a person's session was."""
    return db.scalar(select(Session.pad).where(Session.id == session, Session.person == person))


def summary(db: Db, person: str, since: date, until: date) -> Summary:
    """What a stretch of time sums up to, both days included."""
    wanted = Wanted(person, since=since.isoformat(), until=until.isoformat())
    found = everything(db, wanted)
    by_week = until - since > BY_DAY_AT_MOST
    return Summary(
        since=since.isoformat(),
        until=until.isoformat(),
        sessions=len(found),
        first_day=db.scalar(select(func.min(Session.day)).where(Session.person == person)),
        days=days(found),
        by="week" if by_week else "day",
        trends=trends(found, by_week),
        doses=doses(db, wanted),
        dose_max=None,
        programs=programs(found),
    )


def days(found: Iterable[SessionBrief]) -> list[DayOf]:
    """The calendar."""
    by_day: dict[str, list[SessionBrief]] = defaultdict(list)
    for each in found:
        by_day[each.day].append(each)
    return [DayOf(day=day, sessions=len(all_), change=_change(all_)) for day, all_ in sorted(by_day.items())]


def _change(sessions: Iterable[SessionBrief]) -> float | None:
    changes = [pain.after - pain.before for each in sessions for pain in _both(each.pain)]  # type: ignore[operator]
    return float(median(changes)) if changes else None


def _both(pains: Iterable[PainOf]) -> Iterator[PainOf]:
    return (pain for pain in pains if pain.before is not None and pain.after is not None)


def trends(found: Iterable[SessionBrief], by_week: bool) -> list[Trend]:
    """By region, the one with most answers first: medians of each day or week."""
    regions: dict[str, dict[str, list[PainOf]]] = defaultdict(lambda: defaultdict(list))
    for each in found:
        day = _monday(each.day) if by_week else each.day
        for pain in each.pain:
            regions[pain.region][day].append(pain)
    order = sorted(regions, key=lambda region: (-sum(map(len, regions[region].values())), region))
    return [Trend(region=region, points=[_point(*one) for one in sorted(regions[region].items())]) for region in order]


def _monday(day: str) -> str:
    that = date.fromisoformat(day)
    return (that - timedelta(days=that.weekday())).isoformat()


def _point(day: str, pains: list[PainOf]) -> TrendPoint:
    return TrendPoint(
        day=day,
        before=middle([each.before for each in pains]),
        after=middle([each.after for each in pains]),
        sessions=len(pains),
    )


def middle(values: Iterable[int | None]) -> float | None:
    """The median of what is known; None of nothing."""
    known = [each for each in values if each is not None]
    return float(median(known)) if known else None


def doses(db: Db, wanted: Wanted) -> list[DoseOf]:
    """The heat of each day, by pad and zone."""
    what = (Session.day, Session.pad, Heat.zone)
    query = _of(wanted, *what, func.sum(Heat.dose).label("dose")).join(Heat, Heat.session == Session.id)
    rows = db.execute(query.group_by(*what).order_by(*what))
    return [DoseOf(day=row.day, pad=row.pad, zone=row.zone, dose=round(row.dose, 4)) for row in rows]


def hottest_c(db: Db, wanted: Wanted) -> float | None:
    """The hottest reading of all these sessions."""
    hottest: float | None = db.scalar(_of(wanted, func.max(Heat.hottest_c)).join(Heat, Heat.session == Session.id))
    return hottest


def programs(found: Iterable[SessionBrief]) -> list[ProgramCount]:
    """Which programs were played, the most frequent first."""
    titles = {each.program: each.title for each in found}
    counts = Counter(each.program for each in found)
    return [ProgramCount(program=name, title=titles[name], sessions=n) for name, n in counts.most_common()]


def notes(db: Db, wanted: Wanted) -> Iterator[tuple[str, str, str]]:
    """Session, day and text of all notes, oldest first."""
    query = _of(wanted, Session.id, Session.day, Session.notes, Session.note).order_by(Session.began_s, Session.id)
    for row in db.execute(query):
        yield from ((row.id, row.day, each["value"]) for each in row.notes)
        if row.note:
            yield row.id, row.day, row.note


def notes_by_session(db: Db, wanted: Wanted) -> dict[str, str]:
    """The notes of each session that has some, in one text."""
    texts: dict[str, list[str]] = defaultdict(list)
    for session, _day, text in notes(db, wanted):
        texts[session].append(text)
    return {session: "; ".join(all_) for session, all_ in texts.items()}
