; Tests of the chip's own parts that C cannot write: a march through 16 bytes of RAM, and the registers.
#include <avr/io.h>

; ---- bool march_block(uint8_t *block): whether 16 bytes of RAM hold what is written, whatever their neighbours do ----
;
; March X, with 0x55 for its zero and 0xAA for its one: write 0; upwards read 0, write 1; downwards read 1, write 0;
; read 0. The bytes rest in r0 to r15 meanwhile, so that every byte may be tested, the stack's too. Interrupts are off
; for 23 us: an interrupt would find its variables gone.

.macro expect place, pattern
        ldd     r19, Z+\place
        cpse    r19, \pattern
        rjmp    2f
.endm

        .text
        .global march_block
march_block:
        .irp    n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        push    r\n
        .endr
        movw    r30, r24
        ldi     r20, 0x55
        ldi     r21, 0xAA
        ldi     r24, 0
        in      r18, _SFR_IO_ADDR(SREG)
        cli
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        ldd     r\n, Z+\n
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        std     Z+\n, r20
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        expect  \n, r20
        std     Z+\n, r21
        .endr
        .irp    n, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0
        expect  \n, r21
        std     Z+\n, r20
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        expect  \n, r20
        .endr
        ldi     r24, 1
2:
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        std     Z+\n, r\n
        .endr
        clr     r1
        out     _SFR_IO_ADDR(SREG), r18
        .irp    n, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2
        pop     r\n
        .endr
        ret

; ---- bool march_registers(void): whether all 32 registers hold 0x55 and 0xAA ------------------------------------------
;
; Interrupts stay on: they give back every register as they found it.

.macro all_registers pattern
        ldi     r16, \pattern
        cpi     r16, \pattern
        brne    3f
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        mov     r\n, r16
        cpse    r\n, r16
3:      rjmp    registers_failed
        .endr
        .irp    n, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        ldi     r\n, \pattern
        cpse    r\n, r16
        rjmp    registers_failed
        .endr
.endm

        .global march_registers
march_registers:
        .irp    n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29
        push    r\n
        .endr
        all_registers 0x55
        all_registers 0xAA
        ldi     r24, 1
        rjmp    registers_done
registers_failed:
        ldi     r24, 0
registers_done:
        clr     r1
        .irp    n, 29, 28, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2
        pop     r\n
        .endr
        ret
