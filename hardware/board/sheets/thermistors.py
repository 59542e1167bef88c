"""Four thermistors to the converter, ratiometric, filtered and protected; the pad's connector for all six."""

from board.parts import Row, Sheet


def _channel(first: int, y: int, name: str) -> tuple[Row, ...]:
    return (
        (f"R{first}", "pull_up", 40, y - 3, 0, f"+5V NTC_{name}"),
        (f"D{first}", "esd", 35, y + 3, 0, f"NTC_{name} GND"),
        (f"R{first + 1}", "r:ntc_filter", 46, y, 90, f"NTC_{name} {name}"),
        (f"C{first}", "c:ntc_filter", 51, y + 3, 0, f"{name} GND"),
    )


SHEET = Sheet(
    "thermistors",
    "Thermistor inputs",
    "A4",
    (
        ("J401", "sensors", 12, 24, 0,
         "NTC_LUMBAR_LEFT GND NTC_LUMBAR_RIGHT GND NTC_TRIP_LUMBAR GND NTC_UPPER_BACK_LEFT GND "
         "NTC_UPPER_BACK_RIGHT GND NTC_TRIP_UPPER_BACK GND"),
        *_channel(411, 16, "LUMBAR_LEFT"),
        *_channel(421, 28, "LUMBAR_RIGHT"),
        *_channel(431, 40, "UPPER_BACK_LEFT"),
        *_channel(441, 52, "UPPER_BACK_RIGHT"),
        ("TP401", "point", 66, 15, 0, "LUMBAR_LEFT"),
        ("TP402", "point", 66, 27, 0, "LUMBAR_RIGHT"),
        ("TP403", "point", 66, 39, 0, "UPPER_BACK_LEFT"),
        ("TP404", "point", 66, 51, 0, "UPPER_BACK_RIGHT"),
    ),
    (
        (8, 8, "10 kΩ thermistors to ground, 0.1 % pull-ups to the converter's own reference: the supply cancels out."),
        (8, 18, "One plug for both zones:\nit cannot be swapped."),
        (74, 58, "The two trips' own thermistors go to the trip's sheet."),
    ),
)  # fmt: skip
