#include "watchdog.h"

#include <avr/io.h>
#include <avr/wdt.h>

static uint8_t reset_flags __attribute__((section(".noinit")));

/* After a watchdog reset the watchdog stays on at its shortest period, 16 ms, and bites again before main() unless it
 * is stopped here; it can be stopped only once the flag in MCUSR is cleared. */
void watchdog_before_main(void) __attribute__((naked, used, section(".init3")));
void watchdog_before_main(void)
{
    reset_flags = MCUSR;
    MCUSR = 0;
    wdt_disable();
}

void watchdog_start(void)
{
    /* Reset mode. 250 ms by an oscillator that may be a third off: still within the 0.5 s of the safety concept. */
    wdt_enable(WDTO_250MS);
}

void watchdog_feed(void)
{
    wdt_reset();
}

enum reset_cause watchdog_reset_cause(void) {
    if ((reset_flags & _BV(PORF)) != 0) { /* first: when the power comes the other flags may be set with it */
        return RESET_CAUSE_POWER_ON;
    }
    if ((reset_flags & _BV(WDRF)) != 0) {
        return RESET_CAUSE_WATCHDOG;
    }
    if ((reset_flags & _BV(BORF)) != 0) {
        return RESET_CAUSE_BROWN_OUT;
    }
    if ((reset_flags & _BV(EXTRF)) != 0) {
        return RESET_CAUSE_EXTERNAL;
    }
    return RESET_CAUSE_UNKNOWN;
}
