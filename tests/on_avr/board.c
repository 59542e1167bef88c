#include "board.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chip.h"
#include "facts.h"
#include "wiring.h" /* generated from hardware/facts.toml when the harness is built */

#define CYCLES_PER_MS (FACTS_BOARD_CLOCK_HZ / 1000u)
#define BYTES_PER_MS (FACTS_BOARD_BAUD / 10u / 1000u) /* a start bit, 8 bits, a stop bit */
#define BROWN_OUT_V 6.5 /* of the supply: the regulator's 5 V fall below 4.3 V, and the chip resets itself */
#define PAUSE_MAX_MS 25u /* a motor that rests for less was silenced for the quiet slot */
#define BAUD_TOLERANCE 0.04 /* further off, and no byte is read as it was sent */
#define TOGGLES_MS (3u * FACTS_ENABLE_TOGGLE_MS)
#define ADC_CODES 1024.0
#define PWM_COUNTS 256.0

static const struct pin gate_pins[COUNT_ZONES] = WIRING_GATES;
static const struct pwm_pin motor_pins[COUNT_MOTORS] = WIRING_MOTORS;
static const struct pin enable_pin = WIRING_ENABLE;
static const struct pin button_pin = WIRING_BUTTON;
static const struct pin trip_pin = WIRING_TRIP_STATUS;
static const struct pin trip_test_pin = WIRING_TRIP_TEST;
static const struct pin led_pin = WIRING_LED;
static const struct pin buzzer_pin = WIRING_BUZZER;
static const uint8_t board_id[8] = {'E', 'M', 'U', 'L', 'A', 'T', 'E', 'D'};

/* ---- what the chip's pins do to the pad ------------------------------------------------------------------------ */

static void look_at_enable(struct board *board)
{
    bool level = chip_level(board->chip, enable_pin);
    if (level != board->enable_level) {
        board->enable_level = level;
        board->enable_edge_ms = board->now_ms;
        board->enable_seen = true;
        plant_enable_edge(&board->plant);
    }
}

/* High provokes the first zone's trip, low the second's, floating none. */
static void look_at_trip(struct board *board)
{
    unsigned zone = chip_level(board->chip, trip_test_pin) ? 1u : 2u;
    plant_trip_test(&board->plant, chip_drives(board->chip, trip_test_pin) ? zone : 0u);
    chip_drive(board->chip, trip_pin, board->plant.latched);
}

static void look_at_motor(struct board *board, unsigned motor)
{
    unsigned counts = chip_pwm_counts(board->chip, motor);
    bool paused = counts == 0 && board->now_ms - board->motor_on_ms[motor] < PAUSE_MAX_MS;
    board->motor_on_ms[motor] = counts > 0 ? board->now_ms : board->motor_on_ms[motor];
    board->motor_counts[motor] = paused ? board->motor_counts[motor] : counts;
}

static void look_at_pins(void *self)
{
    struct board *board = self;
    double motor_duty[COUNT_MOTORS];
    look_at_enable(board);
    look_at_trip(board);
    for (unsigned zone = 0; zone < COUNT_ZONES; zone++) {
        board->gate[zone] = chip_level(board->chip, gate_pins[zone]);
    }
    for (unsigned motor = 0; motor < COUNT_MOTORS; motor++) {
        motor_duty[motor] = chip_pwm_counts(board->chip, motor) / PWM_COUNTS;
    }
    plant_switch(&board->plant, board->gate, motor_duty);
}

static unsigned convert(void *self, unsigned channel)
{
    struct board *board = self;
    unsigned shown = board->stuck_channel < 0 ? channel : (unsigned)board->stuck_channel;
    if (channel == PLANT_CURRENT) {
        look_at_pins(board); /* a compare output that was disconnected moved no pin */
    }
    double code = plant_adc_mv(&board->plant, shown) * ADC_CODES / FACTS_BOARD_LOGIC_MV;
    if (!board->adc_frozen) {
        board->last_code = code >= ADC_CODES ? (unsigned)ADC_CODES - 1u : (unsigned)code;
    }
    return board->last_code;
}

/* ---- the cable ------------------------------------------------------------------------------------------------- */

/* xorshift64 (Marsaglia 2003), 0 to 1. */
static double chance(struct board *board)
{
    board->random ^= board->random << 13;
    board->random ^= board->random >> 7;
    board->random ^= board->random << 17;
    return (double)(board->random >> 11) / 9007199254740992.0; /* 2^53 */
}

