#include "faults.h"

#include <stdlib.h>
#include <string.h>

#include "chip.h"
#include "facts.h"
#include "wiring.h"

#define WORD_SIZE 64u
#define PAINTED_BYTES 8u /* of the stack's canary, see self_test.c */
#define POWER_CUT_MS 500u

static const char *const zone_names[COUNT_ZONES] = FACTS_ZONE_NAMES;
static const char *const motor_names[COUNT_MOTORS] = FACTS_MOTOR_NAMES;
static const struct {
    const char *name;
    int number;
} channels[] = WIRING_CHANNELS;

struct arguments {
    unsigned zone, motor;
    unsigned thermistor; /* channel */
    int channel;
    double rate, offset, percent, factor, place_c;
    bool down, up;
    unsigned after, bit, byte; /* byte: behind the symbol */
    char at[WORD_SIZE];        /* a symbol of the firmware */
};

/* ---- reading --------------------------------------------------------------------------------------------------- */

/* Names are written with a minus or with an underscore. */
static bool same(const char *word, const char *name)
{
    while (*word != '\0' && (*word == *name || (*word == '-' && *name == '_'))) {
        word++;
        name++;
    }
    return *word == *name;
}

static bool read_name(const char *word, const char *const names[], unsigned count, unsigned *index)
{
    for (*index = 0; *index < count; (*index)++) {
        if (same(word, names[*index])) {
            return true;
        }
    }
    return false;
}

static bool read_channel(const char *word, int *number)
{
    for (unsigned i = 0; i < sizeof channels / sizeof channels[0]; i++) {
        if (same(word, channels[i].name)) {
            *number = channels[i].number;
            return true;
        }
    }
    return false;
}

/* Thermistors are named by zone and place: two sensors a zone, then the witnesses. */
static bool read_sensor(const char *word, unsigned zone, unsigned *channel)
{
    if (strcmp(word, "left") == 0) {
        *channel = zone * (COUNT_SENSORS / COUNT_ZONES);
    } else if (strcmp(word, "right") == 0) {
        *channel = zone * (COUNT_SENSORS / COUNT_ZONES) + 1u;
    } else if (strcmp(word, "witness") == 0) {
        *channel = COUNT_SENSORS + zone;
    } else {
        return false;
    }
    return true;
}

static bool read_place(const char *word, double *place_c)
{
    if (strcmp(word, "room") == 0) {
        *place_c = FACTS_ROOM_TEMPERATURE_C;
    } else if (strcmp(word, "blanket") == 0) {
        *place_c = 31.0;
    } else if (strcmp(word, "body") == 0) {
        *place_c = FACTS_BODY_CORE_C;
    } else {
        return false;
    }
    return true;
}

static bool read_direction(const char *word, struct arguments *read)
{
    read->down = strcmp(word, "up") != 0;
    read->up = strcmp(word, "down") != 0;
    return !(read->down && read->up) || strcmp(word, "both") == 0;
}

static bool read_number(const char *word, double low, double high, double *number)
{
    char *end;
    *number = strtod(word, &end);
    return end != word && *end == '\0' && *number >= low && *number <= high;
}

static bool read_count(const char *word, unsigned high, unsigned *count)
{
    double number;
    bool good = read_number(word, 0.0, (double)high, &number);
    *count = good ? (unsigned)number : 0u;
    return good;
}

static bool read_symbol(const char *word, char at[WORD_SIZE])
{
    strncpy(at, word, WORD_SIZE - 1u);
    return strlen(word) < WORD_SIZE;
}

static bool read_pair(const char *key, const char *value, struct arguments *read, const char **sensor)
{
    if (strcmp(key, "sensor") == 0) {
        *sensor = value;
        return true;
    }
    return (strcmp(key, "zone") == 0 && read_name(value, zone_names, COUNT_ZONES, &read->zone))
           || (strcmp(key, "motor") == 0 && read_name(value, motor_names, COUNT_MOTORS, &read->motor))
           || (strcmp(key, "channel") == 0 && read_channel(value, &read->channel))
           || (strcmp(key, "rate") == 0 && read_number(value, 0.0, 1.0, &read->rate))
           || (strcmp(key, "offset") == 0 && read_number(value, -40.0, 40.0, &read->offset))
           || (strcmp(key, "percent") == 0 && read_number(value, -50.0, 100.0, &read->percent))
           || (strcmp(key, "factor") == 0 && read_number(value, 0.1, 10.0, &read->factor))
           || (strcmp(key, "to") == 0 && read_place(value, &read->place_c))
           || (strcmp(key, "direction") == 0 && read_direction(value, read))
           || (strcmp(key, "after") == 0 && read_count(value, 1000, &read->after))
           || (strcmp(key, "byte") == 0 && read_count(value, 32767, &read->byte))
           || (strcmp(key, "bit") == 0 && read_count(value, 7, &read->bit))
           || (strcmp(key, "at") == 0 && read_symbol(value, read->at));
}

