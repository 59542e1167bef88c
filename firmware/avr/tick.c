#include "tick.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>

#include "adc.h"
#include "facts.h"
#include "lines.h"
#include "motors.h"
#include "pins.h"
#include "window.h"

#define COUNTS_PER_US ((TIMER1_TOP + 1u) / FACTS_BOARD_TICK_US)
#define US_PER_MS 1000u
_Static_assert(FACTS_BOARD_TICK_US == US_PER_MS, "the tick counts milliseconds");

static volatile uint32_t tick_ms;

void tick_start(void)
{
    /* CTC with OCR1A as top: the mode that emulator and chip agree on (ICR1 as top gives the emulator no edges). */
    TCCR1A = 0;
    TCCR1B = (uint8_t)_BV(WGM12);
    OCR1A = TIMER1_TOP;
    TCNT1 = 0;
    TIMSK1 = (uint8_t)_BV(OCIE1A);
    TCCR1B |= (uint8_t)TIMER1_CLOCK_SELECT; /* go */
}

ISR(TIMER1_COMPA_vect)
{
    tick_ms++;
    lines_compare();
    window_tick();
    motors_tick(window_quiet());
    adc_tick();
}

uint32_t tick_now_ms(void)
{
    uint32_t ms;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
        ms = tick_ms;
    }
    return ms;
}

uint32_t tick_now_us(void)
{
    uint32_t ms;
    uint16_t counts;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
        ms = tick_ms;
        counts = TCNT1;
        if ((TIFR1 & _BV(OCF1A)) != 0) { /* the count wrapped and its interrupt waits for us */
            counts = TCNT1;
            ms++;
        }
    }
    return ms * US_PER_MS + counts / COUNTS_PER_US;
}
