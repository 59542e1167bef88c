"""The parts that the board is bought as: those that facts.toml does not name, and prices and sources of all."""

from __future__ import annotations

from dataclasses import dataclass, field

from generator.circuit_model import Capacitor, Resistor
from generator.facts_model import Facts

PRICES_ON = "2026-11"
"""When the prices were estimated: round figures from distributors' lists as remembered, not offers."""
DISTRIBUTORS = ("Mouser", "Digi-Key")


@dataclass(frozen=True, slots=True)
class Item:
    """What is bought. `price_eur` at 1, 10 and 100 boards; `fact` is the path in facts.toml that it comes from."""

    symbol: str
    value: str
    footprint: str
    maker: str
    mpn: str
    rating: str
    price_eur: tuple[float, float, float]
    alternative: str = ""
    fact: str = ""
    fitted: bool = True
    sources: tuple[str, str] = field(default=DISTRIBUTORS)


R0603, C0603 = "Resistor_SMD:R_0603_1608Metric", "Capacitor_SMD:C_0603_1608Metric"
SOT23, SOIC14 = "Package_TO_SOT_SMD:SOT-23", "Package_SO:SOIC-14_3.9x8.7mm_P1.27mm"
THIN = (0.03, 0.01, 0.005)
PRECISE = (0.20, 0.12, 0.08)


def _r(value: str, mpn: str, rating: str = "1 % 100 ppm/K 100 mW") -> Item:
    return Item("R", value, R0603, "Yageo", mpn, rating, THIN, "Vishay CRCW0603 of the same value")


def _c(
    value: str, footprint: str, mpn: str, rating: str, price: tuple[float, float, float], *, maker: str = "Yageo"
) -> Item:
    return Item("C", value, footprint, maker, mpn, rating, price, "Samsung or Murata, same size and rating")


