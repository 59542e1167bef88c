/* The core's record in EEPROM: found at reset, written a byte at a time while everything else goes on. */
#ifndef POULTICE_RECORD_STORE_H
#define POULTICE_RECORD_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"

/* The newest whole record, or one that says that it was lost; false, and a blank one, on a new board. Waits for the EEPROM; before the main loop. */
bool record_store_find(struct record *record);

/* Takes a copy and begins to write it, in place of one that is not yet written whole. */
void record_store_keep(const struct record *record);

/* Writes the next byte where the one before is done; never waits. */
void record_store_go_on(uint32_t now_ms);

/* No byte read back otherwise than it was written, and what was found was not lost. */
bool record_store_good(void);

#endif
