/* The four massage motors: 8-bit fast PWM at 976 Hz on T0 and T2. */
#ifndef POULTICE_MOTORS_H
#define POULTICE_MOTORS_H

#include <stdint.h>

#include "contract.h"

void motors_start(void);

/* 0 disconnects a motor's output (fast PWM would still give one count), at most 254. Order as in the contract. */
void motors_write(const uint8_t pwm[COUNT_MOTORS]);

#endif
