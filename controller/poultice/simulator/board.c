/* The firmware's core wired to the pad of arithmetic, as firmware/avr wires it to the chip. */
#include "board.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "facts.h"
#include "plant.h"
#include "winding.h"

#define STEPS_PER_CYCLE (FACTS_ADC_CYCLE_MS / DEVICE_STEP_MS)
#define WINDOW_MS 1000u
#define HEATERS_END_MS LIMIT_HEATER_DUTY_MAX_PERMILLE /* of a window: a permille is a millisecond */
#define QUIET_MS 12u /* at the end of each window nothing is on, and of each cycle in which no heater has any duty */
#define COMBINATIONS (1u << COUNT_ZONES)
#define LINE_BYTES_PER_STEP (FACTS_BOARD_BAUD / 10u * DEVICE_STEP_MS / 1000u) /* start bit, 8 bits, stop bit */
#define LOAN_STEPS 5u  /* the tick keeps heaters and motors on for as long without the main loop, see window.c */
#define BITE_STEPS 26u /* the watchdog's interrupt after 128 ms, its reset after another 128 */
#define QUEUE_SIZE 65536u                                                   /* a power of two */

_Static_assert(COUNT_ZONES == 2 && COUNT_SENSORS == 4 && COUNT_MOTORS == 4, "struct board_observation says so");
_Static_assert(HEATERS_END_MS + QUIET_MS <= WINDOW_MS, "the quiet slot is quiet");
_Static_assert(DEVICE_STEP_MS == WINDING_STEP_MS, "heat passes a winding step by step");
_Static_assert(PLANT_CHANNELS <= STEPS_PER_CYCLE, "one channel is sampled in each step of a cycle");

struct queue {
    uint8_t bytes[QUEUE_SIZE];
    uint32_t put, got;
};

struct line { /* one direction of the cable */
    struct queue queue;
    double lost_rate;
    double flipped_rate;
    uint32_t lost;
};

struct outputs_seen { /* what a change is counted of */
    uint16_t duty_permille[COUNT_ZONES];
    uint8_t motor_pwm[COUNT_MOTORS];
    uint8_t gate[COUNT_ZONES];
    uint8_t enable, rail_on;
};

struct board {
    struct device device;
    struct device_inputs inputs;
    struct device_outputs outputs;
    struct plant_parameters parameters;
    struct plant plant;
    struct winding windings[COUNT_ZONES];
    struct line down, up;
    uint8_t rx[LINE_BYTES_PER_STEP];
    bool host_frozen;
    bool button_stuck;
    bool trip_doubtful; /* the latch was set by a provocation that the watchdog ended: see lines.h of the shell */
    enum board_mcu mcu;
    unsigned hung_steps;
    uint64_t line_random;
    uint64_t steps;
    unsigned press_left_ms;
    unsigned cycle_step;
    double current_pin_v[COMBINATIONS];
    bool current_seen[COMBINATIONS];
    double quiet_pin_v;
    bool quiet_seen;
    int stuck_channel;      /* the multiplexer shows only this one; -1 = sound */
    bool adc_dead;          /* no conversion ever ends */
    bool adc_frozen;        /* the result register does not change any more */
    uint16_t last_sum;      /* of any channel */
    uint16_t self_tests;
    uint8_t id[DEVICE_ID_SIZE]; /* in the EEPROM */
    bool service_jumper;
    bool record_kept;       /* the EEPROM: survives board_reset() */
    struct record record;
    bool gate[COUNT_ZONES];
    double motor_duty[COUNT_MOTORS];
    double heater_w[COUNT_ZONES]; /* mean of the last step */
    double used_j[COUNT_ZONES];
    double peak_pad_c[COUNT_ZONES];
    struct outputs_seen seen;
    uint32_t changes;
};

/* ---- the cable ----------------------------------------------------------------------------------------------- */

static uint32_t queue_count(const struct queue *queue)
{
    return queue->put - queue->got;
}

