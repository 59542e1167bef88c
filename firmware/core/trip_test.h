/* The hardware's own over-temperature trip: provoked at each press that may arm, one zone in turn; reset by the button's
 * release, through hardware alone. A trip that nobody provoked is a fault of the hardest class. */
#ifndef POULTICE_TRIP_TEST_H
#define POULTICE_TRIP_TEST_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

enum trip_stage {
    TRIP_REST,      /* what trips now was not provoked */
    TRIP_PROVOKED,  /* pressed, and not answered yet */
    TRIP_HELD,      /* answered; the latch must hold until the release */
    TRIP_SPOILT,    /* pressed, and this test can no longer pass */
    TRIP_RELEASED,  /* the latch must let go */
    TRIP_STUCK      /* it did not: still no evidence of heat, but no arming either */
};

struct trip {
    uint8_t stage;           /* enum trip_stage */
    uint8_t zone;            /* tested now or next */
    uint16_t left_ms;        /* of what this stage may take */
    uint8_t tripped_samples; /* in a row, at rest */
    bool arms;               /* what waits for the latch to let go */
    bool failed;             /* the last test that came to an end */
};

enum trip_outcome { TRIP_NOTHING, TRIP_ARM, TRIP_REFUSE };

/* A press while idle or invited, as soon as it is seen. */
void trip_test_begin(struct trip *test, bool tripped);

/* The end of that press, of whatever length; `arms`: it was one that arms. Every later step may say TRIP_ARM or
 * TRIP_REFUSE, once; the caller arms only where the press would still do so. */
void trip_test_release(struct trip *test, bool arms);

enum trip_outcome trip_test_step(struct trip *test, bool tripped, uint32_t elapsed_ms);

/* 0 = none, else the number of the zone whose trip the caller provokes now, counted from 1. */
uint8_t trip_test_output(const struct trip *test);

/* FAULT_TRIP_TEST_FAILED and FAULT_HARDWARE_TRIP where they are present. */
uint32_t trip_test_faults(const struct trip *test);

#endif
