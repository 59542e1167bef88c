/* Generated from firmware/contract.toml by `make contract`; do not edit. */
#ifndef POULTICE_CONTRACT_H
#define POULTICE_CONTRACT_H

#include <stdint.h>

/* The structs below are the wire itself. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the wire is little-endian; this computer is not");

#define CONTRACT_VERSION 1u
#define CONTRACT_HASH 0x6dd43b21uL /* of the meaning; both ends compare it */

#define FRAME_MAX_PAYLOAD 120u

#define COUNT_ZONES 2u
#define COUNT_SENSORS 4u
#define COUNT_MOTORS 4u

/* Limits. No message writes one. */
#define LIMIT_TARGET_MAX_CENTI_C 4200 /* 42 °C for 6 minutes is the hottest step any program may ask; at 43 °C the burn clock runs four times faster */
#define LIMIT_TARGET_MARGIN_CENTI_C 100 /* a zone is heated only below its target + 1.0 K: a host that asks for full power cannot pass its own target far */
#define LIMIT_OVER_TEMPERATURE_CUT_CENTI_C 4300 /* 43 °C is the reference of the thermal dose: no heat at or above it, whatever is asked */
#define LIMIT_OVER_TEMPERATURE_RESUME_CENTI_C 4250 /* 0.5 K below the cut, so that noise does not switch the heater at every sample */
#define LIMIT_OVER_TEMPERATURE_LATCH_CENTI_C 4400 /* 1 K above the cut nothing normal explains it: latch, and ask a person to look */
#define LIMIT_OVER_TEMPERATURE_SAMPLES 3u /* three samples of 100 ms: longer than a spike, shorter than the 0.5 s reaction budget */
#define LIMIT_CLEAR_BELOW_CENTI_C 3800 /* a latched fault is cleared only on a pad that has cooled below 38 °C on every sensor */
#define LIMIT_SENSOR_CODE_MIN 120u /* 79 °C: below it the thermistor is shorted, or the pad is far beyond anything that the trip allows */
#define LIMIT_SENSOR_CODE_MAX 900u /* -14 °C: above it the thermistor is open */
#define LIMIT_SENSOR_SAMPLES 2u /* two samples of 100 ms: a broken wire is seen in 0.2 s, one disturbed conversion is not a fault */
#define LIMIT_ZONE_POWER_MAX_DECI_W 300u /* 30 W on 0.06 m²: 0.17 K/s on a covered pad, so the trip at 44 °C has 24 s before 48 °C */
#define LIMIT_LEASE_MS UINT32_C(1500) /* 30 demands of 50 ms: a lost frame does not stop the heat, a lost host does */
#define LIMIT_LINK_LOST_DISARM_MS UINT32_C(10000) /* a cable pulled for 10 s ends the permission to heat; heat never resumes by itself */
#define LIMIT_ARMED_WITHOUT_HEAT_MS UINT32_C(60000) /* a press that nobody uses within a minute was perhaps not meant */
#define LIMIT_ARMED_AFTER_HEAT_MS UINT32_C(600000) /* 10 minutes without heat: the person may have left */
#define LIMIT_COUNTER_STEP_MAX 100u /* 5 s of demands at 20 Hz: further ahead is another host or an old recording */
#define LIMIT_PRESS_SHORT_MIN_MS UINT32_C(200) /* long enough to test the hardware trip while the button is held, too long for a bump */
#define LIMIT_PRESS_SHORT_MAX_MS UINT32_C(1500) /* a deliberate short press */
#define LIMIT_PRESS_LONG_MIN_MS UINT32_C(2000) /* the press that clears a latched fault: nobody does it by accident */
#define LIMIT_PRESS_LONG_MAX_MS UINT32_C(5000) /* from here on the press means pairing */
#define LIMIT_PRESS_PAIRING_MAX_MS UINT32_C(10000) /* longer is something lying on the button */
#define LIMIT_PRESS_DEBOUNCE_MS UINT32_C(30) /* three equal samples: contacts bounce for up to 10 ms, and a stop is due within 50 ms */
#define LIMIT_BUTTON_STUCK_RELEASE_MS UINT32_C(1000) /* a button that was stuck must be seen released for a second before it is believed again */
#define LIMIT_MOTOR_RAMP_MS UINT32_C(1000) /* from still to full in a second: a motor that starts softly does not startle */
#define LIMIT_LOOK_AHEAD_HORIZON_MS UINT32_C(10000) /* a covered pad takes 24 s from 44 to 48 °C: ten seconds ahead is early enough to cut, late enough to be right */
#define LIMIT_LOOK_AHEAD_LIMIT_CENTI_C 4500 /* where the straight line of the last 5 s would be in 10 s; 0.5 K below the hardware's trip */
#define LIMIT_SLOPE_WINDOW_MS UINT32_C(5000) /* a regression over 5 s sees 0.02 K/s through the sensing's noise */
#define LIMIT_SENSOR_JUMP_CENTI_K 200 /* a body warms a cold pad by at most 0.09 K in 100 ms: 2 K is a contact, not warmth */
#define LIMIT_SENSOR_JUMP_HOLD_MS UINT32_C(2000) /* so long a sensor that jumped is not trusted */
#define LIMIT_SENSOR_JUMPS 3u /* one jump may be static; three are a loose wire */
#define LIMIT_SENSOR_JUMP_WINDOW_MS UINT32_C(60000) /* the minute in which jumps are counted */
#define LIMIT_BANDGAP_TOLERANCE_PERMILLE 50u /* the bandgap drifts 1 % over the chip's range; 5 % of a shifted reference is 1.2 K at 43 °C */
#define LIMIT_REFERENCE_SAMPLES 2u /* one disturbed conversion is not a broken converter */
#define LIMIT_PLAUSIBLE_ABOVE_CENTI_C 3000 /* below 30 °C a cold pad may differ with the body that touches half of it */
#define LIMIT_WITNESS_DIFFERENCE_CENTI_K 250 /* the trip's own thermistor is bonded beside the zone's: 0.5 K apart at most, 2 K by tolerance and gradient */
#define LIMIT_WITNESS_TIME_MS UINT32_C(10000) /* longer than the lag between the two beads */
#define LIMIT_PAIR_DIFFERENCE_CENTI_K 400 /* half a zone covered differs by 3 K */
#define LIMIT_PAIR_TIME_MS UINT32_C(30000) /* longer than a lift-off and put-back needs to even out */
#define LIMIT_PAIR_TARGET_MAX_CENTI_C 3800 /* an uneven pad is heated no further than any skin bears for hours */
#define LIMIT_PAIR_DIFFERENCE_LATCH_CENTI_K 800 /* no fold and no blanket makes 8 K for 2 minutes while the cooler sensor ignores the heater: it has come off */
#define LIMIT_PAIR_TIME_LATCH_MS UINT32_C(120000) /* two minutes of it */
#define LIMIT_PAIR_DEAF_RISE_CENTI_K 50 /* a sensor that rose less than 0.5 K in the two minutes of heating does not hear the heater */
#define LIMIT_OPEN_HEATER_CURRENT_PERCENT 30u /* of the current expected: far below any tolerance, far above the shunt's noise */
#define LIMIT_OPEN_HEATER_TIME_MS UINT32_C(1000) /* ten samples while it should flow */
#define LIMIT_NOT_WARMING_POWER_PERCENT 90u /* of the lower of the cap and what the zone can give: as good as everything */
#define LIMIT_NOT_WARMING_TIME_MS UINT32_C(180000) /* three minutes of full power are 30 K on a pad that is not losing it all */
#define LIMIT_NOT_WARMING_RISE_CENTI_K 30 /* less than 0.3 K in three minutes: the heat goes elsewhere */
#define LIMIT_NOT_WARMING_BELOW_CENTI_K 400 /* near its target a pad may well stand still */
#define LIMIT_STUCK_ON_CURRENT_PERCENT 5u /* of a zone's nominal current, in a slot with everything off: nothing normal flows then */
#define LIMIT_STUCK_ON_TIME_MS UINT32_C(200) /* confirmed over 200 ms after a first hit */
#define LIMIT_RAIL_OFF_MV 1000u /* a rail above 1 V after the enable stopped: the upper switch is stuck */
#define LIMIT_RAIL_OFF_AFTER_MS UINT32_C(50) /* the time the charge pump may take to let the rail fall */
#define LIMIT_STUCK_WARM_TIME_MS UINT32_C(60000) /* a minute without duty */
#define LIMIT_STUCK_WARM_RISE_CENTI_K 100 /* a put-back body moves a warm pad by less than 1 K */
#define LIMIT_STUCK_WARM_ABOVE_CENTI_C 3850 /* a body alone cannot hold a pad above 38.5 °C */
#define LIMIT_MOTOR_CURRENT_EXCESS_PERCENT 100u /* of one motor's nominal current above what the switches now on explain: a stalled motor draws three times as much */
#define LIMIT_MOTOR_CURRENT_TIME_MS UINT32_C(400) /* longer than a motor's start */
#define LIMIT_MOTOR_TRIPS 3u /* three stalls are no accident */
#define LIMIT_MOTOR_TRIP_WINDOW_MS UINT32_C(300000) /* within five minutes */
#define LIMIT_DOSE_FULL_CENTI_CEM43 800u /* 8 CEM43 minutes: below the 9 that controlled use of intact skin bears */
#define LIMIT_DOSE_LEAK_PER_DAY_CENTI_CEM43 1000u /* 10 a day of powered time: what a person may have in 24 hours */
#define LIMIT_HEAT_TIME_MAX_MS UINT32_C(5400000) /* 90 minutes with a target set */
#define LIMIT_HEAT_TIME_REST 3u /* each minute of rest gives back three: 30 minutes make up for 90 */
#define LIMIT_HEAT_TIME_SAVE_MS UINT32_C(300000) /* kept in EEPROM every five minutes; a boot after an unclean end adds as many */
#define LIMIT_LATCH_AGAIN_WINDOW_MS UINT32_C(86400000) /* 24 hours of powered time */
#define LIMIT_LATCH_AGAIN 3u /* the third lock-out within a day is no accident: it becomes hard */
#define LIMIT_WATCHDOG_WINDOW_MS UINT32_C(3600000) /* an hour of powered time */
#define LIMIT_WATCHDOG_RESETS 3u /* three hangs within an hour: the board is not to be trusted */
#define LIMIT_BOOT_WINDOW_MIN_CENTI_C 300 /* colder than 3 °C at boot: not the thermistor that the table describes */
#define LIMIT_BOOT_WINDOW_MAX_CENTI_C 4300 /* warmer than 43 °C at boot: nor this */
#define LIMIT_HEATER_DUTY_MAX_PERMILLE 980u /* the last 20 ms of each window stay off for everything, so that a stuck switch shows in the current */

