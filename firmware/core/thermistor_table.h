/* Generated from hardware/facts.toml by `make contract`; do not edit. */
#ifndef POULTICE_THERMISTOR_TABLE_H
#define POULTICE_THERMISTOR_TABLE_H

/* Temperature in 0.01 °C at sums of 64 conversions of 0, STEP, 2 * STEP, … 65536 (the reference itself):
 * NTC 10000 ohm at 25 °C, beta 3950 K, to ground, with 10000 ohm up to the reference.
 * Linear interpolation differs from the equation by at most 0.015 K from 20 to 50 °C. The ends are clamped. */
#define THERMISTOR_TABLE_STEP 1024u
#define THERMISTOR_TABLE_SIZE 65u
#define THERMISTOR_TABLE_CENTI_C \
    { \
        15000, 15000, 12932, 11274, 10160, 9326, 8661, 8107, 7633, 7218, \
        6849, 6515, 6211, 5930, 5669, 5425, 5196, 4979, 4772, 4575, \
        4387, 4205, 4030, 3860, 3696, 3536, 3379, 3226, 3077, 2929, \
        2784, 2641, 2500, 2360, 2221, 2083, 1945, 1807, 1670, 1532, \
        1393, 1253, 1113, 970, 825, 678, 528, 375, 217, 54, \
        -114, -288, -471, -663, -867, -1084, -1318, -1575, -1859, -2182, \
        -2560, -3023, -3637, -4603, -5500 \
    }

#endif
