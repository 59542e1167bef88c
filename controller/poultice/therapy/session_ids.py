"""Names for sessions: not to be guessed, and yet the same again for whoever knows the seed."""

from __future__ import annotations

import hashlib


class SessionIds:
    """Names one session after the other. `seed` is random, drawn once by whoever begins a controller: with it the
    journal can be re-run to the letter."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self._count = 0

    def __call__(self) -> str:
        """The next name: 16 hexadecimal digits."""
        self._count += 1
        return hashlib.blake2b(f"{self.seed}/{self._count}".encode(), digest_size=8).hexdigest()
