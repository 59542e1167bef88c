#include "adc.h"

#include <avr/interrupt.h>
#include <avr/io.h>

#include "facts.h"
#include "flow.h"
#include "memory.h"
#include "pins.h"
#include "window.h"

/* A cycle is a row of blocks; a block is one channel: some conversions that are thrown away, because the sample
 * capacitor still remembers the channel before and the bandgap takes 70 µs to wake, and 64 that are summed. A
 * conversion takes 112 to 116 µs (104 and the interrupt that starts the next), a block 7.6 ms.
 *
 * Each conversion is started by software from the interrupt of the one before: triggering by a timer would do on the
 * chip, but the emulator never fires it.
 *
 * The supply current comes first and, at a time of its own, once more: the cycle begins with the heaters' window, so
 * the first block sees the zone that starts the window even at 1 %, and in the window's last cycle the second block
 * sees the other before the heaters' end. The third one falls into the quiet time, where there is one. */
enum block {
    BLOCK_CURRENT_FIRST = 0,
    BLOCK_SENSOR,
    BLOCK_WITNESS = BLOCK_SENSOR + COUNT_SENSORS,
    BLOCK_RAIL = BLOCK_WITNESS + COUNT_ZONES,
    BLOCK_BANDGAP,
    BLOCK_CURRENT_LAST,
    BLOCK_GROUND,
    BLOCK_QUIET,
    COUNT_BLOCKS
};

/* The channels, block by block. */
static const IN_FLASH struct {
    uint8_t current_first;
    uint8_t sensor[COUNT_SENSORS];
    uint8_t witness[COUNT_ZONES];
    uint8_t rail;
    uint8_t bandgap;
    uint8_t current_last;
    uint8_t ground;
    uint8_t quiet;
} row = {
    ADC_CHANNEL_SUPPLY_CURRENT, ADC_SENSOR_CHANNELS,        ADC_WITNESS_CHANNELS, ADC_CHANNEL_RAIL,
    ADC_CHANNEL_BANDGAP,        ADC_CHANNEL_SUPPLY_CURRENT, ADC_CHANNEL_GROUND,   ADC_CHANNEL_SUPPLY_CURRENT,
};
_Static_assert(sizeof(row) == COUNT_BLOCKS, "one channel a block");

#define LAST_FROM_MS 71u  /* the nine blocks before it end by 69; 1 % of the second zone is from 970 to 980 */
#define QUIET_FROM_MS 89u /* the ground's ends by 87; the quiet began at 88 */
#define THROWN_AWAY 2u
#define THROWN_AWAY_OF_BANDGAP 6u
#define REFERENCE_AVCC ((uint8_t)_BV(REFS0))
#define SWITCHES_MOVED 0xFFu

static volatile bool running;
static volatile bool waiting;                    /* within a cycle, for the next block's time */
static volatile uint16_t sum[COUNT_BLOCKS];
static volatile uint8_t switches_first;          /* heater switches on throughout, or SWITCHES_MOVED */
static volatile uint8_t switches_last;
static volatile bool quiet_throughout;
static bool taken = true;

/* Of the block being converted, for the interrupts alone. */
static uint8_t block;
static uint8_t throw_away;
static uint8_t conversions_left;
static uint16_t block_sum;
static uint8_t changes_at_start;

static void start_conversion(void)
{
    ADCSRA |= (uint8_t)_BV(ADSC);
}

static void start_block(void)
{
    ADMUX = REFERENCE_AVCC | ((const IN_FLASH uint8_t *)&row)[block];
    throw_away = block == BLOCK_BANDGAP ? THROWN_AWAY_OF_BANDGAP : THROWN_AWAY;
    conversions_left = FACTS_ADC_OVERSAMPLING;
    block_sum = 0;
    changes_at_start = window_changes();
    start_conversion();
}

static void note_switches(void)
{
    bool still = window_changes() == changes_at_start;
    uint8_t switches = still ? window_switches() : SWITCHES_MOVED;
    if (block == BLOCK_CURRENT_FIRST) {
        switches_first = switches;
    } else if (block == BLOCK_CURRENT_LAST) {
        switches_last = switches;
    } else if (block == BLOCK_QUIET) {
        quiet_throughout = switches == 0 && window_quiet();
    }
}

static void end_block(void)
{
    sum[block] = block_sum;
    note_switches();
    block++;
    if (block == COUNT_BLOCKS) {
        running = false;
    } else if (block == BLOCK_CURRENT_LAST || block == BLOCK_QUIET) {
        waiting = true;
    } else {
        start_block();
    }
}

ISR(ADC_vect)
{
    uint16_t code = ADC;
    if (throw_away > 0) {
        throw_away--;
        start_conversion();
        return;
    }
    block_sum += code;
    conversions_left--;
    if (conversions_left > 0) {
        start_conversion();
    } else {
        end_block();
    }
}

void adc_tick(void)
{
    uint8_t from_ms = block == BLOCK_QUIET ? (uint8_t)QUIET_FROM_MS : (uint8_t)LAST_FROM_MS;
    if (!waiting || window_cycle_ms() < from_ms) {
        return;
    }
    waiting = false;
    if (block == BLOCK_QUIET && !window_quiet()) {
        running = false;
    } else {
        start_block();
    }
}

void adc_start(void)
{
    DIDR0 = 0x3F; /* ADC0 to ADC5 are analogue only: no digital input burns current halfway; 6 and 7 have none */
    ADMUX = REFERENCE_AVCC;
    ADCSRA = (uint8_t)(_BV(ADEN) | _BV(ADIE)) | ADC_PRESCALER_SELECT;
}

void adc_begin(void)
{
    if (running) {
        return; /* does not happen while conversions end: a frozen converter shows as a cycle that never completes */
    }
    for (block = 0; block < COUNT_BLOCKS; block++) {
        sum[block] = ADC_SUM_POISON;
    }
    block = 0;
    quiet_throughout = false;
    taken = false;
    running = true;
    start_block();
}

static void take_current(struct device_inputs *inputs, uint8_t switches, enum block from)
{
    if (switches != SWITCHES_MOVED) {
        inputs->current_sum[switches] = sum[from];
        inputs->current_valid[switches] = true;
    }
}

static void take_currents(struct device_inputs *inputs)
{
    for (uint8_t switches = 0; switches < 1u << COUNT_ZONES; switches++) {
        inputs->current_valid[switches] = false;
    }
    take_current(inputs, switches_first, BLOCK_CURRENT_FIRST);
    take_current(inputs, switches_last, BLOCK_CURRENT_LAST);
    inputs->quiet_sum = sum[BLOCK_QUIET];
    inputs->quiet_valid = quiet_throughout;
}

static void take_sums(struct device_inputs *inputs)
{
    for (uint8_t sensor = 0; sensor < COUNT_SENSORS; sensor++) {
        inputs->sensor_sum[sensor] = sum[BLOCK_SENSOR + sensor];
    }
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        inputs->witness_sum[zone] = sum[BLOCK_WITNESS + zone];
    }
    inputs->rail_sum = sum[BLOCK_RAIL];
    inputs->bandgap_sum = sum[BLOCK_BANDGAP];
    inputs->ground_sum = sum[BLOCK_GROUND];
    take_currents(inputs);
}

void adc_take(struct device_inputs *inputs)
{
    inputs->adc_complete = !running && !taken;
    if (inputs->adc_complete) {
        taken = true;
        take_sums(inputs);
    }
    flow_pass(FLOW_ADC);
}
