"""A query that is not answered: an answer all the same, with a code and a sentence."""

from __future__ import annotations


class RefusedError(Exception):
    """Code and words of the reason."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
