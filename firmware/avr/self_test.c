#include "self_test.h"

#include <avr/io.h>
#include <avr/pgmspace.h>
#include <util/crc16.h>

#include "contract.h"
#include "flow.h"
#include "lines.h"
#include "record_store.h"
#include "watchdog.h"

#define RAM_BLOCK 16u
#define FLASH_PIECE 64u
#define STACK_PAINT 0xC5u
#define STACK_CANARY 8u     /* bytes next to the variables: one touched, and the variables may be next */
#define STACK_MARGIN 32u    /* the test fails already here, and the board can still say so */

#define BIT(test) ((uint16_t)(UINT16_C(1) << (test)))

/* In march.S. */
bool march_block(uint8_t *block);
bool march_registers(void);

/* The linker's: where the variables end, where the image in flash ends, and its CRC, which is no address but is told as
 * one; see seal.py. */
extern uint8_t variables_end[] __asm__("_end");
extern const uint8_t image_end[] __asm__("__data_load_end");
extern const uint8_t image_crc[];
static const uint16_t seal __attribute__((section(".progmem.seal"), used)) = (uint16_t)image_crc;

static uint16_t passed;
static uint16_t ram_place = RAMSTART;
static uint16_t flash_place;
static uint16_t flash_crc;

/* Paints what the stack may use, before anything is on it. */
void self_test_paint(void) __attribute__((naked, used, section(".init1")));
void self_test_paint(void)
{
    __asm__ volatile("ldi r30, lo8(_end)\n\t"
                     "ldi r31, hi8(_end)\n\t"
                     "ldi r24, %0\n\t"
                     "ldi r25, hi8(%1)\n\t"
                     "1: st Z+, r24\n\t"
                     "cpi r30, lo8(%1)\n\t"
                     "cpc r31, r25\n\t"
                     "brne 1b\n\t"
                     :
                     : "i"(STACK_PAINT), "i"(RAMEND + 1));
}

static void judge(uint8_t test, bool good)
{
    if (!good) {
        self_test_failed(test);
    }
}

void self_test_failed(uint8_t test)
{
    passed = (uint16_t)(passed & ~BIT(test));
}

/* ---- RAM ------------------------------------------------------------------------------------------------------- */

static bool test_ram_block(void)
{
    bool good = march_block((uint8_t *)ram_place);
    ram_place = (uint16_t)(ram_place + RAM_BLOCK);
    if (ram_place > RAMEND) {
        ram_place = RAMSTART;
    }
    return good;
}

static bool test_ram(void)
{
    bool good = true;
    for (uint16_t block = 0; block < (RAMEND + 1u - RAMSTART) / RAM_BLOCK; block++) {
        good = test_ram_block() && good;
    }
    return good;
}

/* ---- flash ------------------------------------------------------------------------------------------------------ */

/* The CRC can't be of itself: its two bytes count as zeros. */
static uint8_t flash_byte(uint16_t address)
{
    bool in_crc = (uint16_t)(address - (uint16_t)&seal) < sizeof seal;
    return in_crc ? 0 : pgm_read_byte(address);
}

/* Adds a piece; at the image's end compares and begins anew. */
static bool test_flash_piece(void)
{
    for (uint8_t i = 0; i < FLASH_PIECE && flash_place < (uint16_t)image_end; i++) {
        flash_crc = _crc_xmodem_update(flash_crc, flash_byte(flash_place));
        flash_place++;
    }
    if (flash_place < (uint16_t)image_end) {
        return true;
    }
    bool good = flash_crc == pgm_read_word(&seal);
    flash_place = 0;
    flash_crc = 0;
    return good;
}

static bool test_flash(void)
{
    bool good;
    do {
        good = test_flash_piece();
    } while (flash_place != 0);
    return good;
}

/* ---- stack ------------------------------------------------------------------------------------------------------ */

static bool painted(uint8_t bytes)
{
    bool whole = true;
    for (uint8_t i = 0; i < bytes; i++) {
        whole = whole && variables_end[i] == STACK_PAINT;
    }
    return whole;
}

bool self_test_stack_whole(void)
{
    return painted(STACK_CANARY);
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

static void test_pieces(void)
{
    judge(SELF_TEST_REGISTERS, march_registers());
    judge(SELF_TEST_RAM, test_ram_block());
    judge(SELF_TEST_FLASH, test_flash_piece());
    judge(SELF_TEST_STACK, painted(STACK_MARGIN));
    judge(SELF_TEST_CLOCK, watchdog_clock_right());
    judge(SELF_TEST_OUTPUTS, lines_read_back());
    judge(SELF_TEST_RECORD, record_store_good());
}

void self_test_at_reset(void)
{
    watchdog_prove();
    passed = (uint16_t)(BIT(SELF_TEST_REGISTERS) | BIT(SELF_TEST_FLASH) | BIT(SELF_TEST_RAM) | BIT(SELF_TEST_STACK)
                        | BIT(SELF_TEST_WATCHDOG) | BIT(SELF_TEST_CLOCK) | BIT(SELF_TEST_ADC) | BIT(SELF_TEST_OUTPUTS)
                        | BIT(SELF_TEST_RECORD) | BIT(SELF_TEST_TRIP));
    judge(SELF_TEST_WATCHDOG, watchdog_proved());
    judge(SELF_TEST_RAM, test_ram());
    judge(SELF_TEST_FLASH, test_flash());
    test_pieces();
}

void self_test_go_on(void)
{
    test_pieces();
    flow_pass(FLOW_SELF_TEST);
}

uint16_t self_test_passed(void)
{
    return passed;
}
