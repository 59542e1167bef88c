/* The ATmega328P of libsimavr, seen from its pins: no simavr type leaves this file's source. Test-only: libsimavr is
 * under the GPL and never becomes part of what is shipped. */
#ifndef POULTICE_TEST_CHIP_H
#define POULTICE_TEST_CHIP_H

#include <stdbool.h>
#include <stdint.h>

struct pin {
    char port; /* 'B' */
    unsigned bit;
};

/* What the chip asks of the world around it; called while chip_run_until() runs. */
struct chip_world {
    void *self;
    void (*pin_moved)(void *self);                        /* a watched pin may have another level */
    unsigned (*adc_code)(void *self, unsigned channel);   /* 0 to 1023, at the start of a conversion */
    void (*sent)(void *self, uint8_t byte);               /* the UART sent it */
};

/* A pin that a timer's compare output (0 = A, 1 = B) drives. */
struct pwm_pin {
    struct pin pin;
    char timer; /* '0' */
    int output;
};

struct chip;

/* Powers a chip with this firmware; NULL, and a sentence on stderr, where the ELF can't be read. */
struct chip *chip_start(const char *elf_path, const uint8_t board_id[8], const struct chip_world *world);

/* Calls world.pin_moved at every change of the pin. */
void chip_watch(struct chip *chip, struct pin pin);

/* Runs up to the cycle (it may sleep a little past it); false where the firmware crashed. */
bool chip_run_until(struct chip *chip, uint64_t cycle);

uint64_t chip_cycle(const struct chip *chip);

/* The level that the board shows: what an output drives, low where the pin is an input (every output has a pull-down). */
bool chip_level(const struct chip *chip, struct pin pin);

/* The high time of the last PWM period, in counts of 64 cycles; 0 where the pin rests low. */
unsigned chip_pwm_counts(const struct chip *chip, unsigned meter);

/* Measures the PWM of a pin from now on; meters count from 0 in the order of these calls, at most 4. It listens to the
 * timer: at every write to the port simavr reports the port's own bit as the pin's level, PWM or not. */
void chip_meter(struct chip *chip, const struct pwm_pin *pin);

/* Drives an input from outside. */
void chip_drive(struct chip *chip, struct pin pin, bool level);

/* Whether the chip drives the pin at all. */
bool chip_drives(const struct chip *chip, struct pin pin);

/* A byte arrives at the UART; false where it has no room yet. The emulated one is 10 % slower than the line. */
bool chip_receive(struct chip *chip, uint8_t byte);

/* Where the firmware keeps a variable; 0 = it has none of that name. */
unsigned chip_variable(const struct chip *chip, const char *name);

/* Where a function begins; 0 = there is none of that name. */
unsigned chip_function(const struct chip *chip, const char *name);

/* Bytes of RAM between the firmware's variables and the deepest that its stack has been. */
unsigned chip_stack_left(const struct chip *chip);

/* Counts from now on for how many cycles interrupts are off at most; one instruction at a time, so slowly. */
void chip_measure(struct chip *chip);

/* By vector of the interrupt that was at work, 0 = none of them but the program; NULL before chip_measure(). */
#define CHIP_VECTORS 26u
const unsigned *chip_off_cycles(const struct chip *chip);

/* ---- harm ---- */

enum chip_reset { CHIP_POWER_ON, CHIP_BROWN_OUT };

/* Restarts it; RAM stays as it is. */
void chip_reset(struct chip *chip, enum chip_reset cause);

/* RAM as it is after a while without power: anything. */
void chip_forget(struct chip *chip, uint64_t seed);

void chip_flip_flash(struct chip *chip, unsigned address, unsigned bit);
void chip_poke(struct chip *chip, unsigned address, uint8_t value);

/* Its 1024 bytes. */
uint8_t *chip_eeprom(struct chip *chip);

/* No conversion ends any more, until a reset. */
void chip_stop_adc(struct chip *chip);

/* The crystal runs at `factor` times its frequency; the watchdog's oscillator does not. The caller gives the cycles. */
void chip_scale_clock(struct chip *chip, double factor);

/* What becomes of whoever calls the function at this address; interrupts live on. One function at a time. */
enum chip_bend { CHIP_STRAIGHT, CHIP_HANGS, CHIP_RETURNS };
void chip_bend(struct chip *chip, unsigned address, enum chip_bend way);

/* The flash as it was when it was written. */
void chip_restore_flash(struct chip *chip);

/* A byte of RAM, for what no pin shows. */
uint8_t chip_peek(const struct chip *chip, unsigned address);

/* Whether the main loop runs and may be interrupted: neither in an interrupt nor in a stretch that shuts them out. */
bool chip_interrupts_on(const struct chip *chip);

#endif