static bool queue_put(struct queue *queue, uint8_t byte)
{
    if (queue_count(queue) == QUEUE_SIZE) {
        return false;
    }
    queue->bytes[queue->put++ % QUEUE_SIZE] = byte;
    return true;
}

static unsigned queue_take(struct queue *queue, uint8_t *data, unsigned room)
{
    unsigned count = 0;
    while (count < room && queue_count(queue) > 0) {
        data[count++] = queue->bytes[queue->got++ % QUEUE_SIZE];
    }
    return count;
}

/* xorshift64 (Marsaglia 2003); its own stream, so that a bad line does not change the noise of the sensors. */
static double line_chance(struct board *board)
{
    uint64_t x = board->line_random;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    board->line_random = x;
    return (double)(x >> 11) / 9007199254740992.0; /* 2^53 */
}

static uint8_t on_its_way(struct board *board, const struct line *line, uint8_t byte)
{
    bool flips = line->flipped_rate > 0.0 && line_chance(board) < line->flipped_rate;
    return flips ? (uint8_t)(byte ^ 1u << (unsigned)(8.0 * line_chance(board))) : byte;
}

static unsigned line_put(struct board *board, struct line *line, const uint8_t *data, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (line->lost_rate > 0.0 && line_chance(board) < line->lost_rate) {
            line->lost++;
        } else if (!queue_put(&line->queue, on_its_way(board, line, data[i]))) {
            return i;
        }
    }
    return count;
}

unsigned board_receive(struct board *board, const uint8_t *data, unsigned count)
{
    return board->host_frozen ? count : line_put(board, &board->down, data, count);
}

unsigned board_transmit(struct board *board, uint8_t *data, unsigned room)
{
    return queue_take(&board->up.queue, data, room);
}

/* ---- inputs -------------------------------------------------------------------------------------------------- */

static uint16_t convert(struct board *board, double pin_v)
{
    if (!board->adc_frozen) {
        board->last_sum = plant_sum_of(&board->plant, pin_v);
    }
    return board->last_sum;
}

static uint16_t convert_channel(struct board *board, unsigned channel)
{
    unsigned shown = board->stuck_channel < 0 ? channel : (unsigned)board->stuck_channel;
    return convert(board, plant_pin_v(&board->plant, shown));
}

static void sample_channel(struct board *board, unsigned channel)
{
    if (channel < PLANT_WITNESS_FIRST) {
        board->inputs.sensor_sum[channel] = convert_channel(board, channel);
    } else if (channel < PLANT_RAIL) {
        board->inputs.witness_sum[channel - PLANT_WITNESS_FIRST] = convert_channel(board, channel);
    } else if (channel == PLANT_RAIL) {
        board->inputs.rail_sum = convert_channel(board, channel);
    }
}

/* The current is looked at whenever the switches change, and summed up here as if the converter had been there. */
static uint16_t convert_current(struct board *board, double pin_v)
{
    return board->stuck_channel < 0 ? convert(board, pin_v) : convert_channel(board, PLANT_CURRENT);
}

static void close_cycle(struct board *board)
{
    for (unsigned gates = 0; gates < COMBINATIONS; gates++) {
        board->inputs.current_valid[gates] = board->current_seen[gates];
        if (board->current_seen[gates]) {
            board->inputs.current_sum[gates] = convert_current(board, board->current_pin_v[gates]);
        }
        board->current_seen[gates] = false;
    }
    board->inputs.quiet_valid = board->quiet_seen;
    board->inputs.quiet_sum = board->quiet_seen ? convert_current(board, board->quiet_pin_v) : ADC_SUM_POISON;
    board->quiet_seen = false;
    board->inputs.bandgap_sum = convert_channel(board, PLANT_BANDGAP);
    board->inputs.ground_sum = convert_channel(board, PLANT_GROUND);
}

