"""The exceptions of Poultice, sorted by who must act. The text of each is one sentence that says what to do."""

from __future__ import annotations


class PoulticeError(Exception):
    """Base of all errors that a person can do something about; `str()` of it is the sentence to show."""

    exit_code = 1  # refused or failed; 2, wrong usage, is for the command line itself to say


class SetupError(PoulticeError):
    """Somebody edits a file, an option or a service: configuration, program file, broker, busy port."""


class CableError(PoulticeError):
    """Somebody plugs something: port absent, pad silent, link lost."""


class DefectError(PoulticeError):
    """A maintainer mends something: contract mismatch, impossible state, a core that does not compile."""
