"""What a pad's zones had, between board, broker and therapy. Pure."""

from __future__ import annotations

from datetime import datetime

from poultice.link import contract, facts
from poultice.mqtt import messages
from poultice.therapy.budget import Spent

ZONES = tuple(zone.name for zone in facts.ZONES)


def of_board(status: contract.Status) -> Spent | None:
    """What a board remembers; None where it had nothing."""
    heated_s = float(status.heat_time_s)
    dose = {name: each / 100 for name, each in zip(ZONES, status.zone_dose_centi_cem43, strict=True)}
    return Spent(dose, heated_s, heated_s, False) if heated_s or any(dose.values()) else None


def of_message(said: messages.Spent) -> Spent:
    """What another controller knew of the zones that are known here."""
    dose = {name: minutes for name, minutes in said.dose.items() if name in ZONES}
    return Spent(dose, said.warm_day_s, said.warm_s, said.resting)


def to_message(spent: Spent) -> messages.Spent:
    """In whole seconds, and with as many digits as a day's dose has a meaning."""
    dose = {zone: round(minutes, 4) for zone, minutes in spent.dose.items()}
    return messages.Spent(
        dose=dose, warm_day_s=round(spent.warm_day_s), warm_s=round(spent.warm_s), resting=spent.resting
    )


def is_of_yesterday(said: datetime | None, now_s: float, day_s: float) -> bool:
    """Whether all of what was said then is forgotten by now, s since 1970."""
    return said is not None and now_s - said.timestamp() > day_s
