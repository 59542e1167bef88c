#include "demand.h"

#include <string.h>

uint8_t demand_out_of_range(const struct contract_demand *demand)
{
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        int16_t target = demand->zone_target_centi_c[zone];
        if (target < DEMAND_ZONE_TARGET_CENTI_C_MIN || target > LIMIT_TARGET_MAX_CENTI_C) {
            return REFUSAL_TARGET_OUT_OF_RANGE;
        }
        if (demand->zone_power_deci_w[zone] > LIMIT_ZONE_POWER_MAX_DECI_W) {
            return REFUSAL_POWER_OUT_OF_RANGE;
        }
    }
    for (uint8_t motor = 0; motor < COUNT_MOTORS; motor++) {
        if (demand->motor_intensity_percent[motor] > DEMAND_MOTOR_INTENSITY_PERCENT_MAX) {
            return REFUSAL_INTENSITY_OUT_OF_RANGE;
        }
    }
    return demand->cue > DEMAND_CUE_MAX ? REFUSAL_UNKNOWN_CUE : 0;
}

bool demand_asks_for_heat(const struct contract_demand *demand)
{
    bool any = false;

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        any = any || demand->zone_target_centi_c[zone] > 0;
    }
    return any;
}

bool demand_asks_for_massage(const struct contract_demand *demand)
{
    bool any = false;

    for (uint8_t motor = 0; motor < COUNT_MOTORS; motor++) {
        any = any || demand->motor_intensity_percent[motor] > 0;
    }
    return any;
}

bool demand_asks_for_nothing(const struct contract_demand *demand)
{
    bool nothing = !demand_asks_for_massage(demand);

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        nothing = nothing && demand->zone_power_deci_w[zone] == 0 && demand->zone_target_centi_c[zone] == 0;
    }
    return nothing;
}

void demand_clear(struct contract_demand *demand)
{
    memset(demand, 0, sizeof *demand);
}
