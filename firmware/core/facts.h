/* Generated from hardware/facts.toml by `make contract`; do not edit. */
#ifndef POULTICE_FACTS_H
#define POULTICE_FACTS_H

#include <stdint.h>

#include "contract.h"

#define FACTS_HASH 0x2971c069uL /* of the meaning; both ends compare it */

/* Integers are 32 bits wide, so that no product wraps on a chip whose int has 16. Numbers with a point are
 * for the simulated pad; the board never computes with them. */
#define FACTS_BOARD_MCU "ATmega328P-AU"
#define FACTS_BOARD_CLOCK_HZ UINT32_C(16000000)
#define FACTS_BOARD_BAUD UINT32_C(250000)
#define FACTS_BOARD_LOGIC_MV UINT32_C(5000)
#define FACTS_BOARD_RAIL_NOMINAL_MV UINT32_C(24000)
#define FACTS_BOARD_RAIL_MIN_MV UINT32_C(10800)
#define FACTS_BOARD_RAIL_MAX_MV UINT32_C(26400)
#define FACTS_BOARD_TICK_US UINT32_C(1000)
#define FACTS_BOARD_STEP_MS UINT32_C(10)
#define FACTS_ENABLE_TOGGLE_MS UINT32_C(10)
#define FACTS_ENABLE_HOLDS_MS UINT32_C(100)
#define FACTS_ADC_BITS UINT32_C(10)
#define FACTS_ADC_OVERSAMPLING UINT32_C(64)
#define FACTS_ADC_CONVERSION_US UINT32_C(104)
#define FACTS_ADC_CYCLE_MS UINT32_C(100)
#define FACTS_ADC_NOISE_LSB 1.0
#define FACTS_NTC_RESISTANCE_25C_OHM UINT32_C(10000)
#define FACTS_NTC_BETA_K 3950.0
#define FACTS_NTC_PULL_UP_OHM UINT32_C(10000)
#define FACTS_NTC_PULL_UP_TOLERANCE_PERCENT 0.1
#define FACTS_NTC_ACCURACY_K 0.2
#define FACTS_NTC_LAG_S 2.0
#define FACTS_DIVIDERS_RAIL_TOP_OHM UINT32_C(56000)
#define FACTS_DIVIDERS_RAIL_BOTTOM_OHM UINT32_C(10000)
#define FACTS_SHUNT_RESISTANCE_MILLIOHM UINT32_C(20)
#define FACTS_SHUNT_GAIN UINT32_C(50)
#define FACTS_BANDGAP_NOMINAL_MV UINT32_C(1100)

/* What the ADC's sums mean: quantity = sum * NUM / DEN. */
#define FACTS_ADC_SUM_MAX UINT32_C(65472)
#define FACTS_ADC_SUM_SPAN UINT32_C(65536) /* the sum that the reference itself would have */
#define FACTS_RAIL_MV_NUM UINT32_C(4125)
#define FACTS_RAIL_MV_DEN UINT32_C(8192)
_Static_assert((uint64_t)FACTS_ADC_SUM_MAX * FACTS_RAIL_MV_NUM <= UINT32_MAX, "the product must fit 32 bits");
_Static_assert(FACTS_ADC_SUM_MAX * FACTS_RAIL_MV_NUM / FACTS_RAIL_MV_DEN <= UINT16_MAX, "the quotient must fit STATUS");
#define FACTS_CURRENT_MA_NUM UINT32_C(625)
#define FACTS_CURRENT_MA_DEN UINT32_C(8192)
_Static_assert((uint64_t)FACTS_ADC_SUM_MAX * FACTS_CURRENT_MA_NUM <= UINT32_MAX, "the product must fit 32 bits");
_Static_assert(FACTS_ADC_SUM_MAX * FACTS_CURRENT_MA_NUM / FACTS_CURRENT_MA_DEN <= UINT16_MAX, "the quotient must fit STATUS");

/* Zones, in the order of every message. */
#define FACTS_ZONE_INDEX_LUMBAR 0u
#define FACTS_ZONE_INDEX_UPPER_BACK 1u
#define FACTS_ZONE_NAMES { "lumbar", "upper_back" }
#define FACTS_ZONE_AREA_M2 { 0.06, 0.06 }
#define FACTS_ZONE_NOMINAL_W { 30.0, 30.0 }
#define FACTS_ZONE_NOMINAL_DECI_W { 300u, 300u }
#define FACTS_ZONE_RESISTANCE_MILLIOHM { 19200u, 19200u } /* from watts and nominal rail */
#define FACTS_SENSOR_NAMES { "lumbar_left", "lumbar_right", "upper_back_left", "upper_back_right" }
#define FACTS_SENSOR_ZONE { 0u, 0u, 1u, 1u } /* which zone a sensor is in */
#define FACTS_WITNESS_BESIDE { 0u, 2u } /* the sensor that a zone's witness is bonded beside */
_Static_assert(sizeof((uint8_t[])FACTS_SENSOR_ZONE) == COUNT_SENSORS, "facts and contract must agree");
_Static_assert(sizeof((uint8_t[])FACTS_WITNESS_BESIDE) == COUNT_ZONES, "facts and contract must agree");

/* Motors, in the order of every message; metres from the pad's centre. */
#define FACTS_MOTOR_INDEX_UPPER_LEFT 0u
#define FACTS_MOTOR_INDEX_UPPER_RIGHT 1u
#define FACTS_MOTOR_INDEX_LOWER_LEFT 2u
#define FACTS_MOTOR_INDEX_LOWER_RIGHT 3u
#define FACTS_MOTOR_NAMES { "upper_left", "upper_right", "lower_left", "lower_right" }
#define FACTS_MOTOR_X_M { -0.08, 0.08, -0.08, 0.08 }
#define FACTS_MOTOR_Y_M { 0.12, 0.12, -0.12, -0.12 }
#define FACTS_MOTOR_CURRENT_MA { 120u, 120u, 120u, 120u }
#define FACTS_MOTOR_START_PERCENT { 18u, 18u, 18u, 18u }
_Static_assert(sizeof((uint8_t[])FACTS_MOTOR_START_PERCENT) == COUNT_MOTORS, "facts and contract must agree");

/* One zone of the pad, and what lies under it. */
#define FACTS_PAD_HEAT_CAPACITY_J_PER_K 177.0
#define FACTS_PAD_CONTACT_W_PER_M2K 60.0
#define FACTS_PAD_COVER_W_PER_M2K 5.0
#define FACTS_PAD_NEIGHBOUR_W_PER_K 0.05
#define FACTS_BODY_SKIN_HEAT_CAPACITY_J_PER_K 420.0
#define FACTS_BODY_SKIN_START_C 33.5
#define FACTS_BODY_TISSUE_HEAT_CAPACITY_J_PER_K 2100.0
#define FACTS_BODY_SKIN_TO_TISSUE_W_PER_M2K 90.0
#define FACTS_BODY_TISSUE_TO_CORE_W_PER_M2K 40.0
#define FACTS_BODY_PERFUSION_W_PER_M2K 20.0
#define FACTS_BODY_PERFUSION_DOUBLES_AT_C 42.0
#define FACTS_BODY_CORE_C 37.0
#define FACTS_ROOM_TEMPERATURE_C 22.0
#define FACTS_TRIP_COMPARATOR_C 45.5
#define FACTS_TRIP_COMPARATOR_TOLERANCE_K 0.7
#define FACTS_TRIP_BIMETAL_C 46.0
#define FACTS_TRIP_BIMETAL_TOLERANCE_K 1.0
#define FACTS_TRIP_FUSE_C 72.0

#endif
