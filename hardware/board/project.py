"""KiCad's project file, the rules of the board and the tables of libraries."""

from __future__ import annotations

import json

from board.places import BARRIER_MM
from board.pours import THIN_MM
from board.routing import DRILL_MM, EDGE_MM, VIA_MM
from board.schematic import NAME

LEAST_CLEAR_MM = 0.15
"""What every factory makes; tracks are found with 0.2 mm, which their bends may fall short of by a little."""
HOST_NETS = ("GND_USB", "VBUS", "+3V3_USB", "*host/*", "Net-(J701-*", "unconnected-(U701-*")

SYMBOLS = """(sym_lib_table
  (version 7)
  (lib (name "poultice")(type "KiCad")(uri "${KIPRJMOD}/poultice.kicad_sym")(options "")(descr "symbols of this board"))
)
"""

RULES = f"""(version 1)
# The host's side shares no copper with the pad's: between them lies the isolator.
(rule "isolation"
  (condition "A.NetClass == 'host' && B.NetClass != 'host' && B.Type != 'Graphic'")
  (constraint clearance (min {BARRIER_MM - 0.05:g}mm)))
"""


def project() -> str:
    """The project's file: what the factory has to keep, and which nets are the host's."""
    content = {
        "meta": {"filename": f"{NAME}.kicad_pro", "version": 3},
        "schematic": {"meta": {"version": 1}},
        "board": {
            "design_settings": {
                "meta": {"version": 2},
                "rules": {
                    "min_clearance": LEAST_CLEAR_MM,
                    "min_resolved_spokes": 1,
                    "min_copper_edge_clearance": EDGE_MM - 0.1,
                    "min_hole_clearance": 0.25,
                    "min_hole_to_hole": 0.25,
                    "min_through_hole_diameter": DRILL_MM,
                    "min_track_width": THIN_MM,
                    "min_via_diameter": VIA_MM,
                },
            }
        },
        "net_settings": {
            "classes": [_class("Default"), _class("host")],
            "meta": {"version": 4},
            "netclass_patterns": [{"netclass": "host", "pattern": pattern} for pattern in HOST_NETS],
        },
        "sheets": [],
    }
    return json.dumps(content, indent=2) + "\n"


def _class(name: str) -> dict[str, float | str | int]:
    return {
        "name": name,
        "clearance": LEAST_CLEAR_MM,
        "track_width": THIN_MM,
        "via_diameter": VIA_MM,
        "via_drill": DRILL_MM,
        "wire_width": 6,
        "bus_width": 12,
        "line_style": 0,
        "priority": 0 if name == "host" else 2147483647,
    }
