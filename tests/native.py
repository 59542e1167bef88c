"""The firmware's core, driven step by step: on this computer, where its undefined behaviour is fatal, or on the chip.

    device = Device()
    device.warm(30.0)
    device.press(500)
    device.run(200, demand=heat(30.0, 40.0))
    assert device.heater_permille == (…)

See tests/machines.py for which.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import cffi
import machines
from poultice.link import contract
from poultice.link.frames import Decoder, encode

STEP_MS = 10
CYCLE_MS = 100
DEMAND_MS = 50
UPTIME_WRAPS = 2**32
BANDGAP_SUM = round(1.1 / 5 * 65536)
ALL_PASSED = 0xFFFF

PACKED = """
struct contract_demand {
    uint16_t counter;
    uint16_t zone_power_deci_w[2];
    int16_t zone_target_centi_c[2];
    uint8_t motor_intensity_percent[4];
    uint8_t cue;
};
struct contract_event { uint32_t uptime_ms; uint8_t kind; uint8_t detail; uint16_t press_ms; };
struct record {
    uint8_t mark;
    uint8_t flags;
    uint16_t sequence;
    uint32_t latched;
    uint16_t lock_left_min[2];
    uint16_t hang_left_s[2];
    uint16_t dose_cs[2];
    uint16_t heat_time_s;
    uint16_t bandgap_sum;
    uint8_t trip_zone;
    uint16_t crc;
};
"""

DECLARATIONS = """
struct device;
struct device_inputs {
    uint32_t uptime_ms;
    bool adc_complete;
    uint16_t sensor_sum[4];
    uint16_t witness_sum[2];
    uint16_t rail_sum;
    uint16_t current_sum[4];
    bool current_valid[4];
    uint16_t quiet_sum;
    bool quiet_valid;
    uint16_t bandgap_sum;
    uint16_t ground_sum;
    uint16_t self_tests;
    bool button_pressed;
    bool trip_tripped;
    const uint8_t *rx;
    uint16_t rx_count;
    uint16_t loop_time_us;
};
struct device_outputs {
    uint16_t heater_permille[2];
    uint8_t motor_pwm[4];
    bool enable;
    bool led;
    bool buzzer;
    uint8_t trip_test;
    bool record_due;
    struct record record;
    uint8_t tx[160];
    uint8_t tx_count;
};
struct device_start {
    uint8_t reset_cause; bool service_jumper; uint16_t self_tests; bool record_found; struct record record;
};
void device_reset(struct device *device, const struct device_start *start);
void device_seal(struct device *device);
void device_identify(struct device *device, const uint8_t *id);
void device_step(struct device *device, const struct device_inputs *inputs, struct device_outputs *outputs);
uint32_t device_faults(const struct device *device);
uint32_t device_latched(const struct device *device);
uint16_t device_self_tests(const struct device *device);
uint16_t seal_of(const void *memory, uint16_t size);

struct frame_decoder {
    uint8_t bytes[124]; uint8_t length; uint8_t block_left; bool started; bool spoilt; bool complete; uint16_t bad;
};
uint16_t frame_crc(uint16_t crc, uint8_t byte);
bool frame_receive(struct frame_decoder *decoder, uint8_t byte);
uint8_t frame_encode(uint8_t *out, uint8_t type, uint8_t sequence, const void *payload, uint8_t size);

struct thermistor { int16_t centi_c; uint8_t trust; uint8_t bad; };
int16_t thermistor_centi_c(uint16_t sum);
void thermistor_sample(struct thermistor *thermistor, uint16_t sum);
void thermistor_forget(struct thermistor *thermistor);

struct heater {
    uint16_t rail_mv;
    uint16_t current_ma;
    uint16_t believed_rail_mv;
    uint16_t strength_permille[2];
    uint8_t unseen_cycles[2];
    uint16_t drawn_ma[4];
    uint8_t drawn_age[4];
    uint16_t own_ma[2];
    bool rail_seen;
    bool rail_steady;
};
void heater_reset(struct heater *heater);
void heater_measure(struct heater *heater, uint16_t rail_sum, const uint16_t *current_sum, const bool *current_valid);
void heater_forget_currents(struct heater *heater);
uint16_t heater_full_power_deci_w(const struct heater *heater, uint8_t zone);
uint16_t heater_duty_permille(uint16_t power_deci_w, uint16_t full_power_deci_w);
uint16_t heater_power_deci_w(uint16_t duty_permille, uint16_t full_power_deci_w);

