"""One page for a physiotherapist: how often, how pain changed, how much heat."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from statistics import median

from poultice.mqtt.messages import pain_matters
from sqlalchemy.orm import Session as Db

from poultice_panel.history import reading
from poultice_panel.history.shapes import RegionChange, Report, ReportNote, SessionBrief
from poultice_panel.history.wanted import Wanted


def report(db: Db, person: str, since: date, until: date, with_notes: bool) -> Report:
    """The report of one person, both days included."""
    wanted = Wanted(person, since=since.isoformat(), until=until.isoformat())
    found = reading.everything(db, wanted)
    by_week = until - since > reading.BY_DAY_AT_MOST
    doses = reading.doses(db, wanted)
    notes = reading.notes(db, wanted) if with_notes else ()
    return Report(
        since=since.isoformat(),
        until=until.isoformat(),
        sessions=len(found),
        simulated=sum(each.simulated for each in found),
        ran_s=sum(each.ran_s or 0.0 for each in found),
        regions=changes(found),
        trends=reading.trends(found, by_week),
        by="week" if by_week else "day",
        programs=reading.programs(found),
        endings=dict(Counter(each.ending for each in found)),
        hottest_c=reading.hottest_c(db, wanted),
        dose_most=max(doses, key=lambda each: each.dose, default=None),
        dose_max=None,
        notes=[ReportNote(day=day, text=text) for _session, day, text in notes],
    )


def changes(found: Sequence[SessionBrief]) -> list[RegionChange]:
    """By region, the one with most answers first; sessions without both answers say nothing."""
    regions: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for each in found:
        for pain in each.pain:
            if pain.before is not None and pain.after is not None:
                regions[pain.region].append((pain.before, pain.after))
    order = sorted(regions, key=lambda region: (-len(regions[region]), region))
    return [_change(region, regions[region]) for region in order]


def _change(region: str, pairs: list[tuple[int, int]]) -> RegionChange:
    mattering = [after - before for before, after in pairs if pain_matters(before, after - before)]
    return RegionChange(
        region=region,
        sessions=len(pairs),
        before=float(median(before for before, _ in pairs)),
        after=float(median(after for _, after in pairs)),
        eased=sum(change < 0 for change in mattering),
        worsened=sum(change > 0 for change in mattering),
    )
