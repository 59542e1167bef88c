#include "winding.h"

#include <math.h>

void winding_reset(struct winding *winding, double lag_s, double delay_s)
{
    double steps = fmin(delay_s, WINDING_DELAY_MAX_S) / WINDING_STEP_S;

    *winding = (struct winding){.lag_s = lag_s, .delay_steps = (unsigned)steps};
}

double winding_pass(struct winding *winding, double element_w)
{
    if (winding->lag_s <= 0.0 && winding->delay_steps == 0) {
        return element_w;
    }
    winding->handed_w += fmin(1.0, WINDING_STEP_S / winding->lag_s) * (element_w - winding->handed_w);
    winding->newest = (winding->newest + 1u) % WINDING_DELAY_STEPS;
    winding->on_its_way_w[winding->newest] = winding->handed_w;
    return winding->on_its_way_w[(winding->newest + WINDING_DELAY_STEPS - winding->delay_steps) % WINDING_DELAY_STEPS];
}