STOCK: dict[str, Item] = {
    # supply
    "jack": Item("BARREL", "5.5/2.1 mm 24 V", "Connector_BarrelJack:BarrelJack_CUI_PJ-063AH_Horizontal",
        "Same Sky (CUI)",
                 "PJ-063AH", "24 V 8 A", (1.60, 1.35, 1.05), "Same Sky PJ-063BH with a 2.5 mm pin"),
    "fuse": Item("F", "T4A", "Fuse:Fuseholder_Cylinder-5x20mm_Schurter_0031_8201_Horizontal_Open", "Schurter",
                 "0031.8201 + 0034.3122", "5 x 20 mm holder 250 V 10 A with time-lag fuse 4 A", (1.80, 1.45, 1.15),
                 "holder Bulgin FX0457; fuse Littelfuse 0218004.HXP", fact="circuit.fuse"),
    "surge": Item("TVS2", "SMBJ28CA", "Diode_SMD:D_SMB", "Littelfuse", "SMBJ28CA", "28 V 600 W, clamps 45.4 V",
                  (0.45, 0.35, 0.22), "Vishay SMBJ28CA-E3/52"),
    "upper": Item("PMOS_DPAK", "SUD50P06-15", "Package_TO_SOT_SMD:TO-252-2", "Vishay", "SUD50P06-15-GE3", "60 V 50 A",
                  (2.10, 1.60, 1.05), "Vishay SQD50P06-15L_GE3", fact="circuit.mosfets.upper"),
    "zener12": Item("ZENER23", "BZX84C12", SOT23, "Nexperia", "BZX84-C12,215", "12 V 5 % 250 mW", (0.12, 0.06, 0.03),
                    "onsemi BZX84C12LT1G", fact="circuit.gate_zener"),
    "buck": Item("LMR16006", "LMR16006XDDCR", "Package_TO_SOT_SMD:SOT-23-6", "Texas Instruments", "LMR16006XDDCR",
                 "4 to 60 V in, 0.6 A, 700 kHz", (2.20, 1.75, 1.15), "none with the same pins known"),
    "schottky": Item("SCHOTTKY", "SS16", "Diode_SMD:D_SMA", "onsemi", "SS16", "60 V 1 A", (0.30, 0.20, 0.11),
                     "Vishay SS16-E3/61T", fact="circuit.diodes.motor"),
    "inductor": Item("L", "33 µH", "Inductor_SMD:L_Bourns-SRN6028", "Bourns", "SRN6028-330M", "33 µH 20 %, 1.1 A",
                     (0.75, 0.55, 0.38), "Würth 744 031 330 class, 6 x 6 mm: look at its pads"),
    "ldo": Item("MCP1703", "MCP1703A-5.0", "Package_TO_SOT_SMD:SOT-223-3_TabPin2", "Microchip", "MCP1703AT-5002E/DB",
                "5 V 2 % 250 mA, 16 V in", (0.95, 0.80, 0.66), "Microchip MCP1703T-5002E/DB"),
    "crowbar": Item("TVS", "SMBJ7.0A", "Diode_SMD:D_SMB", "Littelfuse", "SMBJ7.0A", "7 V 600 W", (0.45, 0.35, 0.22),
                    "Vishay SMBJ7.0A-E3/52"),
    "c4u7": _c("4.7 µF", "Capacitor_SMD:C_1206_3216Metric", "GRM31CR71H475KA12L", "50 V X7R 10 %",
               (0.40, 0.28, 0.16), maker="Murata"),
    "c22u": _c("22 µF", "Capacitor_SMD:C_1206_3216Metric", "GRM31CR71A226KE15L", "10 V X7R 10 %",
               (0.45, 0.32, 0.19), maker="Murata"),
    "c10u": _c("10 µF", "Capacitor_SMD:C_1206_3216Metric", "GRM31CR71C106KAC7L", "16 V X7R 10 %",
               (0.30, 0.20, 0.12), maker="Murata"),
    "c100n": _c("100 nF", C0603, "CC0603KRX7R9BB104", "50 V X7R 10 %", (0.06, 0.03, 0.015)),
    "c10n": _c("10 nF", C0603, "CC0603KRX7R9BB103", "50 V X7R 10 %", (0.06, 0.03, 0.015)),
    "c22p": _c("22 pF", C0603, "CC0603JRNPO9BN220", "50 V NP0 5 %", (0.06, 0.03, 0.015)),
    "r75k": _r("75 kΩ", "RC0603FR-0775KL"),
    "r100k": _r("100 kΩ", "RC0603FR-07100KL"),
    "r10k": _r("10 kΩ", "RC0603FR-0710KL"),
    "r1k": _r("1 kΩ", "RC0603FR-071KL"),
    "r680": _r("680 Ω", "RC0603FR-07680RL"),
    "r27": _r("27 Ω", "RC0603FR-0727RL"),
    # processor and host
    "mcu": Item("ATMEGA328P", "ATmega328P-AU", "Package_QFP:TQFP-32_7x7mm_P0.8mm", "Microchip", "ATMEGA328P-AU",
                "32 KiB, 20 MHz, −40 to 85 °C", (2.70, 2.55, 2.20), "Microchip ATMEGA328P-AN (to 105 °C)",
                fact="circuit.mcu"),
    "crystal": Item("Y", "16 MHz", "Crystal:Crystal_HC49-4H_Vertical", "IQD", "LFXTAL003240", "16 MHz, 30 ppm, 16 pF",
                    (0.55, 0.42, 0.30), "ECS ECS-160-18-4X"),
    "isp": Item("ISP", "ISP", "Connector_PinHeader_2.54mm:PinHeader_2x03_P2.54mm_Vertical", "Würth", "61300621121",
                "2 x 3, 2.54 mm", (0.35, 0.28, 0.18), "any 2 x 3 pin header"),
    "usb": Item("USB_B", "USB B", "Connector_USB:USB_B_OST_USB-B1HSxx_Horizontal", "On Shore Technology", "USB-B1HSB6",
                "USB 2.0, through hole", (0.85, 0.70, 0.48), "Würth 61400416121"),
    "usb_esd": Item("USBLC6", "USBLC6-2", "Package_TO_SOT_SMD:SOT-23-6", "STMicroelectronics", "USBLC6-2SC6", "5.25 V",
                    (0.50, 0.35, 0.20), "TECH PUBLIC or UMW USBLC6-2SC6"),
    "uart": Item("FT230XS", "FT230XS", "Package_SO:SSOP-16_3.9x4.9mm_P0.635mm", "FTDI", "FT230XS-R",
                 "USB to UART with a serial number of its own", (2.45, 2.25, 1.90), "FTDI FT230XS-U (tube)"),
    "isolator": Item("ISO7721", "ISO7721", "Package_SO:SOIC-8_3.9x4.9mm_P1.27mm", "Texas Instruments", "ISO7721DR",
                     "1 + 1 channels, 3 kV", (1.90, 1.55, 1.05), "Analog Devices ADUM1201ARZ"),
    # sensing
    "pull_up": Item("R", "", R0603, "Yageo", "RT0603BRD0710KL", "0.1 % 25 ppm/K", PRECISE, "Susumu RG1608P-103-B-T5",
                    fact="ntc"),
    "rail_top": Item("R", "", R0603, "Yageo", "RT0603BRD0756KL", "0.1 % 25 ppm/K", PRECISE, "Susumu RG1608P-563-B-T5",
                     fact="dividers.rail"),
    "rail_bottom": Item("R", "", R0603, "Yageo", "RT0603BRD0710KL", "0.1 % 25 ppm/K", PRECISE,
                        "Susumu RG1608P-103-B-T5", fact="dividers.rail"),
    "esd": Item("TVS2", "PESD5V0U1BA", "Diode_SMD:D_SOD-323", "Nexperia", "PESD5V0U1BA,115", "5 V, 100 nA",
                (0.35, 0.22, 0.12), "Littelfuse SP3012 class: look at its leakage"),
    "current": Item("INA293", "INA293A2", "Package_TO_SOT_SMD:SOT-23-5", "Texas Instruments", "INA293A2IDBVR",
                    "50 V/V, −4 to 110 V", (2.30, 1.85, 1.30), "Texas Instruments INA290A2 (other package)",
                    fact="circuit.current_amplifier"),
    "sensors": Item("SENSORS", "sensors", "Connector_JST:JST_XH_B12B-XH-A_1x12_P2.50mm_Vertical", "JST",
        "B12B-XH-A(LF)(SN)",
                    "3 A", (0.60, 0.48, 0.33), "any 12-way XH header"),
    # trip
    "comparator": Item("TLV1704", "TLV1704", "Package_SO:TSSOP-14_4.4x5mm_P0.65mm", "Texas Instruments", "TLV1704AIPWR",
                       "2.2 to 36 V, open collector", (1.60, 1.25, 0.82), "none with its offset known",
                           fact="circuit.comparator"),
    "buffer": Item("MCP6002", "MCP6002", "Package_SO:SOIC-8_3.9x4.9mm_P1.27mm", "Microchip", "MCP6002-I/SN",
                   "1 pA, rail to rail", (0.45, 0.38, 0.30), "Microchip MCP6002T-I/SN", fact="circuit.witness_buffer"),
    "latch": Item("74HC00", "74HC00", SOIC14, "Nexperia", "74HC00D,653", "2 to 6 V", (0.45, 0.30, 0.18),
                  "Texas Instruments SN74HC00DR", fact="circuit.latch"),
    "small": Item("NMOS", "2N7002", SOT23, "onsemi", "2N7002", "60 V 115 mA", (0.15, 0.07, 0.03), "Nexperia 2N7002,215",
                  fact="circuit.mosfets.small"),
    "signal": Item("D", "1N4148W", "Diode_SMD:D_SOD-123", "Diodes Inc.", "1N4148W-7-F", "100 V 150 mA", (0.12, 0.06,
        0.03),
                   "Vishay 1N4148W-E3-08"),
    # power
    "lower": Item("NMOS_DPAK", "IRLR2905", "Package_TO_SOT_SMD:TO-252-2", "Infineon", "IRLR2905TRPBF",
        "55 V, 40 mΩ at 4 V",
                  (1.60, 1.25, 0.80), "Infineon IRLR2905ZTRPBF", fact="circuit.mosfets.lower"),
    "pump": Item("BAT54S", "BAT54S", SOT23, "Nexperia", "BAT54S,215", "30 V 200 mA", (0.15, 0.08, 0.04),
        "onsemi BAT54SLT1G",
                 fact="circuit.diodes.pump"),
    "npn": Item("NPN", "BC847B", SOT23, "Nexperia", "BC847B,215", "45 V 100 mA, gain 200", (0.12, 0.06, 0.03),
                "onsemi BC847BLT1G", fact="circuit.pump_transistor"),
    "heaters": Item("HEATERS", "heaters",
        "TerminalBlock_Phoenix:TerminalBlock_Phoenix_MKDS-1,5-4-5.08_1x04_P5.08mm_Horizontal",
                    "Phoenix Contact", "1715048", "13.5 A, 5.08 mm", (2.30, 1.95, 1.50),
                        "any 4-way 5.08 mm screw terminal"),
    "motor": Item("NMOS", "IRLML0060", SOT23, "Infineon", "IRLML0060TRPBF", "60 V 2.7 A", (0.45, 0.32, 0.18),
                  "Diodes Inc. DMN6140L: look at its gate voltage", fact="circuit.mosfets.motor"),
    "motor_fuse": Item("PTC", "0.75 A", "Fuse:Fuse_1812_4532Metric", "Littelfuse", "1812L075/33DR",
        "33 V, trips at 1.5 A",
                       (0.55, 0.42, 0.27), "Bourns MF-MSMF075/24: 24 V only"),
    "motors": Item("MOTORS", "motors", "Connector_JST:JST_XH_B8B-XH-A_1x08_P2.50mm_Vertical", "JST",
        "B8B-XH-A(LF)(SN)", "3 A",
                   (0.40, 0.33, 0.23), "any 8-way XH header"),
    # person
    "button": Item("SW", "button", "Button_Switch_THT:SW_PUSH_6mm_H13mm", "Würth", "430186130716",
        "6 x 6 mm, 13 mm high",
                   (0.40, 0.32, 0.20), "Omron B3F-1070"),
    "button_plug": Item("HEADER2", "button", "Connector_JST:JST_XH_B2B-XH-A_1x02_P2.50mm_Vertical", "JST",
        "B2B-XH-A(LF)(SN)",
                        "3 A", (0.15, 0.12, 0.08), "any 2-way XH header"),
    "jumper": Item("HEADER2", "service", "Connector_PinHeader_2.54mm:PinHeader_1x02_P2.54mm_Vertical", "Würth",
        "61300211121",
                   "2.54 mm", (0.15, 0.12, 0.07), "any 1 x 2 pin header"),
    "led": Item("LED", "LED", "LED_THT:LED_D5.0mm", "Kingbright", "WP7113SGD", "5 mm green", (0.20, 0.14, 0.08),
                "any 5 mm green LED"),
    "buzzer": Item("BZ", "buzzer", "Buzzer_Beeper:Buzzer_12x9.5RM7.6", "PUI Audio", "AI-1223-TWT-5V-2-R",
                   "5 V 30 mA, with its own tone", (1.10, 0.90, 0.68), "TMB12A05"),
    # places on the board that nobody buys
    "point": Item("TP", "", "TestPoint:TestPoint_Pad_D1.0mm", "", "", "", (0, 0, 0), fitted=False),
    "hole": Item("HOLE", "M3", "MountingHole:MountingHole_3.2mm_M3", "", "", "", (0, 0, 0), fitted=False),
}  # fmt: skip


