#include "lines.h"

#include <avr/io.h>

#include "pins.h"

#define LOW(line) (line##_PORT &= (uint8_t)~_BV(line##_BIT))
#define HIGH(line) (line##_PORT |= (uint8_t)_BV(line##_BIT))
#define READ(line) ((line##_PIN & _BV(line##_BIT)) != 0)

void lines_start(void)
{
    /* After any reset the ports are inputs and the pull-downs hold every output low. The level first, the direction
     * second: no line ever blinks. */
    PORTB = PINS_START_PORTB;
    DDRB = PINS_START_DDRB;
    PORTD = PINS_START_PORTD;
    DDRD = PINS_START_DDRD;
}

bool lines_button_pressed(void)
{
    return READ(PIN_BUTTON) == (PIN_BUTTON_ACTIVE_HIGH != 0u);
}

bool lines_trip_tripped(void)
{
    return READ(PIN_TRIP_STATUS) == (PIN_TRIP_STATUS_ACTIVE_HIGH != 0u);
}

void lines_led(bool on)
{
    if (on) {
        HIGH(PIN_LED);
    } else {
        LOW(PIN_LED);
    }
}

void lines_buzzer(bool on)
{
    if (on) {
        HIGH(PIN_BUZZER);
    } else {
        LOW(PIN_BUZZER);
    }
}

void lines_enable_edge(void)
{
    /* Writing a one to PINx turns the line over and leaves its neighbours alone, in one instruction. Not `|=`: the
     * emulator would read the whole port and turn over every line that is high. */
    PIN_ENABLE_PIN = (uint8_t)_BV(PIN_ENABLE_BIT);
}

void lines_enable_rest(void)
{
    LOW(PIN_ENABLE);
}
