/* The chip tests itself: all of it before anything else at reset, a piece in every pass from then on. */
#ifndef POULTICE_SELF_TEST_H
#define POULTICE_SELF_TEST_H

#include <stdbool.h>
#include <stdint.h>

/* Registers, RAM, flash and the watchdog's bite; takes 0.1 s. Interrupts are off and every output is low. */
void self_test_at_reset(void);

/* A piece of each, 0.3 ms: the whole RAM within 1.3 s, the whole flash within 5 s. */
void self_test_go_on(void);

/* What passed and has not failed since: bits by enum self_test. */
uint16_t self_test_passed(void);

/* The bits that others find out. */
void self_test_failed(uint8_t test);

/* The stack never reached the variables. Where it did nothing can be believed any more. */
bool self_test_stack_whole(void);

#endif