def item(facts: Facts, stock: str) -> Item:
    """What a row of a sheet is bought as; `r:name` and `c:name` are made from the facts. Raises KeyError."""
    kind, _, name = stock.partition(":")
    if kind == "r":
        return _resistor(name, facts.circuit.resistors[name])
    if kind == "c":
        return _capacitor(name, facts.circuit.capacitors[name])
    known = STOCK[stock]
    if stock in OHMS:
        return Item(
            known.symbol,
            ohms(OHMS[stock](facts)),
            known.footprint,
            known.maker,
            known.mpn,
            known.rating,
            known.price_eur,
            known.alternative,
            known.fact,
        )
    return known


OHMS = {
    "pull_up": lambda facts: facts.ntc.pull_up_ohm,
    "rail_top": lambda facts: facts.dividers.rail.top_ohm,
    "rail_bottom": lambda facts: facts.dividers.rail.bottom_ohm,
}


def _resistor(name: str, part: Resistor) -> Item:
    rating, fact = f"{part.tolerance_percent:g} % {part.ppm_per_k:g} ppm/K", f"circuit.resistors.{name}"
    if name == "shunt":
        return Item(
            "R",
            ohms(part.ohm),
            "Resistor_SMD:R_2512_6332Metric",
            "Vishay Dale",
            part.part,
            f"{rating} 1 W",
            (0.85, 0.65, 0.42),
            "Bourns CRM2512-FX-R020ELF",
            fact,
        )
    precise = part.tolerance_percent < 1
    other = "Susumu RG1608P of the same value" if precise else "Vishay CRCW0603 of the same value"
    return Item("R", ohms(part.ohm), R0603, "Yageo", part.part, rating, PRECISE if precise else THIN, other, fact)


