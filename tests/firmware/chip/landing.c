/* The program around the core on the chip of the tests: it waits, and is called from outside. See tests/on_chip.py. */
#include <stdint.h>

uint8_t landing_ask(uint16_t question);
void landing_endless(void);

/* Stands for a function of the test; the emulator stops at its first instruction and answers for it. */
uint8_t landing_ask(uint16_t question)
{
    return (uint8_t)question;
}

void landing_endless(void)
{
    for (;;) {
        __asm__ volatile("nop");
    }
}

/* Every call returns to here. */
int main(void)
{
    for (;;) {
    }
}
