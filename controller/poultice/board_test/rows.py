"""What a test of the board found: a row each, measured beside what it must be, with what to do where it is not so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a row ended."""

    GOOD = "good"
    BAD = "bad"
    LEFT_OUT = "left out"  # nobody looked, or there was no use in looking: it says nothing of the board


@dataclass(frozen=True, slots=True)
class Row:
    """One thing looked at; `remedy` is empty where nothing is to be done."""

    subject: str
    verdict: Verdict
    measured: str
    must_be: str
    remedy: str = ""


def judged(subject: str, holds: bool, measured: str, must_be: str, remedy: str) -> Row:
    """Good where it holds; else bad, with its remedy."""
    return Row(subject, Verdict.GOOD if holds else Verdict.BAD, measured, must_be, "" if holds else remedy)


def left_out(subject: str, must_be: str, why: str) -> Row:
    """Nobody knows."""
    return Row(subject, Verdict.LEFT_OUT, "", must_be, why)