FILM = "Capacitor_THT:C_Rect_L7.2mm_W3.5mm_P5.00mm_FKS2_FKP2_MKS2_MKP2"


def _capacitor(name: str, part: Capacitor) -> Item:
    rating, fact = f"{part.volt:g} V {part.tolerance_percent:g} %", f"circuit.capacitors.{name}"
    if name == "bulk":
        return Item(
            "CP",
            farads(part.nf),
            "Capacitor_THT:CP_Radial_D8.0mm_P3.50mm",
            "Panasonic",
            part.part,
            f"{rating} 105 °C",
            (0.60, 0.45, 0.28),
            "Nichicon UPW1H101MPD",
            fact,
        )
    if name.startswith("pump"):
        return Item(
            "C",
            farads(part.nf),
            FILM,
            "WIMA",
            part.part,
            f"{rating} PET",
            (0.55, 0.42, 0.30),
            "Kemet R82DC4100AA60J",
            fact,
        )
    return Item(
        "C",
        farads(part.nf),
        C0603,
        "Yageo",
        part.part,
        f"{rating} X7R",
        (0.08, 0.04, 0.02),
        "Samsung or Murata, same size and rating",
        fact,
    )


def ohms(value: float) -> str:
    """In words: 4.32 kΩ, 20 mΩ."""
    if value < 1:
        return f"{value * 1000:g} mΩ"
    return f"{value:g} Ω" if value < 1000 else (f"{value / 1000:g} kΩ" if value < 1e6 else f"{value / 1e6:g} MΩ")


def farads(nanofarads: float) -> str:
    """In words: 100 nF, 1 µF."""
    return f"{nanofarads:g} nF" if nanofarads < 1000 else f"{nanofarads / 1000:g} µF"
