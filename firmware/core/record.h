/* What the board must not forget without power, and how it is kept in EEPROM: a ring of slots, so that no cell wears
 * out, each written so that a cut at any byte leaves the one before it. Knows no EEPROM: bytes and addresses only. */
#ifndef POULTICE_RECORD_H
#define POULTICE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

#define RECORD_ARMED 1u    /* flags: armed when this was written: power that goes now goes unforeseen */
#define RECORD_REST_DUE 2u

#define RECORD_MARK 0xA1u  /* a whole slot of this layout; another layout takes another number */
#define RECORD_NO_MARK 0xFFu

/* Times are what is left of their windows, in powered time. */
struct record {
    uint8_t mark;
    uint8_t flags;
    uint16_t sequence;
    uint32_t latched;                                   /* set of faults */
    uint16_t lock_left_min[LIMIT_LATCH_AGAIN - 1u];     /* newest first; 0 = none or long ago */
    uint16_t hang_left_s[LIMIT_WATCHDOG_RESETS - 1u];   /* the same */
    uint16_t dose_cs[COUNT_ZONES];                      /* hundredths of a second at 43 °C */
    uint16_t heat_time_s;
    uint16_t bandgap_sum;                               /* at the end of the line; 0 = never measured */
    uint8_t trip_zone;                                  /* whose hardware trip is tested next */
    uint16_t crc;
} __attribute__((packed));

/* The ring: behind the board's number, on slots of 32 bytes. */
#define RECORD_SLOT_SIZE 32u
#define RECORD_EEPROM_SIZE 1024u
#define RECORD_BEGIN 32u
#define RECORD_SLOTS ((RECORD_EEPROM_SIZE - RECORD_BEGIN) / RECORD_SLOT_SIZE)

enum record_memory {
    RECORD_FOUND,
    RECORD_NEVER_WRITTEN, /* a new board, or one whose first write was cut */
    RECORD_LOST           /* a slot that was once whole is damaged, and nothing newer replaced it */
};

/* The search for the newest whole record. The caller reads: every slot in turn, whatever stands there, and in the end
 * once more the one behind the newest, record_next(search.slot). */
struct record_search {
    struct record newest; /* whole; blank where there was none yet */
    uint8_t slot;         /* its own; the last one where there was none, so that the next is the first */
    bool any_damaged;
};

void record_search_begin(struct record_search *search);
void record_search_meet(struct record_search *search, const struct record *met, uint8_t slot);

/* A lost one latches FAULT_RAM_CHANGED in the newest that was found: nobody knows what it said. */
enum record_memory record_search_end(struct record_search *search, const struct record *behind);

/* Where a slot begins. */
uint16_t record_address(uint8_t slot);

/* Where the next one goes. */
uint8_t record_next(uint8_t slot);

/* Number, mark and CRC; the rest is set by then. */
void record_seal(struct record *record, uint16_t sequence);

/* Writing a sealed record takes RECORD_WRITES bytes in this order. Begun again from 0, in the same slot and perhaps
 * with another record, whenever it was interrupted. */
#define RECORD_WRITES ((uint8_t)(sizeof(struct record) + 1u))
struct record_byte {
    uint16_t address;
    uint8_t value;
};
struct record_byte record_write(const struct record *record, uint8_t slot, uint8_t step);

/* Whether what is true now must be written, `since_ms` after `kept` was: faults, arming, locks and turns at once, doses
 * when they rose by half a CEM43, what drifts with time after five minutes, and nothing where nothing changed. */
bool record_is_due(const struct record *kept, const struct record *now, uint32_t since_ms);

#endif
