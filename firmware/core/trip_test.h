/* The hardware's own over-temperature trip: provoked at each press that may arm, one zone in turn; reset by the
 * button's release, through hardware alone. A trip that nobody provoked is a fault of the hardest class. */
#ifndef POULTICE_TRIP_TEST_H
#define POULTICE_TRIP_TEST_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

enum trip_stage {
    TRIP_REST,     /* what trips now, nobody provoked */
    TRIP_PROVOKED, /* pressed, not answered yet */
    TRIP_HELD,     /* answered: no longer provoked, and the latch must hold by itself until the release */
    TRIP_SPOILT,   /* pressed, but this test can no longer pass */
    TRIP_RELEASED, /* the latch must let go */
    TRIP_SETTLING  /* without a pass: what trips now may still be the provoking's doing */
};

struct trip {
    uint8_t stage;           /* enum trip_stage */
    uint8_t zone;            /* tested now or next */
    uint16_t left_ms;        /* of what this stage may take */
    uint8_t tripped_samples; /* in a row, at rest; up to those that count */
    bool arms;               /* in TRIP_RELEASED: what waits for the latch to let go */
    bool failed;             /* the last test that came to an end */
};

enum trip_outcome { TRIP_NOTHING, TRIP_ARM, TRIP_REFUSE };

/* After reset; `zone` as recorded. */
void trip_test_start(struct trip *trip, uint8_t zone);

/* A press while idle or invited, as soon as it is seen. */
void trip_test_begin(struct trip *trip, bool tripped);

/* The end of any press; `arms`: one that would arm. Says TRIP_REFUSE at once where no test was begun or it was not
 * answered. */
enum trip_outcome trip_test_release(struct trip *trip, bool arms);

/* TRIP_ARM or TRIP_REFUSE once for each release that arms; the caller arms only where a press still would. */
enum trip_outcome trip_test_step(struct trip *trip, bool tripped, uint32_t elapsed_ms);

/* 0 = none, else the zone whose trip the caller provokes now, counted from 1. */
uint8_t trip_test_output(const struct trip *trip);

/* FAULT_TRIP_TEST_FAILED and FAULT_HARDWARE_TRIP where they are present. */
uint32_t trip_test_faults(const struct trip *trip);

#endif
