/* How the structs are laid out that watch converter, supply and currents. */
#include <stddef.h>
#include <string.h>

#include "motor_current.h"
#include "open_heater.h"
#include "reference.h"
#include "stuck_on.h"
#include "supply.h"

#define SIZE(of) \
    if (strcmp(name, #of) == 0) { \
        return sizeof(struct of); \
    }

size_t probe_electric_size(const char *name);

size_t probe_electric_size(const char *name)
{
    SIZE(motor_current)
    SIZE(open_heater)
    SIZE(reference)
    SIZE(stuck_on)
    SIZE(supply)
    return 0;
}
