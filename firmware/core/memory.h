/* Where constants live: on the AVR a constant table is copied into the 2 KiB of RAM unless it says otherwise. */
#ifndef POULTICE_MEMORY_H
#define POULTICE_MEMORY_H

#ifdef __AVR__
#define IN_FLASH __flash
#else
#define IN_FLASH
#endif

#endif
