/* The emulated board: the chip with its firmware, wired to a warm pad of arithmetic and to a cable. Goes on by whole
 * milliseconds when told to; knows no clock. */
#ifndef POULTICE_TEST_BOARD_H
#define POULTICE_TEST_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "plant.h"
#include "terminal.h"

struct chip;

#define BOARD_WAITING 4096u
#define BOARD_EEPROM 1024u
#define BOARD_RECORDS 32u /* where they begin in EEPROM, and how far apart: see record.h of the core */
#define BOARD_RECORD_SLOT 32u

/* Bytes on their way along one direction of the cable, and how many of them a bad contact swallows. */
struct wire {
    uint8_t bytes[BOARD_WAITING];
    unsigned count;
    double lost_rate;
    double flipped_rate; /* share that arrives with one bit turned over */
    unsigned lost;
};

struct board {
    struct chip *chip;
    struct plant plant;
    struct terminal terminal;
    struct wire down, up;       /* host to board, board to host */
    unsigned step_address;      /* of device_step(), to hang the main loop there */
    unsigned duty_permille[COUNT_ZONES]; /* as the firmware kept it when it was last to be seen */
    unsigned lent_address;      /* where the firmware keeps the duty that it applies, and for how long it still may */
    unsigned loan_address;
    uint64_t now_ms;            /* since the power came */
    uint64_t cycles;            /* that the chip was given */
    uint64_t press_left_ms;
    bool button_stuck;          /* held for ever */
    uint64_t power_back_ms;     /* the supply is cut until then; 0 = it is there */
    double supply_factor;       /* of its voltage, while it is there */
    double clock_factor;        /* of the crystal's frequency */
    bool jumper;                /* the service jumper is set */
    bool frozen_mcu;            /* the chip stands still, its pins as they are */
    bool brown_out;             /* the chip is held in reset by its own watch over the supply */
    bool adc_frozen;            /* the result register does not change any more */
    int stuck_channel;          /* the multiplexer shows only this one; -1 = sound */
    unsigned last_code;
    unsigned cut_after;         /* bytes written to EEPROM from now on: then the power goes; 0 = never */
    uint8_t eeprom[BOARD_EEPROM]; /* as it was a millisecond ago */
    int worn_byte;              /* of each record: its cells stay as they are; -1 = none */
    bool frozen_host;           /* the board hears nothing */
    bool gate[COUNT_ZONES];     /* lower switch driven */
    bool enable_level;
    uint64_t heard_ms;          /* when the host's last byte came out of the cable */
    unsigned motor_counts[COUNT_MOTORS]; /* high time, in 256ths */
    uint64_t motor_on_ms[COUNT_MOTORS];  /* when it was last not 0 */
    uint64_t enable_edge_ms;    /* of the last edge */
    bool enable_seen;           /* there was one */
    uint64_t random;
};

/* What changes of it are reported at once. */
struct board_outputs {
    unsigned duty_permille[COUNT_ZONES];
    unsigned motor_pwm[COUNT_MOTORS];
    bool gate[COUNT_ZONES];
    bool enable;                /* toggles */
    bool rail_on;
    bool led;
    bool buzzer;
    bool tripped;               /* the hardware latch */
    unsigned trip_test;         /* zone + 1 whose trip is provoked */
};

/* False, and a sentence on stderr, where it can't start. */
bool board_start(struct board *board, const char *elf_path, uint32_t seed);

/* The supply goes for so long, at least a millisecond; RAM forgets, EEPROM and pad do not. */
void board_cut_power(struct board *board, uint64_t off_ms);

/* Where the firmware keeps a function or variable of that name; 0 = there is none. */
unsigned board_function(const struct board *board, const char *name);
unsigned board_variable(const struct board *board, const char *name);

/* One millisecond; false where the firmware crashed. */
bool board_live(struct board *board);

void board_outputs(const struct board *board, struct board_outputs *outputs);

#endif