struct massage { uint16_t permille[4]; };
void massage_step(struct massage *massage, const uint8_t *asked_percent, uint32_t elapsed_ms);
void massage_stop(struct massage *massage);
uint8_t massage_percent(const struct massage *massage, uint8_t motor);
uint8_t massage_pwm(const struct massage *massage, uint8_t motor);
uint16_t massage_total_permille(const struct massage *massage);

struct button {
    bool raw; uint8_t equal; bool settled; bool pressed; bool stuck; bool spent; uint16_t held_ms; uint16_t free_ms;
};
int button_step(struct button *button, bool raw, uint32_t elapsed_ms);
int press_of_length(uint16_t held_ms);
int situation_first(const bool *fits);
int press_action(int situation, int press);

struct signal { uint16_t tune; uint16_t since_ms; };
void signal_play(struct signal *signal, int tune);
void signal_pass_time(struct signal *signal, uint32_t elapsed_ms);
bool signal_led(int state, int cue, uint32_t now_ms);
bool signal_alarm(int state, int cue, uint32_t now_ms);
bool signal_note(const struct signal *signal);

struct event_queue { struct contract_event events[8]; uint8_t first; uint8_t count; uint8_t forgotten; };
void event_put(struct event_queue *queue, const struct contract_event *event);
bool event_take(struct event_queue *queue, struct contract_event *event);

struct zone_watch { int16_t hottest_centi_c; bool trusted; bool cut; uint8_t hot_samples; };
struct zone_hold { bool look_ahead; bool not_warming; bool uneven; bool dose_full; };
struct lockout { uint32_t serviced; uint32_t lock_left_ms[2]; uint32_t hang_left_ms[2]; };
struct supervisor {
    struct contract_demand demand;
    uint16_t lease_ms;
    uint16_t link_ms;
    uint32_t armed_ms;
    uint32_t latched;
    uint32_t present;
    uint16_t counter;
    bool counter_known;
    bool silent;
    bool massage_held;
    uint8_t disarmed_by;
    struct zone_watch zones[2];
    struct zone_hold holds[2];
    bool checking;
    uint32_t found;
    struct lockout lockout;
};
void supervisor_reset(struct supervisor *supervisor);
void supervisor_recall(struct supervisor *supervisor, const struct record *record, uint8_t cause, bool service_jumper);
void supervisor_find(struct supervisor *supervisor, uint32_t faults);
void supervisor_hold(struct supervisor *supervisor, uint8_t zone, const struct zone_hold *hold);
void supervisor_pass_time(struct supervisor *supervisor, uint32_t elapsed_ms);
void supervisor_watch(struct supervisor *supervisor, const struct thermistor *sensors);
void supervisor_blind(struct supervisor *supervisor);
void supervisor_heat_flows(struct supervisor *supervisor);
void supervisor_stop(struct supervisor *supervisor, int by);
void supervisor_arm(struct supervisor *supervisor);
uint8_t supervisor_clear(struct supervisor *supervisor);
uint8_t supervisor_take(struct supervisor *supervisor, const struct contract_demand *demand);
uint8_t supervisor_limit(const struct supervisor *supervisor, uint8_t zone);
uint16_t supervisor_power_deci_w(const struct supervisor *supervisor, uint8_t zone);
bool supervisor_allows_massage(const struct supervisor *supervisor);
uint32_t supervisor_faults(const struct supervisor *supervisor);

size_t probe_size(const char *name);
uint32_t probe_wrong_product(uint16_t one, uint16_t other);
struct supervisor *probe_supervisor(struct device *device);
struct button *probe_button(struct device *device);
struct event_queue *probe_events(struct device *device);
struct frame_decoder *probe_decoder(struct device *device);
void probe_forget_temperatures(struct device *device);
"""

LAID_OUT_HERE = (
    "button",
    "contract_demand",
    "contract_event",
    "device_inputs",
    "device_outputs",
    "device_start",
    "event_queue",
    "frame_decoder",
    "heater",
    "massage",
    "record",
    "signal",
    "supervisor",
    "thermistor",
)


PART = machines.Part(PACKED, DECLARATIONS, size="probe_size", laid_out=LAID_OUT_HERE)


def interface() -> cffi.FFI:
    """The core's functions and structs, as cffi knows them."""
    return PART.interface()


