#include "slope.h"

#include "contract.h"
#include "facts.h"

#define MEAN_MS (LIMIT_SLOPE_WINDOW_MS / SLOPE_MEANS)
#define READINGS (uint8_t)(MEAN_MS / FACTS_ADC_CYCLE_MS)

/* The slope of the least-squares line through five equidistant points y0…y4 is (2 (y4 - y0) + (y3 - y1)) / 10 a step. */
_Static_assert(SLOPE_MEANS == 5u, "the line is laid through five points");
_Static_assert(MEAN_MS * 10 == LIMIT_LOOK_AHEAD_HORIZON_MS, "ten steps ahead: the division by 10 falls away");

static void begin(struct slope *slope, int16_t centi_c)
{
    for (uint8_t i = 0; i < SLOPE_MEANS; i++) {
        slope->mean_centi_c[i] = centi_c;
    }
    slope->sum_centi_c = 0;
    slope->readings = 0;
    slope->begun = true;
}

static void end_second(struct slope *slope)
{
    for (uint8_t i = 1; i < SLOPE_MEANS; i++) {
        slope->mean_centi_c[i - 1u] = slope->mean_centi_c[i];
    }
    slope->mean_centi_c[SLOPE_MEANS - 1u] = (int16_t)(slope->sum_centi_c / READINGS);
    slope->sum_centi_c = 0;
    slope->readings = 0;
}

static void add(struct slope *slope, int16_t centi_c)
{
    slope->sum_centi_c += centi_c;
    slope->readings++;
    if (slope->readings >= READINGS) {
        end_second(slope);
    }
}

/* Every temperature is between -14 and 79 °C, so three differences fit 16 bits. */
int16_t slope_rise_centi_k(const struct slope *slope)
{
    int16_t outer = (int16_t)(slope->mean_centi_c[4] - slope->mean_centi_c[0]);
    int16_t inner = (int16_t)(slope->mean_centi_c[3] - slope->mean_centi_c[1]);

    return (int16_t)(2 * outer + inner);
}

void slope_read(struct slope *slope, int16_t centi_c)
{
    if (!slope->begun) {
        begin(slope, centi_c);
    }
    add(slope, centi_c);
    if ((int32_t)centi_c + slope_rise_centi_k(slope) >= LIMIT_LOOK_AHEAD_LIMIT_CENTI_C) {
        slope->cut = true;
    } else if (centi_c < LIMIT_OVER_TEMPERATURE_RESUME_CENTI_C) {
        slope->cut = false;
    }
}

void slope_forget(struct slope *slope)
{
    slope->begun = false;
}
