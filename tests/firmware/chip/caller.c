/* An ATmega328P that is called function by function: for tests/on_chip.py, which fills its registers and its memory.
 *
 * It has more RAM than the chip on sale, so that a test can keep many structs at once; nothing but the core runs, without
 * interrupts and without peripherals, so all that counts is what the instructions make of their operands. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <simavr/sim_avr.h>
#include <simavr/sim_core.h>
#include <simavr/sim_elf.h>

#define MCU "atmega328p"

enum { CALLER_RETURNED, CALLER_CRASHED, CALLER_ENDLESS };

avr_t *caller_new(const char *elf, uint16_t ram_end);
uint8_t *caller_memory(avr_t *avr);
int caller_run(avr_t *avr, uint32_t from, uint32_t landing, uint64_t most_cycles);

/* simavr tells of everything it does on stdout; only what goes wrong is of interest. */
static void log_errors(avr_t *avr, int level, const char *format, va_list values)
{
    (void)avr;
    if (level <= LOG_ERROR) {
        vfprintf(stderr, format, values);
    }
}

/* NULL where the ELF cannot be read. */
avr_t *caller_new(const char *elf, uint16_t ram_end)
{
    elf_firmware_t firmware = {0};
    avr_t *avr = avr_make_mcu_by_name(MCU);

    avr_global_logger_set(log_errors);
    if (avr == NULL || elf_read_firmware(elf, &firmware) != 0) {
        return NULL;
    }
    avr->ramend = ram_end;
    avr_init(avr);
    avr_load_firmware(avr, &firmware);
    return avr;
}

/* From its first register on: registers, I/O, RAM. */
uint8_t *caller_memory(avr_t *avr)
{
    return avr->data;
}

/* From byte address `from` to `landing`. */
int caller_run(avr_t *avr, uint32_t from, uint32_t landing, uint64_t most_cycles)
{
    uint64_t end = avr->cycle + most_cycles;

    avr->pc = from;
    avr->state = cpu_Running;
    while (avr->cycle < end) {
        avr->pc = avr_run_one(avr);
        if (avr->state != cpu_Running) {
            return CALLER_CRASHED;
        }
        if (avr->pc == landing) {
            return CALLER_RETURNED;
        }
    }
    return CALLER_ENDLESS;
}