def core() -> Any:
    """The core, on the machine that is chosen."""
    return PART.core()


@cache
def sum_of(temperature_c: float) -> int:
    """The smallest sum of 64 conversions that the core reads as exactly this temperature. On this computer: it is asked
    for where no test has begun yet."""
    with machines.on(machines.NATIVE):
        return _sum_of(temperature_c)


def _sum_of(temperature_c: float) -> int:
    wanted = round(temperature_c * 100)
    low, high = contract.SENSOR_CODE_MIN * 64, contract.SENSOR_CODE_MAX * 64
    while low < high:
        middle = (low + high) // 2
        if core().thermistor_centi_c(middle) > wanted:
            low = middle + 1
        else:
            high = middle
    assert core().thermistor_centi_c(low) == wanted, f"no sum reads as {temperature_c} °C"
    return low


def rail_sum(volts: float) -> int:
    """What the ADC gives for a rail: 56 k over 10 k, 5 V reference."""
    return round(volts * 10 / 66 / 5 * 65536)


def current_sum(amps: float) -> int:
    """What the ADC gives for a current: 20 mOhm times 50, 5 V reference."""
    return round(amps / 5 * 65536)


@dataclass(frozen=True, slots=True)
class Wish:
    """A demand as numbers of the wire, in range or not."""

    power_deci_w: tuple[int, int] = (0, 0)
    target_centi_c: tuple[int, int] = (0, 0)
    motors_percent: tuple[int, int, int, int] = (0, 0, 0, 0)
    cue: int = 0

    def payload(self, counter: int) -> bytes:
        """The bytes of DEMAND; unlike contract.Demand.pack() nothing is checked."""
        fields = (counter & 0xFFFF, *self.power_deci_w, *self.target_centi_c, *self.motors_percent, self.cue)
        return struct.pack("<H2H2h4BB", *fields)


NOTHING = Wish()


def heat(power_w: float, target_c: float) -> Wish:
    """The same heat in both zones."""
    return Wish((round(power_w * 10),) * 2, (round(target_c * 100),) * 2)


def massage(percent: int) -> Wish:
    """All motors alike."""
    return Wish(motors_percent=(percent,) * 4)


def frame(message: contract.HelloRequest | contract.Stop, sequence: int = 0) -> bytes:
    """A frame as the host writes it."""
    return encode(message.ID, sequence, message.pack())


STOP = frame(contract.Stop())
HELLO_REQUEST = frame(contract.HelloRequest())


