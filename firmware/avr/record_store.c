#include "record_store.h"

#include <avr/eeprom.h>
#include <avr/io.h>
#include <util/atomic.h>

#define WRITTEN (RECORD_WRITES + 1u)
#define BYTE_MS 4u /* the chip takes 3.4 ms; the emulator says at once that it is done */

static struct record record;   /* being written; before that, being read */
static uint16_t sequence;      /* of the newest */
static uint8_t slot;
static uint8_t step = WRITTEN; /* next; RECORD_WRITES = only the last byte is still to be read back */
static uint8_t byte_ms;        /* when the last byte began */
static bool lost;
static bool unwritable;

static uint8_t read(uint16_t address)
{
    return eeprom_read_byte((const uint8_t *)address);
}

static void read_slot(uint8_t number)
{
    eeprom_read_block(&record, (const void *)record_address(number), sizeof record);
}

bool record_store_find(struct record *found)
{
    struct record_search search;
    enum record_memory memory;

    record_search_begin(&search);
    for (uint8_t number = 0; number < RECORD_SLOTS; number++) {
        read_slot(number);
        record_search_meet(&search, &record, number);
    }
    read_slot(record_next(search.slot));
    memory = record_search_end(&search, &record);
    *found = search.newest;
    slot = search.slot;
    sequence = found->sequence;
    lost = memory == RECORD_LOST;
    return memory != RECORD_NEVER_WRITTEN; /* also where it was lost: what is found then says so */
}

void record_store_keep(const struct record *due)
{
    if (step >= RECORD_WRITES) {
        sequence++;
        slot = record_next(slot);
    }
    record = *due;
    record_seal(&record, sequence);
    step = 0;
}

/* The two writes must follow each other within 4 cycles. */
static void begin_write(struct record_byte byte)
{
    EEAR = byte.address;
    EEDR = byte.value;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
        EECR |= (uint8_t)_BV(EEMPE);
        EECR |= (uint8_t)_BV(EEPE);
    }
}

static void read_back(void)
{
    struct record_byte last = record_write(&record, slot, (uint8_t)(step - 1u));
    unwritable = unwritable || read(last.address) != last.value;
}

/* A byte that stands there already wears nothing and takes no time. */
static void write_next(uint8_t now_ms)
{
    struct record_byte next = record_write(&record, slot, step);
    step++;
    if (read(next.address) != next.value) {
        begin_write(next);
        byte_ms = now_ms;
    }
}

void record_store_go_on(uint32_t now_ms)
{
    bool busy = (EECR & _BV(EEPE)) != 0 || (uint8_t)((uint8_t)now_ms - byte_ms) < BYTE_MS;
    if (busy || step == WRITTEN) {
        return;
    }
    if (step > 0) {
        read_back();
    }
    if (step < RECORD_WRITES) {
        write_next((uint8_t)now_ms);
    } else {
        step = WRITTEN;
    }
}

bool record_store_good(void)
{
    return !lost && !unwritable;
}
