#include "motors.h"

#include <avr/io.h>

#include "pins.h"

#define PWM_MAX 254u /* 255 is no PWM but always on, and the emulator shows it as always off */

void motors_start(void)
{
    /* Fast PWM, 8 bits, from 0 to 255: the mode that emulator and chip agree on. No output is connected yet. */
    TCCR0A = (uint8_t)(_BV(WGM01) | _BV(WGM00));
    TCCR0B = TIMER0_CLOCK_SELECT;
    TCCR2A = (uint8_t)(_BV(WGM21) | _BV(WGM20));
    TCCR2B = TIMER2_CLOCK_SELECT;
}

void motors_write(const uint8_t pwm[COUNT_MOTORS])
{
    /* Disconnected, the pin shows the port's own bit. The chip leaves that bit low for ever; the emulator writes the
     * PWM through it, so it is cleared here each time. */
#define WRITE_MOTOR(motor, pin)                                                     \
    if (pwm[motor] == 0) {                                                          \
        pin##_TCCR &= (uint8_t)~_BV(pin##_COM);                                     \
        pin##_PORT &= (uint8_t)~_BV(pin##_BIT);                                     \
    } else {                                                                        \
        pin##_OCR = pwm[motor] > PWM_MAX ? (uint8_t)PWM_MAX : pwm[motor];           \
        pin##_TCCR |= (uint8_t)_BV(pin##_COM);                                      \
    }
    PINS_EACH_MOTOR(WRITE_MOTOR)
}
