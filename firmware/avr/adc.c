#include "adc.h"

#include <avr/interrupt.h>
#include <avr/io.h>

#include "facts.h"
#include "memory.h"
#include "pins.h"
#include "window.h"

/* A cycle is a row of blocks; a block is one channel: a conversion that is thrown away, because the sample capacitor
 * still remembers the channel before, and 64 that are summed. 11 blocks of 65 conversions of 112 to 120 µs (104 and
 * the interrupt that starts the next) are 80 to 86 ms.
 *
 * Each conversion is started by software from the interrupt of the one before: triggering by a timer would do on the
 * chip, but the emulator never fires it.
 *
 * The supply current comes first and last. The cycle begins with the heaters' window, so the first block sees the
 * zone that starts the window even at 1 % and, in the window's last cycle, the last block sees the other. */
enum block {
    BLOCK_CURRENT_FIRST = 0,
    BLOCK_SENSOR,
    BLOCK_WITNESS = BLOCK_SENSOR + COUNT_SENSORS,
    BLOCK_RAIL = BLOCK_WITNESS + COUNT_ZONES,
    BLOCK_BANDGAP,
    BLOCK_GROUND,
    BLOCK_CURRENT_LAST,
    COUNT_BLOCKS
};

/* The channels, block by block. */
static const IN_FLASH struct {
    uint8_t current_first;
    uint8_t sensor[COUNT_SENSORS];
    uint8_t witness[COUNT_ZONES];
    uint8_t rail;
    uint8_t bandgap;
    uint8_t ground;
    uint8_t current_last;
} row = {
    ADC_CHANNEL_SUPPLY_CURRENT, ADC_SENSOR_CHANNELS, ADC_WITNESS_CHANNELS,       ADC_CHANNEL_RAIL,
    ADC_CHANNEL_BANDGAP,        ADC_CHANNEL_GROUND,  ADC_CHANNEL_SUPPLY_CURRENT,
};
_Static_assert(sizeof(row) == COUNT_BLOCKS, "one channel a block");

#define REFERENCE_AVCC ((uint8_t)_BV(REFS0))
#define POISON 0xFFFFu /* no sum of 64 conversions: a block that was not converted reads as an open wire */
#define SWITCHES_MOVED 0xFFu

static volatile bool running;
static volatile uint16_t sum[COUNT_BLOCKS];
static volatile uint8_t switches_in_block[COUNT_BLOCKS]; /* heater switches on throughout, or SWITCHES_MOVED */
static bool taken = true;

/* Of the block being converted, for the interrupt alone. */
static uint8_t block;
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
    conversions_left = FACTS_ADC_OVERSAMPLING + 1u;
    block_sum = 0;
    changes_at_start = window_changes();
    start_conversion();
}

static void end_block(void)
{
    sum[block] = block_sum;
    switches_in_block[block] = window_changes() == changes_at_start ? window_switches() : SWITCHES_MOVED;
    block++;
    if (block < COUNT_BLOCKS) {
        start_block();
    } else {
        running = false;
    }
}

ISR(ADC_vect)
{
    uint16_t code = ADC;
    if (conversions_left > FACTS_ADC_OVERSAMPLING) {
        code = 0;
    }
    block_sum += code;
    conversions_left--;
    if (conversions_left > 0) {
        start_conversion();
    } else {
        end_block();
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
        sum[block] = POISON;
        switches_in_block[block] = SWITCHES_MOVED;
    }
    block = 0;
    taken = false;
    running = true;
    start_block();
}

static void take_current(struct device_inputs *inputs, enum block from)
{
    uint8_t switches = switches_in_block[from];
    if (switches != SWITCHES_MOVED) {
        inputs->current_sum[switches] = sum[from];
        inputs->current_valid[switches] = true;
    }
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
    for (uint8_t switches = 0; switches < 1u << COUNT_ZONES; switches++) {
        inputs->current_valid[switches] = false;
    }
    take_current(inputs, BLOCK_CURRENT_FIRST);
    take_current(inputs, BLOCK_CURRENT_LAST);
}

void adc_take(struct device_inputs *inputs)
{
    inputs->adc_complete = !running && !taken;
    if (inputs->adc_complete) {
        taken = true;
        take_sums(inputs);
    }
}
