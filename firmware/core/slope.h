/* Where one zone's temperature is going, and the cut that does not wait until it has got there.
 *
 * A straight line is laid through the last five means of a second (least squares over 5 s). The means keep the sensing's
 * noise out of it and cost 10 bytes where all readings would cost 100. */
#ifndef POULTICE_SLOPE_H
#define POULTICE_SLOPE_H

#include <stdbool.h>
#include <stdint.h>

#define SLOPE_MEANS 5u

/* Zeroed: nothing read yet, no cut. */
struct slope {
    int16_t mean_centi_c[SLOPE_MEANS]; /* of a second each, oldest first */
    int32_t sum_centi_c;               /* of the readings of the second that runs */
    uint8_t readings;                  /* in it */
    bool begun;
    bool cut;                          /* too hot in ten seconds, or not yet cool again since */
};

/* One trusted reading of the zone's hottest sensor, every ADC cycle (100 ms). The first one counts as if the zone had
 * always been so warm. */
void slope_read(struct slope *slope, int16_t centi_c);

/* The zone could not be read: the line begins anew, a cut stays. */
void slope_forget(struct slope *slope);

/* How much warmer the line is ten seconds later, 0.01 K; negative where it cools. */
int16_t slope_rise_centi_k(const struct slope *slope);

/* The mean of the last whole second; only once begun. */
static inline int16_t slope_mean_centi_c(const struct slope *slope)
{
    return slope->mean_centi_c[SLOPE_MEANS - 1u];
}

#endif
