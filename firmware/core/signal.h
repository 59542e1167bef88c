/* Light and sound: what a person at the pad sees and hears of a state. */
#ifndef POULTICE_SIGNAL_H
#define POULTICE_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

#define SIGNAL_NOTE_MS 50u

/* Short answers of the buzzer, one bit a note of 50 ms, the lowest first. */
enum tune {
    TUNE_NONE = 0,
    TUNE_CHIRP = 0x0001,    /* - */
    TUNE_YES = 0x000B,      /* -- -    quick and high spirited: armed, cleared */
    TUNE_OFF = 0x000F,      /* ----    stopped at the pad */
    TUNE_NO = 0x1F1F,       /* two long ones */
    TUNE_PAIRING = 0x0155   /* five quick ones */
};

struct signal {
    uint16_t tune;    /* what is being played */
    uint16_t since_ms;
};

/* Begins a tune; the last one begun wins. */
void signal_play(struct signal *signal, enum tune tune);

void signal_pass_time(struct signal *signal, uint32_t elapsed_ms);

/* Functions of what the board does and the time alone. */
bool signal_led(enum device_state state, enum cue cue, uint32_t now_ms);
bool signal_alarm(enum device_state state, enum cue cue, uint32_t now_ms);

bool signal_note(const struct signal *signal);

#endif
