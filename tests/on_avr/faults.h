/* What can break on the emulated board, by the names that the simulated board has too where it can break there. */
#ifndef POULTICE_TEST_FAULTS_H
#define POULTICE_TEST_FAULTS_H

#include <stdbool.h>

#include "board.h"

/* Reads the `key=value` words that strtok() has left and breaks what they say; false where they make no sense. */
bool fault_inject(struct board *board, const char *name);

/* Mends everything that a fault of that name broke, where that can be mended. */
bool fault_mend(struct board *board, const char *name);

#endif
