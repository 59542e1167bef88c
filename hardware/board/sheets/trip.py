"""The independent over-temperature trip: own thermistors, comparators, latch, test, read-out, release."""

from board.parts import Row, Sheet


def _input(first: int, y: int, zone: str, unit: int) -> tuple[Row, ...]:
    """A trip's thermistor with its two comparators, its test resistor and its witness."""
    ntc = f"NTC_TRIP_{zone}"
    return (
        (f"R{first}", "pull_up", 24, y - 3, 0, f"+5V {ntc}"),
        (f"D{first}", "esd", 17, y + 3, 0, f"{ntc} GND"),
        (f"C{first}", "c:ntc_filter", 24, y + 3, 0, f"{ntc} GND"),
        (f"R{first + 1}", "r:trip_test", 30, y + 3, 0, f"{ntc} TEST_{zone}"),
        (f"U501.{unit}", "comparator", 46, y + 1, 0, f"{ntc} TRIP_REF SET_N"),
        (f"U501.{unit + 2}", "comparator", 46, y + 9, 0, f"OPEN_REF {ntc} SET_N"),
        (f"U502.{unit}", "buffer", 66, y + 1, 0, f"{ntc} witness_{unit} witness_{unit}"),
        (f"R{first + 2}", "r:ntc_filter", 74, y + 1, 90, f"witness_{unit} WITNESS_{zone}"),
        (f"C{first + 1}", "c:ntc_filter", 79, y + 4, 0, f"WITNESS_{zone} GND"),
        (f"TP{first}", "point", 34, y - 2, 0, ntc),
    )


SHEET = Sheet(
    "trip",
    "Independent over-temperature trip",
    "A3",
    (
        *_input(511, 16, "LUMBAR", 1),
        *_input(521, 38, "UPPER_BACK", 2),
        ("R501", "r:trip_reference_top", 20, 58, 0, "+5V TRIP_REF"),
        ("R502", "r:trip_reference_bottom", 20, 64, 0, "TRIP_REF GND"),
        ("R503", "r:trip_hysteresis", 26, 61, 90, "TRIP_REF TRIPPED"),
        ("R504", "r:trip_open_top", 44, 58, 0, "+5V OPEN_REF"),
        ("R505", "r:trip_open_bottom", 44, 64, 0, "OPEN_REF GND"),
        ("TP501", "point", 23, 58, 0, "TRIP_REF"),
        ("R531", "r:test_bias_top", 20, 74, 0, "+5V TRIP_TEST"),
        ("R532", "r:test_bias_bottom", 20, 84, 0, "TRIP_TEST GND"),
        ("R533", "r:test_ladder_top", 30, 74, 0, "+5V three_quarters"),
        ("R534", "r:test_ladder_middle", 30, 79, 0, "three_quarters quarter"),
        ("R535", "r:test_ladder_bottom", 30, 84, 0, "quarter GND"),
        ("U102.2", "comparator", 44, 77, 0, "three_quarters TRIP_TEST TEST_LUMBAR"),
        ("U102.3", "comparator", 44, 86, 0, "TRIP_TEST quarter TEST_UPPER_BACK"),
        ("TP502", "point", 23, 77, 0, "TRIP_TEST"),
        ("R541", "r:set_pull_up", 98, 20, 0, "+5V SET_N"),
        ("U503.1", "latch", 112, 23, 0, "SET_N free TRIPPED"),
        ("U503.2", "latch", 112, 31, 0, "RESET_N TRIPPED free"),
        ("R542", "r:status", 128, 30, 90, "TRIPPED TRIP_STATUS"),
        ("R543", "r:status_pull_down", 133, 33, 0, "TRIP_STATUS GND"),
        ("TP503", "point", 102, 19, 0, "SET_N"),
        ("TP504", "point", 124, 20, 0, "TRIPPED"),
        ("R544", "r:reset_pull_up", 98, 42, 0, "+5V RESET_N"),
        ("C541", "c:reset", 104, 47, 0, "RESET_N GND"),
        ("Q541", "small", 96, 50, 0, "EDGE GND RESET_N"),
        ("R545", "r:release_bleed", 91, 53, 0, "EDGE GND"),
        ("D541", "signal", 86, 53, 180, "GND EDGE"),
        ("C542", "c:release_first", 72, 50, 90, "BUTTON_LINE between"),
        ("C543", "c:release_second", 79, 50, 90, "between EDGE"),
        ("TP505", "point", 109, 43, 0, "RESET_N"),
        ("TP506", "point", 83, 47, 0, "EDGE"),
        ("U503.3", "latch", 112, 66, 0, "GND GND -"),
        ("U503.4", "latch", 124, 66, 0, "GND GND -"),
        ("U102.4", "comparator", 138, 66, 0, "GND +5V -"),
        ("U501.5", "comparator", 72, 74, 0, "+5V GND"),
        ("C501", "c100n", 78, 74, 0, "+5V GND"),
        ("U102.5", "comparator", 86, 74, 0, "+5V GND"),
        ("C502", "c100n", 92, 74, 0, "+5V GND"),
        ("U502.3", "buffer", 100, 74, 0, "+5V GND"),
        ("C503", "c100n", 106, 74, 0, "+5V GND"),
        ("U503.5", "latch", 114, 74, 0, "+5V GND"),
        ("C504", "c100n", 120, 74, 0, "+5V GND"),
    ),
    (
        (8, 8, "No part of this sheet asks the processor. Hot (or shorted) and open thermistors pull one line, SET_N."),
        (62, 12, "the processor looks through a buffer: it can hold nothing"),
        (96, 12, "The latch: set wins. TRIPPED acts on both switches of the heaters' sheet."),
        (16, 54, "45.5 °C; tripped, the reference\nrises by 1 K"),
        (42, 54, "an open wire"),
        (16, 70, "Test: high provokes lumbar, low the upper back, floating neither"),
        (66, 58, "Only the edge of the button's release resets; two capacitors,\n"
                 "for a shorted one would make a thermostat of the latch"),
        (108, 61, "spare"),
    ),
    by_label=("TRIP_REF", "OPEN_REF", "SET_N", "TRIPPED", "TEST_LUMBAR", "TEST_UPPER_BACK"),
)  # fmt: skip
