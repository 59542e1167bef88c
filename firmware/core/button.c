#include "button.h"

#include "contract.h"
#include "countdown.h"
#include "memory.h"

#define SAMPLE_MS 10u
#define SAMPLES_EQUAL (LIMIT_PRESS_DEBOUNCE_MS / SAMPLE_MS)

#define NONE PRESS_ACTION_NONE
#define STOP PRESS_ACTION_STOP
#define TEST PRESS_ACTION_TEST
#define ARM PRESS_ACTION_ARM
#define CLEAR PRESS_ACTION_CLEAR
#define REFUSE PRESS_ACTION_REFUSE
#define PAIR PRESS_ACTION_PAIR

/* State × press, as published in SAFETY.md. */
static const IN_FLASH uint8_t actions[SITUATIONS][PRESS_OTHER] = {
    /*                         as soon as  released at
     *                         pressed     0.2-1.5 s  2-5 s   5-10 s */
    [SITUATION_LATCHED_C]  = { NONE,       NONE,      NONE,   NONE  },
    [SITUATION_LATCHED_B]  = { NONE,       NONE,      CLEAR,  NONE  },
    [SITUATION_OUTPUTS_ON] = { STOP,       NONE,      NONE,   NONE  },
    [SITUATION_ARMED]      = { STOP,       NONE,      NONE,   NONE  },
    [SITUATION_UNFIT]      = { NONE,       REFUSE,    NONE,   PAIR  },
    [SITUATION_INVITED]    = { TEST,       ARM,       NONE,   PAIR  },
    [SITUATION_IDLE]       = { TEST,       ARM,       NONE,   PAIR  },
};

enum press_action press_action(enum situation situation, enum press press)
{
    return press < PRESS_OTHER ? (enum press_action)actions[situation][press] : PRESS_ACTION_NONE;
}

enum situation situation_first(const bool fits[SITUATION_IDLE])
{
    uint8_t row = 0;

    while (row < SITUATION_IDLE && !fits[row]) {
        row++;
    }
    return (enum situation)row;
}

enum press press_of_length(uint16_t held_ms)
{
    if (held_ms >= LIMIT_PRESS_SHORT_MIN_MS && held_ms <= LIMIT_PRESS_SHORT_MAX_MS) {
        return PRESS_SHORT;
    }
    if (held_ms >= LIMIT_PRESS_LONG_MIN_MS && held_ms < LIMIT_PRESS_LONG_MAX_MS) {
        return PRESS_LONG;
    }
    if (held_ms >= LIMIT_PRESS_LONG_MAX_MS && held_ms <= LIMIT_PRESS_PAIRING_MAX_MS) {
        return PRESS_PAIRING;
    }
    return PRESS_OTHER;
}

/* True once three samples in a row were equal. */
static bool steady(struct button *button, bool raw)
{
    if (raw != button->raw) {
        button->equal = 0;
    }
    button->raw = raw;
    if (button->equal < SAMPLES_EQUAL) {
        button->equal++;
    }
    return button->equal == SAMPLES_EQUAL;
}

static enum button_edge begin_press(struct button *button)
{
    button->pressed = true;
    button->spent = false;
    button->held_ms = 0;
    button->stuck = button->stuck || !button->settled; /* held already when the board started */
    return BUTTON_PRESSED;
}

static enum button_edge end_press(struct button *button)
{
    button->pressed = false;
    button->free_ms = 0;
    return BUTTON_RELEASED;
}

static void pass_time(struct button *button, uint32_t elapsed_ms)
{
    if (button->pressed) {
        button->held_ms = count_up(button->held_ms, elapsed_ms);
        button->stuck = button->stuck || button->held_ms > LIMIT_PRESS_PAIRING_MAX_MS;
    } else {
        button->free_ms = count_up(button->free_ms, elapsed_ms);
        button->stuck = button->stuck && button->free_ms < LIMIT_BUTTON_STUCK_RELEASE_MS;
    }
}

enum button_edge button_step(struct button *button, bool raw, uint32_t elapsed_ms)
{
    enum button_edge edge = BUTTON_NO_EDGE;

    pass_time(button, elapsed_ms);
    if (steady(button, raw)) {
        if (raw != button->pressed) {
            edge = raw ? begin_press(button) : end_press(button);
        }
        button->settled = true;
    }
    return edge;
}
