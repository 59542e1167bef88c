/* How much heat the skin over one zone has had: minutes at 43 °C that would be worth the same (CEM43), in a bucket that
 * leaks slowly. */
#ifndef POULTICE_DOSE_H
#define POULTICE_DOSE_H

#include <stdbool.h>
#include <stdint.h>

struct dose {
    uint32_t ms;          /* at 43 °C */
    uint16_t fraction;    /* and 1/65536 ms */
    uint16_t unleaked_ms; /* of powered time, too short yet to leak a millisecond */
    bool full;            /* no heat; ends well below full, not at it */
};

/* Takes the hottest trusted sensor of the zone over the time that passed; powered time is all time. */
void dose_step(struct dose *dose, int16_t hottest_centi_c, uint32_t elapsed_ms);

/* What it is worth; at most 1000. */
uint16_t dose_centi_cem43(const struct dose *dose);

/* For the record, in hundredths of a second at 43 °C, rounded up; and back again. `unclean`: the last end was not
 * foreseen, so that up to DOSE_UNSAVED_CS were never written down. */
#define DOSE_UNSAVED_CS 3000u /* half a minute at 43 °C */
uint16_t dose_save_cs(const struct dose *dose);
void dose_restore(struct dose *dose, uint16_t saved_cs, bool unclean);

/* Minutes at 43 °C per minute at this temperature, in 1/65536. */
uint32_t dose_rate(int16_t centi_c);

#endif
