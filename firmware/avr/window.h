/* The heaters' one-second window: permille of it on, by port writes from the millisecond's interrupt.
 *
 * Zones are interleaved: the first is on from the window's start, the second until 20 ms before its end, so that the
 * supply sees them one after the other for as long as their sum allows. In those 20 ms every heater is off. */
#ifndef POULTICE_WINDOW_H
#define POULTICE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

#define WINDOW_MS 1000u

/* Lends these duties (permille) for 50 ms: a main loop that stops renewing them stops the heaters, even while
 * interrupts live on. */
void window_lend(const uint16_t permille[COUNT_ZONES]);

/* Once a millisecond, from the tick's interrupt only. */
void window_tick(void);

/* Where the ADC's cycle stands, 0 to 99: ten of them are a window. */
uint8_t window_cycle_ms(void);

/* Every heater and motor is off so that the supply current may be looked at: for the last 12 ms of each window, and of
 * each cycle while nothing is lent to any heater or motor. Call with interrupts off or from an interrupt. */
bool window_quiet(void);

/* Which heater switches are driven now: bit = zone. Call with interrupts off or from an interrupt. */
uint8_t window_switches(void);

/* Counts every change of window_switches() and window_quiet(), modulo 256: equal counts mean that nothing moved between. */
uint8_t window_changes(void);

#endif
