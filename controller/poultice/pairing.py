"""Asks the panel on this computer for a pairing code, and draws it for a phone's camera."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.request
from dataclasses import dataclass

import segno
from rich.console import Console
from rich.markup import escape

from poultice.config import Config
from poultice.errors import SetupError

KEY_NAME = "panel-console.key"  # written by the panel at its start; only the owner of the data can read it
ANSWER_S = 5.0
ROLES = ("view", "use", "admin")


@dataclass(frozen=True, slots=True)
class Offer:
    """A code that is valid for `remaining_s`; `url` opens the page with it, None where no network leads here."""

    code: str
    url: str | None
    remaining_s: float

    @property
    def words(self) -> str:
        """What to do with it."""
        code = f"{self.code[:4]} {self.code[4:]}"
        within = f"within {self.remaining_s:.0f} s; `poultice pair` makes another"
        if self.url is None:
            return f"This computer has no network that a phone could reach it by. Pairing code: {code} ({within})."
        return f"On a phone of this house open {self.url.split('/#')[0]} (code {code}, {within}), or scan:"

    @property
    def picture(self) -> str:
        """The address as a QR code of half blocks; empty where there is none."""
        if self.url is None:
            return ""
        drawn = io.StringIO()
        segno.make(self.url, error="l", micro=False).terminal(drawn, compact=True, border=2)
        return drawn.getvalue()


def offer(config: Config, role: str = "admin") -> Offer:
    """Opens the pairing window; whoever uses the code becomes `role`. Raises SetupError where no panel answers."""
    request = urllib.request.Request(  # noqa: S310  (our own address on this computer)
        f"{config.panel.here}/api/pairing",
        json.dumps({"role": role, "person": "me" if role == "admin" else None}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {_key(config)}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_S) as response:  # noqa: S310
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        raise SetupError(f"The panel made no code ({error.code}): start it anew with `poultice up --lan`.") from None
    except (urllib.error.URLError, OSError):
        raise SetupError(
            f"No panel answers at {config.panel.here}: start it with `poultice up --lan`, then try again."
        ) from None
    if not answer["lan"]:
        raise SetupError("The panel serves this computer only: start it with `poultice up --lan` (make run LAN=1).")
    return Offer(answer["code"], answer["url"], answer["remaining_s"])


def show(made: Offer, console: Console) -> None:
    """Prints it. The blocks are the light squares: their colours are named, for cameras read no code in negative."""
    console.print(escape(made.words))
    if made.picture:
        console.print(made.picture.rstrip("\n"), style="bright_white on black")


def _key(config: Config) -> str:
    try:
        return (config.data.directory / KEY_NAME).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""