static bool read_arguments(struct arguments *read)
{
    const char *sensor = "left";
    *read = (struct arguments){.rate = -1.0, .offset = -5.0, .percent = -100.0, .factor = 1.0, .after = 1};
    read->place_c = FACTS_ROOM_TEMPERATURE_C;
    read->down = read->up = true;
    for (char *word = strtok(NULL, " "); word != NULL; word = strtok(NULL, " ")) {
        char *sign = strchr(word, '=');
        if (sign == NULL) {
            return false;
        }
        *sign = '\0';
        if (!read_pair(word, sign + 1, read, &sensor)) {
            return false;
        }
    }
    return read_sensor(sensor, read->zone, &read->thermistor);
}

/* ---- breaking: each returns whether it could ------------------------------------------------------------------- */

static bool open_ntc(struct board *board, const struct arguments *with)
{
    board->plant.ntc[with->thermistor] = PLANT_NTC_OPEN;
    return true;
}

static bool short_ntc(struct board *board, const struct arguments *with)
{
    board->plant.ntc[with->thermistor] = PLANT_NTC_SHORTED;
    return true;
}

static bool drift_ntc(struct board *board, const struct arguments *with)
{
    board->plant.drift_end_k[with->thermistor] = with->offset;
    board->plant.drift_k_per_s[with->thermistor] = with->rate < 0.0 ? 0.1 : with->rate;
    return true;
}

static bool detach_ntc(struct board *board, const struct arguments *with)
{
    board->plant.ntc_detached[with->thermistor] = true;
    board->plant.detached_c[with->thermistor] = with->place_c;
    return true;
}

static bool short_mosfet(struct board *board, const struct arguments *with)
{
    board->plant.mosfet_shorted[with->zone] = true;
    return true;
}

static bool stick_rail(struct board *board, const struct arguments *with)
{
    (void)with;
    board->plant.upper_stuck = true;
    return true;
}

static bool short_both(struct board *board, const struct arguments *with)
{
    return stick_rail(board, with) && short_mosfet(board, with);
}

static bool open_heater(struct board *board, const struct arguments *with)
{
    board->plant.element_open[with->zone] = true;
    return true;
}

static bool stall_motor(struct board *board, const struct arguments *with)
{
    board->plant.motor_stalled[with->motor] = true;
    return true;
}

static bool dip_supply(struct board *board, const struct arguments *with)
{
    board->supply_factor = (with->percent < 0.0 ? 40.0 : with->percent) / 100.0;
    return true;
}

static bool stick_mux(struct board *board, const struct arguments *with)
{
    board->stuck_channel = with->channel;
    return true;
}

static bool freeze_adc(struct board *board, const struct arguments *with)
{
    (void)with;
    board->adc_frozen = true;
    return true;
}

static bool stop_adc(struct board *board, const struct arguments *with)
{
    (void)with;
    chip_stop_adc(board->chip);
    return true;
}

static bool shift_reference(struct board *board, const struct arguments *with)
{
    board->plant.reference_factor = 1.0 + (with->percent <= -100.0 ? 10.0 : with->percent) / 100.0;
    return true;
}

static bool kill_trip(struct board *board, const struct arguments *with)
{
    (void)with;
    board->plant.comparator_dead = true;
    return true;
}

static bool lose_bytes(struct board *board, const struct arguments *with)
{
    double rate = with->rate < 0.0 ? 0.01 : with->rate;
    board->down.lost_rate = with->down ? rate : 0.0;
    board->up.lost_rate = with->up ? rate : 0.0;
    return true;
}

static bool flip_bytes(struct board *board, const struct arguments *with)
{
    double rate = with->rate < 0.0 ? 0.01 : with->rate;
    board->down.flipped_rate = with->down ? rate : 0.0;
    board->up.flipped_rate = with->up ? rate : 0.0;
    return true;
}

static bool short_motor(struct board *board, const struct arguments *with)
{
    board->plant.motor_shorted[with->motor] = true;
    return true;
}

static bool hold_button(struct board *board, const struct arguments *with)
{
    (void)with;
    board->button_stuck = true;
    return true;
}