/* One channel a step, all of them in a cycle, as the chip's multiplexer goes round. */
static void sample(struct board *board)
{
    board->inputs.adc_complete = false;
    if (board->adc_dead) {
        return;
    }
    sample_channel(board, board->cycle_step);
    board->cycle_step = (board->cycle_step + 1) % STEPS_PER_CYCLE;
    board->inputs.adc_complete = board->cycle_step == 0;
    if (board->inputs.adc_complete) {
        close_cycle(board);
    }
}

static void hold_button(struct board *board)
{
    board->inputs.button_pressed = board->button_stuck || board->press_left_ms > 0;
    plant_button(&board->plant, board->inputs.button_pressed);
    board->press_left_ms -= board->press_left_ms < DEVICE_STEP_MS ? board->press_left_ms : DEVICE_STEP_MS;
}

static void fill_inputs(struct board *board)
{
    sample(board);
    hold_button(board);
    board->trip_doubtful = board->trip_doubtful && board->plant.latched;
    board->inputs.trip_tripped = board->plant.latched && (!board->trip_doubtful || board->inputs.button_pressed);
    board->inputs.self_tests = board->self_tests;
    board->inputs.rx = board->rx;
    board->inputs.rx_count = (uint16_t)queue_take(&board->down.queue, board->rx, sizeof board->rx);
}

/* ---- outputs ------------------------------------------------------------------------------------------------- */

/* The first zone's time begins with the window, the last zone's ends before its quiet slot: together they load the
 * supply least. */
static bool gate_at(const struct board *board, unsigned zone, uint32_t phase_ms)
{
    uint32_t duty_ms = board->outputs.heater_permille[zone];
    bool on = zone == 0 ? phase_ms < duty_ms : phase_ms + duty_ms >= HEATERS_END_MS;
    return on && phase_ms < HEATERS_END_MS;
}

static unsigned drive_gates(struct board *board, uint32_t phase_ms)
{
    unsigned gates = 0;
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        board->gate[z] = gate_at(board, z, phase_ms);
        gates |= board->gate[z] ? 1u << z : 0u;
    }
    return gates;
}

static bool no_duty(const struct board *board)
{
    bool none = true;
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        none = none && board->outputs.heater_permille[z] == 0;
    }
    return none;
}

static bool quiet_at(const struct board *board, uint32_t phase_ms)
{
    bool ends = phase_ms % FACTS_ADC_CYCLE_MS >= FACTS_ADC_CYCLE_MS - QUIET_MS;
    return ends && (phase_ms >= HEATERS_END_MS || no_duty(board));
}

static void solve_circuit(struct board *board, unsigned gates, bool quiet)
{
    static const double still[COUNT_MOTORS];
    plant_switch(&board->plant, board->gate, quiet ? still : board->motor_duty);
    double pin_v = plant_pin_v(&board->plant, PLANT_CURRENT);
    if (quiet) {
        board->quiet_pin_v = pin_v;
        board->quiet_seen = true;
    } else {
        board->current_pin_v[gates] = pin_v;
        board->current_seen[gates] = true;
    }
}

/* The window goes on in ticks of 1 ms, as the chip's does; the circuit is solved where a gate changes. */
static void drive_heaters(struct board *board)
{
    unsigned solved = 2u * COMBINATIONS;
    memset(board->heater_w, 0, sizeof board->heater_w);
    for (unsigned ms = 0; ms < DEVICE_STEP_MS; ms++) {
        uint32_t phase_ms = (board->inputs.uptime_ms + ms) % WINDOW_MS;
        bool quiet = quiet_at(board, phase_ms);
        unsigned switches = drive_gates(board, phase_ms) + (quiet ? COMBINATIONS : 0u);
        if (switches != solved) {
            solve_circuit(board, switches % COMBINATIONS, quiet);
            solved = switches;
        }
        for (unsigned z = 0; z < COUNT_ZONES; z++) {
            board->heater_w[z] += board->plant.heater_w[z] / DEVICE_STEP_MS;
        }
    }
}

/* The shell's EEPROM writes at once. */
static void keep_record(struct board *board)
{
    if (board->outputs.record_due) {
        board->record = board->outputs.record;
        board->record_kept = true;
    }
}

