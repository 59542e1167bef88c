/* The massage motors: from percent to PWM, starting softly. */
#ifndef POULTICE_MASSAGE_H
#define POULTICE_MASSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

#define MASSAGE_PWM_MAX 254u /* 255 would be a stuck-on that no timer ends */

struct massage {
    uint16_t permille[COUNT_MOTORS];
};

/* Rises by the ramp, falls at once: a motor never runs harder than is asked of it now. */
void massage_step(struct massage *massage, const uint8_t asked_percent[COUNT_MOTORS], uint32_t elapsed_ms);

void massage_stop(struct massage *massage);

uint8_t massage_percent(const struct massage *massage, uint8_t motor);

/* 0 = disconnected. */
uint8_t massage_pwm(const struct massage *massage, uint8_t motor);

/* Of all motors together: 0 = none runs. */
uint16_t massage_total_permille(const struct massage *massage);

#endif
