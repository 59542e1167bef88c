/* The watchdog, and why the board started. */
#ifndef POULTICE_WATCHDOG_H
#define POULTICE_WATCHDOG_H

#include <stdint.h>

#include "contract.h"

/* Reset after 0.25 s without watchdog_feed(). */
void watchdog_start(void);

/* From the main loop only, once its whole pass is done. */
void watchdog_feed(void);

/* Why the board started; the cause is kept from before main(). */
enum reset_cause watchdog_reset_cause(void);

#endif