static void obey_outputs(struct board *board)
{
    for (unsigned m = 0; m < COUNT_MOTORS; m++) {
        board->motor_duty[m] = board->outputs.motor_pwm[m] / 255.0;
    }
    if (board->outputs.enable) {
        plant_enable_edge(&board->plant);
    }
    plant_trip_test(&board->plant, board->outputs.trip_test);
    drive_heaters(board);
    keep_record(board);
    line_put(board, &board->up, board->outputs.tx, board->outputs.tx_count);
}

static void count_changes(struct board *board)
{
    struct outputs_seen now = {.enable = board->outputs.enable, .rail_on = plant_upper_on(&board->plant)};
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        now.duty_permille[z] = board->outputs.heater_permille[z];
        now.gate[z] = board->gate[z];
    }
    memcpy(now.motor_pwm, board->outputs.motor_pwm, sizeof now.motor_pwm);
    board->changes += memcmp(&now, &board->seen, sizeof now) != 0;
    board->seen = now;
}

static void warm_pad(struct board *board)
{
    double arrives_w[COUNT_ZONES];
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        arrives_w[z] = winding_pass(&board->windings[z], board->heater_w[z]);
    }
    plant_step(&board->plant, arrives_w, DEVICE_STEP_MS / 1000.0);
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        board->used_j[z] += board->heater_w[z] * DEVICE_STEP_MS / 1000.0;
        if (board->plant.pad_c[z] > board->peak_pad_c[z]) {
            board->peak_pad_c[z] = board->plant.pad_c[z];
        }
    }
}

/* ---- life ---------------------------------------------------------------------------------------------------- */

struct board *board_new(void)
{
    struct board *board = calloc(1, sizeof *board);
    if (board != NULL) {
        plant_default_parameters(&board->parameters);
    }
    return board;
}

void board_free(struct board *board)
{
    free(board);
}

static void start_core(struct board *board, uint8_t reset_cause)
{
    struct device_start start = {
        .reset_cause = reset_cause,
        .service_jumper = board->service_jumper,
        .self_tests = board->self_tests,
        .record_found = board->record_kept,
        .record = board->record,
    };
    device_reset(&board->device, &start);
    device_identify(&board->device, board->id);
}

void board_power_on(struct board *board, uint32_t seed)
{
    struct plant_parameters parameters = board->parameters;
    memset(board, 0, sizeof *board);
    board->parameters = parameters;
    board->stuck_channel = -1;
    board->self_tests = UINT16_MAX;
    board->record_kept = true; /* as it left the bench where it was made */
    board->record.bandgap_sum = (uint16_t)(FACTS_BANDGAP_NOMINAL_MV * FACTS_ADC_SUM_SPAN / FACTS_BOARD_LOGIC_MV);
    board->line_random = 0x9E3779B97F4A7C15u ^ seed; /* xorshift must not start at 0; no 32-bit seed makes it so */
    plant_reset(&board->plant, &parameters, seed);
    start_core(board, RESET_CAUSE_POWER_ON);
}

void board_set_id(struct board *board, const uint8_t *id)
{
    memcpy(board->id, id, DEVICE_ID_SIZE);
    device_identify(&board->device, board->id);
}

void board_reset(struct board *board, uint8_t reset_cause)
{
    board->trip_doubtful = reset_cause == RESET_CAUSE_WATCHDOG && board->outputs.trip_test != 0;
    memset(&board->inputs, 0, sizeof board->inputs);
    memset(&board->outputs, 0, sizeof board->outputs);
    board->cycle_step = 0;
    /* with its power gone the trip's latch is free, and set again where it is hot: hardware/circuits/latch.py */
    board->plant.latched = board->plant.latched && reset_cause != RESET_CAUSE_POWER_ON;
    start_core(board, reset_cause);
}

static void work(struct board *board)
{
    fill_inputs(board);
    device_step(&board->device, &board->inputs, &board->outputs);
    obey_outputs(board);
    board->inputs.uptime_ms += DEVICE_STEP_MS;
}

