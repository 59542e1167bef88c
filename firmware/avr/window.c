#include "window.h"

#include <avr/io.h>
#include <util/atomic.h>

#include "pins.h"

#define LOAN_MS 50u /* five passes of the main loop */

_Static_assert(COUNT_ZONES == 2, "the window interleaves two zones");

static uint16_t phase_ms;
static uint16_t lent_permille[COUNT_ZONES];
static uint8_t loan_left_ms;
static uint8_t switches;
static uint8_t changes;

/* Bit = zone. The first zone is on from the window's start, the second until its end. */
static uint8_t wanted(void)
{
    uint8_t zones = 0;
    if (loan_left_ms > 0 && phase_ms < lent_permille[0]) {
        zones |= 1u;
    }
    if (loan_left_ms > 0 && phase_ms + lent_permille[1] >= WINDOW_MS) {
        zones |= 2u;
    }
    return zones;
}

/* Writes the pins each time, changed or not: a bit that fell over in a port's register is put right within 1 ms. */
static void drive(uint8_t zones)
{
#define WRITE_HEATER(zone, pin)                      \
    if ((zones & (1u << (zone))) != 0) {             \
        pin##_PORT |= (uint8_t)_BV(pin##_BIT);       \
    } else {                                         \
        pin##_PORT &= (uint8_t)~_BV(pin##_BIT);      \
    }
    PINS_EACH_HEATER(WRITE_HEATER)
    if (zones != switches) {
        switches = zones;
        changes++;
    }
}

void window_lend(const uint16_t permille[COUNT_ZONES])
{
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
        for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
            lent_permille[zone] = permille[zone] > WINDOW_MS ? 0 : permille[zone]; /* nonsense heats nothing */
        }
        loan_left_ms = LOAN_MS;
    }
}

void window_tick(void)
{
    phase_ms = phase_ms + 1u >= WINDOW_MS ? 0 : phase_ms + 1u;
    if (loan_left_ms > 0) {
        loan_left_ms--;
    }
    drive(wanted());
}

uint16_t window_phase_ms(void)
{
    uint16_t phase;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
        phase = phase_ms;
    }
    return phase;
}

uint8_t window_switches(void)
{
    return switches;
}

uint8_t window_changes(void)
{
    return changes;
}
