#include "lines.h"

#include <avr/io.h>
#include <util/delay.h>

#include "facts.h"
#include "pins.h"

#define LOW(line) (line##_PORT &= (uint8_t)~_BV(line##_BIT))
#define HIGH(line) (line##_PORT |= (uint8_t)_BV(line##_BIT))
#define DRIVE(line) (line##_DDR |= (uint8_t)_BV(line##_BIT))
#define RELEASE(line) (line##_DDR &= (uint8_t)~_BV(line##_BIT))
#define READ(line) ((line##_PIN & _BV(line##_BIT)) != 0)

#define JUMPER_LOOKS 10u
#define JUMPER_LOOK_US 100
#define DIFFERING_MAX_MS 3u

#define PROVOKED 0x7E57u /* a pattern that memory hardly shows by itself after power-on */

static uint16_t provoked __attribute__((section(".noinit"))); /* the trip, as the chip was reset */
static bool doubtful;
static volatile bool followed = true;
static uint8_t differing_ms;

void lines_start(void)
{
    /* After any reset the ports are inputs and the pull-downs hold every output low. The level first, the direction
     * second: no line ever blinks. */
    PORTB = PINS_START_PORTB;
    DDRB = PINS_START_DDRB;
    PORTD = PINS_START_PORTD;
    DDRD = PINS_START_DDRD;
}

/* A pull-down holds the line, the jumper pulls it up: high all through 1 ms is no disturbance. */
bool lines_service_jumper(void)
{
    bool set = true;
    for (uint8_t look = 0; look < JUMPER_LOOKS; look++) {
        set = READ(PIN_LED) && set;
        _delay_us(JUMPER_LOOK_US);
    }
    return set;
}

void lines_safe(void)
{
    TCCR0A = 0; /* no timer drives a pin any more */
    TCCR2A = 0;
    PORTB = PINS_START_PORTB;
    DDRB = PINS_START_DDRB;
    PORTD = PINS_START_PORTD;
    DDRD = PINS_START_DDRD;
}

/* Floating is an input without pull-up. On the way to high the pull-up is on for a moment, which provokes nothing. */
void lines_trip_test(uint8_t zone_and_one)
{
    provoked = zone_and_one != 0 ? PROVOKED : 0;
    if (zone_and_one == FACTS_ZONE_INDEX_LUMBAR + 1u) {
        HIGH(PIN_TRIP_TEST);
        DRIVE(PIN_TRIP_TEST);
    } else if (zone_and_one == FACTS_ZONE_INDEX_UPPER_BACK + 1u) {
        LOW(PIN_TRIP_TEST);
        DRIVE(PIN_TRIP_TEST);
    } else {
        RELEASE(PIN_TRIP_TEST);
        LOW(PIN_TRIP_TEST);
    }
}

/* Not at the level that was written, or not driven at all. */
#define WRONG(zone, pin) | (((pin##_PORT ^ pin##_PIN) | ~pin##_DDR) & _BV(pin##_BIT))

void lines_compare(void)
{
    uint8_t wrong = (uint8_t)(0 PINS_EACH_HEATER(WRONG));
    if (wrong == 0) {
        differing_ms = 0;
    } else if (differing_ms < DIFFERING_MAX_MS) {
        differing_ms++;
    }
    if (differing_ms == DIFFERING_MAX_MS) {
        followed = false;
    }
}

bool lines_read_back(void)
{
    return followed;
}

bool lines_button_pressed(void)
{
    return READ(PIN_BUTTON) == (PIN_BUTTON_ACTIVE_HIGH != 0u);
}

void lines_doubt_trip(bool hung)
{
    doubtful = hung && provoked == PROVOKED;
}

bool lines_trip_tripped(void)
{
    bool tripped = READ(PIN_TRIP_STATUS) == (PIN_TRIP_STATUS_ACTIVE_HIGH != 0u);
    doubtful = doubtful && tripped;
    return tripped && (!doubtful || lines_button_pressed());
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
