"""What the pads of one controller share: the people, whose records lie in one folder, and their own programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from poultice.therapy.programs import Program


class Sharer(Protocol):
    """A station, as far as people's records and programs are concerned."""

    @property
    def whose(self) -> tuple[str, str] | None:
        """Id and person of the session that runs."""
        ...

    def forget(self, person: str) -> dict[str, int]:
        """Erases what is known of a person besides the records: how many of what."""
        ...

    def offer(self, programs: Mapping[str, Program]) -> None:
        """These can be played from now on."""
        ...

    def follow_settings(self) -> None:
        """Somebody set something that may hold here, too."""
        ...


class Sharing:
    """All stations of a controller."""

    def __init__(self) -> None:
        self._stations: list[Sharer] = []

    def join(self, station: Sharer) -> None:
        """One more."""
        self._stations.append(station)

    def offer(self, programs: Mapping[str, Program]) -> None:
        """At every pad: these can be played from now on."""
        for station in self._stations:
            station.offer(programs)

    def follow_settings(self) -> None:
        """At every pad: a person's ceiling is theirs wherever they lie down."""
        for station in self._stations:
            station.follow_settings()

    @property
    def running(self) -> dict[str, str]:
        """The persons of the sessions that run, by session."""
        return dict(whose for station in self._stations if (whose := station.whose) is not None)

    def forget(self, person: str) -> dict[str, int]:
        """At every pad; the sums."""
        erased: dict[str, int] = {}
        for station in self._stations:
            for what, count in station.forget(person).items():
                erased[what] = erased.get(what, 0) + count
        return erased