static bool trip_falsely(struct board *board, const struct arguments *with)
{
    board->plant.comparator_false[with->zone] = true;
    return true;
}

static bool cut_power(struct board *board, const struct arguments *with)
{
    (void)with;
    board_cut_power(board, POWER_CUT_MS);
    return true;
}

static bool freeze_host(struct board *board, const struct arguments *with)
{
    (void)with;
    board->frozen_host = true;
    return true;
}

static bool freeze_mcu(struct board *board, const struct arguments *with)
{
    (void)with;
    board->frozen_mcu = true;
    return true;
}

static bool hang_loop(struct board *board, const struct arguments *with)
{
    (void)with;
    chip_bend(board->chip, board->step_address, CHIP_HANGS);
    return true;
}

/* A task of the main loop that returns at once, while all else goes on. */
static bool skip_task(struct board *board, const struct arguments *with)
{
    unsigned address = board_function(board, with->at);
    if (address != 0) {
        chip_bend(board->chip, address, CHIP_RETURNS);
    }
    return address != 0;
}

static bool scale_clock(struct board *board, const struct arguments *with)
{
    board->clock_factor = with->factor;
    chip_scale_clock(board->chip, with->factor);
    return true;
}

static bool cut_eeprom(struct board *board, const struct arguments *with)
{
    board->cut_after = with->after;
    return with->after > 0;
}

static bool flip_flash(struct board *board, const struct arguments *with)
{
    unsigned address = with->at[0] == '\0' ? 0u : board_function(board, with->at);
    chip_flip_flash(board->chip, address + with->byte, with->bit);
    return with->at[0] == '\0' || address != 0;
}

static bool flip_ram(struct board *board, const struct arguments *with)
{
    unsigned address = board_variable(board, with->at) + with->byte;
    bool good = board_variable(board, with->at) != 0 && address < 0x900u;
    if (good) {
        chip_poke(board->chip, address, (uint8_t)(chip_peek(board->chip, address) ^ 1u << with->bit));
    }
    return good;
}

/* A bit of what the core remembers. */
static bool flip_bit(struct board *board, const struct arguments *with)
{
    struct arguments device = *with;
    strcpy(device.at, "device");
    return flip_ram(board, &device);
}

/* The same bit of every record. */
static bool flip_records(struct board *board, const struct arguments *with)
{
    uint8_t *eeprom = chip_eeprom(board->chip);
    for (unsigned slot = BOARD_RECORDS; slot < BOARD_EEPROM; slot += BOARD_RECORD_SLOT) {
        eeprom[slot + with->byte % BOARD_RECORD_SLOT] ^= (uint8_t)(1u << with->bit);
    }
    return true;
}

static bool wear_eeprom(struct board *board, const struct arguments *with)
{
    board->worn_byte = (int)(with->byte % BOARD_RECORD_SLOT);
    return true;
}

/* What a call too deep leaves behind: the bytes next to the variables are written. */
static bool deepen_stack(struct board *board, const struct arguments *with)
{
    (void)with;
    for (unsigned i = 0; i < PAINTED_BYTES; i++) {
        chip_poke(board->chip, board_variable(board, "_end") + i, 0);
    }
    return true;
}

/* ---- mending --------------------------------------------------------------------------------------------------- */

static void mend_ntcs(struct board *board)
{
    for (unsigned channel = 0; channel < PLANT_THERMISTORS; channel++) {
        board->plant.ntc[channel] = PLANT_NTC_HEALTHY;
    }
}

static void mend_drifts(struct board *board)
{
    memset(board->plant.drift_k, 0, sizeof board->plant.drift_k);
    memset(board->plant.drift_end_k, 0, sizeof board->plant.drift_end_k);
}

static void attach_ntcs(struct board *board)
{
    memset(board->plant.ntc_detached, 0, sizeof board->plant.ntc_detached);
}

static void mend_mosfets(struct board *board)
{
    memset(board->plant.mosfet_shorted, 0, sizeof board->plant.mosfet_shorted);
}

static void mend_rail(struct board *board)
{
    board->plant.upper_stuck = false;
}

static void mend_both(struct board *board)
{
    mend_rail(board);
    mend_mosfets(board);
}

static void mend_heaters(struct board *board)
{
    memset(board->plant.element_open, 0, sizeof board->plant.element_open);
}

static void mend_motors(struct board *board)
{
    memset(board->plant.motor_stalled, 0, sizeof board->plant.motor_stalled);
}

