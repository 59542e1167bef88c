#include "uart.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>

#include "pins.h"

/* Two basins: the interrupt fills one while the main loop reads the other. 128 bytes in a 10 ms pass are 25 times
 * what a host sends; more than that is dropped, and the frames' CRC tells. */
#define BASIN_SIZE 128u
#define RING_SIZE 256u /* indexes are bytes and wrap by themselves */

static uint8_t basin[2][BASIN_SIZE];
static volatile uint8_t filling;
static volatile uint8_t filled;

static uint8_t ring[RING_SIZE];
static volatile uint8_t ring_head; /* next free */
static volatile uint8_t ring_tail; /* next to send */

void uart_start(void)
{
    UBRR0 = UART_UBRR;
    UCSR0A = (uint8_t)_BV(U2X0);
    UCSR0C = (uint8_t)(_BV(UCSZ01) | _BV(UCSZ00));
    UCSR0B = (uint8_t)(_BV(RXEN0) | _BV(TXEN0) | _BV(RXCIE0));
}

ISR(USART_RX_vect)
{
    uint8_t byte = UDR0;
    uint8_t place = filled;
    if (place < BASIN_SIZE) {
        basin[filling][place] = byte;
        filled = (uint8_t)(place + 1u);
    }
}

uint8_t uart_take(const uint8_t **bytes)
{
    uint8_t count;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
        *bytes = basin[filling];
        count = filled;
        filling ^= 1u;
        filled = 0;
    }
    return count;
}

ISR(USART_UDRE_vect)
{
    uint8_t place = ring_tail;
    UDR0 = ring[place];
    place++;
    ring_tail = place;
    if (place == ring_head) {
        UCSR0B &= (uint8_t)~_BV(UDRIE0);
    }
}

void uart_send(const uint8_t *bytes, uint8_t count)
{
    uint8_t head = ring_head;
    uint8_t free_places = (uint8_t)((uint8_t)(ring_tail - head) - 1u);
    if (count == 0 || count > free_places) {
        return;
    }
    for (uint8_t place = 0; place < count; place++) {
        ring[head++] = bytes[place];
    }
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
        ring_head = head;
        UCSR0B |= (uint8_t)_BV(UDRIE0);
    }
}
