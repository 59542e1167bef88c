"""What the core knows of plausible temperatures, and a pad's six thermistors to show it.

zones = Zones()
zones.show(25.0)
zones.show(44.0, sensors=(1,), cycles=300)
assert Fault.PAIR_UNEVEN in zones.faults
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cffi
import machines
import native
from poultice.link.contract import Fault, SensorTrust

CYCLE_MS = 100

DECLARATIONS = """
struct thermistor { int16_t centi_c; uint8_t trust; uint8_t bad; };
struct jump { uint16_t newest_ms; uint16_t older_ms; };
bool jump_sample(struct jump *jump, struct thermistor *thermistor, uint16_t sum, uint16_t elapsed_ms);

struct slope { int16_t mean_centi_c[5]; int32_t sum_centi_c; uint8_t readings; bool begun; bool cut; };
void slope_read(struct slope *slope, int16_t centi_c);
void slope_forget(struct slope *slope);
int16_t slope_rise_centi_k(const struct slope *slope);
int16_t probe_slope_mean_centi_c(const struct slope *slope);

struct boot_window { uint8_t read; bool outside; };
void boot_window_read(struct boot_window *window, uint8_t number, const struct thermistor *thermistor);

struct witness { uint16_t apart_ms; };
bool witness_step(struct witness *witness, const struct thermistor *beside, const struct thermistor *own,
                  uint16_t elapsed_ms);

struct pair {
    uint8_t state; uint16_t changing_ms; uint32_t apart_ms; uint16_t heated_ms;
    int16_t first_centi_c; int16_t lowest_centi_c;
};
void pair_step(struct pair *pair, int16_t hottest_centi_c, int16_t coolest_centi_c, bool heated, uint16_t elapsed_ms);
bool probe_pair_deaf(const struct pair *pair);
bool probe_pair_uneven(const struct pair *pair);

struct warming { uint32_t hard_ms; int16_t lowest_centi_c; int16_t target_centi_c; bool held; };
struct warming_view {
    int16_t mean_centi_c; int16_t target_centi_c; uint16_t applied_deci_w; uint16_t full_deci_w; uint16_t elapsed_ms;
};
void warming_step(struct warming *warming, const struct warming_view *now);

struct stray_heat { uint16_t off_ms; uint8_t cycles; int16_t reference_centi_c; };
bool stray_heat_step(struct stray_heat *stray, int16_t mean_centi_c, bool heated, uint16_t elapsed_ms);

struct plausible {
    struct jump sensor_jumps[4];
    struct jump witness_jumps[2];
    bool jumps_about;
    struct boot_window boot_window;
    struct slope slopes[2];
    struct witness witnesses[2];
    struct pair pairs[2];
    struct warming warmings[2];
    struct stray_heat strays[2];
};
struct plausible_view {
    const struct thermistor *sensors;
    const struct thermistor *witnesses;
    uint16_t elapsed_ms;
    uint16_t duty_permille[2];
    uint16_t full_deci_w[2];
    int16_t target_centi_c[2];
};
void plausible_reset(struct plausible *plausible);
void plausible_sample(struct plausible *plausible, struct thermistor *sensors, const uint16_t *sensor_sum,
                      struct thermistor *witnesses, const uint16_t *witness_sum, uint16_t elapsed_ms);
uint32_t plausible_step(struct plausible *plausible, const struct plausible_view *now);
void plausible_blind(struct plausible *plausible);
bool plausible_cuts_ahead(const struct plausible *plausible, uint8_t zone);
bool plausible_not_warming(const struct plausible *plausible, uint8_t zone);
bool plausible_uneven(const struct plausible *plausible, uint8_t zone);
bool plausible_boot_outside(const struct plausible *plausible);
size_t probe_plausible_size(const char *name);
"""

LAID_OUT_HERE = (
    "boot_window",
    "jump",
    "pair",
    "plausible",
    "plausible_view",
    "slope",
    "stray_heat",
    "warming",
    "warming_view",
    "witness",
)


PART = machines.Part("", DECLARATIONS, size="probe_plausible_size", laid_out=LAID_OUT_HERE)


def interface() -> cffi.FFI:
    """These modules' functions and structs, as cffi knows them."""
    return PART.interface()


def core() -> Any:
    """The core, on the machine that is chosen."""
    return PART.core()


def new(name: str) -> Any:
    """A struct of zeros."""
    return interface().new(f"struct {name} *")


def thermistor(celsius: float, trust: SensorTrust = SensorTrust.TRUSTED) -> Any:
    """One that shows this temperature, believed or not."""
    made = new("thermistor")
    made.centi_c, made.trust = round(celsius * 100), trust
    return made


OPEN_SUM = 901 * 64
SHORT_SUM = 119 * 64


class Zones:
    """All thermistors of a pad, shown cycle by cycle. Not heated until `duty_permille` says so."""

    def __init__(self) -> None:
        self.memory = new("plausible")
        self.sensors = interface().new("struct thermistor[4]")
        self.witnesses = interface().new("struct thermistor[2]")
        for one in (*self.sensors, *self.witnesses):
            one.trust = SensorTrust.NOT_READ_YET
        self.sums = [native.sum_of(25.0)] * 6
        self.view = new("plausible_view")
        self.view.sensors, self.view.witnesses = PART.pointer(self.sensors), PART.pointer(self.witnesses)
        self.view.full_deci_w = [300, 300]
        self.faults: set[Fault] = set()
        self.ever: set[Fault] = set()
        core().plausible_reset(self.memory)

    def show(self, celsius: float, sensors: Sequence[int] = range(6), cycles: int = 1) -> None:
        """Sensors 0 to 3 and witnesses 4 and 5 at a temperature; the others stay where they were."""
        self.feed(native.sum_of(celsius), sensors, cycles)

    def feed(self, total: int, sensors: Sequence[int] = range(6), cycles: int = 1) -> None:
        """The same with the ADC's sum."""
        for sensor in sensors:
            self.sums[sensor] = total
        for _ in range(cycles):
            self.cycle()

    def cycle(self, elapsed_ms: int = CYCLE_MS) -> None:
        """One ADC cycle."""
        self.view.elapsed_ms = elapsed_ms
        core().plausible_sample(self.memory, self.sensors, self.sums[:4], self.witnesses, self.sums[4:], elapsed_ms)
        bits = core().plausible_step(self.memory, self.view)
        self.faults = {fault for fault in Fault if bits & 1 << fault - 1}
        self.ever |= self.faults

    def glide(self, to_c: float, sensors: Sequence[int] = range(6), from_c: float = 25.0, step_c: float = 0.05) -> None:
        """In steps too small for a jump."""
        steps = max(1, round(abs(to_c - from_c) / step_c))
        for step in range(1, steps + 1):
            self.show(round(from_c + (to_c - from_c) * step / steps, 2), sensors)