/* What the board does; the first that fits, from the last to the first. */
enum device_state {
    DEVICE_STATE_IDLE = 0,
    DEVICE_STATE_INVITED = 1,
    DEVICE_STATE_ARMED = 2,
    DEVICE_STATE_ACTIVE = 3,
    DEVICE_STATE_LATCHED_B = 4,
    DEVICE_STATE_LATCHED_C = 5,
};

/* Whether a temperature may be believed, and if not, why. */
enum sensor_trust {
    SENSOR_TRUST_TRUSTED = 0,
    SENSOR_TRUST_NOT_READ_YET = 1,
    SENSOR_TRUST_OPEN = 2,
    SENSOR_TRUST_SHORT = 3,
    SENSOR_TRUST_JUMPED = 4,
};

/* Why a zone gets less than was asked; the strongest reason. */
enum limited_by {
    LIMITED_BY_NONE = 0,
    LIMITED_BY_CAP = 1,
    LIMITED_BY_TARGET = 2,
    LIMITED_BY_OVER_TEMPERATURE = 3,
    LIMITED_BY_SENSOR = 4,
    LIMITED_BY_LEASE = 5,
    LIMITED_BY_NOT_ARMED = 6,
    LIMITED_BY_LATCHED = 7,
    LIMITED_BY_LOOK_AHEAD = 8,
    LIMITED_BY_UNEVEN = 9,
    LIMITED_BY_NOT_WARMING = 10,
    LIMITED_BY_DOSE = 11,
    LIMITED_BY_SUPPLY = 12,
    LIMITED_BY_CHECK = 13,
};

