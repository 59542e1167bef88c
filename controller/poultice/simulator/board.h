/* The simulated board: the firmware's core, a warm pad of arithmetic and the pins between them, behind flat functions
 * that cffi opens in ABI mode. controller/poultice/simulator/native.py repeats these declarations for cffi; it compares
 * the size of the observation, so that a difference is found at once. One call never blocks and knows no clock. */
#ifndef POULTICE_BOARD_H
#define POULTICE_BOARD_H

#include <stdbool.h>
#include <stdint.h>

struct board;
struct plant;
struct winding;

/* What the chip does: works, stands still with its pins as they are, or hangs in its main loop, so that its watchdog
 * bites again and again. */
enum board_mcu { BOARD_WORKS, BOARD_FROZEN, BOARD_HUNG };

/* What an oscilloscope and a thermal camera would see. °C, W, V, A, J; indices as in hardware/facts.toml. */
struct board_observation {
    double now_s;             /* since the board's power came, resets do not set it back */
    double sensor_c[4];       /* true temperature of the beads */
    double witness_c[2];
    double pad_c[2];
    double skin_c[2];
    double tissue_c[2];
    double peak_pad_c[2];     /* hottest so far */
    double heater_w[2];       /* flowing at this moment */
    double used_j[2];         /* that flowed through each element so far */
    double rail_v;            /* of the supply */
    double supply_a;
    double stored_j;          /* balance of energy: in = stored - stored at power-on + to_room + to_core */
    double in_j;
    double to_room_j;
    double to_core_j;
    uint32_t lost_down;       /* bytes that the faulty line swallowed, host to board */
    uint32_t lost_up;
    uint16_t duty_permille[2];
    uint8_t motor_pwm[4];
    uint8_t gate[2];          /* lower switch driven at this moment */
    uint8_t enable;           /* the enable line toggles */
    uint8_t rail_on;          /* the upper switches conduct */
    uint8_t led;
    uint8_t buzzer;
    uint8_t button;
    uint8_t armed;
    uint8_t latched;
};

/* NULL where there is no memory. Off until board_power_on(). */
struct board *board_new(void);
void board_free(struct board *board);

/* One parameter of the pad by the name of its field in struct plant_parameters. Takes effect at power-on.
 * False: there is no such name or index. */
bool board_set_parameter(struct board *board, const char *name, unsigned index, double value);

/* How many values a parameter has; 0 = there is no such name. */
unsigned board_parameter_length(const char *name);

/* Power comes: pad and body at rest, every fault gone, time 0. */
void board_power_on(struct board *board, uint32_t seed);

/* Writes the id of 8 bytes that HELLO names, as the bench does where boards are made; all zero: none. */
void board_set_id(struct board *board, const uint8_t *id);

/* The microcontroller alone restarts; the pad stays as warm as it is. */
void board_reset(struct board *board, uint8_t reset_cause);

/* Lets steps of 10 ms pass. */
void board_advance(struct board *board, unsigned steps);

/* Bytes onto the line to the board; returns how many found room. */
unsigned board_receive(struct board *board, const uint8_t *data, unsigned count);

/* Bytes off the line from the board; returns how many. Where nobody fetches them, the newest are dropped. */
unsigned board_transmit(struct board *board, uint8_t *data, unsigned room);

/* Holds the button for press_ms, beginning with the next step; 0 releases it. */
void board_press(struct board *board, unsigned press_ms);

/* Faults. Channels: sensors 0 to 3, witnesses 4 and 5; state: enum plant_ntc. */
void board_set_ntc(struct board *board, unsigned channel, unsigned state);
void board_set_mosfet_shorted(struct board *board, unsigned zone, bool shorted);
void board_set_upper_stuck(struct board *board, bool stuck); /* conducts whatever the enable line says */
void board_set_element_open(struct board *board, unsigned zone, bool open);
void board_set_motor_stalled(struct board *board, unsigned motor, bool stalled);
void board_set_motor_shorted(struct board *board, unsigned motor, bool shorted); /* its switch */
void board_set_supply_factor(struct board *board, double factor); /* of its voltage; 1 = sound */
void board_set_reference_factor(struct board *board, double factor);
void board_set_ntc_drift(struct board *board, unsigned channel, double end_k, double k_per_s);
void board_set_ntc_detached(struct board *board, unsigned channel, bool detached, double temperature_c);
void board_set_comparator_dead(struct board *board, bool dead);
void board_set_comparator_false(struct board *board, unsigned zone, bool tripping); /* without warmth */
void board_set_button_stuck(struct board *board, bool stuck);                       /* held */
void board_set_mcu(struct board *board, unsigned state);                            /* enum board_mcu */
void board_set_mux_stuck(struct board *board, int channel); /* enum plant_channel; -1 = sound */
void board_set_adc_dead(struct board *board, bool dead);    /* no conversion ends */
void board_set_adc_frozen(struct board *board, bool frozen); /* the result register stays as it is */
void board_set_self_tests(struct board *board, uint16_t passed); /* bits by enum self_test */
void board_flip_bit(struct board *board, unsigned byte, unsigned bit); /* of the core's memory */
unsigned board_memory_size(void);                                      /* bytes of it */
void board_set_service_jumper(struct board *board, bool set);    /* read at the next reset */
void board_set_lost_bytes(struct board *board, double down_rate, double up_rate); /* 0 to 1 each */
void board_set_flipped_bytes(struct board *board, double down_rate, double up_rate); /* one bit of each */
void board_set_host_frozen(struct board *board, bool frozen);                     /* the board hears nothing */

/* What the pad is made of, for those who exchange it or look at it; the windings by zone, which pass heat at once until
 * they are reset to do otherwise. The phase is that of the heaters' window. */
struct plant *board_plant(struct board *board);
struct winding *board_windings(struct board *board);
unsigned board_phase_ms(const struct board *board);

/* How the pad lies. A blanket divides the cover's conductance by its factor, at least 1. */
void board_set_on_body(struct board *board, bool on_body);
void board_set_blanket(struct board *board, double factor);
void board_warm_start(struct board *board, double temperature_c);

void board_observe(const struct board *board, struct board_observation *observation);
unsigned board_observation_size(void);

/* Counts the changes of any output: duty, gate, enable, rail, motor. */
uint32_t board_changes(const struct board *board);

#endif
