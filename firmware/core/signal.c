#include "signal.h"

#include "countdown.h"

#define NOTES 16u

void signal_play(struct signal *signal, enum tune tune)
{
    signal->tune = (uint16_t)tune;
    signal->since_ms = 0;
}

void signal_pass_time(struct signal *signal, uint32_t elapsed_ms)
{
    signal->since_ms = count_up(signal->since_ms, elapsed_ms);
}

bool signal_note(const struct signal *signal)
{
    uint16_t note = signal->since_ms / SIGNAL_NOTE_MS;

    return note < NOTES && ((uint16_t)(signal->tune >> note) & 1u) != 0;
}

/* True in the first on_ms of each period_ms. */
static bool beat(uint32_t now_ms, uint16_t period_ms, uint16_t on_ms)
{
    return now_ms % period_ms < on_ms;
}

static bool led_while_active(enum cue cue, uint32_t now_ms)
{
    switch (cue) {
    case CUE_STILL_AWAKE:
        return beat(now_ms, 500u, 250u);
    case CUE_LIMITED:
        return beat(now_ms, 1000u, 800u);
    default:
        return beat(now_ms, 3000u, 2000u);
    }
}

bool signal_led(enum device_state state, enum cue cue, uint32_t now_ms)
{
    switch (state) {
    case DEVICE_STATE_LATCHED_C:
        return beat(now_ms, 100u, 50u);
    case DEVICE_STATE_LATCHED_B:
        return beat(now_ms, 200u, 100u);
    case DEVICE_STATE_ACTIVE:
        return led_while_active(cue, now_ms);
    case DEVICE_STATE_ARMED:
        return true;
    case DEVICE_STATE_INVITED:
        return beat(now_ms, 1000u, 500u);
    default:
        return beat(now_ms, 5000u, 50u); /* alive */
    }
}

bool signal_alarm(enum device_state state, enum cue cue, uint32_t now_ms)
{
    switch (state) {
    case DEVICE_STATE_LATCHED_C:
        return beat(now_ms, 1000u, 100u);
    case DEVICE_STATE_LATCHED_B:
        return beat(now_ms, 2000u, 100u);
    default:
        return cue == CUE_STILL_AWAKE && beat(now_ms, 10000u, 100u);
    }
}
