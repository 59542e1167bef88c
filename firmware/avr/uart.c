#include "uart.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>

#include "flow.h"
#include "pins.h"

/* 128 bytes in a 10 ms pass are 25 times what a host sends; more than that is dropped, and the frames' CRC tells. */
#define RING_SIZE 128u
#define RING_MASK (RING_SIZE - 1u)

static uint8_t ring[RING_SIZE];
static volatile uint8_t head; /* next free */
static volatile uint8_t tail; /* the oldest that is still needed */
static uint8_t given_to;      /* the end of what was lent to the caller */

static const uint8_t *volatile sending;
static volatile uint8_t sending_left;

void uart_start(void)
{
    UCSR0A = (uint8_t)_BV(U2X0);
    UCSR0C = (uint8_t)(_BV(UCSZ01) | _BV(UCSZ00));
    UBRR0 = UART_UBRR; /* last: the emulator takes the speed from what it knows by now */
    UCSR0B = (uint8_t)(_BV(RXEN0) | _BV(TXEN0) | _BV(RXCIE0));
}

ISR(USART_RX_vect)
{
    uint8_t byte = UDR0;
    uint8_t place = head;
    uint8_t next = (place + 1u) & RING_MASK;
    if (next != tail) {
        ring[place] = byte;
        head = next;
    }
}

uint8_t uart_take(const uint8_t **bytes)
{
    uint8_t end = head;
    uint8_t begin = given_to;
    tail = begin; /* what was lent the last time is free now */
    if (end < begin) {
        end = RING_SIZE; /* what lies behind the ring's end comes with the next pass */
    }
    *bytes = &ring[begin];
    given_to = end & RING_MASK;
    flow_pass(FLOW_UART);
    return (uint8_t)(end - begin);
}

ISR(USART_UDRE_vect)
{
    const uint8_t *byte = sending;
    uint8_t left = (uint8_t)(sending_left - 1u);
    UDR0 = *byte;
    sending = byte + 1;
    sending_left = left;
    if (left == 0) {
        UCSR0B &= (uint8_t)~_BV(UDRIE0);
    }
}

void uart_finish(void)
{
    while (sending_left > 0) { /* a UART that does not get rid of it is one that hangs */
    }
}

void uart_send(const uint8_t *bytes, uint8_t count)
{
    if (count > 0) {
        sending = bytes;
        sending_left = count;
        UCSR0B |= (uint8_t)_BV(UDRIE0);
    }
}
