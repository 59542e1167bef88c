"""What the doctor found of one thing: how good it is, in a sentence, with what to do where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether a session can do with it."""

    GOOD = "good"
    WARNING = "warning"  # a session works, but not all of it, or not for long
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """`subject` is what was looked at, in a word; `text` ends with the remedy where the verdict is not good."""

    subject: str
    verdict: Verdict
    text: str


def good(subject: str, text: str) -> Finding:
    """Nothing is to be done."""
    return Finding(subject, Verdict.GOOD, text)


def warning(subject: str, text: str) -> Finding:
    """Something is to be done, sooner or later."""
    return Finding(subject, Verdict.WARNING, text)


def bad(subject: str, text: str) -> Finding:
    """Something is to be done before it works."""
    return Finding(subject, Verdict.BAD, text)
