"""The parts of the firmware's core that watch converter, supply and currents.

    stuck = new("stuck_on")
    core().stuck_on_quiet(stuck, 80)

And a circuit for them to watch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import cffi
import machines
import native
from poultice.link.contract import Fault

DECLARATIONS = """
struct reference { uint16_t since_ms; uint8_t shifted; uint8_t stuck; bool begun; };
void reference_reset(struct reference *reference);
bool reference_poisoned(const uint16_t *sums, uint8_t count);
void reference_pass_time(struct reference *reference, uint32_t elapsed_ms);
void reference_watch(struct reference *reference, uint16_t bandgap_sum, uint16_t ground_sum, uint16_t end_of_line_sum,
                     bool poisoned);
bool reference_good(const struct reference *reference);
uint32_t reference_faults(const struct reference *reference);

struct supply { uint16_t enabled_ms; uint16_t rest_ms; };
void supply_reset(struct supply *supply);
void supply_pass_time(struct supply *supply, bool enabled, uint32_t elapsed_ms);
void supply_watch(struct supply *supply, uint16_t rail_mv);
uint32_t supply_faults(const struct supply *supply);

struct stuck_on {
    uint16_t suspected_ms;
    uint16_t still_ms;
    uint16_t quiet_ma;
    uint8_t rail_hits;
    bool suspected;
    bool needs_rail;
    bool heater;
    bool rail;
};
void stuck_on_reset(struct stuck_on *stuck);
void stuck_on_pass_time(struct stuck_on *stuck, bool enabled, uint32_t elapsed_ms);
void stuck_on_quiet(struct stuck_on *stuck, uint16_t current_ma);
void stuck_on_rail(struct stuck_on *stuck, uint16_t rail_mv);
bool stuck_on_suspects(const struct stuck_on *stuck);
bool stuck_on_needs_rail(const struct stuck_on *stuck);
uint32_t stuck_on_faults(const struct stuck_on *stuck);

bool heater_drawn(const struct heater *heater, uint8_t switches);
bool heater_measured(const struct heater *heater, uint8_t zone);
bool heater_unmeasured(const struct heater *heater, uint8_t zone);
void heater_forget_rail(struct heater *heater);
uint16_t heater_leave_gap_permille(const struct heater *heater, uint8_t zone, uint16_t duty_permille);

struct open_heater { uint16_t missing_ms[2]; bool missing[2]; bool open[2]; };
void open_heater_reset(struct open_heater *open);
void open_heater_pass_time(struct open_heater *open, uint32_t elapsed_ms);
void open_heater_watch(struct open_heater *open, const struct heater *heater);
uint32_t open_heater_faults(const struct open_heater *open);

struct motor_current {
    uint32_t trip_left_ms[2];
    uint16_t heaters_ma[4];
    uint16_t expected_ma;
    uint8_t over;
    bool held;
    bool often;
};
void motor_current_reset(struct motor_current *motors);
void motor_current_pass_time(struct motor_current *motors, bool asked, uint32_t elapsed_ms);
void motor_current_watch(struct motor_current *motors, const struct heater *heater, const struct massage *massage,
                         uint16_t board_ma);
uint32_t motor_current_faults(const struct motor_current *motors);

size_t probe_electric_size(const char *name);
"""

LAID_OUT_HERE = ("motor_current", "open_heater", "reference", "stuck_on", "supply")


PART = machines.Part("", DECLARATIONS, size="probe_electric_size", laid_out=LAID_OUT_HERE, base=native.PART)


def interface() -> cffi.FFI:
    """Functions and structs as cffi knows them, those of the whole core included."""
    return PART.interface()


def core() -> Any:
    """The core, on the machine that is chosen."""
    return PART.core()


def heater_core() -> Any:
    """The same, for what the whole core's declarations have: heater and massage."""
    return native.core()


def new(name: str) -> Any:
    """A struct of the core after its reset: `new("heater")`."""
    made: Any = interface().new(f"struct {name} *")
    library = core() if name in LAID_OUT_HERE else heater_core()
    getattr(library, f"{name}_reset")(made)
    return made


def faults(bits: int) -> set[Fault]:
    """The set that the bits mean."""
    return {fault for fault in Fault if bits & 1 << fault - 1}


RAIL_MS, CURRENT_FIRST_MS, CURRENT_LAST_MS, BLOCK_MS = 55, 0, 75, 8
QUIET_FROM_MS = 988
HEATERS_END_MS = 980


