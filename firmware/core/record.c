#include "record.h"

#include <stddef.h>
#include <string.h>

#include "dose.h"
#include "frame.h"

_Static_assert(sizeof(struct record) <= RECORD_SLOT_SIZE, "a record fits into its slot");
_Static_assert(offsetof(struct record, mark) == 0, "the mark is a slot's first byte");
_Static_assert(offsetof(struct record, crc) == sizeof(struct record) - sizeof(uint16_t), "the CRC comes last");
_Static_assert(RECORD_SLOTS < 128u, "a slot's number fits into a byte, its distance in sequence into a sign");

#define CONTENT_BEGIN offsetof(struct record, latched)
#define CONTENT_SIZE (offsetof(struct record, crc) - CONTENT_BEGIN)

/* Wear: a write is good for 100,000 times a cell, and the mark is written twice a record: 31 slots bear 1,550,000
 * records. Every five minutes, day and night, that is 14 years; a session of 90 minutes adds about a dozen. No host can
 * make it faster: what is written at once takes a press, a fault or half a CEM43. */

uint16_t record_address(uint8_t slot)
{
    return (uint16_t)(RECORD_BEGIN + slot * RECORD_SLOT_SIZE);
}

static uint16_t crc_of(const struct record *record)
{
    const uint8_t *bytes = (const uint8_t *)record;
    uint16_t crc = 0;

    /*@ loop invariant i <= sizeof(struct record) - 2;
        loop assigns i, crc; */
    for (uint8_t i = 0; i < (uint8_t)offsetof(struct record, crc); i++) {
        crc = frame_crc(crc, bytes[i]);
    }
    return crc;
}

/* ---- writing ------------------------------------------------------------------------------------------------- */

void record_seal(struct record *record, uint16_t sequence)
{
    record->mark = RECORD_MARK;
    record->sequence = sequence;
    record->crc = crc_of(record);
}

uint8_t record_next(uint8_t slot)
{
    return slot + 1u < RECORD_SLOTS ? (uint8_t)(slot + 1u) : 0u;
}

/* First the old mark goes, last the new one comes: whatever a cut leaves in between has no mark, or is the old record
 * or the new one, whole. That is certain; a CRC alone would be a chance of 65535 in 65536. */
struct record_byte record_write(const struct record *record, uint8_t slot, uint8_t step)
{
    const uint8_t *bytes = (const uint8_t *)record;
    uint8_t place = step < sizeof *record ? step : 0u;
    struct record_byte byte = {
        .address = (uint16_t)(record_address(slot) + place),
        .value = step == 0 ? RECORD_NO_MARK : bytes[place],
    };

    return byte;
}

/* ---- finding ------------------------------------------------------------------------------------------------- */

static bool damaged(const struct record *record)
{
    return record->mark == RECORD_MARK && record->crc != crc_of(record);
}

static bool whole(const struct record *record)
{
    return record->mark == RECORD_MARK && record->crc == crc_of(record);
}

/* Right over the wrap of the sequence. */
static bool not_older(const struct record *one, const struct record *other)
{
    return (uint16_t)(one->sequence - other->sequence) <= INT16_MAX;
}

void record_search_begin(struct record_search *search)
{
    memset(search, 0, sizeof *search);
    search->slot = RECORD_SLOTS - 1u;
}

void record_search_meet(struct record_search *search, const struct record *met, uint8_t slot)
{
    search->any_damaged = search->any_damaged || damaged(met);
    if (whole(met) && (search->newest.mark != RECORD_MARK || not_older(met, &search->newest))) {
        search->newest = *met;
        search->slot = slot;
    }
}

/* Behind the newest lies the oldest, or the place of one cut short. One with a mark that is damaged and not older
 * was once the newest itself; with none whole, any damaged one may have been. */
static bool lost_one(const struct record_search *search, const struct record *behind)
{
    if (search->newest.mark != RECORD_MARK) {
        return search->any_damaged;
    }
    return damaged(behind) && not_older(behind, &search->newest);
}

enum record_memory record_search_end(struct record_search *search, const struct record *behind)
{
    if (lost_one(search, behind)) {
        search->newest.latched |= FAULT_BIT(FAULT_RAM_CHANGED);
        return RECORD_LOST;
    }
    return search->newest.mark == RECORD_MARK ? RECORD_FOUND : RECORD_NEVER_WRITTEN;
}

/* ---- when ---------------------------------------------------------------------------------------------------- */

static bool hung_or_locked_again(const struct record *kept, const struct record *now)
{
    bool again = false;

    for (uint8_t i = 0; i < LIMIT_LATCH_AGAIN - 1u; i++) {
        again = again || now->lock_left_min[i] > kept->lock_left_min[i];
    }
    for (uint8_t i = 0; i < LIMIT_WATCHDOG_RESETS - 1u; i++) {
        again = again || now->hang_left_s[i] > kept->hang_left_s[i];
    }
    return again;
}

static bool warmed(const struct record *kept, const struct record *now)
{
    bool much = false;

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        much = much || now->dose_cs[zone] >= (uint32_t)kept->dose_cs[zone] + DOSE_UNSAVED_CS;
    }
    return much;
}

static bool cannot_wait(const struct record *kept, const struct record *now)
{
    return now->latched != kept->latched || now->flags != kept->flags || now->trip_zone != kept->trip_zone ||
           now->bandgap_sum != kept->bandgap_sum || hung_or_locked_again(kept, now) || warmed(kept, now);
}

bool record_is_due(const struct record *kept, const struct record *now, uint32_t since_ms)
{
    const uint8_t *before = (const uint8_t *)kept;
    const uint8_t *after = (const uint8_t *)now;

    bool differs = memcmp(before + CONTENT_BEGIN, after + CONTENT_BEGIN, CONTENT_SIZE) != 0;

    return cannot_wait(kept, now) || (differs && since_ms >= LIMIT_HEAT_TIME_SAVE_MS);
}
