#include "chip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <simavr/avr_adc.h>
#include <simavr/avr_eeprom.h>
#include <simavr/avr_extint.h>
#include <simavr/avr_ioport.h>
#include <simavr/avr_timer.h>
#include <simavr/avr_uart.h>
#include <simavr/avr_watchdog.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>

#include "facts.h"

#define MCU "atmega328p"
#define METERS 4
#define PWM_PRESCALER 64u
#define PWM_PERIOD (256u * PWM_PRESCALER)
/* Where avr-gcc puts what has an address of its own in each memory. */
#define SPACE 0xFFFF0000u
#define FLASH_SPACE 0u
#define RAM_SPACE 0x800000u
#define ADC_FULL_SCALE 1023u
#define STACK_PAINT 0xC5 /* the firmware's own, see self_test.c */
#define RAM_BEGIN 0x100u
#define ADC_CONTROL 0x7A /* ADCSRA and ADMUX, as an address in RAM */
#define ADC_ENABLED 0x80u
#define ADC_MUX 0x7C
#define MUX_BITS 0x0Fu
#define TIMER0_CONTROL 0x44 /* TCCR0A and TCCR2A, the same */
#define TIMER2_CONTROL 0xB0
#define PIN_ADDRESS(port) (0x23u + 3u * (unsigned)((port) - 'B')) /* PINB, PINC, PIND */
#define INTERRUPTS_ON 7 /* bit of the status register */
#define VECTOR_BYTES 4u
#define CYCLES_PER_LOOK 1000 /* a run of instructions ends at the latest here, so that chip_run_until() can stop */

struct meter {
    struct pin pin;
    uint16_t control;  /* TCCRnA, as an address in RAM, and its bit that connects the pin */
    uint8_t connects;
    avr_irq_t *irq;
    uint64_t rose;
    uint64_t edge;     /* the last of either kind */
    unsigned counts;   /* high time of the last whole pulse */
    bool high;
};

struct chip {
    elf_firmware_t firmware;
    avr_t *avr;
    struct chip_world world;
    struct meter meters[METERS];
    unsigned meter_count;
    avr_adc_t *adc;
    avr_watchdog_t *watchdog;
    avr_eeprom_t *eeprom;
    avr_irq_t *uart_input;
    bool uart_has_room;
    struct outside {
        uint8_t mask, value;              /* what drives the inputs from outside */
        avr_io_read_t read;               /* simavr's own way to read the port */
        void *reader;
    } outside[2];                         /* ports B and D */
    double clock_factor;                  /* of the crystal */
    unsigned bent_at;                     /* where another instruction is executed than the flash holds */
    enum chip_bend bent;
    bool measuring;
    bool off;                             /* interrupts are, since */
    uint64_t off_since;
    unsigned off_by;
    unsigned off_cycles[CHIP_VECTORS];
};

/* ---- what simavr calls ----------------------------------------------------------------------------------------- */

/* stdout carries the observations: what simavr has to say goes to stderr. */
static void log_to_stderr(struct avr_t *avr, const int level, const char *format, va_list arguments)
{
    (void)avr;
    if (level <= LOG_WARNING) {
        vfprintf(stderr, format, arguments);
    }
}

/* simavr would sleep on the wall clock here; the board keeps the pace itself. */
static void do_not_sleep(avr_t *avr, avr_cycle_count_t cycles)
{
    (void)avr;
    (void)cycles;
}

/* simavr scales millivolts by 1023 where the chip has 1024, and cuts off: this is the voltage that gives the code. */
static uint32_t millivolts_of(unsigned code)
{
    return (code * FACTS_BOARD_LOGIC_MV + ADC_FULL_SCALE - 1u) / ADC_FULL_SCALE;
}

static void on_adc_start(struct avr_irq_t *irq, uint32_t value, void *self)
{
    (void)irq;
    struct chip *chip = self;
    (void)value;
    unsigned channel = chip->avr->data[ADC_MUX] & MUX_BITS;
    unsigned code = chip->world.adc_code(chip->world.self, channel);
    /* A reference's voltage is the one kind of input that simavr takes from this table: so every channel is one. */
    chip->adc->muxmode[channel] = (avr_adc_mux_t){.kind = ADC_MUX_REF, .src = millivolts_of(code) & 0x1FFFu};
}

static void on_uart_sent(struct avr_irq_t *irq, uint32_t value, void *self)
{
    (void)irq;
    struct chip *chip = self;
    chip->world.sent(chip->world.self, (uint8_t)value);
}

static void on_uart_room(struct avr_irq_t *irq, uint32_t value, void *self)
{
    (void)irq;
    (void)value;
    struct chip *chip = self;
    chip->uart_has_room = true;
}

static void on_uart_full(struct avr_irq_t *irq, uint32_t value, void *self)
{
    (void)irq;
    struct chip *chip = self;
    chip->uart_has_room = chip->uart_has_room && value == 0;
}

