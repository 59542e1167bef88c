/* The pad's one button: from contacts that bounce to what a press means. The table of SAFETY.md is a table here. */
#ifndef POULTICE_BUTTON_H
#define POULTICE_BUTTON_H

#include <stdbool.h>
#include <stdint.h>

enum button_edge { BUTTON_NO_EDGE, BUTTON_PRESSED, BUTTON_RELEASED };

/* Columns: the moment a press is seen, then the length at which it was released. */
enum press { PRESS_BEGUN, PRESS_SHORT, PRESS_LONG, PRESS_PAIRING, PRESS_OTHER };

/* Rows: the first that fits holds. */
enum situation {
    SITUATION_LATCHED_C,
    SITUATION_LATCHED_B,
    SITUATION_OUTPUTS_ON,
    SITUATION_ARMED, /* and nothing on */
    SITUATION_UNFIT, /* rest is due, a sensor untrusted, a self-test failed or the button stuck */
    SITUATION_INVITED,
    SITUATION_IDLE,
    SITUATIONS
};

enum press_action {
    PRESS_ACTION_NONE,
    PRESS_ACTION_STOP, /* all off, disarm; the rest of this press does nothing */
    PRESS_ACTION_TEST, /* the hardware trip, for as long as the button is held */
    PRESS_ACTION_ARM,
    PRESS_ACTION_CLEAR,
    PRESS_ACTION_REFUSE,
    PRESS_ACTION_PAIR
};

struct button {
    bool raw;          /* the last sample, */
    uint8_t equal;     /* and how many in a row were like it, up to the three that count */
    bool settled;      /* three equal samples were seen since reset */
    bool pressed;      /* debounced */
    bool stuck;        /* held at boot or too long: not believed until released for a second */
    bool spent;        /* this press has done its work */
    uint16_t held_ms;  /* of the press going on, or of the last one */
    uint16_t free_ms;  /* since the release */
};

/* Takes a raw sample, 10 ms after the last one unless the caller was late. */
enum button_edge button_step(struct button *button, bool raw, uint32_t elapsed_ms);

enum press press_of_length(uint16_t held_ms);

/* `fits` has one entry a row but for the last, which always fits. */
enum situation situation_first(const bool fits[SITUATION_IDLE]);

enum press_action press_action(enum situation situation, enum press press);

#endif
