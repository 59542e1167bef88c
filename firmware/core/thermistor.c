#include "thermistor.h"

#include "facts.h"
#include "memory.h"
#include "thermistor_table.h"

#define SUM_MIN (uint16_t)(LIMIT_SENSOR_CODE_MIN * FACTS_ADC_OVERSAMPLING)
#define SUM_MAX (uint16_t)(LIMIT_SENSOR_CODE_MAX * FACTS_ADC_OVERSAMPLING)

_Static_assert((uint32_t)THERMISTOR_TABLE_STEP * (THERMISTOR_TABLE_SIZE - 1u) == FACTS_ADC_SUM_SPAN,
               "the table spans the ADC");

static const IN_FLASH int16_t table[THERMISTOR_TABLE_SIZE] = THERMISTOR_TABLE_CENTI_C;

int16_t thermistor_centi_c(uint16_t sum)
{
    uint8_t below = (uint8_t)(sum / THERMISTOR_TABLE_STEP);
    uint32_t beyond = sum % THERMISTOR_TABLE_STEP;
    uint16_t fall = (uint16_t)(table[below] - table[below + 1u]); /* hotter is a smaller sum */
    uint32_t rounded = fall * beyond + THERMISTOR_TABLE_STEP / 2u;

    //@ assert table[below + 1u] <= table[below] && fall == table[below] - table[below + 1u];
    //@ assert rounded <= fall * (THERMISTOR_TABLE_STEP - 1u) + THERMISTOR_TABLE_STEP / 2u;
    //@ assert rounded / THERMISTOR_TABLE_STEP <= fall;
    return (int16_t)(table[below] - (int16_t)(rounded / THERMISTOR_TABLE_STEP));
}

static uint8_t trust_of(uint16_t sum)
{
    if (sum < SUM_MIN) {
        return SENSOR_TRUST_SHORT;
    }
    return sum > SUM_MAX ? SENSOR_TRUST_OPEN : SENSOR_TRUST_TRUSTED;
}

void thermistor_sample(struct thermistor *thermistor, uint16_t sum)
{
    thermistor->trust = trust_of(sum);
    if (thermistor_trusted(thermistor)) {
        thermistor->centi_c = thermistor_centi_c(sum);
        thermistor->bad = 0;
    } else if (thermistor->bad < UINT8_MAX) {
        thermistor->bad++;
    }
}

void thermistor_forget(struct thermistor *thermistor)
{
    thermistor->trust = SENSOR_TRUST_NOT_READ_YET;
}
