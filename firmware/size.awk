# Reads `avr-size -A` and says what the firmware uses; fails where the chip has no more.
$1 == ".text" { text = $2 }
$1 == ".data" { data = $2 }
$1 == ".bss" || $1 == ".noinit" { cleared += $2 }

function percent(part, whole) { return 100 * part / whole }

END {
    used_flash = text + data
    used_ram = data + cleared
    printf "flash %5d of %d bytes (%.1f %%)\n", used_flash, flash, percent(used_flash, flash)
    printf "RAM   %5d of %d bytes (%.1f %%), %d left for the stack\n", used_ram, ram, percent(used_ram, ram), ram - used_ram
    if (used_flash > flash) {
        print "the firmware does not fit the flash" > "/dev/stderr"
        exit 1
    }
    if (used_ram + stack > ram) {
        printf "less than %d bytes are left for the stack\n", stack > "/dev/stderr"
        exit 1
    }
}
