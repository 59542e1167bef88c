/* A warm pad made of arithmetic: heat, electricity and the board's own sensing. Shared by the simulated board and by
 * the emulator's harness. No clock, no globals, nothing of libc but <math.h>; the noise is seeded and repeatable.
 *
 * The caller, once per time step:
 *   plant_enable_edge()            at every level change of the enable line
 *   plant_button(), plant_trip_test()  with the lines that the hardware trip hears
 *   plant_switch()                 with the gates and motor duties that hold now -> plant->rail_v, supply_a, heater_w
 *   plant_step(plant, plant->heater_w, dt_s)
 *   plant_adc_sum() / plant_adc_mv()   what the chip's ADC would see
 *
 * Units: °C, W, J, V, A, ohm, s; areas m², conductances W/(m² K). Index order of zones, sensors and motors is that of
 * hardware/facts.toml. */
#ifndef POULTICE_PLANT_H
#define POULTICE_PLANT_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h" /* COUNT_ZONES, COUNT_SENSORS, COUNT_MOTORS: firmware/core must be on the include path */

/* Numbered as the external ADC channels in hardware/facts.toml, so that a mux setting is a channel. */
enum plant_channel {
    PLANT_SENSOR_FIRST = 0,
    PLANT_WITNESS_FIRST = COUNT_SENSORS,
    PLANT_RAIL = COUNT_SENSORS + COUNT_ZONES,
    PLANT_CURRENT,
    PLANT_CHANNELS,
    PLANT_BANDGAP = 14, /* inside the chip */
    PLANT_GROUND = 15
};

enum plant_ntc { PLANT_NTC_HEALTHY = 0, PLANT_NTC_OPEN, PLANT_NTC_SHORTED };

#define PLANT_THERMISTORS (COUNT_SENSORS + COUNT_ZONES) /* by channel: sensors, then witnesses */

/* What differs from pad to pad and from bed to bed. Everything is a double, so that a caller can set it by name. */
struct plant_parameters {
    /* electricity */
    double supply_v;                              /* without load */
    double supply_ohm;                            /* inside the supply and its cable */
    double board_a;                               /* drawn by the board itself */
    double element_w[COUNT_ZONES];                /* at the nominal rail; gives the element's resistance */
    double motor_a[COUNT_MOTORS];                 /* at full duty */
    double enable_holds_s;                        /* the upper switches live this long after the last enable edge */
    /* heat, per zone */
    double area_m2[COUNT_ZONES];
    double pad_j_per_k[COUNT_ZONES];              /* element, fabric, filling */
    double contact_w_per_m2k[COUNT_ZONES];        /* pad to skin, lying on it */
    double lifted_w_per_m2k;                      /* pad to skin, lifted off: across air */
    double cover_w_per_m2k;                       /* pad to room through its back */
    double front_w_per_m2k;                       /* pad's front, and skin, to room while lifted off */
    double neighbour_w_per_k;                     /* zone to zone */
    double skin_j_per_k;
    double tissue_j_per_k;
    double skin_to_tissue_w_per_m2k;
    double tissue_to_core_w_per_m2k;
    double perfusion_w_per_m2k;                   /* at core temperature */
    double perfusion_doubles_at_c;
    double core_c;
    double room_c;
    double skin_start_c;
    /* sensing */
    double lag_s;                                 /* of a thermistor in its sleeve */
    double gradient_k_per_w[COUNT_SENSORS];       /* how much hotter than its zone's mean a sensor's place is, per W */
    double gradient_s;                            /* in which such a difference builds up */
    double sensor_offset_k[COUNT_SENSORS];        /* error of one thermistor */
    double witness_offset_k[COUNT_ZONES];
    double noise_lsb;                             /* standard deviation of one conversion */
};

