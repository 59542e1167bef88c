#include "massage.h"

#define FULL_PERMILLE 1000u

static uint16_t rise_permille(uint32_t elapsed_ms)
{
    if (elapsed_ms >= LIMIT_MOTOR_RAMP_MS) {
        return FULL_PERMILLE;
    }
    return (uint16_t)(elapsed_ms * FULL_PERMILLE / LIMIT_MOTOR_RAMP_MS);
}

void massage_step(struct massage *massage, const uint8_t asked_percent[COUNT_MOTORS], uint32_t elapsed_ms)
{
    for (uint8_t motor = 0; motor < COUNT_MOTORS; motor++) {
        uint16_t asked = (uint16_t)(asked_percent[motor] * (FULL_PERMILLE / 100u));
        uint16_t reached = (uint16_t)(massage->permille[motor] + rise_permille(elapsed_ms));
        massage->permille[motor] = reached < asked ? reached : asked;
    }
}

void massage_stop(struct massage *massage)
{
    for (uint8_t motor = 0; motor < COUNT_MOTORS; motor++) {
        massage->permille[motor] = 0;
    }
}

uint8_t massage_percent(const struct massage *massage, uint8_t motor)
{
    return (uint8_t)(massage->permille[motor] / (FULL_PERMILLE / 100u));
}

uint8_t massage_pwm(const struct massage *massage, uint8_t motor)
{
    return (uint8_t)((uint32_t)massage->permille[motor] * MASSAGE_PWM_MAX / FULL_PERMILLE);
}

uint16_t massage_total_permille(const struct massage *massage)
{
    uint16_t total = 0;

    for (uint8_t motor = 0; motor < COUNT_MOTORS; motor++) {
        total = (uint16_t)(total + massage->permille[motor]);
    }
    return total;
}