static void put(struct board *board, struct wire *wire, uint8_t byte)
{
    bool garbled = fabs(board->clock_factor - 1.0) > BAUD_TOLERANCE;
    byte = garbled ? (uint8_t)(256.0 * chance(board)) : byte;
    if (wire->flipped_rate > 0.0 && chance(board) < wire->flipped_rate) {
        byte ^= (uint8_t)(1u << (unsigned)(8.0 * chance(board)));
    }
    if (wire->lost_rate > 0.0 && chance(board) < wire->lost_rate) {
        wire->lost++;
    } else if (wire->count < BOARD_WAITING) {
        wire->bytes[wire->count++] = byte;
    }
}

static void send(void *self, uint8_t byte)
{
    struct board *board = self;
    put(board, &board->up, byte);
}

static void hear_host(struct board *board)
{
    uint8_t bytes[BOARD_WAITING];
    size_t count = terminal_read(&board->terminal, bytes, BOARD_WAITING - board->down.count);
    board->heard_ms = count > 0 ? board->now_ms : board->heard_ms;
    for (size_t i = 0; i < count && !board->frozen_host; i++) {
        put(board, &board->down, bytes[i]);
    }
}

/* As fast as the line is, and no faster. */
static void carry_down(struct board *board)
{
    struct wire *wire = &board->down;
    unsigned count = 0;
    while (count < wire->count && count < BYTES_PER_MS && chip_receive(board->chip, wire->bytes[count])) {
        count++;
    }
    wire->count -= count;
    memmove(wire->bytes, wire->bytes + count, wire->count);
}

static void carry_up(struct board *board)
{
    terminal_write(&board->terminal, board->up.bytes, board->up.count);
    board->up.count = 0;
}

/* ---- life ------------------------------------------------------------------------------------------------------ */

static bool find_symbols(struct board *board)
{
    board->step_address = chip_function(board->chip, "device_step");
    board->lent_address = chip_variable(board->chip, "lent_permille");
    board->loan_address = chip_variable(board->chip, "loan_left_ms");
    if (board->step_address == 0 || board->lent_address == 0 || board->loan_address == 0) {
        fprintf(stderr, "the firmware has no device_step, lent_permille or loan_left_ms: adapt board.c to its sources\n");
        return false;
    }
    return true;
}

static void wire_pins(struct board *board)
{
    for (unsigned zone = 0; zone < COUNT_ZONES; zone++) {
        chip_watch(board->chip, gate_pins[zone]);
    }
    for (unsigned motor = 0; motor < COUNT_MOTORS; motor++) {
        chip_meter(board->chip, &motor_pins[motor]);
    }
    chip_watch(board->chip, enable_pin);
    chip_drive(board->chip, button_pin, true); /* the board's pull-up */
    chip_watch(board->chip, trip_test_pin);
    chip_drive(board->chip, trip_pin, false);
    chip_drive(board->chip, led_pin, false);
}

bool board_start(struct board *board, const char *elf_path, uint32_t seed)
{
    memset(board, 0, sizeof *board);
    struct plant_parameters parameters;
    plant_default_parameters(&parameters);
    plant_reset(&board->plant, &parameters, seed);
    board->supply_factor = 1.0;
    board->clock_factor = 1.0;
    board->stuck_channel = -1;
    board->worn_byte = -1;
    board->random = UINT64_C(0x9E3779B97F4A7C15) ^ seed; /* never 0, where xorshift stands still */
    struct chip_world world = {.self = board, .pin_moved = look_at_pins, .adc_code = convert, .sent = send};
    board->chip = chip_start(elf_path, board_id, &world);
    if (board->chip == NULL || !find_symbols(board)) {
        return false;
    }
    wire_pins(board);
    if (!terminal_open(&board->terminal)) {
        fprintf(stderr, "no pseudo-terminal could be opened\n");
        return false;
    }
    return true;
}

static void hold_button(struct board *board)
{
    bool held = board->button_stuck || board->press_left_ms > 0;
    chip_drive(board->chip, button_pin, !held);
    plant_button(&board->plant, held);
    board->press_left_ms -= board->press_left_ms > 0;
    chip_drive(board->chip, led_pin, board->jumper); /* heard only while the chip does not drive the line */
}

