/* The program around the core on the chip of the tests: it waits, and is called from outside. See tests/on_chip.py. */
void landing_endless(void);

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
