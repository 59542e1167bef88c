/* The far end of the cable: a pseudo-terminal that any serial program opens. */
#ifndef POULTICE_TEST_TERMINAL_H
#define POULTICE_TEST_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct terminal {
    int master;
    int slave;      /* kept open, so that a program that closes it does not end it */
    char name[128];
};

bool terminal_open(struct terminal *terminal);

/* Never waits; returns how many bytes came. */
size_t terminal_read(struct terminal *terminal, uint8_t *bytes, size_t room);

/* Never waits: where nobody reads, bytes get lost, as on a cable. */
void terminal_write(struct terminal *terminal, const uint8_t *bytes, size_t count);

#endif
