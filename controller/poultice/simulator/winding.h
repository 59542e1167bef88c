/* What of a pad lies between an element's current and the felt, beyond plant.h: a winding that stores heat and hands it
 * on with a time constant, and a delay of transport. With neither, heat passes at once. */
#ifndef POULTICE_WINDING_H
#define POULTICE_WINDING_H

#define WINDING_STEP_MS 10u
#define WINDING_STEP_S (WINDING_STEP_MS / 1000.0)
#define WINDING_DELAY_STEPS 1000u
#define WINDING_DELAY_MAX_S ((WINDING_DELAY_STEPS - 1u) * WINDING_STEP_S)

struct winding {
    double lag_s;
    double handed_w; /* handed on now */
    double on_its_way_w[WINDING_DELAY_STEPS];
    unsigned delay_steps;
    unsigned newest;
};

/* A cold one. */
void winding_reset(struct winding *winding, double lag_s, double delay_s);

/* WINDING_STEP_MS with this power, W, in the element: the power that arrives in the felt meanwhile. */
double winding_pass(struct winding *winding, double element_w);

#endif
