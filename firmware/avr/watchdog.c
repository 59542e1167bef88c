#include "watchdog.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/wdt.h>
#include <util/delay.h>

#include "tick.h"

#define PROOF_DUE 0xB17Eu   /* a pattern that memory hardly shows by itself after power-on */
#define PROOF_WAIT_MS 50u   /* three times the shortest period, 16 ms */

/* 16384 cycles of the watchdog's oscillator: 128 ms at its nominal 128 kHz. The datasheet's curves show 105 to 121 kHz
 * over temperature and supply: whatever is off by more than these is the crystal. */
#define PERIOD_MIN_MS 110u
#define PERIOD_MAX_MS 175u
#define WRONG_PERIODS 2u    /* in a row: one may have been disturbed */

static uint8_t reset_flags __attribute__((section(".noinit")));
static struct {
    uint16_t mark;
    uint8_t flags; /* of the reset before the proof: the true cause */
} proof __attribute__((section(".noinit")));

static bool proved;
static volatile bool rang;
static volatile uint16_t rang_ms;
static uint16_t armed_ms;
static uint8_t wrong_periods;

/* After a watchdog reset the watchdog stays on at its shortest period, 16 ms, and bites again before main() unless it
 * is stopped here; it can be stopped only once the flag in MCUSR is cleared. */
void watchdog_before_main(void) __attribute__((naked, used, section(".init3")));
void watchdog_before_main(void)
{
    reset_flags = MCUSR;
    MCUSR = 0;
    wdt_disable();
}

static bool bitten(void)
{
    return (reset_flags & (_BV(WDRF) | _BV(PORF))) == _BV(WDRF); /* when the power comes the other flags may be set too */
}

static void await_bite(void)
{
    proof.mark = PROOF_DUE;
    proof.flags = reset_flags;
    wdt_enable(WDTO_15MS);
    _delay_ms(PROOF_WAIT_MS);
    wdt_disable();
    proof.mark = 0;
}

void watchdog_prove(void)
{
    if (!bitten()) {
        await_bite();
        return; /* it did not bite */
    }
    proved = true;
    if (proof.mark == PROOF_DUE) {
        reset_flags = proof.flags;
        proof.mark = 0;
    }
}

bool watchdog_proved(void)
{
    return proved;
}

void watchdog_start(void)
{
    wdt_reset();
    WDTCSR = (uint8_t)(_BV(WDCE) | _BV(WDE));
    WDTCSR = (uint8_t)(_BV(WDIE) | _BV(WDE) | WDTO_120MS);
    armed_ms = (uint16_t)tick_now_ms();
}

/* The chip clears WDIE by itself: the next time it resets. */
ISR(WDT_vect)
{
    rang_ms = (uint16_t)tick_now_ms();
    rang = true;
}

static void compare_clocks(void)
{
    uint16_t took_ms = (uint16_t)(rang_ms - armed_ms); /* `rang` is set: the interrupt comes no more, nothing moves */
    if (took_ms >= PERIOD_MIN_MS && took_ms <= PERIOD_MAX_MS) {
        wrong_periods = 0;
    } else if (wrong_periods < WRONG_PERIODS) {
        wrong_periods++;
    }
}

void watchdog_feed(void)
{
    if (!rang) {
        return;
    }
    compare_clocks();
    rang = false;
    wdt_reset();
    WDTCSR |= (uint8_t)_BV(WDIE);
    armed_ms = (uint16_t)tick_now_ms();
}

bool watchdog_clock_right(void)
{
    return wrong_periods < WRONG_PERIODS;
}

void watchdog_reset_now(void)
{
    wdt_enable(WDTO_15MS);
    for (;;) {
    }
}

enum reset_cause watchdog_reset_cause(void)
{
    if ((reset_flags & _BV(PORF)) != 0) { /* first: when the power comes the other flags may be set with it */
        return RESET_CAUSE_POWER_ON;
    }
    if ((reset_flags & _BV(WDRF)) != 0) {
        return RESET_CAUSE_WATCHDOG;
    }
    if ((reset_flags & _BV(BORF)) != 0) {
        return RESET_CAUSE_BROWN_OUT;
    }
    if ((reset_flags & _BV(EXTRF)) != 0) {
        return RESET_CAUSE_EXTERNAL;
    }
    return RESET_CAUSE_UNKNOWN;
}
