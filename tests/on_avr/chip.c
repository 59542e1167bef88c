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
#define STACK_PAINT 0xC5
#define CYCLES_PER_LOOK 1000 /* a run of instructions ends at the latest here, so that chip_run_until() can stop */

struct meter {
    struct pin pin;
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
    avr_irq_t *adc_pins;
    avr_irq_t *uart_input;
    bool uart_has_room;
    avr_ioport_external_t outside[2]; /* ports B and D: what drives the inputs */
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
    union {
        avr_adc_mux_t mux;
        uint32_t value;
    } now = {.value = value};
    if (now.mux.kind == ADC_MUX_SINGLE && now.mux.src < 8) {
        unsigned code = chip->world.adc_code(chip->world.self, now.mux.src);
        avr_raise_irq(chip->adc_pins + now.mux.src, millivolts_of(code));
    }
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
    chip->adc_pins = avr_io_getirq(chip->avr, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_ADC0);
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

static void paint_stack(struct chip *chip)
{
    unsigned end = chip_variable(chip, "_end");
    memset(chip->avr->data + end, STACK_PAINT, chip->avr->ramend + 1u - end);
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
    paint_stack(chip);
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
    if (meter->edge == 0 || chip->avr->cycle - meter->edge > 2u * PWM_PERIOD) { /* at rest */
        return chip_level(chip, meter->pin) ? 256u : 0u;
    }
    return meter->counts;
}

void chip_drive(struct chip *chip, struct pin pin, bool level)
{
    avr_ioport_external_t *outside = &chip->outside[pin.port == 'B' ? 0 : 1];
    outside->mask |= 1u << pin.bit;
    outside->value = level ? outside->value | 1u << pin.bit : outside->value & ~(1u << pin.bit);
    avr_ioctl(chip->avr, AVR_IOCTL_IOPORT_SET_EXTERNAL(pin.port), outside);
    if ((state_of(chip, pin).pin >> pin.bit & 1u) != level) {
        avr_raise_irq(irq_of(chip, pin), !level); /* after a reset the chip has forgotten a level that simavr remembers */
        avr_raise_irq(irq_of(chip, pin), level);
    }
}

/* ---- running --------------------------------------------------------------------------------------------------- */

bool chip_run_until(struct chip *chip, uint64_t cycle)
{
    while (chip->avr->cycle < cycle) {
        int state = avr_run(chip->avr);
        if (state == cpu_Done || state == cpu_Crashed) {
            return false;
        }
    }
    return true;
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

void chip_hang_in(struct chip *chip, unsigned address, bool hangs)
{
    static const uint8_t jump_to_itself[2] = {0xFF, 0xCF}; /* rjmp . */
    memcpy(chip->avr->flash + address, hangs ? jump_to_itself : chip->firmware.flash + address, sizeof jump_to_itself);
}

uint8_t chip_peek(const struct chip *chip, unsigned address)
{
    return chip->avr->data[address];
}
