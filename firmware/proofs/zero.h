/* memset() to zero, said in a way that a proof about fields can follow: as the assignment of an object that is all
 * zeros. That the C library's memset() does the same to the same bytes is assumed. */
#ifndef PROOFS_ZERO
#define PROOFS_ZERO

#include <string.h>
#undef memset
#define memset(object, value, size) \
    do { \
        const __typeof__(*(object)) all_zero = {0}; \
        *(object) = all_zero; \
    } while (0)

#endif
