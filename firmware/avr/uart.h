/* The serial link: bytes in, bytes out, by interrupts that do nothing else. */
#ifndef POULTICE_UART_H
#define POULTICE_UART_H

#include <stdint.h>

void uart_start(void);

/* The bytes received since the last call; they stay where they are until the next call. */
uint8_t uart_take(const uint8_t **bytes);

/* Queues bytes for sending; all of them or, where they don't fit, none: half a frame helps nobody. */
void uart_send(const uint8_t *bytes, uint8_t count);

#endif