static void on_pin(struct avr_irq_t *irq, uint32_t value, void *self)
{
    (void)irq;
    (void)value;
    struct chip *chip = self;
    chip->world.pin_moved(chip->world.self);
}

static void on_compare_output(struct avr_irq_t *irq, uint32_t value, void *self)
{
    struct chip *chip = self;
    for (unsigned i = 0; i < chip->meter_count; i++) {
        struct meter *meter = &chip->meters[i];
        if (meter->irq != irq) {
            continue;
        }
        bool high = (value & 1u) != 0;
        uint64_t width = chip->avr->cycle - meter->rose;
        if (high && !meter->high) {
            meter->rose = chip->avr->cycle;
        } else if (!high && meter->high && width <= PWM_PERIOD) { /* longer: it was disconnected in between */
            meter->counts = (unsigned)((width + PWM_PRESCALER / 2u) / PWM_PRESCALER);
        }
        meter->edge = chip->avr->cycle;
        meter->high = high;
    }
}

/* ---- power ----------------------------------------------------------------------------------------------------- */

static avr_t *power(elf_firmware_t *firmware)
{
    avr_t *avr = avr_make_mcu_by_name(MCU);
    if (avr == NULL) {
        fprintf(stderr, "libsimavr knows no %s\n", MCU);
        return NULL;
    }
    avr_init(avr);
    firmware->frequency = FACTS_BOARD_CLOCK_HZ;
    firmware->vcc = firmware->avcc = firmware->aref = FACTS_BOARD_LOGIC_MV;
    avr_load_firmware(avr, firmware);
    avr->sleep = do_not_sleep;
    /* INT0 and INT1 are unused; else simavr looks at their pins in every cycle while one is low. */
    avr_extint_set_strict_lvl_trig(avr, EXTINT_IRQ_OUT_INT0, 0);
    avr_extint_set_strict_lvl_trig(avr, EXTINT_IRQ_OUT_INT1, 0);
    avr->run_cycle_limit = CYCLES_PER_LOOK;
    return avr;
}

static void *module(const struct chip *chip, const char *kind)
{
    avr_io_t *io = chip->avr->io_port;
    while (io != NULL && strcmp(io->kind, kind) != 0) {
        io = io->next;
    }
    return io;
}