/* Nobody hears the cable, nobody toggles the enable line. */
static void miss_a_step(struct board *board)
{
    (void)queue_take(&board->down.queue, board->rx, sizeof board->rx);
    hold_button(board);
    board->outputs.enable = false;
}

/* Every pin stays as it is. */
static void stand_still(struct board *board)
{
    miss_a_step(board);
    plant_switch(&board->plant, board->gate, board->motor_duty);
    memcpy(board->heater_w, board->plant.heater_w, sizeof board->heater_w);
}

/* The tick lives on until what the main loop lent it is used up; the watchdog bites, again and again. */
static void hang(struct board *board)
{
    miss_a_step(board);
    if (++board->hung_steps > LOAN_STEPS) {
        memset(board->outputs.heater_permille, 0, sizeof board->outputs.heater_permille);
        memset(board->outputs.motor_pwm, 0, sizeof board->outputs.motor_pwm);
        memset(board->motor_duty, 0, sizeof board->motor_duty);
    }
    drive_heaters(board);
    board->inputs.uptime_ms += DEVICE_STEP_MS;
    if (board->hung_steps == BITE_STEPS) {
        board_reset(board, RESET_CAUSE_WATCHDOG);
        work(board); /* so far it comes: what hung is kept */
        board->hung_steps = 0;
    }
}

void board_advance(struct board *board, unsigned steps)
{
    static void (*const live[])(struct board *board) = {[BOARD_WORKS] = work, [BOARD_FROZEN] = stand_still, [BOARD_HUNG] = hang};
    for (unsigned i = 0; i < steps; i++) {
        live[board->mcu](board);
        warm_pad(board);
        count_changes(board);
        board->steps++;
    }
}

/* ---- parameters, faults, the bed ----------------------------------------------------------------------------- */

struct parameter {
    const char *name;
    size_t offset;
    unsigned length;
};

#define PARAMETER(field)                                                                    \
    {                                                                                       \
        #field, offsetof(struct plant_parameters, field),                                   \
            sizeof(((struct plant_parameters *)0)->field) / sizeof(double)                  \
    }

static const struct parameter parameters[] = {
    PARAMETER(supply_v),           PARAMETER(supply_ohm),
    PARAMETER(board_a),            PARAMETER(element_w),
    PARAMETER(motor_a),            PARAMETER(enable_holds_s),
    PARAMETER(area_m2),            PARAMETER(pad_j_per_k),
    PARAMETER(contact_w_per_m2k),  PARAMETER(lifted_w_per_m2k),
    PARAMETER(cover_w_per_m2k),    PARAMETER(front_w_per_m2k),
    PARAMETER(neighbour_w_per_k),  PARAMETER(skin_j_per_k),
    PARAMETER(tissue_j_per_k),     PARAMETER(skin_to_tissue_w_per_m2k),
    PARAMETER(tissue_to_core_w_per_m2k), PARAMETER(perfusion_w_per_m2k),
    PARAMETER(perfusion_doubles_at_c),   PARAMETER(core_c),
    PARAMETER(room_c),             PARAMETER(skin_start_c),
    PARAMETER(lag_s),              PARAMETER(gradient_k_per_w),
    PARAMETER(gradient_s),         PARAMETER(sensor_offset_k),
    PARAMETER(witness_offset_k),   PARAMETER(noise_lsb),
};

static const struct parameter *parameter_named(const char *name)
{
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        if (strcmp(parameters[i].name, name) == 0) {
            return &parameters[i];
        }
    }
    return NULL;
}

unsigned board_parameter_length(const char *name)
{
    const struct parameter *parameter = parameter_named(name);
    return parameter == NULL ? 0u : parameter->length;
}

bool board_set_parameter(struct board *board, const char *name, unsigned index, double value)
{
    const struct parameter *parameter = parameter_named(name);
    if (parameter == NULL || index >= parameter->length) {
        return false;
    }
    char *place = (char *)&board->parameters + parameter->offset + index * sizeof value;
    memcpy(place, &value, sizeof value);
    return true;
}

