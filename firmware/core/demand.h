/* What the host wishes: whether it may wish that, and whether it wishes anything. */
#ifndef POULTICE_DEMAND_H
#define POULTICE_DEMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

/* enum refusal, or 0 where every field is in range. */
uint8_t demand_out_of_range(const struct contract_demand *demand);

/* Asks for nothing from now on. */
void demand_clear(struct contract_demand *demand);

bool demand_asks_for_nothing(const struct contract_demand *demand);
bool demand_asks_for_heat(const struct contract_demand *demand); /* a target is set, whether or not it needs power */
bool demand_asks_for_massage(const struct contract_demand *demand);

#endif