static void feed_power(struct board *board)
{
    bool cut = board->now_ms < board->power_back_ms;
    board->plant.supply_factor = cut ? 0.0 : board->supply_factor;
    bool low = cut || board->plant.rail_v < BROWN_OUT_V;
    if (low && !board->brown_out) {
        chip_reset(board->chip, CHIP_BROWN_OUT); /* its pins let go at once */
    } else if (!low && board->brown_out) {
        chip_reset(board->chip, board->power_back_ms != 0 ? CHIP_POWER_ON : CHIP_BROWN_OUT);
        board->cycles = chip_cycle(board->chip);
        board->power_back_ms = 0;
    }
    board->brown_out = low;
}

void board_cut_power(struct board *board, uint64_t off_ms)
{
    board->power_back_ms = board->now_ms + off_ms + 1u;
    chip_forget(board->chip, board->random);
    feed_power(board);
}

/* The byte that is being written when the power goes has any value; a cell that is worn keeps its own. */
static void watch_eeprom(struct board *board)
{
    uint8_t *now = chip_eeprom(board->chip);
    for (unsigned slot = BOARD_RECORDS; board->worn_byte >= 0 && slot < BOARD_EEPROM; slot += BOARD_RECORD_SLOT) {
        now[slot + (unsigned)board->worn_byte] = board->eeprom[slot + (unsigned)board->worn_byte];
    }
    for (unsigned i = 0; i < BOARD_EEPROM && board->cut_after > 0; i++) {
        if (now[i] != board->eeprom[i] && --board->cut_after == 0) {
            now[i] = (uint8_t)(256.0 * chance(board));
            board_cut_power(board, 500);
        }
    }
    memcpy(board->eeprom, now, BOARD_EEPROM);
}

static bool run_chip(struct board *board)
{
    if (board->frozen_mcu || board->brown_out) {
        return true;
    }
    carry_down(board);
    board->cycles += (uint64_t)(CYCLES_PER_MS * board->clock_factor);
    return chip_run_until(board->chip, board->cycles);
}

unsigned board_function(const struct board *board, const char *name)
{
    return chip_function(board->chip, name);
}

unsigned board_variable(const struct board *board, const char *name)
{
    return chip_variable(board->chip, name);
}

/* With interrupts off the march may stand in that memory, with patterns that nobody else ever sees. */
static void look_at_duty(struct board *board)
{
    if (!chip_interrupts_on(board->chip)) {
        return;
    }
    bool lent = chip_peek(board->chip, board->loan_address) > 0;
    for (unsigned zone = 0; zone < COUNT_ZONES; zone++) {
        unsigned address = board->lent_address + 2u * zone;
        unsigned duty = chip_peek(board->chip, address) + 256u * chip_peek(board->chip, address + 1u);
        board->duty_permille[zone] = lent ? duty : 0u;
    }
}

bool board_live(struct board *board)
{
    board->now_ms++;
    hear_host(board);
    hold_button(board);
    feed_power(board);
    bool alive = run_chip(board);
    plant_step(&board->plant, board->plant.heater_w, 0.001);
    for (unsigned motor = 0; motor < COUNT_MOTORS; motor++) {
        look_at_motor(board, motor);
    }
    look_at_duty(board);
    watch_eeprom(board);
    look_at_pins(board); /* a reset moves pins without telling, and the rail may have run down */
    carry_up(board);
    return alive;
}

/* ---- looking --------------------------------------------------------------------------------------------------- */


/* Fast PWM is high for one count more than its compare value. */
static unsigned motor_pwm(const struct board *board, unsigned motor)
{
    unsigned counts = board->motor_counts[motor];
    return counts > 0 ? counts - 1u : 0u;
}

void board_outputs(const struct board *board, struct board_outputs *outputs)
{
    memset(outputs, 0, sizeof *outputs); /* padding too: outputs are compared as bytes */
    for (unsigned zone = 0; zone < COUNT_ZONES; zone++) {
        outputs->duty_permille[zone] = board->duty_permille[zone];
        outputs->gate[zone] = board->gate[zone];
    }
    for (unsigned motor = 0; motor < COUNT_MOTORS; motor++) {
        outputs->motor_pwm[motor] = motor_pwm(board, motor);
    }
    outputs->enable = board->enable_seen && board->now_ms - board->enable_edge_ms < TOGGLES_MS;
    outputs->rail_on = plant_upper_on(&board->plant);
    outputs->led = chip_level(board->chip, led_pin);
    outputs->buzzer = chip_level(board->chip, buzzer_pin);
    outputs->tripped = board->plant.latched;
    outputs->trip_test = board->plant.trip_test;
}
