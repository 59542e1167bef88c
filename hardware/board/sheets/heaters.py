"""Two switches in series for each zone: a rail that only toggling keeps alive, and a gate-driven one to ground."""

from board.parts import Row, Sheet


def _zone(first: int, y: int, zone: str, low: str) -> tuple[Row, ...]:
    """The lower switch of a zone, with the latch's clamp on its gate."""
    gate, clamp = f"{low}_GATE", f"{low.lower()}_clamp"
    return (
        (f"R{first}", "r:lower_gate_series", 20, y, 90, f"HEATER_{zone} {gate}"),
        (f"R{first + 1}", "r:lower_gate_pull_down", 26, y + 4, 0, f"{gate} GND"),
        (f"R{first + 2}", "r:clamp_lower", 32, y + 5, 90, f"TRIPPED {clamp}"),
        (f"Q{first}", "small", 38, y + 5, 0, f"{clamp} GND {gate}"),
        (f"Q{first + 1}", "lower", 50, y, 0, f"{gate} GND {low}"),
        (f"TP{first}", "point", 45, y - 3, 0, gate),
    )


SHEET = Sheet(
    "heaters",
    "Heater switches: enable and rail, lower switches",
    "A4",
    (
        ("R201", "r:enable_pull_down", 16, 18, 0, "ENABLE GND"),
        ("C201", "c:pump_transfer", 20, 15, 90, "ENABLE pumped"),
        ("D201", "pump", 26, 15, 0, "GND STORE pumped"),
        ("C202", "c:pump_store", 31, 17, 0, "STORE GND"),
        ("R202", "r:pump_base_top", 36, 12, 90, "STORE base"),
        ("R203", "r:pump_base_bottom", 40, 20, 0, "base GND"),
        ("Q201", "npn", 53, 18, 0, "base GND drive"),
        ("Q202", "small", 46, 22, 0, "upper_clamp GND base"),
        ("R204", "r:clamp_upper", 41, 25, 90, "TRIPPED upper_clamp"),
        ("R205", "r:upper_gate_series", 58, 13, 90, "drive UPPER_GATE"),
        ("R206", "r:upper_gate_pull_up", 63, 10, 0, "SUPPLY UPPER_GATE"),
        ("D202", "zener12", 68, 10, 180, "UPPER_GATE SUPPLY"),
        ("Q203", "upper", 75, 13, 0, "UPPER_GATE SUPPLY RAIL"),
        ("R207", "rail_top", 86, 17, 0, "RAIL RAIL_SENSE"),
        ("R208", "rail_bottom", 86, 22, 0, "RAIL_SENSE GND"),
        ("C203", "c10n", 81, 22, 0, "RAIL_SENSE GND"),
        ("J201", "heaters", 72, 44, 180, "RAIL LOW_LUMBAR RAIL LOW_UPPER_BACK"),
        ("TP201", "point", 33, 13, 0, "STORE"),
        ("TP202", "point", 92, 15, 0, "RAIL"),
        ("TP203", "point", 72, 18, 180, "UPPER_GATE"),
        *_zone(211, 34, "LUMBAR", "LOW_LUMBAR"),
        *_zone(221, 46, "UPPER_BACK", "LOW_UPPER_BACK"),
    ),
    (
        (8, 7, "The enable line feeds a charge pump: only while it toggles does the rail live (at most 84 ms longer)."),
        (34, 28, "tripped: shorts the base"),
        (8, 30, "Each zone's lower switch; tripped: shorts the gate"),
        (66, 32, "The pad's bimetal and thermal fuse are in series\nwith each element, outside this board."),
    ),
    ("SUPPLY", "RAIL"),
)
