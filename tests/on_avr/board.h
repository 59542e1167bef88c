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

/* Bytes on their way along one direction of the cable, and how many of them a bad contact swallows. */
struct wire {
    uint8_t bytes[BOARD_WAITING];
    unsigned count;
    double lost_rate;
    unsigned lost;
};

struct board {
    struct chip *chip;
    struct plant plant;
    struct terminal terminal;
    struct wire down, up;       /* host to board, board to host */
    unsigned step_address;      /* of device_step(), to hang the main loop there */
    unsigned lent_address;      /* where the firmware keeps the duty that it applies, and for how long it still may */
    unsigned loan_address;
    uint64_t now_ms;            /* since the power came */
    uint64_t cycles;            /* that the chip was given */
    uint64_t press_left_ms;
    bool frozen_mcu;            /* the chip stands still, its pins as they are */
    bool frozen_host;           /* the board hears nothing */
    bool gate[COUNT_ZONES];     /* lower switch driven */
    bool enable_level;
    uint64_t heard_ms;          /* when the host's last byte came out of the cable */
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
};

/* False, and a sentence on stderr, where it can't start. */
bool board_start(struct board *board, const char *elf_path, uint32_t seed);

/* One millisecond; false where the firmware crashed. */
bool board_live(struct board *board);

void board_outputs(const struct board *board, struct board_outputs *outputs);

#endif
