#include "flow.h"

#define WHOLE                                                                                                       \
    ((uint16_t)FLOW_ADC + (uint16_t)FLOW_UART + (uint16_t)FLOW_CORE + (uint16_t)FLOW_HEATERS + (uint16_t)FLOW_MOTORS \
     + (uint16_t)FLOW_SELF_TEST + (uint16_t)FLOW_TICK)

static uint16_t sum;

void flow_pass(enum flow_token token)
{
    sum = (uint16_t)(sum + (uint16_t)token);
}

bool flow_whole(void)
{
    bool whole = sum == WHOLE;
    sum = 0;
    return whole;
}