struct plant {
    struct plant_parameters p;
    /* set these at any time */
    bool on_body;                                 /* lying on the pad; true after reset */
    double blanket_factor;                        /* cover conductance is divided by it; 1 = no blanket */
    enum plant_ntc ntc[PLANT_THERMISTORS];
    bool ntc_detached[PLANT_THERMISTORS];         /* come off its place: follows detached_c */
    double detached_c[PLANT_THERMISTORS];
    double drift_k_per_s[PLANT_THERMISTORS];      /* the error of a thermistor grows by this, */
    double drift_end_k[PLANT_THERMISTORS];        /* up to this */
    double drift_k[PLANT_THERMISTORS];            /* so far */
    bool mosfet_shorted[COUNT_ZONES];             /* the lower switch conducts whatever its gate says */
    bool comparator_dead;                         /* the hardware trip no longer trips */
    bool comparator_false[COUNT_ZONES];           /* it trips by itself */
    bool upper_stuck;                             /* the upper switches conduct whatever the enable says */
    bool element_open[COUNT_ZONES];               /* a broken wire: no current */
    bool motor_stalled[COUNT_MOTORS];             /* draws PLANT_STALL_FACTOR times its current */
    bool motor_shorted[COUNT_MOTORS];             /* its switch conducts, whatever the chip wants */
    double supply_factor;                         /* of the supply's voltage: 1 = sound */
    double reference_factor;                      /* of the ADC's reference: 1 = sound */
    /* temperatures, °C */
    double pad_c[COUNT_ZONES];
    double skin_c[COUNT_ZONES];
    double tissue_c[COUNT_ZONES];
    double sensor_c[COUNT_SENSORS];               /* of the beads, lag and gradient included, without their error */
    double witness_c[COUNT_ZONES];
    double smoothed_w[COUNT_ZONES];               /* heater power as the gradients see it */
    /* the protection that needs no chip */
    bool latched;                                 /* the trip's latch: no heat until the button's release resets it */
    bool button_pressed;                          /* as the latch's reset sees it */
    unsigned trip_test;                           /* zone + 1 whose comparator is provoked; 0 = none */
    bool bimetal_open[COUNT_ZONES];               /* in series with each element */
    /* electricity, as plant_switch() left it */
    double enable_left_s;                         /* charge of the enable's pump: upper switches on while > 0 */
    double rail_v;                                /* of the supply, before the upper switches */
    double supply_a;
    double heater_w[COUNT_ZONES];                 /* really flowing */
    /* the energy since reset, J: in = stored - stored at reset + to_room + to_core */
    double in_j;
    double to_room_j;
    double to_core_j;
    uint64_t random;                              /* state of the noise */
};

#define PLANT_STALL_FACTOR 3.0

/* A healthy pad by hardware/facts.toml. */
void plant_default_parameters(struct plant_parameters *parameters);

/* A pad that has lain on a body for a while, unpowered: pad and sensors between room and skin. Clears every fault. */
void plant_reset(struct plant *plant, const struct plant_parameters *parameters, uint32_t seed);

/* Brings the pad, its sensors and the skin under it to one temperature (tissue never below what it has). */
void plant_warm_start(struct plant *plant, double temperature_c);

/* The enable line changed its level. */
void plant_enable_edge(struct plant *plant);

/* Whether the upper switches conduct now. */
bool plant_upper_on(const struct plant *plant);

/* The button's line: its release resets the trip's latch, unless the comparator still trips. */
void plant_button(struct plant *plant, bool pressed);

/* The line that provokes the trip: 1 = lumbar, 2 = upper back, 0 = floating. */
void plant_trip_test(struct plant *plant, unsigned zone_and_one);

/* Whether a zone's comparator trips now: its witness too hot, open, shorted or provoked. */
bool plant_comparator(const struct plant *plant, unsigned zone);

/* Solves rail, current and heater power for the gates (true = driven) and motor duties (0 to 1) that hold now. */
void plant_switch(struct plant *plant, const bool gate[COUNT_ZONES], const double motor_duty[COUNT_MOTORS]);

/* Heat flows for dt_s (at most 0.1 s). Also lets the enable's charge pump run down. */
void plant_step(struct plant *plant, const double heater_w[COUNT_ZONES], double dt_s);

/* Heat stored in pad, skin and tissue above 0 °C, J. */
double plant_stored_j(const struct plant *plant);

/* The voltage at an ADC pin now, without noise, V. */
double plant_pin_v(const struct plant *plant, unsigned channel);

/* The same in mV with the noise of one conversion: for an ADC that somebody else models. */
double plant_adc_mv(struct plant *plant, unsigned channel);

/* The sum of FACTS_ADC_OVERSAMPLING 10-bit conversions of one channel, each with its own noise. */
uint16_t plant_adc_sum(struct plant *plant, unsigned channel);

/* The same of a voltage that was at the pin earlier (the current, sampled in step with the switches). */
uint16_t plant_sum_of(struct plant *plant, double pin_v);

#endif
