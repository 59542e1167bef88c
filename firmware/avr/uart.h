/* The serial link: bytes in, bytes out, by interrupts that do nothing else. */
#ifndef POULTICE_UART_H
#define POULTICE_UART_H

#include <stdint.h>

void uart_start(void);

/* Bytes received, in order; they stay where they are until the next call. Where they wrap round the ring's end, the
 * rest comes with the next call. */
uint8_t uart_take(const uint8_t **bytes);

/* Sends these bytes from where they are: they must stay until uart_finish(). */
void uart_send(const uint8_t *bytes, uint8_t count);

/* Returns once all is sent. 160 bytes take 6.4 ms of the 10 ms of a pass: at once, unless that pass was late. */
void uart_finish(void);

#endif
