/* One thermistor's leaps: warmth comes slowly, a loose contact does not.
 *
 * A jump is a reading more than 2 K from the one before it, or the loss of the reading (open, short). The first reading
 * after boot, after blindness or after an open or shorted one is compared with nothing. After a jump the sensor is
 * untrusted for 2 s; the third one within 60 s is a fault. */
#ifndef POULTICE_JUMP_H
#define POULTICE_JUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "thermistor.h"

/* Zeroed: never jumped. */
struct jump {
    uint16_t newest_ms; /* left of the minute in which the last jump counts */
    uint16_t older_ms;  /* and of the one before it */
};

/* thermistor_sample(), and then SENSOR_TRUST_JUMPED instead of TRUSTED for 2 s after a jump. True where this was the
 * third jump within the minute. */
bool jump_sample(struct jump *jump, struct thermistor *thermistor, uint16_t sum, uint16_t elapsed_ms);

#endif
