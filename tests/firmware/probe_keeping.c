/* How the structs are laid out that outlive a step or a power cut. */
#include <stddef.h>
#include <string.h>

#include "dose.h"
#include "heat_time.h"
#include "lockout.h"
#include "record.h"
#include "trip_test.h"

#define SIZE(of) \
    if (strcmp(name, #of) == 0) { \
        return sizeof(struct of); \
    }

size_t probe_keeping_size(const char *name);

size_t probe_keeping_size(const char *name)
{
    SIZE(dose)
    SIZE(heat_time)
    SIZE(lockout)
    SIZE(record)
    SIZE(record_byte)
    SIZE(record_search)
    SIZE(trip)
    return 0;
}