void board_press(struct board *board, unsigned press_ms)
{
    board->press_left_ms = press_ms;
}

void board_set_ntc(struct board *board, unsigned channel, unsigned state)
{
    if (channel < PLANT_RAIL && state <= PLANT_NTC_SHORTED) {
        board->plant.ntc[channel] = (enum plant_ntc)state;
    }
}

void board_set_mosfet_shorted(struct board *board, unsigned zone, bool shorted)
{
    if (zone < COUNT_ZONES) {
        board->plant.mosfet_shorted[zone] = shorted;
    }
}

void board_set_upper_stuck(struct board *board, bool stuck)
{
    board->plant.upper_stuck = stuck;
}

void board_set_element_open(struct board *board, unsigned zone, bool open)
{
    if (zone < COUNT_ZONES) {
        board->plant.element_open[zone] = open;
    }
}

void board_set_motor_stalled(struct board *board, unsigned motor, bool stalled)
{
    if (motor < COUNT_MOTORS) {
        board->plant.motor_stalled[motor] = stalled;
    }
}

void board_set_motor_shorted(struct board *board, unsigned motor, bool shorted)
{
    if (motor < COUNT_MOTORS) {
        board->plant.motor_shorted[motor] = shorted;
    }
}

void board_set_supply_factor(struct board *board, double factor)
{
    board->plant.supply_factor = factor;
}

void board_set_reference_factor(struct board *board, double factor)
{
    board->plant.reference_factor = factor;
}

void board_set_ntc_drift(struct board *board, unsigned channel, double end_k, double k_per_s)
{
    if (channel < PLANT_THERMISTORS) {
        board->plant.drift_end_k[channel] = end_k;
        board->plant.drift_k_per_s[channel] = k_per_s;
        board->plant.drift_k[channel] = end_k == 0.0 ? 0.0 : board->plant.drift_k[channel];
    }
}

void board_set_ntc_detached(struct board *board, unsigned channel, bool detached, double temperature_c)
{
    if (channel < PLANT_THERMISTORS) {
        board->plant.ntc_detached[channel] = detached;
        board->plant.detached_c[channel] = temperature_c;
    }
}

void board_set_comparator_dead(struct board *board, bool dead)
{
    board->plant.comparator_dead = dead;
}

void board_set_comparator_false(struct board *board, unsigned zone, bool tripping)
{
    if (zone < COUNT_ZONES) {
        board->plant.comparator_false[zone] = tripping;
    }
}

void board_set_button_stuck(struct board *board, bool stuck)
{
    board->button_stuck = stuck;
}

void board_set_mcu(struct board *board, unsigned state)
{
    if (state <= BOARD_HUNG) {
        board->mcu = (enum board_mcu)state;
        board->hung_steps = 0;
    }
}

void board_set_mux_stuck(struct board *board, int channel)
{
    board->stuck_channel = channel;
}

void board_set_adc_dead(struct board *board, bool dead)
{
    board->adc_dead = dead;
}

void board_set_adc_frozen(struct board *board, bool frozen)
{
    board->adc_frozen = frozen;
}

void board_flip_bit(struct board *board, unsigned byte, unsigned bit)
{
    if (byte < sizeof board->device && bit < 8u) {
        ((uint8_t *)&board->device)[byte] ^= (uint8_t)(1u << bit);
    }
}

unsigned board_memory_size(void)
{
    return sizeof(struct device);
}

void board_set_self_tests(struct board *board, uint16_t passed)
{
    board->self_tests = passed;
}

void board_set_service_jumper(struct board *board, bool set)
{
    board->service_jumper = set;
}

void board_set_lost_bytes(struct board *board, double down_rate, double up_rate)
{
    board->down.lost_rate = down_rate;
    board->up.lost_rate = up_rate;
}

void board_set_flipped_bytes(struct board *board, double down_rate, double up_rate)
{
    board->down.flipped_rate = down_rate;
    board->up.flipped_rate = up_rate;
}

