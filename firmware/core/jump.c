#include "jump.h"

#include "countdown.h"

_Static_assert(LIMIT_SENSOR_JUMP_WINDOW_MS <= UINT16_MAX, "a minute fits 16 bits");
_Static_assert(LIMIT_SENSOR_JUMPS == 3u, "the last jump and two before it");

#define HOLD_ENDS_MS (LIMIT_SENSOR_JUMP_WINDOW_MS - LIMIT_SENSOR_JUMP_HOLD_MS)

/* A reading taken, though perhaps not believed. */
static bool was_read(const struct thermistor *thermistor)
{
    return thermistor->trust == SENSOR_TRUST_TRUSTED || thermistor->trust == SENSOR_TRUST_JUMPED;
}

static bool leaps(const struct thermistor *before, const struct thermistor *after)
{
    int32_t rise = (int32_t)after->centi_c - before->centi_c;

    if (!was_read(before)) {
        return false;
    }
    return !was_read(after) || rise > LIMIT_SENSOR_JUMP_CENTI_K || rise < -LIMIT_SENSOR_JUMP_CENTI_K;
}

/* True where two jumps before it still count. */
static bool note(struct jump *jump)
{
    bool third = jump->older_ms > 0;

    jump->older_ms = jump->newest_ms;
    jump->newest_ms = LIMIT_SENSOR_JUMP_WINDOW_MS;
    return third;
}

bool jump_sample(struct jump *jump, struct thermistor *thermistor, uint16_t sum, uint16_t elapsed_ms)
{
    struct thermistor before = *thermistor;
    bool third;

    thermistor_sample(thermistor, sum);
    jump->newest_ms = countdown_short(jump->newest_ms, elapsed_ms);
    jump->older_ms = countdown_short(jump->older_ms, elapsed_ms);
    third = leaps(&before, thermistor) && note(jump);
    if (jump->newest_ms > HOLD_ENDS_MS && thermistor_trusted(thermistor)) {
        thermistor->trust = SENSOR_TRUST_JUMPED;
    }
    return third;
}