class Device:
    """One device, its pins and its cable. 25 °C everywhere and 24 V until told otherwise; time only passes in steps."""

    def __init__(self, uptime_ms: int = 0, reset_cause: int = contract.ResetCause.POWER_ON, **start: object) -> None:
        """`start`: fields of struct device_start."""
        self._ffi, self._core = interface(), core()
        self._memory = self._ffi.new("char[]", self._core.probe_size(b"device"))
        self._device = self._ffi.cast("struct device *", self._memory)
        self._bytes = self._ffi.buffer(self._memory)
        self._left = b""  # its memory, as the last step left it
        self.inputs = self._ffi.new("struct device_inputs *")
        self.outputs = self._ffi.new("struct device_outputs *")
        self.uptime_ms = uptime_ms
        self.counter = 1000
        self.sequence = 0
        self.adc_runs = True
        self.messages: list[Any] = []
        self._decoder = Decoder()
        self._started_ms = uptime_ms
        self._cycle_ms = 0
        self._demand_ms = 0
        self._held = False
        self.sealed = True
        self.kept: dict[str, Any] | None = None  # the newest record that it handed over
        self.tested_zones: set[int] = set()
        self.overrides: dict[str, int] = {}  # inputs that are not what the board's wiring makes them
        self.rail_v = 24.0
        self.trip_answers = True
        self.latch_tripped = False
        self.inputs.bandgap_sum = BANDGAP_SUM
        self.inputs.quiet_valid = True
        self.inputs.self_tests = ALL_PASSED
        self.inputs.current_sum = [current_sum(amps) for amps in (0.0, 1.25, 1.25, 2.5)]
        self.inputs.current_valid = [True] * 4
        self.warm(25.0)
        fields = {"reset_cause": reset_cause, "self_tests": ALL_PASSED, **start}
        self._start = self._ffi.new("struct device_start *", fields)
        self.reset(reset_cause)
        self.warm(25.0)

    # ---- what is done to it

    def reset(self, cause: int) -> None:
        """The microcontroller starts again; its memory is whatever it was."""
        self._start.reset_cause = cause
        self._core.device_reset(self._device, self._start)

    @property
    def memory(self) -> bytes:
        """All that it remembers."""
        return bytes(self._ffi.buffer(self._memory))

    def warm(self, temperature_c: float, sensors: Sequence[int] = (0, 1, 2, 3)) -> None:
        """Sets sensors, and with all of them the witnesses; the next ADC cycle sees it."""
        for sensor in sensors:
            self.inputs.sensor_sum[sensor] = sum_of(temperature_c)
        if len(sensors) == contract.COUNT_SENSORS:
            self.inputs.witness_sum = [sum_of(temperature_c)] * 2
        self._core.probe_forget_temperatures(self._device)

    def flip(self, byte: int, bit: int) -> None:
        """Turns one bit of its memory over; nobody says that this was meant."""
        self.sealed = False
        self._memory[byte] = bytes([self._memory[byte][0] ^ 1 << bit])

    @property
    def size(self) -> int:
        """Bytes of its memory."""
        return len(self._memory)

    def identify(self, number: bytes) -> None:
        """Gives it its own number."""
        self._core.device_identify(self._device, number)

    def step(self, rx: bytes = b"", elapsed_ms: int = STEP_MS, adc_complete: bool = False) -> None:
        """One step, after `elapsed_ms`."""
        received = self._ffi.new("uint8_t[]", rx)
        self.uptime_ms = (self.uptime_ms + elapsed_ms) % UPTIME_WRAPS
        self.inputs.uptime_ms = self.uptime_ms
        self.inputs.adc_complete = adc_complete
        self.inputs.rx = PART.pointer(received)
        self.inputs.rx_count = len(rx)
        self._wire()
        if self.sealed and bytes(self._bytes) != self._left:
            self._core.device_seal(self._device)  # the test has reached in
        self._core.device_step(self._device, self.inputs, self.outputs)
        self._left = bytes(self._bytes)
        assert self.outputs.tx_count <= 160
        self._note()
        self._hear(bytes(self._ffi.buffer(self.outputs.tx, self.outputs.tx_count)))

    def _wire(self) -> None:
        """The rail follows the enable line; the hardware's latch follows its test and the button's release."""
        self.inputs.rail_sum = rail_sum(self.rail_v) if self.outputs.enable else 0
        self.inputs.bandgap_sum, self.inputs.ground_sum, self.inputs.quiet_sum = BANDGAP_SUM, 0, 0
        for name, value in self.overrides.items():
            setattr(self.inputs, name, value)
        self.latch_tripped |= bool(self.outputs.trip_test) and self.trip_answers
        self.latch_tripped &= not self._held or self.inputs.button_pressed
        self._held = self.inputs.button_pressed
        self.inputs.trip_tripped = self.latch_tripped

    def _note(self) -> None:
        if self.outputs.trip_test:
            self.tested_zones.add(self.outputs.trip_test)
        if self.outputs.record_due:
            record = self.outputs.record
            fields = {name: getattr(record, name) for name, _ in self._ffi.typeof(record).fields}
            self.kept = {name: value if isinstance(value, int) else list(value) for name, value in fields.items()}

    def cycle(self, rx: bytes = b"") -> None:
        """One step with which an ADC cycle ends, 100 ms after the last step."""
        self.step(rx, elapsed_ms=CYCLE_MS, adc_complete=True)

    def run(self, for_ms: int, demand: Wish | None = None, until: Callable[[], bool] | None = None) -> int:
        """Steps of 10 ms with ADC cycles each 100 ms and, where given, a new demand each 50 ms. Returns the ms gone."""
        gone = 0
        while gone < for_ms and not (until is not None and until()):
            gone += STEP_MS
            self._cycle_ms += STEP_MS
            self._demand_ms += STEP_MS
            rx = b""
            if demand is not None and self._demand_ms >= DEMAND_MS:
                self._demand_ms = 0
                rx = self.next_demand(demand)
            complete = self.adc_runs and self._cycle_ms >= CYCLE_MS
            self._cycle_ms = 0 if complete else self._cycle_ms
            self.step(rx, adc_complete=complete)
        return gone

    def demand(self, wish: Wish, counter: int) -> bytes:
        """A frame with that counter."""
        self.sequence = (self.sequence + 1) % 256
        return encode(contract.Demand.ID, self.sequence, wish.payload(counter))

    def next_demand(self, wish: Wish, ahead: int = 1) -> bytes:
        """A frame whose counter advances."""
        self.counter = (self.counter + ahead) % 65536
        return self.demand(wish, self.counter)

    def lease(self, wish: Wish) -> None:
        """Two demands: the first begins the counting, the second lends. No time passes for the second."""
        self.step(self.next_demand(wish))
        self.step(self.next_demand(wish), elapsed_ms=0)

    def press(self, held_ms: int, demand: Wish | None = None) -> None:
        """Holds the button so long, releases it and lets the release settle."""
        self.inputs.button_pressed = True
        self.run(held_ms, demand)
        self.inputs.button_pressed = False
        self.run(40, demand)

    def settle(self) -> None:
        """Lets the first readings come in and the button be known."""
        self.run(100)

    def arm(self) -> None:
        """By the button, from rest."""
        self.settle()
        self.press(500)
        assert self.supervisor.armed_ms > 0, "arming failed"

    # ---- what it does

    def _hear(self, data: bytes) -> None:
        for heard in self._decoder.feed(data):
            self.messages.append(UP[heard.type].unpack(heard.payload))

    def take(self, kind: type[Any]) -> list[Any]:
        """The messages of one kind since they were last taken."""
        taken = [message for message in self.messages if isinstance(message, kind)]
        self.messages = [message for message in self.messages if not isinstance(message, kind)]
        return taken

    def take_events(self) -> list[tuple[contract.EventKind, int]]:
        """Kinds and details of the events since they were last taken."""
        return [(contract.EventKind(event.kind), event.detail) for event in self.take(contract.Event)]

    def status(self) -> contract.Status:
        """The latest STATUS; one is waited for."""
        self.take(contract.Status)
        self.run(100, until=lambda: any(isinstance(message, contract.Status) for message in self.messages))
        (status,) = self.take(contract.Status)
        return status

    @property
    def supervisor(self) -> Any:
        """Its judge's memory."""
        return self._core.probe_supervisor(self._device)

    @property
    def button(self) -> Any:
        """Its button's memory."""
        return self._core.probe_button(self._device)

    @property
    def events(self) -> Any:
        """Its queue of events."""
        return self._core.probe_events(self._device)

    @property
    def decoder(self) -> Any:
        """Its decoder."""
        return self._core.probe_decoder(self._device)

    @property
    def heater_permille(self) -> tuple[int, ...]:
        """Duty of each zone."""
        return tuple(self.outputs.heater_permille)

    @property
    def motor_pwm(self) -> tuple[int, ...]:
        """PWM of each motor."""
        return tuple(self.outputs.motor_pwm)

    @property
    def all_off(self) -> bool:
        """No heat, no massage, no enable."""
        return not (any(self.heater_permille) or any(self.motor_pwm) or self.outputs.enable)

    @property
    def faults(self) -> set[contract.Fault]:
        """Present now."""
        return _set_of(self._core.device_faults(self._device))

    def limited_by(self, zone: int) -> contract.LimitedBy:
        """Why the zone gets less than was asked, in the judge's view now."""
        return contract.LimitedBy(self._core.supervisor_limit(self.supervisor, zone))

    @property
    def self_tests(self) -> int:
        """Bits of those that passed."""
        return int(self._core.device_self_tests(self._device))

    @property
    def latched(self) -> set[contract.Fault]:
        """Held."""
        return _set_of(self._core.device_latched(self._device))


def _set_of(bits: int) -> set[contract.Fault]:
    return {fault for fault in contract.Fault if bits & 1 << fault - 1}


UP: dict[int, Any] = {
    message.ID: message for message in (contract.Hello, contract.Status, contract.Event, contract.Log)
}