static void wire_uart(struct chip *chip)
{
    uint32_t flags = 0;
    avr_ioctl(chip->avr, AVR_IOCTL_UART_GET_FLAGS('0'), &flags);
    flags &= ~(uint32_t)(AVR_UART_FLAG_STDIO | AVR_UART_FLAG_POLL_SLEEP);
    avr_ioctl(chip->avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
    avr_irq_t *uart = avr_io_getirq(chip->avr, AVR_IOCTL_UART_GETIRQ('0'), 0);
    chip->uart_input = uart + UART_IRQ_INPUT;
    chip->uart_has_room = true;
    avr_irq_register_notify(uart + UART_IRQ_OUTPUT, on_uart_sent, chip);
    avr_irq_register_notify(uart + UART_IRQ_OUT_XON, on_uart_room, chip);
    avr_irq_register_notify(uart + UART_IRQ_OUT_XOFF, on_uart_full, chip);
}

static void wire_adc(struct chip *chip)
{
    chip->adc = module(chip, "adc");
    chip->watchdog = module(chip, "watchdog");
    chip->eeprom = module(chip, "eeprom");
    avr_irq_register_notify(avr_io_getirq(chip->avr, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_OUT_TRIGGER), on_adc_start, chip);
}

static void write_board_id(struct chip *chip, const uint8_t board_id[8])
{
    uint8_t bytes[8];
    memcpy(bytes, board_id, sizeof bytes);
    avr_eeprom_desc_t description = {.ee = bytes, .offset = 0, .size = sizeof bytes};
    avr_ioctl(chip->avr, AVR_IOCTL_EEPROM_SET, &description);
}

static unsigned address_of(const struct chip *chip, const char *name, unsigned space)
{
    for (uint32_t i = 0; i < chip->firmware.symbolcount; i++) {
        const avr_symbol_t *symbol = chip->firmware.symbol[i];
        if (strcmp(symbol->symbol, name) == 0 && (symbol->addr & SPACE) == space) {
            return symbol->addr - space;
        }
    }
    return 0;
}

unsigned chip_variable(const struct chip *chip, const char *name)
{
    return address_of(chip, name, RAM_SPACE);
}

unsigned chip_function(const struct chip *chip, const char *name)
{
    return address_of(chip, name, FLASH_SPACE);
}

/* simavr forgets at a reset what drives a port from outside: it is put in each time the port is read. */
static uint8_t read_port(struct avr_t *avr, avr_io_addr_t address, void *self)
{
    struct outside *outside = self;
    avr->data[address] = (uint8_t)((avr->data[address] & ~outside->mask) | (outside->value & outside->mask));
    return outside->read(avr, address, outside->reader);
}

static void wire_port(struct chip *chip, char port)
{
    struct outside *outside = &chip->outside[port == 'B' ? 0 : 1];
    unsigned io = AVR_DATA_TO_IO(PIN_ADDRESS(port));
    outside->read = chip->avr->io[io].r.c;
    outside->reader = chip->avr->io[io].r.param;
    chip->avr->io[io].r.c = read_port;
    chip->avr->io[io].r.param = outside;
}

struct chip *chip_start(const char *elf_path, const uint8_t board_id[8], const struct chip_world *world)
{
    avr_global_logger_set(log_to_stderr);
    struct chip *chip = calloc(1, sizeof *chip);
    if (chip == NULL || elf_read_firmware(elf_path, &chip->firmware) != 0) {
        fprintf(stderr, "%s is no firmware that simavr can read\n", elf_path);
        free(chip);
        return NULL;
    }
    chip->avr = power(&chip->firmware);
    if (chip->avr == NULL) {
        free(chip);
        return NULL;
    }
    chip->world = *world;
    wire_uart(chip);
    wire_adc(chip);
    write_board_id(chip, board_id);
    chip->clock_factor = 1.0;
    wire_port(chip, 'B');
    wire_port(chip, 'D');
    return chip;
}

/* ---- pins ------------------------------------------------------------------------------------------------------ */

static avr_irq_t *irq_of(const struct chip *chip, struct pin pin)
{
    return avr_io_getirq(chip->avr, AVR_IOCTL_IOPORT_GETIRQ(pin.port), (int)pin.bit);
}

void chip_watch(struct chip *chip, struct pin pin)
{
    avr_irq_register_notify(irq_of(chip, pin), on_pin, chip);
}

void chip_meter(struct chip *chip, const struct pwm_pin *pin)
{
    if (chip->meter_count < METERS) {
        struct meter *meter = &chip->meters[chip->meter_count++];
        meter->pin = pin->pin;
        meter->control = pin->timer == '0' ? TIMER0_CONTROL : TIMER2_CONTROL;
        meter->connects = pin->output == 0 ? 0x80u : 0x20u;
        meter->irq = avr_io_getirq(chip->avr, AVR_IOCTL_TIMER_GETIRQ(pin->timer), TIMER_IRQ_OUT_COMP + pin->output);
        avr_irq_register_notify(meter->irq, on_compare_output, chip);
    }
}

static avr_ioport_state_t state_of(const struct chip *chip, struct pin pin)
{
    avr_ioport_state_t state = {0};
    avr_ioctl(chip->avr, AVR_IOCTL_IOPORT_GETSTATE(pin.port), &state);
    return state;
}

static bool is_output(const struct chip *chip, struct pin pin)
{
    return (state_of(chip, pin).ddr >> pin.bit & 1u) != 0;
}

bool chip_level(const struct chip *chip, struct pin pin)
{
    avr_ioport_state_t state = state_of(chip, pin);
    return ((state.ddr & state.port) >> pin.bit & 1u) != 0;
}

unsigned chip_pwm_counts(const struct chip *chip, unsigned index)
{
    const struct meter *meter = &chip->meters[index];
    if (!is_output(chip, meter->pin)) {
        return 0;
    }
    bool connected = (chip->avr->data[meter->control] & meter->connects) != 0;
    if (!connected || meter->edge == 0 || chip->avr->cycle - meter->edge > 2u * PWM_PERIOD) { /* at rest */
        return chip_level(chip, meter->pin) ? 256u : 0u;
    }
    return meter->counts;
}

void chip_drive(struct chip *chip, struct pin pin, bool level)
{
    struct outside *outside = &chip->outside[pin.port == 'B' ? 0 : 1];
    uint8_t bit = (uint8_t)(1u << pin.bit);
    outside->mask |= bit;
    outside->value = (uint8_t)(level ? outside->value | bit : outside->value & ~bit);
}

bool chip_drives(const struct chip *chip, struct pin pin)
{
    return is_output(chip, pin);
}

bool chip_interrupts_on(const struct chip *chip)
{
    return chip->avr->sreg[INTERRUPTS_ON] != 0;
}

/* ---- running --------------------------------------------------------------------------------------------------- */

/* After each instruction: how long interrupts have been off, and by whom. */
static void note_interrupts(struct chip *chip)
{
    bool off = chip->avr->sreg[INTERRUPTS_ON] == 0;
    if (off && !chip->off) {
        bool entered = chip->avr->pc < CHIP_VECTORS * VECTOR_BYTES;
        chip->off_by = entered ? chip->avr->pc / VECTOR_BYTES : 0u;
        chip->off_since = chip->avr->cycle;
    } else if (!off && chip->off) {
        unsigned cycles = (unsigned)(chip->avr->cycle - chip->off_since);
        chip->off_cycles[chip->off_by] = cycles > chip->off_cycles[chip->off_by] ? cycles : chip->off_cycles[chip->off_by];
    }
    chip->off = off;
}

static int run_bent(struct chip *chip)
{
    static const uint8_t instructions[][2] = {
        [CHIP_HANGS] = {0xFF, 0xCF},   /* rjmp . */
        [CHIP_RETURNS] = {0x08, 0x95}, /* ret */
    };
    uint8_t *flash = chip->avr->flash + chip->bent_at;
    if (chip->bent == CHIP_STRAIGHT || chip->avr->pc != chip->bent_at) {
        return avr_run(chip->avr);
    }
    uint8_t whole[2] = {flash[0], flash[1]};
    memcpy(flash, instructions[chip->bent], sizeof whole);
    int state = avr_run(chip->avr);
    memcpy(flash, whole, sizeof whole);
    return state;
}

bool chip_run_until(struct chip *chip, uint64_t cycle)
{
    while (chip->avr->cycle < cycle) {
        int state = run_bent(chip);
        if (state == cpu_Done || state == cpu_Crashed) {
            return false;
        }
        if (chip->measuring) {
            note_interrupts(chip);
        }
    }
    return true;
}

void chip_measure(struct chip *chip)
{
    chip->measuring = true;
    chip->avr->run_cycle_limit = 1; /* one instruction at a time */
    memset(chip->off_cycles, 0, sizeof chip->off_cycles);
}

const unsigned *chip_off_cycles(const struct chip *chip)
{
    return chip->measuring ? chip->off_cycles : NULL;
}

uint64_t chip_cycle(const struct chip *chip)
{
    return chip->avr->cycle;
}

bool chip_receive(struct chip *chip, uint8_t byte)
{
    if (!chip->uart_has_room) {
        return false;
    }
    avr_raise_irq(chip->uart_input, byte);
    return true;
}

unsigned chip_stack_left(const struct chip *chip)
{
    unsigned end = chip_variable(chip, "_end");
    unsigned address = end;
    while (address <= chip->avr->ramend && chip->avr->data[address] == STACK_PAINT) {
        address++;
    }
    return address - end;
}

uint8_t chip_peek(const struct chip *chip, unsigned address)
{
    return chip->avr->data[address];
}

/* ---- harm ------------------------------------------------------------------------------------------------------ */

void chip_reset(struct chip *chip, enum chip_reset cause)
{
    avr_reset(chip->avr);
    avr_regbit_clear(chip->avr, chip->avr->reset_flags.wdrf);
    avr_regbit_setto(chip->avr, chip->avr->reset_flags.porf, cause == CHIP_POWER_ON);
    avr_regbit_setto(chip->avr, chip->avr->reset_flags.borf, cause == CHIP_BROWN_OUT);
    chip->uart_has_room = true;
}

void chip_forget(struct chip *chip, uint64_t seed)
{
    for (unsigned address = RAM_BEGIN; address <= chip->avr->ramend; address++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407); /* Knuth's MMIX */
        chip->avr->data[address] = (uint8_t)(seed >> 56);
    }
}

