"""Two drawings for the guide, as SVG: which wire goes where, and what lies where in the pad; from sheets and facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from generator.facts_model import Facts

from board import sheets

PX_PER_M = 1000.0
PAD_M = (0.44, 0.62)
ELEMENT_M = (0.30, 0.20)
ZONE_Y_M = {"upper_back": 0.13, "lumbar": -0.13}
BEAD_X_M = 0.045
COLOURS = {"element": "#f4b183", "bead": "#1f5fa8", "trip": "#b00020", "motor": "#6b6b6b", "bimetal": "#7a4a00",
           "resistor": "#4f8a5b"}  # fmt: skip
FONT = 'font-family="sans-serif" fill="#222"'


@dataclass(slots=True)
class Svg:
    """A drawing that grows."""

    wide: float
    high: float
    body: list[str] = field(default_factory=list)

    def box(self, at: tuple[float, float], size: tuple[float, float], fill: str = "none", dash: str = "") -> None:
        """A rectangle by its upper left corner."""
        style = f'fill="{fill}" stroke="#222"' + (f' stroke-dasharray="{dash}"' if dash else "")
        self.body.append(f'<rect x="{at[0]:g}" y="{at[1]:g}" width="{size[0]:g}" height="{size[1]:g}" rx="6" {style}/>')

    def dot(self, at: tuple[float, float], radius: float, fill: str) -> None:
        """A filled circle."""
        self.body.append(f'<circle cx="{at[0]:g}" cy="{at[1]:g}" r="{radius:g}" fill="{fill}" stroke="#222"/>')

    def line(self, first: tuple[float, float], second: tuple[float, float], colour: str = "#222") -> None:
        """A straight one."""
        ends = f'x1="{first[0]:g}" y1="{first[1]:g}" x2="{second[0]:g}" y2="{second[1]:g}"'
        self.body.append(f'<line {ends} stroke="{colour}" stroke-width="2"/>')

    def text(self, at: tuple[float, float], words: str, size: float = 14, anchor: str = "start") -> None:
        """One line of words."""
        place = f'x="{at[0]:g}" y="{at[1]:g}" font-size="{size:g}" text-anchor="{anchor}"'
        self.body.append(f"<text {place} {FONT}>{escape(words)}</text>")

    def made(self) -> str:
        """The file."""
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.wide:g} {self.high:g}">'
        paper = f'<rect width="{self.wide:g}" height="{self.high:g}" fill="#fff"/>'
        return "\n".join([head, paper, *self.body, "</svg>", ""])


def pins(reference: str) -> list[tuple[str, str]]:
    """A plug's pins and nets, in order. Raises StopIteration where there is no such plug."""
    plug = next(part for sheet in sheets.ALL for part in sheet.placed() if part.reference == reference)
    return [(pin.number, net) for pin, _, _, _, net in plug.pins()]


def layup(facts: Facts) -> str:
    """The pad seen from the person's front, and its layers."""
    svg = Svg(1120, 760)
    left, top = 40.0, 70.0
    svg.text((left, 34), "The pad, seen from the person's side (head above)", 20)
    svg.box((left, top), (PAD_M[0] * PX_PER_M, PAD_M[1] * PX_PER_M))

    def at(x_m: float, y_m: float) -> tuple[float, float]:
        return left + (PAD_M[0] / 2 + x_m) * PX_PER_M, top + (PAD_M[1] / 2 - y_m) * PX_PER_M

    for zone in facts.zones:
        y_m = ZONE_Y_M[zone.name]
        svg.box(at(-ELEMENT_M[0] / 2, y_m + ELEMENT_M[1] / 2), (ELEMENT_M[0] * PX_PER_M, ELEMENT_M[1] * PX_PER_M),
                COLOURS["element"])  # fmt: skip
        name = zone.name.replace("_", " ")
        svg.text(at(0, y_m + 0.078), f"{name}: {zone.nominal_w:g} W, {zone.area_m2:g} m²", 13, "middle")
        for side, sensor in zip((-1, 1), zone.sensors, strict=True):
            svg.dot(at(side * BEAD_X_M, y_m), 7, COLOURS["bead"])
            svg.text((at(side * BEAD_X_M, y_m)[0], at(0, y_m)[1] + 24), sensor.rsplit("_", 1)[1], 12, "middle")
        svg.dot(at(-BEAD_X_M + 0.016, y_m), 7, COLOURS["trip"])
        svg.box(at(-0.012, y_m + 0.006), (24, 12), COLOURS["bimetal"])
        svg.box(at(-0.008, y_m + 0.017), (16, 7), COLOURS["resistor"])
        svg.box(at(-0.010, y_m - 0.012), (20, 12), "#fff")
    for motor in facts.motors:
        svg.dot(at(motor.x_m, motor.y_m), 13, COLOURS["motor"])
    _legend(svg, facts)
    return svg.made()