static void mend_motor_switches(struct board *board)
{
    memset(board->plant.motor_shorted, 0, sizeof board->plant.motor_shorted);
}

static void release_button(struct board *board)
{
    board->button_stuck = false;
}

static void mend_comparators(struct board *board)
{
    memset(board->plant.comparator_false, 0, sizeof board->plant.comparator_false);
}

static void calm_wires(struct board *board)
{
    board->down.flipped_rate = board->up.flipped_rate = 0.0;
}

static void mend_supply(struct board *board)
{
    board->supply_factor = 1.0;
}

static void mend_mux(struct board *board)
{
    board->stuck_channel = -1;
}

static void mend_adc(struct board *board)
{
    board->adc_frozen = false;
}

static void mend_reference(struct board *board)
{
    board->plant.reference_factor = 1.0;
}

static void mend_trip(struct board *board)
{
    board->plant.comparator_dead = false;
}

static void mend_wires(struct board *board)
{
    board->down.lost_rate = board->up.lost_rate = 0.0;
}

static void wake_host(struct board *board)
{
    board->frozen_host = false;
}

static void wake_mcu(struct board *board)
{
    board->frozen_mcu = false;
}

static void straighten(struct board *board)
{
    chip_bend(board->chip, 0, CHIP_STRAIGHT);
}

static void mend_flash(struct board *board)
{
    chip_restore_flash(board->chip);
}

static void mend_clock(struct board *board)
{
    board->clock_factor = 1.0;
    chip_scale_clock(board->chip, 1.0);
}

static void renew_eeprom(struct board *board)
{
    board->worn_byte = -1;
}

static void forgive(struct board *board)
{
    board->cut_after = 0;
}

/* ---- by name --------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    bool (*inject)(struct board *board, const struct arguments *with);
    void (*mend)(struct board *board);
} faults[] = {
    {"open-ntc", open_ntc, mend_ntcs},
    {"shorted-ntc", short_ntc, mend_ntcs},
    {"drifting-ntc", drift_ntc, mend_drifts},
    {"detached-ntc", detach_ntc, attach_ntcs},
    {"shorted-mosfet", short_mosfet, mend_mosfets},
    {"stuck-rail", stick_rail, mend_rail},
    {"both-switches", short_both, mend_both},
    {"open-heater", open_heater, mend_heaters},
    {"motor-stall", stall_motor, mend_motors},
    {"supply-dip", dip_supply, mend_supply},
    {"stuck-mux", stick_mux, mend_mux},
    {"frozen-adc", freeze_adc, mend_adc},
    {"dead-adc", stop_adc, mend_adc}, /* only a reset starts it again */
    {"shifted-reference", shift_reference, mend_reference},
    {"dead-trip", kill_trip, mend_trip},
    {"lost-bytes", lose_bytes, mend_wires},
    {"frozen-host", freeze_host, wake_host},
    {"flipped-bit", flip_bit, forgive},
    {"flipped-bytes", flip_bytes, calm_wires},
    {"stuck-motor", short_motor, mend_motor_switches},
    {"stuck-button", hold_button, release_button},
    {"false-trip", trip_falsely, mend_comparators},
    {"power-cut", cut_power, forgive},
    /* what only a chip can suffer */
    {"frozen-mcu", freeze_mcu, wake_mcu},
    {"hung-loop", hang_loop, straighten},
    {"skipped-task", skip_task, straighten},  /* at=FUNCTION */
    {"clock-scale", scale_clock, mend_clock}, /* factor=0.5 */
    {"eeprom-cut", cut_eeprom, forgive},      /* after=BYTES: written, then the power goes for 0.5 s */
    {"eeprom-flip", flip_records, forgive},   /* byte=N bit=N */
    {"eeprom-worn", wear_eeprom, renew_eeprom}, /* byte=N of every record stays as it is */
    {"flash-flip", flip_flash, mend_flash},   /* [at=FUNCTION] byte=N bit=N */
    {"ram-flip", flip_ram, forgive},          /* at=VARIABLE byte=N bit=N */
    {"deep-stack", deepen_stack, forgive},
};

bool fault_inject(struct board *board, const char *name)
{
    struct arguments with;
    bool good = read_arguments(&with);
    for (unsigned i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (strcmp(name, faults[i].name) == 0) {
            return good && faults[i].inject(board, &with);
        }
    }
    return false;
}

bool fault_mend(struct board *board, const char *name)
{
    for (unsigned i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (strcmp(name, faults[i].name) == 0) {
            faults[i].mend(board);
            return true;
        }
    }
    return false;
}
