"""What the coach says, and with which card and program: several of a kind, in turn, so that they are still read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from poultice.therapy.coach.plan import Kind


@dataclass(frozen=True, slots=True)
class Words:
    """A prompt's text by language, the card that shows it, and the program that may be started for it."""

    en: str
    de: str
    card: str | None = None
    program: str | None = None

    @property
    def text(self) -> Mapping[str, str]:
        """By language."""
        return {"en": self.en, "de": self.de}


WORDS: Mapping[Kind, tuple[Words, ...]] = {
    "posture": (
        Words(
            "Sit another way: feet down, back against the chair, shoulders loose.",
            "Setz dich anders hin: Füße auf den Boden, Rücken an die Lehne, Schultern locker.",
            "sit-tall",
            "posture-minute",
        ),
        Words(
            "Draw your chin back a little, and let your neck grow long.",
            "Zieh das Kinn ein wenig zurück und lass den Nacken lang werden.",
            "chin-tuck",
            "posture-minute",
        ),
    ),
    "breaks": (
        Words(
            "Half a minute off: stand up and reach for the ceiling.",
            "Eine halbe Minute Pause: steh auf und streck dich zur Decke.",
            "stand-and-reach",
        ),
        Words(
            "Half a minute off: lean back over your chair and look far away.",
            "Eine halbe Minute Pause: lehn dich über die Stuhllehne zurück und schau in die Ferne.",
            "thoracic-opener",
        ),
    ),
    "active": (
        Words(
            "Five minutes on your feet: walk, fetch some water, take the stairs.",
            "Fünf Minuten auf den Beinen: geh ein Stück, hol Wasser, nimm die Treppe.",
            "walk-about",
            "desk-break",
        ),
    ),
    "ergonomics": (
        Words(
            "Once a month: do chair, screen and desk still fit you, and how do you lift?",
            "Einmal im Monat: passen Stuhl, Bildschirm und Tisch noch, und wie hebst du?",
            "chair",
        ),
    ),
    "strength": (
        Words(
            "Your strength training of today: now is the time that you chose for it.",
            "Dein Krafttraining für heute: jetzt ist die Zeit, die du dir dafür ausgesucht hast.",
        ),
    ),
}
