/* One thermistor: from the ADC's sum to a temperature, or to why there is none. */
#ifndef POULTICE_THERMISTOR_H
#define POULTICE_THERMISTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

struct thermistor {
    int16_t centi_c; /* only where trusted */
    uint8_t trust;   /* enum sensor_trust */
    uint8_t bad;     /* open or short samples in a row, up to 255 */
};

int16_t thermistor_centi_c(uint16_t sum);

/* One bad sample at once takes the trust away; the supervisor counts them. */
void thermistor_sample(struct thermistor *thermistor, uint16_t sum);

/* Nothing was measured: what is known is no longer true. */
void thermistor_forget(struct thermistor *thermistor);

static inline bool thermistor_trusted(const struct thermistor *thermistor)
{
    return thermistor->trust == SENSOR_TRUST_TRUSTED;
}

#endif
