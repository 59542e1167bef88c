"""The other controllers at the same broker, by what they say of themselves: which boards are theirs now. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST = 64  # controllers; what comes beyond is not looked at
NO_BOARD = ("", "0" * 16)  # ids that nobody wrote: they say nothing of who it is


@dataclass(slots=True)
class _Neighbour:
    online: bool = False
    boards: Mapping[str, str] = field(default_factory=dict)


class Neighbours:
    """What is known of them. `me` is this controller, whose own words come back to it and count for nothing."""

    def __init__(self, me: str) -> None:
        self._me = me
        self._others: dict[str, _Neighbour] = {}

    def online(self, controller: str, online: bool) -> bool:
        """A controller says that it is there, or its last will that it is not; whether that was news."""
        other = self._other(controller)
        news = other is not None and other.online != online
        if other is not None:
            other.online = online
            if not online:  # when it is back it says anew what it has
                other.boards = {}
        return news

    def connected_anew(self) -> None:
        """A broker may have forgotten them: who is there is said again."""
        for other in self._others.values():
            other.online = False

    def boards(self, controller: str, boards: Mapping[str, str]) -> bool:
        """A controller says which pads' boards are there; whether that was news."""
        other = self._other(controller)
        news = other is not None and other.boards != boards
        if other is not None:
            other.boards = dict(boards)
        return news

    def _other(self, controller: str) -> _Neighbour | None:
        known = self._others.get(controller)
        if known is None and controller != self._me and len(self._others) < MOST:
            known = self._others[controller] = _Neighbour()
        return known

    def with_pad(self, pad: str) -> str | None:
        """Another controller that is there and has the board of a pad of this name."""
        return next((name for name, other in self._others.items() if other.online and pad in other.boards), None)

    def with_board(self, board_id: str, pad: str) -> tuple[str, str] | None:
        """Another controller that has a board of this id as another pad, and that pad."""
        if board_id in NO_BOARD:
            return None
        for name, other in self._others.items():
            for its_pad, its_board in other.boards.items() if other.online else ():
                if its_board == board_id and its_pad != pad:
                    return name, its_pad
        return None
