#include "lockout.h"

#include "countdown.h"

#define MS_PER_S UINT32_C(1000)
#define MS_PER_MIN UINT32_C(60000)
#define LOCKS_KEPT (LIMIT_LATCH_AGAIN - 1u)
#define HANGS_KEPT (LIMIT_WATCHDOG_RESETS - 1u)

/* What no press clears: class C, and whatever a newer firmware may have latched. */
static uint32_t hard(uint32_t latched)
{
    return latched & ~FAULTS_OF_CLASS_B;
}

/* Remembers one more; true where the oldest that still counts makes it one too many. */
static bool once_more(uint32_t *left_ms, uint8_t kept, uint32_t window_ms)
{
    bool too_many = left_ms[kept - 1u] > 0;

    for (uint8_t i = (uint8_t)(kept - 1u); i > 0; i--) {
        left_ms[i] = left_ms[i - 1u];
    }
    left_ms[0] = window_ms;
    return too_many;
}

static void restore(struct lockout *lockout, const struct record *record)
{
    for (uint8_t i = 0; i < LOCKS_KEPT; i++) {
        lockout->lock_left_ms[i] = record->lock_left_min[i] * MS_PER_MIN;
    }
    for (uint8_t i = 0; i < HANGS_KEPT; i++) {
        lockout->hang_left_ms[i] = record->hang_left_s[i] * MS_PER_S;
    }
}

/* The jumper gives free what was held when it was read, nothing that comes later. */
uint32_t lockout_start(struct lockout *lockout, const struct record *record, uint8_t cause, bool service_jumper)
{
    restore(lockout, record);
    lockout->serviced = service_jumper ? hard(record->latched) : 0u;
    if (cause == RESET_CAUSE_WATCHDOG && once_more(lockout->hang_left_ms, HANGS_KEPT, LIMIT_WATCHDOG_WINDOW_MS)) {
        return record->latched | FAULT_BIT(FAULT_HANGS_AGAIN);
    }
    return record->latched;
}

void lockout_pass_time(struct lockout *lockout, uint32_t elapsed_ms)
{
    for (uint8_t i = 0; i < LOCKS_KEPT; i++) {
        lockout->lock_left_ms[i] = countdown(lockout->lock_left_ms[i], elapsed_ms);
    }
    for (uint8_t i = 0; i < HANGS_KEPT; i++) {
        lockout->hang_left_ms[i] = countdown(lockout->hang_left_ms[i], elapsed_ms);
    }
}

/* Several faults of class B until the next clearing are one lock. */
uint32_t lockout_latch(struct lockout *lockout, uint32_t before, uint32_t after)
{
    bool locks = (before & FAULTS_OF_CLASS_B) == 0 && (after & FAULTS_OF_CLASS_B) != 0;

    if (locks && once_more(lockout->lock_left_ms, LOCKS_KEPT, LIMIT_LATCH_AGAIN_WINDOW_MS)) {
        return after | FAULT_BIT(FAULT_LOCKS_AGAIN);
    }
    return after;
}

bool lockout_clearable(const struct lockout *lockout, uint32_t latched)
{
    return latched != 0 && (hard(latched) & ~lockout->serviced) == 0;
}

/* Who served the pad has looked at its past too. */
static void forget(struct lockout *lockout)
{
    lockout_pass_time(lockout, UINT32_MAX);
    lockout->serviced = 0;
}

uint32_t lockout_clear(struct lockout *lockout, uint32_t latched)
{
    if (!lockout_clearable(lockout, latched)) {
        return latched;
    }
    if (hard(latched) != 0) {
        forget(lockout);
    }
    return 0;
}

void lockout_save(const struct lockout *lockout, struct record *record)
{
    for (uint8_t i = 0; i < LOCKS_KEPT; i++) {
        record->lock_left_min[i] = (uint16_t)((lockout->lock_left_ms[i] + MS_PER_MIN - 1u) / MS_PER_MIN);
    }
    for (uint8_t i = 0; i < HANGS_KEPT; i++) {
        record->hang_left_s[i] = (uint16_t)((lockout->hang_left_ms[i] + MS_PER_S - 1u) / MS_PER_S);
    }
}
