#include "terminal.h"

#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

bool terminal_open(struct terminal *terminal)
{
    if (openpty(&terminal->master, &terminal->slave, terminal->name, NULL, NULL) != 0) {
        return false;
    }
    struct termios settings;
    tcgetattr(terminal->slave, &settings);
    cfmakeraw(&settings);
    tcsetattr(terminal->slave, TCSANOW, &settings);
    return fcntl(terminal->master, F_SETFL, O_NONBLOCK) == 0;
}

size_t terminal_read(struct terminal *terminal, uint8_t *bytes, size_t room)
{
    ssize_t count = read(terminal->master, bytes, room);
    return count > 0 ? (size_t)count : 0;
}

void terminal_write(struct terminal *terminal, const uint8_t *bytes, size_t count)
{
    if (count > 0 && write(terminal->master, bytes, count) < 0) {
        return; /* full: lost */
    }
}
