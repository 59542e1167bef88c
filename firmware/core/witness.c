#include "witness.h"

#include "countdown.h"

static bool warm(const struct thermistor *thermistor)
{
    return thermistor_trusted(thermistor) && thermistor->centi_c > LIMIT_PLAUSIBLE_ABOVE_CENTI_C;
}

static bool apart(const struct thermistor *beside, const struct thermistor *own)
{
    int16_t difference = (int16_t)(own->centi_c - beside->centi_c);

    return !thermistor_trusted(own) || difference > LIMIT_WITNESS_DIFFERENCE_CENTI_K ||
           difference < -LIMIT_WITNESS_DIFFERENCE_CENTI_K;
}

bool witness_step(struct witness *witness, const struct thermistor *beside, const struct thermistor *own,
                  uint16_t elapsed_ms)
{
    if (thermistor_trusted(beside)) {
        bool disagrees = apart(beside, own) && (warm(beside) || warm(own));
        witness->apart_ms = disagrees ? count_up(witness->apart_ms, elapsed_ms) : 0u;
    }
    return witness->apart_ms >= LIMIT_WITNESS_TIME_MS;
}
