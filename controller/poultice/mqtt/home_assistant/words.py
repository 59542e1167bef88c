"""The names of all entities in English and German. The codes that states are made of stay the same in both."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "de"]

ZONES = {
    "lumbar": {"en": "lower back", "de": "unterer Rücken"},
    "upper_back": {"en": "upper back", "de": "oberer Rücken"},
    "lower_back": {"en": "lower back", "de": "unterer Rücken"},
    "middle": {"en": "middle", "de": "Mitte"},
}
NAMES = {
    "climate": {"en": "Warmth {place}", "de": "Wärme {place}"},
    "fan": {"en": "Massage {place}", "de": "Massage {place}"},
    "program": {"en": "Program", "de": "Programm"},
    "start": {"en": "Start program", "de": "Programm starten"},
    "stop": {"en": "Stop", "de": "Stopp"},
    "ends_at": {"en": "Ends at", "de": "Endet um"},
    "remaining": {"en": "Remaining", "de": "Verbleibend"},
    "phase": {"en": "Phase", "de": "Phase"},
    "armed": {"en": "Heat permitted", "de": "Heizen erlaubt"},
    "running": {"en": "Session", "de": "Sitzung"},
    "problem": {"en": "Fault", "de": "Störung"},
    "too_warm": {"en": "Too warm", "de": "Zu warm"},
    "fault": {"en": "Fault code", "de": "Störungscode"},
    "dose": {"en": "Heat dose {place}", "de": "Wärmedosis {place}"},
    "duty": {"en": "Heating duty {place}", "de": "Heizanteil {place}"},
    "witness": {"en": "Guard temperature {place}", "de": "Wächtertemperatur {place}"},
    "link": {"en": "Link", "de": "Verbindung"},
    "link_errors": {"en": "Link errors", "de": "Verbindungsfehler"},
    "limits": {"en": "Warmest allowed", "de": "Höchstens erlaubt"},
    "happening": {"en": "Happening", "de": "Ereignis"},
    "controller": {"en": "Connected", "de": "Verbunden"},
    "hub": {"en": "Poultice controller {id}", "de": "Poultice-Steuerung {id}"},
    "model": {"en": "Heat and massage pad", "de": "Wärme- und Massagekissen"},
    "simulated": {"en": "Simulated heat and massage pad", "de": "Simuliertes Wärme- und Massagekissen"},
    "hub_model": {"en": "Controller", "de": "Steuerung"},
}
UNITS = {
    "minutes": {"en": "min", "de": "min"},  # what Home Assistant knows and converts
    "dose": {"en": "CEM43 min", "de": "CEM43-Minuten"},
}


def name(key: str, language: Language, **values: str) -> str:
    """What an entity or a device is called."""
    return NAMES[key][language].format(**values)


def place(zone: str, language: Language) -> str:
    """What a zone of the pad is called; one that nobody translated, by its own name."""
    return ZONES[zone][language] if zone in ZONES else zone.replace("_", " ")