void chip_flip_flash(struct chip *chip, unsigned address, unsigned bit)
{
    chip->avr->flash[address] ^= (uint8_t)(1u << bit);
}

void chip_poke(struct chip *chip, unsigned address, uint8_t value)
{
    chip->avr->data[address] = value;
}

uint8_t *chip_eeprom(struct chip *chip)
{
    return chip->eeprom->eeprom;
}

void chip_stop_adc(struct chip *chip)
{
    chip->avr->data[ADC_CONTROL] &= (uint8_t)~ADC_ENABLED;
}

/* The watchdog's own oscillator does not follow the crystal: counted in the crystal's cycles its period changes. */
void chip_scale_clock(struct chip *chip, double factor)
{
    chip->avr->frequency = (uint32_t)(FACTS_BOARD_CLOCK_HZ * factor); /* by which simavr sets it the next time */
    chip->watchdog->cycle_count = (avr_cycle_count_t)((double)chip->watchdog->cycle_count * factor / chip->clock_factor);
    chip->clock_factor = factor;
}

/* Another instruction at this address, but only while it is executed: whoever reads the flash finds it whole. */
void chip_bend(struct chip *chip, unsigned address, enum chip_bend way)
{
    chip->bent_at = address;
    chip->bent = way;
    chip->avr->run_cycle_limit = way == CHIP_STRAIGHT && !chip->measuring ? CYCLES_PER_LOOK : 1;
}

void chip_restore_flash(struct chip *chip)
{
    memcpy(chip->avr->flash, chip->firmware.flash, chip->firmware.flashsize);
}
