/* The watchdog, why the board started, and whether its clock is right.
 *
 * It runs in interrupt and reset mode: it first interrupts, and unless it is armed again it then resets. Only the main
 * loop arms it again, after a pass that went through every task. Its oscillator is its own, so the time between arming
 * and interrupt, told by the crystal, shows a crystal that runs wrong. */
#ifndef POULTICE_WATCHDOG_H
#define POULTICE_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

/* Lets the watchdog bite once after every reset that was not its own: returns at once where it has just done so, and
 * after 50 ms where it failed to. Interrupts are off. */
void watchdog_prove(void);

/* Whether it bit when it was let, or has bitten since. */
bool watchdog_proved(void);

/* From now on: an interrupt after 0.13 s, a reset after another 0.13 s. */
void watchdog_start(void);

/* From the main loop only, after every pass that left all tokens. */
void watchdog_feed(void);

/* Crystal and watchdog agree about the length of a second, as far as oscillators without trimming do. */
bool watchdog_clock_right(void);

/* Resets the chip within 16 ms, for one that must not go on. Call with interrupts off and every output low. */
void watchdog_reset_now(void) __attribute__((noreturn));

/* Why the board started; the proof is no cause. */
enum reset_cause watchdog_reset_cause(void);

#endif