void board_set_host_frozen(struct board *board, bool frozen)
{
    board->host_frozen = frozen;
}

void board_set_on_body(struct board *board, bool on_body)
{
    board->plant.on_body = on_body;
}

void board_set_blanket(struct board *board, double factor)
{
    board->plant.blanket_factor = factor < 1.0 ? 1.0 : factor;
}

/* Nothing real warms at once: the core would rightly call this a jump. So what it knows of before is taken from it, and
 * it has read the new temperatures already. What it saw when it booted stays. */
void board_warm_start(struct board *board, double temperature_c)
{
    struct senses *senses = &board->device.senses;
    struct boot_window seen_at_boot = senses->plausible.boot_window;
    plant_warm_start(&board->plant, temperature_c);
    plausible_reset(&senses->plausible);
    senses->plausible.boot_window = seen_at_boot;
    for (unsigned s = 0; s < COUNT_SENSORS; s++) {
        sample_channel(board, s);
        thermistor_sample(&senses->sensors[s], board->inputs.sensor_sum[s]);
    }
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        sample_channel(board, PLANT_WITNESS_FIRST + z);
        thermistor_sample(&senses->witnesses[z], board->inputs.witness_sum[z]);
    }
    device_seal(&board->device);
}

struct plant *board_plant(struct board *board)
{
    return &board->plant;
}

struct winding *board_windings(struct board *board)
{
    return board->windings;
}

unsigned board_phase_ms(const struct board *board)
{
    return board->inputs.uptime_ms % WINDOW_MS;
}

/* ---- looking ------------------------------------------------------------------------------------------------- */

static void observe_heat(const struct board *board, struct board_observation *seen)
{
    const struct plant *plant = &board->plant;
    memcpy(seen->sensor_c, plant->sensor_c, sizeof seen->sensor_c);
    memcpy(seen->witness_c, plant->witness_c, sizeof seen->witness_c);
    memcpy(seen->pad_c, plant->pad_c, sizeof seen->pad_c);
    memcpy(seen->skin_c, plant->skin_c, sizeof seen->skin_c);
    memcpy(seen->tissue_c, plant->tissue_c, sizeof seen->tissue_c);
    memcpy(seen->peak_pad_c, board->peak_pad_c, sizeof seen->peak_pad_c);
    memcpy(seen->used_j, board->used_j, sizeof seen->used_j);
    seen->stored_j = plant_stored_j(plant);
    seen->in_j = plant->in_j;
    seen->to_room_j = plant->to_room_j;
    seen->to_core_j = plant->to_core_j;
}

static void observe_pins(const struct board *board, struct board_observation *seen)
{
    memcpy(seen->heater_w, board->plant.heater_w, sizeof seen->heater_w);
    memcpy(seen->duty_permille, board->outputs.heater_permille, sizeof seen->duty_permille);
    memcpy(seen->motor_pwm, board->outputs.motor_pwm, sizeof seen->motor_pwm);
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        seen->gate[z] = board->gate[z];
    }
    seen->rail_v = board->plant.rail_v;
    seen->supply_a = board->plant.supply_a;
    seen->enable = board->outputs.enable;
    seen->rail_on = plant_upper_on(&board->plant);
    seen->led = board->outputs.led;
    seen->buzzer = board->outputs.buzzer;
    seen->button = board->inputs.button_pressed;
}

void board_observe(const struct board *board, struct board_observation *observation)
{
    memset(observation, 0, sizeof *observation);
    observe_heat(board, observation);
    observe_pins(board, observation);
    observation->now_s = (double)board->steps * DEVICE_STEP_MS / 1000.0;
    observation->lost_down = board->down.lost;
    observation->lost_up = board->up.lost;
    observation->armed = supervisor_armed(&board->device.supervisor);
    observation->latched = device_latched(&board->device) != 0;
}

unsigned board_observation_size(void)
{
    return sizeof(struct board_observation);
}

uint32_t board_changes(const struct board *board)
{
    return board->changes;
}