/* Light and sound that the host asks for; no effect on arming or outputs. */
enum cue {
    CUE_NONE = 0,
    CUE_INVITED = 1,
    CUE_STILL_AWAKE = 2,
    CUE_LIMITED = 3,
};

/* What happened on the board. */
enum event_kind {
    EVENT_KIND_BUTTON_PRESSED = 1,
    EVENT_KIND_BUTTON_RELEASED = 2,
    EVENT_KIND_ARMED = 3,
    EVENT_KIND_DISARMED = 4,
    EVENT_KIND_REFUSED = 5,
    EVENT_KIND_FAULT = 6,
    EVENT_KIND_FAULT_ENDED = 7,
    EVENT_KIND_CLEARED = 8,
    EVENT_KIND_PAIRING = 9,
    EVENT_KIND_SERVICE = 10,
};

/* Detail of `disarmed`: why the permission to heat ended. */
enum disarm_reason {
    DISARM_REASON_BUTTON = 1,
    DISARM_REASON_STOP = 2,
    DISARM_REASON_LINK_LOST = 3,
    DISARM_REASON_EXPIRED = 4,
    DISARM_REASON_FAULT = 5,
    DISARM_REASON_REST_DUE = 6,
};

/* Detail of `refused`: why a press or a demand was not obeyed. */
enum refusal {
    REFUSAL_LATCHED = 1,
    REFUSAL_SENSOR_UNTRUSTED = 2,
    REFUSAL_TOO_WARM_TO_CLEAR = 3,
    REFUSAL_BUTTON_STUCK = 4,
    REFUSAL_TARGET_OUT_OF_RANGE = 5,
    REFUSAL_POWER_OUT_OF_RANGE = 6,
    REFUSAL_INTENSITY_OUT_OF_RANGE = 7,
    REFUSAL_COUNTER_DID_NOT_ADVANCE = 8,
    REFUSAL_UNKNOWN_CUE = 9,
    REFUSAL_REST_DUE = 10,
    REFUSAL_SELF_TEST_FAILED = 11,
    REFUSAL_TRIP_TEST_FAILED = 12,
    REFUSAL_BOOT_WINDOW = 13,
};

