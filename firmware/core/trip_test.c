#include "trip_test.h"

#include <string.h>

#include "countdown.h"

#define ANSWER_MS 2000u /* for the comparator to trip while it is provoked, and for the latch to let go */
#define HOLD_MS 60u     /* the latch is reset so long, and longer, before the debounced release shows it */
#define SAMPLES 3u      /* a latch stays; what goes away again was noise */

_Static_assert(HOLD_MS > LIMIT_PRESS_DEBOUNCE_MS, "a release is not yet a latch that does not hold");

void trip_test_start(struct trip *trip, uint8_t zone)
{
    memset(trip, 0, sizeof *trip);
    trip->zone = zone < COUNT_ZONES ? zone : 0u;
}

static void enter(struct trip *trip, enum trip_stage stage, uint16_t left_ms)
{
    trip->stage = (uint8_t)stage;
    trip->left_ms = left_ms;
}

/* A latch that has tripped already cannot show that it trips. */
void trip_test_begin(struct trip *trip, bool tripped)
{
    trip->tripped_samples = 0;
    enter(trip, tripped ? TRIP_SPOILT : TRIP_PROVOKED, ANSWER_MS);
}

/* A bump on the button may be too short for an answer; a press that arms is not. */
enum trip_outcome trip_test_release(struct trip *trip, bool arms)
{
    switch (trip->stage) {
    case TRIP_HELD:
        trip->arms = arms;
        enter(trip, TRIP_RELEASED, ANSWER_MS);
        return TRIP_NOTHING;
    case TRIP_PROVOKED:
    case TRIP_SPOILT:
        trip->failed = trip->failed || arms || trip->stage == TRIP_SPOILT;
        enter(trip, TRIP_SETTLING, ANSWER_MS);
        break;
    default:
        break;
    }
    return arms ? TRIP_REFUSE : TRIP_NOTHING;
}

static enum trip_outcome end(struct trip *trip, bool passed)
{
    trip->failed = !passed;
    if (!trip->arms) {
        return TRIP_NOTHING;
    }
    return passed ? TRIP_ARM : TRIP_REFUSE;
}

/* Only a zone that passed gives its turn to the next. */
static enum trip_outcome pass(struct trip *trip)
{
    trip->zone = (uint8_t)((trip->zone + 1u) % COUNT_ZONES);
    enter(trip, TRIP_REST, 0);
    return end(trip, true);
}

static enum trip_outcome fail(struct trip *trip)
{
    enter(trip, TRIP_SETTLING, 0);
    return end(trip, false);
}

static void watch(struct trip *trip, bool tripped)
{
    if (!tripped) {
        trip->tripped_samples = 0;
    } else if (trip->tripped_samples < SAMPLES) {
        trip->tripped_samples++;
    }
}

static void await_answer(struct trip *trip, bool tripped)
{
    if (tripped) {
        enter(trip, TRIP_HELD, HOLD_MS);
    } else if (trip->left_ms == 0) {
        enter(trip, TRIP_SPOILT, 0);
    }
}

static void see_it_hold(struct trip *trip, bool tripped)
{
    if (tripped) {
        trip->left_ms = HOLD_MS;
    } else if (trip->left_ms == 0) {
        enter(trip, TRIP_SPOILT, 0);
    }
}

static enum trip_outcome await_reset(struct trip *trip, bool tripped)
{
    if (!tripped) {
        return pass(trip);
    }
    return trip->left_ms == 0 ? fail(trip) : TRIP_NOTHING;
}

/* A latch that trips late or does not let go keeps the heaters off by itself; the next release may free it. */
static void settle(struct trip *trip, bool tripped)
{
    if (!tripped && trip->left_ms == 0) {
        enter(trip, TRIP_REST, 0);
    }
}

enum trip_outcome trip_test_step(struct trip *trip, bool tripped, uint32_t elapsed_ms)
{
    trip->left_ms = countdown_short(trip->left_ms, elapsed_ms);
    switch (trip->stage) {
    case TRIP_REST:
        watch(trip, tripped);
        break;
    case TRIP_PROVOKED:
        await_answer(trip, tripped);
        break;
    case TRIP_HELD:
        see_it_hold(trip, tripped);
        break;
    case TRIP_RELEASED:
        return await_reset(trip, tripped);
    case TRIP_SETTLING:
        settle(trip, tripped);
        break;
    default:
        break;
    }
    return TRIP_NOTHING;
}

uint8_t trip_test_output(const struct trip *trip)
{
    return trip->stage == TRIP_PROVOKED ? (uint8_t)(trip->zone + 1u) : 0u;
}

uint32_t trip_test_faults(const struct trip *trip)
{
    return (trip->failed ? FAULT_BIT(FAULT_TRIP_TEST_FAILED) : 0u) |
           (trip->tripped_samples == SAMPLES ? FAULT_BIT(FAULT_HARDWARE_TRIP) : 0u);
}
