/* The heaters' one-second window: permille of it on, by port writes from the millisecond's interrupt.
 *
 * Zones are interleaved: the first is on from the window's start, the second until the window's end, so that the
 * supply sees them one after the other for as long as their sum allows. */
#ifndef POULTICE_WINDOW_H
#define POULTICE_WINDOW_H

#include <stdint.h>

#include "contract.h"

#define WINDOW_MS 1000u

/* Lends these duties (permille) for 50 ms: a main loop that stops renewing them stops the heaters, even while
 * interrupts live on. */
void window_lend(const uint16_t permille[COUNT_ZONES]);

/* Once a millisecond, from the tick's interrupt only. */
void window_tick(void);

/* Where the window stands, 0 to 999. */
uint16_t window_phase_ms(void);

/* Which heater switches are driven now: bit = zone. Call with interrupts off or from an interrupt. */
uint8_t window_switches(void);

/* Counts every change of window_switches(), modulo 256: equal counts mean that nothing moved between. */
uint8_t window_changes(void);

#endif
