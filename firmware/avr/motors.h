/* The four massage motors: 8-bit fast PWM at 976 Hz on T0 and T2. */
#ifndef POULTICE_MOTORS_H
#define POULTICE_MOTORS_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

void motors_start(void);

/* Lends them for 50 ms. 0 disconnects a motor's output (fast PWM would still give one count), at most 254. Order as in
 * the contract. */
void motors_lend(const uint8_t pwm[COUNT_MOTORS]);

/* Nothing is lent to any. */
bool motors_resting(void);

/* Once a millisecond, from the tick's interrupt only: drives them, or none where it is to be quiet. */
void motors_tick(bool quiet);

#endif
