/* The millisecond: T1 counts it, everything that lasts is measured by it. */
#ifndef POULTICE_TICK_H
#define POULTICE_TICK_H

#include <stdint.h>

void tick_start(void);

/* Milliseconds since reset; wraps after 49 days. */
uint32_t tick_now_ms(void);

/* Microseconds, for differences: wraps after 71 minutes. */
uint32_t tick_now_us(void);

#endif
