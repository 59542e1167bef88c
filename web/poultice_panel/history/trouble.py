"""What is wrong with the database, in one sentence that says what to do. The pads do not need it: they go on."""

from __future__ import annotations

from poultice.mqtt.messages import Reason

GOES_ON = "The pads and STOP do not need it."
WORDS = {
    "locked": "Another program holds {where}: end it; the panel tries again by itself.",
    "full": "The disk is full: free some space. What is missing of the history is taken over from the pads then.",
    "read_only": "{where} may not be written: correct its rights. What is there can be read.",
    "damaged": "{where} is damaged: set it aside on the history page, and what the pads still have comes back.",
    "unreachable": "{where} cannot be opened: correct its rights, or database.url in poultice.toml.",
    "disk": "The disk failed at {where}: look after it, and save what you can.",
    "driver": "PostgreSQL needs psycopg: pip install 'poultice[postgresql]', or leave out database.url.",
    "newer": "{where} is of a newer Poultice: install that one again, or name another database.url.",
    "slow": "The history does not answer: look after the disk, or try again in a moment.",
    "failed": "The history cannot be read or written; the panel's log says why.",
}


class HistoryError(Exception):
    """The history cannot be had; `code` is a key of `WORDS`, `str()` the sentence, `where` what the database is called
    (no password in it)."""

    def __init__(self, code: str, where: str = "the history") -> None:
        super().__init__(f"{WORDS[code].format(where=where)} {GOES_ON}")
        self.code = code
        self.where = where

    @property
    def reason(self) -> Reason:
        """As the page has it."""
        return Reason(code=f"history_{self.code}", text=str(self), values={"where": self.where})
