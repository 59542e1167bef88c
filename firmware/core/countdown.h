/* Time left. A lease, an arming or a silence is kept as the milliseconds that remain, never as an instant, so nothing
 * can come back to life when a clock wraps: what has reached zero stays there until somebody grants it again. */
#ifndef POULTICE_COUNTDOWN_H
#define POULTICE_COUNTDOWN_H

#include <stdint.h>

static inline uint32_t countdown(uint32_t left_ms, uint32_t elapsed_ms)
{
    return left_ms > elapsed_ms ? left_ms - elapsed_ms : 0u;
}

static inline uint16_t countdown_short(uint16_t left_ms, uint32_t elapsed_ms)
{
    return (uint16_t)countdown(left_ms, elapsed_ms);
}

/* The other way: counts up and stays at the end of its range. */
static inline uint16_t count_up(uint16_t so_far, uint32_t more)
{
    uint16_t room = (uint16_t)(UINT16_MAX - so_far);

    return more < room ? (uint16_t)(so_far + more) : UINT16_MAX;
}

static inline uint32_t count_up_long(uint32_t so_far, uint32_t more)
{
    uint32_t room = UINT32_MAX - so_far;

    return more < room ? so_far + more : UINT32_MAX;
}

#endif
