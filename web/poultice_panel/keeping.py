"""What of the panel's stands in a backup, judged before it is brought back."""

from __future__ import annotations

from pathlib import Path

from poultice_panel.people.store import Store


def judge_people(file: Path) -> None:
    """Raises ValueError with a sentence where persons and phones cannot be read."""
    if trouble := Store(file.parent).trouble:
        raise ValueError(trouble)


def judge_history(file: Path) -> None:
    """Brings the tables of an older Poultice up to date. Raises ValueError with why they cannot be used."""
    from poultice_panel.history.checking import bring_up_to_date  # noqa: PLC0415 - SQLAlchemy is slow to import
    from poultice_panel.history.trouble import HistoryError  # noqa: PLC0415

    try:
        bring_up_to_date(file)
    except HistoryError as error:
        newer = "it is of a newer Poultice: update Poultice first"
        raise ValueError(newer if error.code == "newer" else "it is damaged") from None