/* Why the board started. */
enum reset_cause {
    RESET_CAUSE_UNKNOWN = 0,
    RESET_CAUSE_POWER_ON = 1,
    RESET_CAUSE_EXTERNAL = 2,
    RESET_CAUSE_BROWN_OUT = 3,
    RESET_CAUSE_WATCHDOG = 4,
};

/* Bit numbers of `self_tests` in HELLO: each set where the test passed. */
enum self_test {
    SELF_TEST_REGISTERS = 0,
    SELF_TEST_FLASH = 1,
    SELF_TEST_RAM = 2,
    SELF_TEST_STACK = 3,
    SELF_TEST_WATCHDOG = 4,
    SELF_TEST_CLOCK = 5,
    SELF_TEST_ADC = 6,
    SELF_TEST_OUTPUTS = 7,
    SELF_TEST_RECORD = 8,
    SELF_TEST_TRIP = 9,
};

/* What can be wrong; bit n - 1 of a set of faults is fault n. */
enum fault {
    FAULT_SENSOR_OPEN = 1,
    FAULT_SENSOR_SHORT = 2,
    FAULT_OVER_TEMPERATURE_CUT = 3,
    FAULT_OVER_TEMPERATURE = 4,
    FAULT_LEASE_EXPIRED = 5,
    FAULT_BUTTON_STUCK = 6,
    FAULT_LOOK_AHEAD = 7,
    FAULT_SENSOR_JUMP = 8,
    FAULT_ADC_REFERENCE = 9,
    FAULT_ADC_STUCK = 10,
    FAULT_WITNESS_DISAGREES = 11,
    FAULT_PAIR_UNEVEN = 12,
    FAULT_PAIR_DEAF = 13,
    FAULT_HEATER_OPEN = 14,
    FAULT_NOT_WARMING = 15,
    FAULT_HEATER_STUCK_ON = 16,
    FAULT_RAIL_STUCK_ON = 17,
    FAULT_WARMS_BY_ITSELF = 18,
    FAULT_MOTOR_CURRENT = 19,
    FAULT_MOTOR_STALLS = 20,
    FAULT_DOSE_FULL = 21,
    FAULT_REST_DUE = 22,
    FAULT_SUPPLY_DIP = 23,
    FAULT_HARDWARE_TRIP = 24,
    FAULT_TRIP_TEST_FAILED = 25,
    FAULT_FLASH_CHANGED = 26,
    FAULT_RAM_CHANGED = 27,
    FAULT_CLOCK_WRONG = 28,
    FAULT_HANGS_AGAIN = 29,
    FAULT_BOOT_WINDOW = 30,
    FAULT_LOCKS_AGAIN = 31,
};