@dataclass
class Circuit:
    """Supply, shunt, two elements, four motors and the chip's converter as it goes round: by Ohm's law, with noise."""

    supply_v: float = 24.0
    supply_ohm: float = 0.15
    element_w: tuple[float, float] = (30.0, 30.0)  # at 24 V
    open_zones: frozenset[int] = frozenset()
    motor_times: float = 1.0  # what each motor draws, over its nominal
    stalled: int = 0  # motors that draw three times as much
    board_a: float = 0.02
    shunt_times: float = 1.0
    noise_a: float = 0.0003
    motors_permille: int = 0
    enabled: bool = True
    random: Random = field(default_factory=lambda: Random(1))

    def gates(self, duty: Sequence[int], phase_ms: int) -> int:
        """Switches on, bit = zone: the first from the window's start, the second until the heaters' end."""
        heats = phase_ms < HEATERS_END_MS
        return (heats and phase_ms < duty[0]) | (heats and phase_ms >= HEATERS_END_MS - duty[1]) << 1

    def solve(self, gates: int, motors: bool = True) -> tuple[float, float]:
        """Rail in V and supply current in A."""
        closed = [zone for zone in (0, 1) if gates >> zone & 1 and zone not in self.open_zones]
        siemens = sum(self.element_w[zone] / 576 for zone in closed) if self.enabled else 0.0
        share = self.motors_permille / 1000 * motors
        other_a = self.board_a + 0.12 * share * (4 * self.motor_times + 2 * self.stalled)
        rail_v = (self.supply_v - self.supply_ohm * other_a) / (1 + self.supply_ohm * siemens)
        return rail_v * self.enabled, rail_v * siemens + other_a

    def current_sum(self, gates: int, motors: bool = True) -> int:
        """What the converter makes of the current."""
        amps = self.solve(gates, motors)[1] * self.shunt_times + self.random.gauss(0, self.noise_a)
        return min(max(native.current_sum(amps), 0), 65472)

    def watts(self, duty: Sequence[int], zone: int) -> float:
        """Mean over a window."""
        alone, both = 1 << zone, 3
        on = [self.gates(duty, ms) for ms in range(1000)]
        power_w = {gates: self.solve(gates)[0] ** 2 * self.element_w[zone] / 576 for gates in (alone, both)}
        return sum(power_w.get(gates, 0.0) for gates in on) / 1000


class Watched:
    """Every watch on one circuit, in the order of the device, a cycle of 100 ms at a time."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.heater, self.open = new("heater"), new("open_heater")
        self.motors, self.stuck, self.supply = new("motor_current"), new("stuck_on"), new("supply")
        self.massage: Any = interface().new("struct massage *")
        self.cycles = 0
        self.duty = [0, 0]
        self.told: set[Fault] = set()

    def cycle(self, power_w: float = 0.0, percent: int = 0) -> set[Fault]:
        """One cycle with this demand in both zones and on all motors. Returns the faults that are present."""
        self._pass_time(percent > 0)
        self._measure()
        present = self._faults()
        self.told |= present
        self._obey(power_w if Fault.SUPPLY_DIP not in present else 0.0, percent, Fault.MOTOR_CURRENT in present)
        self.cycles += 1
        return present

    def run(self, cycles: int, power_w: float = 0.0, percent: int = 0) -> set[Fault]:
        """So many cycles. Returns every fault that was present in any of them."""
        present: set[Fault] = set()
        for _ in range(cycles):
            present |= self.cycle(power_w, percent)
        return present

    def cycles_until(self, fault: Fault, power_w: float = 0.0, percent: int = 0, at_most: int = 100) -> int:
        """How many cycles it takes."""
        for cycle in range(at_most):
            if fault in self.cycle(power_w, percent):
                return cycle + 1
        raise AssertionError(f"{fault.name} was not seen within {at_most} cycles")

    def _pass_time(self, asked: bool) -> None:
        core().supply_pass_time(self.supply, self.circuit.enabled, 100)
        core().stuck_on_pass_time(self.stuck, self.circuit.enabled, 100)
        core().open_heater_pass_time(self.open, 100)
        core().motor_current_pass_time(self.motors, asked, 100)
        if not self.circuit.enabled:
            core().heater_forget_rail(self.heater)

    def _measure(self) -> None:
        at = self.cycles % 10 * 100
        sums, valid = [0] * 4, [False] * 4
        for begin in (at + CURRENT_FIRST_MS, at + CURRENT_LAST_MS):
            gates = {self.circuit.gates(self.duty, ms) for ms in range(begin, begin + BLOCK_MS)}
            if len(gates) == 1:
                (on,) = gates
                sums[on], valid[on] = self.circuit.current_sum(on), True
        rail_v = self.circuit.solve(self.circuit.gates(self.duty, at + RAIL_MS))[0]
        heater_core().heater_measure(self.heater, native.rail_sum(rail_v), sums, valid)
        core().open_heater_watch(self.open, self.heater)
        core().stuck_on_rail(self.stuck, self.heater.rail_mv)
        core().supply_watch(self.supply, self.heater.rail_mv)
        if at == 900 or self.duty == [0, 0]:
            quiet_a = self.circuit.current_sum(0, motors=False) * 5 / 65536
            core().stuck_on_quiet(self.stuck, round(quiet_a * 1000))
        core().motor_current_watch(self.motors, self.heater, self.massage, self.stuck.quiet_ma)

    def _faults(self) -> set[Fault]:
        return faults(
            core().open_heater_faults(self.open)
            | core().motor_current_faults(self.motors)
            | core().stuck_on_faults(self.stuck)
            | core().supply_faults(self.supply)
        )

    def _obey(self, power_w: float, percent: int, motors_off: bool) -> None:
        for zone in (0, 1):
            full = heater_core().heater_full_power_deci_w(self.heater, zone)
            wanted = heater_core().heater_duty_permille(round(power_w * 10), full)
            self.duty[zone] = core().heater_leave_gap_permille(self.heater, zone, wanted)
        self.circuit.enabled = any(self.duty)
        before = heater_core().massage_total_permille(self.massage)
        heater_core().massage_step(self.massage, [0 if motors_off else percent] * 4, 100)
        self.circuit.motors_permille = self.massage.permille[0]
        if heater_core().massage_total_permille(self.massage) != before:
            heater_core().heater_forget_currents(self.heater)
