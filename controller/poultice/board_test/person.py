"""What the person at the bench does, and sees: hands and eyes that no cable has."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from rich.console import Console


class Deed(StrEnum):
    """What somebody is asked to do."""

    PRESS = "Press the board's button for a second, and let go."
    HOLD = "Hold the board's button for 3 seconds, and let go."
    UNPLUG = "Pull the thermistors' plug (J401) out."
    PLUG = "Take the supply away, put the plug back in, give the supply again."


class Person(Protocol):
    """Somebody. The board's own events tell when a deed is done."""

    def please(self, deed: Deed) -> None:
        """Asks for a deed and does not wait for it."""
        ...

    def sees(self, question: str) -> bool | None:
        """Yes or no; None where nobody looks."""
        ...


class AtConsole:
    """Somebody at the keyboard; without `looks` only the hands are asked."""

    def __init__(self, console: Console, looks: bool) -> None:
        self._console, self._looks = console, looks

    def please(self, deed: Deed) -> None:
        self._console.print(f"[bold]→ {deed.value}[/bold]")

    def sees(self, question: str) -> bool | None:
        if not self._looks:
            return None
        while True:
            answer = self._console.input(f"[bold]? {question}[/bold] (y/n) ").strip().lower()
            if answer in ("y", "yes", "n", "no"):
                return answer.startswith("y")