#define FAULT_LAST 31u
#define FAULT_BIT(number) (UINT32_C(1) << ((number) - 1u))
#define FAULTS_OF_CLASS_A UINT32_C(0x21744874)
#define FAULTS_OF_CLASS_B UINT32_C(0x080a378b)
#define FAULTS_OF_CLASS_C UINT32_C(0x56818000)

/* A returns by itself, B needs the 2 s press on a cold pad, C the service jumper. */
enum fault_class {
    FAULT_CLASS_A = 0,
    FAULT_CLASS_B = 1,
    FAULT_CLASS_C = 2,
};

#define FAULT_CLASS_OF(number) \
    ((FAULTS_OF_CLASS_C & FAULT_BIT(number)) != 0u   ? FAULT_CLASS_C \
     : (FAULTS_OF_CLASS_B & FAULT_BIT(number)) != 0u ? FAULT_CLASS_B \
                                                     : FAULT_CLASS_A)

/* What a frame is. */
enum message {
    MESSAGE_HELLO_REQUEST = 1,
    MESSAGE_DEMAND = 2,
    MESSAGE_STOP = 3,
    MESSAGE_HELLO = 17,
    MESSAGE_STATUS = 18,
    MESSAGE_EVENT = 19,
    MESSAGE_LOG = 20,
};

/* host to board: Asks for HELLO. */
#define MESSAGE_HELLO_REQUEST_SIZE 0u

/* host to board: The whole wish, 20 times a second; renews the lease if its counter advanced and every field is in range. */
#define MESSAGE_DEMAND_SIZE 15u
#define DEMAND_ZONE_POWER_DECI_W_MAX 300u
#define DEMAND_ZONE_TARGET_CENTI_C_MIN 0
#define DEMAND_ZONE_TARGET_CENTI_C_MAX 4200
#define DEMAND_MOTOR_INTENSITY_PERCENT_MAX 100u
#define DEMAND_CUE_MAX 3u
struct contract_demand {
    uint16_t counter; /* advances by 1 to counter_step_max with each demand, modulo 2^16 */
    uint16_t zone_power_deci_w[COUNT_ZONES]; /* asked power; the board lowers it, never raises */
    int16_t zone_target_centi_c[COUNT_ZONES]; /* asked temperature; 0 = no heat wanted */
    uint8_t motor_intensity_percent[COUNT_MOTORS]; /* asked intensity; the board smooths it */
    uint8_t cue; /* enum cue; light and sound only */
} __attribute__((packed));
_Static_assert(sizeof(struct contract_demand) == 15u, "demand has 15 bytes on the wire");

/* host to board: All off and disarmed, at once. */
#define MESSAGE_STOP_SIZE 0u

