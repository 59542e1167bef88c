#include "motors.h"

#include <avr/io.h>

#include "flow.h"
#include "pins.h"

#define PWM_MAX 254u /* 255 is no PWM but always on, and the emulator shows it as always off */
#define LOAN_MS 50u  /* five passes of the main loop */

static volatile uint8_t lent_pwm[COUNT_MOTORS];
static volatile uint8_t loan_left_ms;

void motors_start(void)
{
    /* Fast PWM, 8 bits, from 0 to 255: the mode that emulator and chip agree on. No output is connected yet. */
    TCCR0A = (uint8_t)(_BV(WGM01) | _BV(WGM00));
    TCCR0B = TIMER0_CLOCK_SELECT;
    TCCR2A = (uint8_t)(_BV(WGM21) | _BV(WGM20));
    TCCR2B = TIMER2_CLOCK_SELECT;
}

/* A byte is written in one piece and each motor stands alone: no interrupt need be held off. */
void motors_lend(const uint8_t pwm[COUNT_MOTORS])
{
    for (uint8_t motor = 0; motor < COUNT_MOTORS; motor++) {
        lent_pwm[motor] = pwm[motor] > PWM_MAX ? (uint8_t)PWM_MAX : pwm[motor];
    }
    loan_left_ms = LOAN_MS;
    flow_pass(FLOW_MOTORS);
}

bool motors_resting(void)
{
    uint8_t any = 0;
    for (uint8_t motor = 0; motor < COUNT_MOTORS; motor++) {
        any |= lent_pwm[motor];
    }
    return any == 0 || loan_left_ms == 0;
}

void motors_tick(bool quiet)
{
    bool silent = quiet || loan_left_ms == 0;
    if (loan_left_ms > 0) {
        loan_left_ms--;
    }
    /* Disconnected, the pin shows the port's own bit. The chip leaves that bit low for ever; the emulator writes the
     * PWM through it, so it is cleared here each time. */
#define DRIVE_MOTOR(motor, pin)                              \
    if (silent || lent_pwm[motor] == 0) {                    \
        pin##_TCCR &= (uint8_t)~_BV(pin##_COM);              \
        pin##_PORT &= (uint8_t)~_BV(pin##_BIT);              \
    } else {                                                 \
        pin##_OCR = lent_pwm[motor];                         \
        pin##_TCCR |= (uint8_t)_BV(pin##_COM);               \
    }
    PINS_EACH_MOTOR(DRIVE_MOTOR)
}
