"""One shunt sees heaters and motors; beyond the limit it sets the trip's latch."""

from board.parts import Sheet

SHEET = Sheet(
    "current",
    "Current: shunt, amplifier, limit",
    "A4",
    (
        ("R101", "r:shunt", 20, 16, 90, "VIN SUPPLY"),
        ("U101", "current", 30, 22, 0, "VIN SUPPLY GND +5V SENSED"),
        ("C101", "c100n", 38, 20, 0, "+5V GND"),
        ("R102", "r1k", 46, 18, 90, "SENSED SUPPLY_CURRENT"),
        ("C102", "c10n", 51, 21, 0, "SUPPLY_CURRENT GND"),
        ("R103", "r:limit_filter", 46, 28, 90, "SENSED FILTERED"),
        ("C103", "c:limit_filter", 51, 32, 0, "FILTERED GND"),
        ("R104", "r:limit_top", 56, 21, 0, "+5V CEILING"),
        ("R105", "r:limit_bottom", 56, 31, 0, "CEILING GND"),
        ("U102.1", "comparator", 66, 27, 0, "CEILING FILTERED SET_N"),
        ("TP101", "point", 42, 21, 0, "SENSED"),
        ("TP102", "point", 60, 24, 0, "CEILING"),
    ),
    (
        (8, 8, "1 V an ampere. The 5 V regulator hangs before the shunt: at rest nothing flows here."),
        (44, 14, "to the converter"),
        (62, 20, "above the limit this pulls the latch's line,\nwhich opens all heaters' switches"),
    ),
)
