/* A zone that warms although its heater has been off for a minute: a switch that the current did not betray. */
#ifndef POULTICE_STRAY_HEAT_H
#define POULTICE_STRAY_HEAT_H

#include <stdbool.h>
#include <stdint.h>

/* Zeroed: just booted. */
struct stray_heat {
    uint16_t off_ms;            /* the heater has been off, up to a minute and the part of a leak's period */
    int16_t reference_centi_c;  /* the warmest that is explained by the heat there was */
};

/* One cycle in which the zone is trusted. True while it is above 38.5 °C and 1 K above its reference, a minute or more
 * after the last duty. */
bool stray_heat_step(struct stray_heat *stray, int16_t mean_centi_c, bool heated, uint16_t elapsed_ms);

#endif
