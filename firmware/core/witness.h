/* The trip's own thermistor against the zone's one that it is bonded beside: they cannot differ, unless one is wrong. */
#ifndef POULTICE_WITNESS_H
#define POULTICE_WITNESS_H

#include <stdbool.h>
#include <stdint.h>

#include "thermistor.h"

/* Zeroed: they agree. */
struct witness {
    uint16_t apart_ms; /* so long they have disagreed */
};

/* True while they have been more than 2.5 K apart for 10 s, the warmer one above 30 °C. A witness that cannot be read
 * disagrees; a zone's own sensor that cannot be read is another rule's matter and stops the clock. */
bool witness_step(struct witness *witness, const struct thermistor *beside, const struct thermistor *own,
                  uint16_t elapsed_ms);

#endif
