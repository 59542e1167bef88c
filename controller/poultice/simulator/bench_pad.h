/* A pad without its board, for benches: the plant with one zone heated, the board's own sensing (the thermistor's table
 * of firmware/core) and its window of one second, but no supervisor and no cable. A step takes the 100 ms of one reading.
 *
 * Beyond the plant it has a winding that stores heat, and a delay of transport: what the element takes up is handed on
 * with a time constant of `winding_s` and arrives `delay_s` later. */
#ifndef POULTICE_BENCH_PAD_H
#define POULTICE_BENCH_PAD_H

#include <stdbool.h>
#include <stdint.h>

/* Whatever differs from pad to pad; what is not here is as plant_default_parameters() has it. */
struct bench_pad_settings {
    double element_w;             /* at the nominal rail; duty is a share of this */
    double power_max_w;           /* the board's cap */
    double supply_factor;         /* of the nominal rail's voltage */
    double heat_j_per_k;
    double contact_w_per_m2k;
    double cover_w_per_m2k;
    double neighbour_w_per_k;
    double gradient_k_per_w;      /* of the sensor nearer to the winding; the other has half of it, below the mean */
    double gradient_s;
    double lag_s;
    double winding_s;             /* in which the winding hands its heat on to the felt */
    double delay_s;               /* at most WINDING_DELAY_MAX_S */
    double noise_lsb;
    double perfusion_w_per_m2k;
    double room_c;
    double skin_start_c;
    double start_c;               /* of the pad and its sensors */
};

struct board; /* board.h */

struct bench_pad *bench_pad_new(void);
void bench_pad_free(struct bench_pad *pad);

/* A pad that has lain there unpowered; its window begins now. */
void bench_pad_reset(struct bench_pad *pad, const struct bench_pad_settings *settings, uint32_t seed);
void bench_pad_copy(struct bench_pad *to, const struct bench_pad *from);

/* Makes it the pad of a board whose power has just come, with its supply; the firmware has not looked at it yet. */
void bench_pad_lay_on(const struct bench_pad *pad, struct board *board);

/* From now on it is as the pad of this board is now, and where that is in its window. */
void bench_pad_look_at(struct bench_pad *pad, struct board *board);

void bench_pad_set_on_body(struct bench_pad *pad, bool on_body);
void bench_pad_set_blanket(struct bench_pad *pad, double factor);
void bench_pad_set_supply(struct bench_pad *pad, double factor); /* beside the settings' own */

/* 100 ms with this wish of duty, 0 to 1000; the board gives no more than its cap. */
void bench_pad_step(struct bench_pad *pad, uint16_t duty_permille);

/* `count` such steps; the true temperature after each goes to `zone_c`. */
void bench_pad_run(struct bench_pad *pad, uint16_t duty_permille, unsigned count, double *zone_c);

/* What STATUS would say of the zone now, 0.01 °C: its hottest sensor, with noise. */
int16_t bench_pad_reading_centi_c(struct bench_pad *pad);

/* What the board would show without noise and rounding: its constant error of half a conversion step (0.05 K) is its
 * own, and no controller's. */
double bench_pad_zone_c(const struct bench_pad *pad);
double bench_pad_skin_c(const struct bench_pad *pad);
double bench_pad_full_w(const struct bench_pad *pad);  /* what duty 1 gives now, under the cap */
double bench_pad_used_j(const struct bench_pad *pad);

#endif
