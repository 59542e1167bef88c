/* What stands in a sum of conversions before they are made. */
#ifndef POULTICE_SUMS_H
#define POULTICE_SUMS_H

#include "facts.h"

#define ADC_SUM_POISON UINT16_C(0xFFFF) /* written by the shell before each cycle: a channel that kept it was not converted */

_Static_assert(ADC_SUM_POISON > FACTS_ADC_SUM_MAX, "no sum of conversions looks like it");

#endif