def _legend(svg: Svg, facts: Facts) -> None:
    x, rows = 520.0, (
        ("bead", "thermistor of control: two a zone, glued to the element, 4.5 cm from its middle"),
        ("trip", "thermistor of the trip: 16 mm beside the left one, so that each is the other's witness"),
        ("motor", "motor, on the back layer, between foil and cover, never on an element's wire"),
    )  # fmt: skip
    for index, (colour, words) in enumerate(rows):
        svg.dot((x + 8, 84 + 30 * index), 8, COLOURS[colour])
        svg.text((x + 28, 89 + 30 * index), words)
    svg.box((x - 4, 168), (24, 12), COLOURS["bimetal"])
    trip = facts.trip
    svg.text(
        (x + 28, 179),
        f"bimetal {trip.bimetal_c:g} ± {trip.bimetal_tolerance_k:g} °C, measured, flat on the hottest place",
    )
    svg.box((x, 200), (16, 7), COLOURS["resistor"])
    svg.text(
        (x + 28, 209), f"its resistor, {facts.circuit.bimetal.hold_ohm / 1000:g} kΩ, glued to it and across its leads"
    )
    svg.box((x - 2, 228), (20, 12))
    svg.text((x + 28, 239), f"thermal fuse {trip.fuse_c:g} °C, crimped; both in series with the element's +")
    svg.text((x, 280), "Layers, from the person to the back", 18)
    layers = (("cover, cotton, washable", "#eef3ee"), ("felt 3 mm", "#e9e4d8"), ("polyimide foil", "#f7e3a1"),
              ("element, thermistors glued to it", COLOURS["element"]), ("polyimide foil, bimetal and fuse", "#f7e3a1"),
              ("felt 3 mm, motors sewn on", "#e9e4d8"), ("cover", "#eef3ee"))  # fmt: skip
    for index, (words, colour) in enumerate(layers):
        svg.box((x, 296 + 34 * index), (560, 30), colour)
        svg.text((x + 12, 316 + 34 * index), words)
    why = (
        "The beads lie between foil and element: what they read is what is nearest to the skin's side.",
        "Two beads in a zone: one that comes off reads less than the other, and the hotter one rules.",
        "The trip's bead shares no wire, no pull-up and no converter with the others.",
        "A fold makes a hot spot that no bead need see: quilt the layers, so that they cannot fold.",
    )
    for index, words in enumerate(why):
        svg.text((x, 568 + 24 * index), words)


NAMES = {"J201": "HEAT: screw terminal", "J301": "MOTORS: XH 8", "J401": "SENSORS: XH 12", "J801": "BUTTON: XH 2"}


def wiring(facts: Facts) -> str:
    """Each wire of the pad's cable, from the board's plugs."""
    svg = Svg(1120, 900)
    svg.text((40, 36), "From the board's plugs to the pad; pin 1 has the square pad", 20)
    for reference, (x, y) in {"J401": (60, 80), "J301": (620, 80), "J201": (620, 360), "J801": (620, 560)}.items():
        found = pins(reference)
        svg.text((x, y - 8), f"{reference} {NAMES[reference]}", 16)
        svg.box((x, y), (70, 26 * len(found) + 8), "#f3f3f3")
        for index, (number, net) in enumerate(found):
            at = y + 22 + 26 * index
            svg.text((x + 54, at), number, 14, "end")
            svg.line((x + 70, at - 5), (x + 150, at - 5), _colour(net))
            svg.text((x + 160, at), _wire(reference, net))
    hold = facts.circuit.bimetal.hold_ohm / 1000
    _element(svg, hold)
    notes = (
        f"Elements: L+ or U+ → bimetal, {hold} kΩ across it → fuse → element → L− or U−; 0.5 mm², ferrules, no solder.",
        "Thermistors: either way round; one pair each, twisted; never a return shared by two.",
        "Supply: 5.5/2.1 mm plug, centre positive. USB: the host's side is isolated, its cable may be 5 m long.",
        "All cables go through the shelf below the box, tied on both sides of each slot before they reach a plug.",
    )
    for index, words in enumerate(notes):
        svg.text((60, 720 + 30 * index), words, 15)
    return svg.made()


def _element(svg: Svg, hold_kohm: float) -> None:
    """One zone's leads in the pad: the bimetal with the resistor that holds it open, the fuse, the element."""
    y = 560.0
    svg.text((60, y - 90), "In the pad, each zone", 16)
    svg.line((60, y), (540, y))
    for x, wide, words, fill in (
        (110, 70, "bimetal", "#fff"),
        (240, 70, "fuse", "#fff"),
        (360, 110, "element", "#f4b183"),
    ):
        svg.box((x, y - 14), (wide, 28), fill)
        svg.text((x + wide / 2, y + 5), words, 13, "middle")
    svg.line((92, y), (92, y - 44))
    svg.line((92, y - 44), (198, y - 44))
    svg.line((198, y - 44), (198, y))
    svg.box((115, y - 56), (60, 24), "#fff")
    svg.text((145, y - 39), f"{hold_kohm:g} kΩ", 13, "middle")
    svg.text((60, y + 24), "L+ / U+", 13)
    svg.text((540, y + 24), "L− / U−", 13, "end")


def _colour(net: str) -> str:
    return {"GND": "#222", "RAIL": "#c00", "MOTOR": "#c00"}.get(net, "#1f5fa8")


def _wire(reference: str, net: str) -> str:
    words = {
        "GND": "its return",
        "RAIL": "element +",
        "MOTOR": "motor +",
        "contact": "button on the pad, closes to the other",
    }
    if net in words:
        return words[net]
    plain = net.removeprefix("NTC_").removeprefix("LOW_").lower().replace("_", " ")
    kind = {"J401": "thermistor", "J301": "motor −,", "J201": "element −,"}[reference]
    return f"{kind} {plain}"