/* board to host: Who the board is; after reset and on request. */
#define MESSAGE_HELLO_SIZE 29u
#define HELLO_RESET_CAUSE_MAX 4u
struct contract_hello {
    uint8_t contract_version; /* [contract] version */
    uint8_t firmware_version[3u]; /* major, minor, patch */
    uint32_t contract_hash; /* of this file */
    uint32_t facts_hash; /* of hardware/facts.toml */
    uint8_t board_id[8u]; /* unique; zero where none was written */
    uint8_t zone_count;
    uint8_t motor_count;
    int16_t target_max_centi_c; /* limit in force */
    uint16_t zone_power_max_deci_w; /* limit in force */
    uint16_t self_tests; /* one bit a passed self-test, by enum self_test */
    uint8_t reset_cause; /* enum reset_cause */
} __attribute__((packed));
_Static_assert(sizeof(struct contract_hello) == 29u, "hello has 29 bytes on the wire");

/* board to host: The whole truth, 10 times a second. */
#define MESSAGE_STATUS_SIZE 85u
#define STATUS_STATE_MAX 5u
#define STATUS_SENSOR_TRUST_MAX 4u
#define STATUS_WITNESS_TRUST_MAX 4u
#define STATUS_ZONE_LIMITED_BY_MAX 13u
struct contract_status {
    uint32_t uptime_ms; /* since reset; wraps after 49 days */
    uint8_t state; /* enum device_state */
    int16_t sensor_temperature_centi_c[COUNT_SENSORS]; /* zone NTCs: lumbar left, right, upper back left, right; only where trusted */
    uint8_t sensor_trust[COUNT_SENSORS]; /* enum sensor_trust */
    int16_t witness_temperature_centi_c[COUNT_ZONES]; /* the trips' own NTCs; only where trusted */
    uint8_t witness_trust[COUNT_ZONES]; /* enum sensor_trust */
    uint16_t zone_asked_deci_w[COUNT_ZONES]; /* of the demand in force */
    int16_t zone_target_centi_c[COUNT_ZONES]; /* of the demand in force */
    uint16_t zone_applied_deci_w[COUNT_ZONES]; /* duty times measured full power */
    uint16_t zone_duty_permille[COUNT_ZONES]; /* really applied */
    uint16_t zone_full_power_deci_w[COUNT_ZONES]; /* what duty 1 gives at the rail and resistance measured */
    uint8_t zone_limited_by[COUNT_ZONES]; /* enum limited_by */
    uint8_t motor_asked_percent[COUNT_MOTORS]; /* of the demand in force */
    uint8_t motor_applied_percent[COUNT_MOTORS]; /* after smoothing */
    uint16_t rail_mv; /* supply rail */
    uint16_t supply_current_ma; /* through the one shunt */
    uint32_t armed_remaining_ms; /* until the arming expires by itself; 0 = not armed */
    uint16_t lease_remaining_ms; /* 0 = expired */
    uint16_t demand_counter; /* of the last accepted demand */
    uint32_t faults; /* bit n - 1 = fault number n is present now */
    uint32_t latched_faults; /* bit n - 1 = fault number n is latched */
    uint16_t frames_bad; /* frames dropped for CRC, length or type since reset */
    uint16_t demands_refused; /* demands refused for range or counter since reset */
    uint16_t zone_dose_centi_cem43[COUNT_ZONES]; /* in the leaky bucket */
    uint16_t heat_time_s; /* heat-time counter: 0 rested, 5400 rest due */
    uint16_t loop_time_us; /* worst time of the main loop since reset; 0 where not measured */
} __attribute__((packed));
_Static_assert(sizeof(struct contract_status) == 85u, "status has 85 bytes on the wire");

/* board to host: Something happened. */
#define MESSAGE_EVENT_SIZE 8u
#define EVENT_KIND_MIN 1u
#define EVENT_KIND_MAX 10u
struct contract_event {
    uint32_t uptime_ms;
    uint8_t kind; /* enum event_kind */
    uint8_t detail; /* disarm_reason, refusal or fault number, by kind */
    uint16_t press_ms; /* length of the press where kind is button_released */
} __attribute__((packed));
_Static_assert(sizeof(struct contract_event) == 8u, "event has 8 bytes on the wire");

/* board to host: Words for people. */
#define MESSAGE_LOG_SIZE 48u
struct contract_log {
    uint8_t text[48u]; /* UTF-8, padded with zeros */
} __attribute__((packed));
_Static_assert(sizeof(struct contract_log) == 48u, "log has 48 bytes on the wire");

#endif
