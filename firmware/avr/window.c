#include "window.h"

#include <avr/io.h>
#include <util/atomic.h>

#include "facts.h"
#include "flow.h"
#include "motors.h"
#include "pins.h"

#define LOAN_MS 50u /* five passes of the main loop */

_Static_assert(COUNT_ZONES == 2, "the window interleaves two zones");

#define HEATERS_END_MS ((uint16_t)LIMIT_HEATER_DUTY_MAX_PERMILLE) /* of a window of 1000 ms */
#define QUIET_FROM_MS (FACTS_ADC_CYCLE_MS - 12u)                  /* 64 conversions last 8 ms */

_Static_assert(WINDOW_MS == 1000u, "a permille of the window is a millisecond");
_Static_assert(HEATERS_END_MS <= WINDOW_MS - 20u, "the quiet slot needs 20 ms");

static uint16_t phase_ms;
static uint8_t cycle_ms;
static uint16_t lent_permille[COUNT_ZONES];
static uint8_t loan_left_ms;
static uint8_t switches;
static bool quiet;
static uint8_t changes;

/* Bit = zone. The first zone is on from the window's start, the second until the heaters' end. */
static uint8_t wanted(void)
{
    uint8_t zones = 0;
    if (loan_left_ms == 0 || phase_ms >= HEATERS_END_MS) {
        return 0;
    }
    if (phase_ms < lent_permille[0]) {
        zones |= 1u;
    }
    if (phase_ms + lent_permille[1] >= HEATERS_END_MS) {
        zones |= 2u;
    }
    return zones;
}

static bool nothing_lent(void)
{
    bool no_heat = loan_left_ms == 0 || (lent_permille[0] | lent_permille[1]) == 0;
    return no_heat && motors_resting();
}

static void hush(void)
{
    bool now = cycle_ms >= QUIET_FROM_MS && (phase_ms >= HEATERS_END_MS || nothing_lent());
    if (now != quiet) {
        quiet = now;
        changes++;
    }
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
    flow_pass(FLOW_HEATERS);
}

void window_tick(void)
{
    phase_ms = phase_ms + 1u >= WINDOW_MS ? 0 : phase_ms + 1u;
    cycle_ms = cycle_ms + 1u >= FACTS_ADC_CYCLE_MS ? 0 : (uint8_t)(cycle_ms + 1u);
    if (loan_left_ms > 0) {
        loan_left_ms--;
    }
    hush();
    drive(wanted());
}

uint8_t window_cycle_ms(void)
{
    return cycle_ms;
}

bool window_quiet(void)
{
    return quiet;
}

uint8_t window_switches(void)
{
    return switches;
}

uint8_t window_changes(void)
{
    return changes;
}
