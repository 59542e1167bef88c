/* Which functions of the core a test went through: the compiler calls the first of these at the beginning of each. */
#include <stdint.h>

#define SLOTS 4096u /* more than the core has functions, a power of two */

static uintptr_t seen[SLOTS];

/* Hidden, because libc has two of the same names that do nothing. */
#define OURS __attribute__((no_instrument_function, visibility("hidden")))
void __cyg_profile_func_enter(void *function, void *caller) OURS;
void __cyg_profile_func_exit(void *function, void *caller) OURS;
uint32_t reached_take(uintptr_t *functions) __attribute__((no_instrument_function));

void __cyg_profile_func_enter(void *function, void *caller)
{
    uintptr_t at = (uintptr_t)function >> 2;

    (void)caller;
    while (seen[at % SLOTS] != 0 && seen[at % SLOTS] != (uintptr_t)function) {
        at++;
    }
    seen[at % SLOTS] = (uintptr_t)function;
}

void __cyg_profile_func_exit(void *function, void *caller)
{
    (void)function;
    (void)caller;
}

/* Their distances from this function, and forgets them. `functions` has room for SLOTS. Returns how many. */
uint32_t reached_take(uintptr_t *functions)
{
    uint32_t count = 0;

    for (uint32_t at = 0; at < SLOTS; at++) {
        if (seen[at] != 0) {
            functions[count++] = seen[at] - (uintptr_t)reached_take;
            seen[at] = 0;
        }
    }
    return count;
}
