/* Finds the tracks of a two-layer board: A* on a grid, all nets again and again, conflicts dearer each time
 * (negotiated congestion, McMurchie and Ebeling 1995). Called by routing.py.
 *
 * A cell is a place for the middle of a track. "Thin" and "fat" are the two radii that copper has here: a thin track,
 * or a wide track or via. own[fat][layer][cell] is 0 where every net may pass, n where only net n may, -1 where none.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LAYERS 2
#define STRAIGHT 10
#define DIAGONAL 14
#define VIA 120
#define BACK_LAYER 13 /* tenths that the lower layer costs: it is the ground's */
#define BEND 4

typedef struct {
    int wide, high, cells;
    const int16_t *own[2][LAYERS];
    uint16_t *used[2][LAYERS]; /* how many nets' copper forbids a thin or fat middle here */
    uint16_t *past[LAYERS];    /* how often there was a conflict */
    int pressure;
    /* the search */
    int32_t *cost;
    int32_t *from;
    uint32_t *stamp;
    uint8_t *is_goal;
    uint32_t round;
    int64_t *heap;
    int heap_size, heap_room;
} board_t;

static void push(board_t *b, int32_t key, int32_t node)
{
    if (b->heap_size == b->heap_room) {
        b->heap_room *= 2;
        b->heap = realloc(b->heap, (size_t)b->heap_room * sizeof *b->heap);
    }
    int i = b->heap_size++;
    int64_t v = ((int64_t)key << 32) | (uint32_t)node;
    while (i > 0 && b->heap[(i - 1) / 2] > v) {
        b->heap[i] = b->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    b->heap[i] = v;
}

static int64_t pop(board_t *b)
{
    int64_t top = b->heap[0], v = b->heap[--b->heap_size];
    int i = 0;
    for (;;) {
        int c = 2 * i + 1;
        if (c >= b->heap_size) break;
        if (c + 1 < b->heap_size && b->heap[c + 1] < b->heap[c]) c++;
        if (b->heap[c] >= v) break;
        b->heap[i] = b->heap[c];
        i = c;
    }
    b->heap[i] = v;
    return top;
}

board_t *board_new(int wide, int high, const int16_t *thin0, const int16_t *thin1, const int16_t *fat0, const int16_t *fat1)
{
    board_t *b = calloc(1, sizeof *b);
    b->wide = wide;
    b->high = high;
    b->cells = wide * high;
    b->own[0][0] = thin0;
    b->own[0][1] = thin1;
    b->own[1][0] = fat0;
    b->own[1][1] = fat1;
    size_t n = (size_t)b->cells;
    for (int l = 0; l < LAYERS; l++) {
        b->past[l] = calloc(n, 2);
        for (int f = 0; f < 2; f++) b->used[f][l] = calloc(n, 2);
    }
    b->cost = malloc(n * LAYERS * 4);
    b->from = malloc(n * LAYERS * 4);
    b->stamp = calloc(n * LAYERS, 4);
    b->is_goal = calloc(n * LAYERS, 1);
    b->heap_room = 1 << 16;
    b->heap = malloc((size_t)b->heap_room * sizeof *b->heap);
    return b;
}

void board_free(board_t *b)
{
    for (int l = 0; l < LAYERS; l++) {
        free(b->past[l]);
        for (int f = 0; f < 2; f++) free(b->used[f][l]);
    }
    free(b->cost); free(b->from); free(b->stamp); free(b->is_goal); free(b->heap); free(b);
}

void board_pressure(board_t *b, int pressure) { b->pressure = pressure; }

static int price(const board_t *b, int fat, int layer, int cell)
{
    int use = b->used[fat][layer][cell];
    return b->past[layer][cell] + use * b->pressure;
}

static int may(const board_t *b, int fat, int layer, int cell, int net)
{
    int owner = b->own[fat][layer][cell];
    return owner == 0 || owner == net;
}

/* One way from any start to any goal (nodes: layer * cells + cell). With to_plane a goal is wherever a via may be.
 * Returns the number of nodes written to path, from goal to start; 0 where there is no way. */
int board_way(board_t *b, int net, int fat, const int32_t *starts, int n_starts, const int32_t *goals, int n_goals,
              int to_plane, int32_t *path, int room)
{
    static const int dx[8] = {1, -1, 0, 0, 1, 1, -1, -1}, dy[8] = {0, 0, 1, -1, 1, -1, 1, -1};
    b->round++;
    b->heap_size = 0;
    for (int i = 0; i < n_goals; i++) b->is_goal[goals[i]] = 1;
    for (int i = 0; i < n_starts; i++) {
        b->stamp[starts[i]] = b->round;
        b->cost[starts[i]] = 0;
        b->from[starts[i]] = -1;
        push(b, 0, starts[i]);
    }
    int end = -1;
    while (b->heap_size) {
        int64_t top = pop(b);
        int node = (int)(uint32_t)top, spent = (int)(top >> 32);
        if (spent > b->cost[node]) continue;
        int layer = node / b->cells, cell = node % b->cells, x = cell % b->wide, y = cell / b->wide;
        if (b->is_goal[node]) { end = node; break; }
        int via_here = may(b, 1, 0, cell, net) && may(b, 1, 1, cell, net);
        if (via_here) {
            int more = spent + VIA + price(b, 1, 0, cell) + price(b, 1, 1, cell);
            int other = (1 - layer) * b->cells + cell;
            if (to_plane && layer == 0) {
                b->is_goal[other] |= 2; /* the plane below: wherever a via goes */
            }
            if ((to_plane && layer == 0) || may(b, fat, 1 - layer, cell, net)) {
                if (b->stamp[other] != b->round || more < b->cost[other]) {
                    b->stamp[other] = b->round;
                    b->cost[other] = more;
                    b->from[other] = node;
                    push(b, more, other);
                }
            }
        }
        int came = b->from[node];
        int cx = 0, cy = 0;
        if (came >= 0 && came / b->cells == layer) {
            cx = x - (came % b->cells) % b->wide;
            cy = y - (came % b->cells) / b->wide;
        }
        for (int d = 0; d < 8; d++) {
            int nx = x + dx[d], ny = y + dy[d];
            if (nx < 0 || ny < 0 || nx >= b->wide || ny >= b->high) continue;
            int there = ny * b->wide + nx, next = layer * b->cells + there;
            if (!may(b, fat, layer, there, net)) continue;
            int step = d < 4 ? STRAIGHT : DIAGONAL;
            if (layer == 1) step = step * BACK_LAYER / 10;
            if ((cx || cy) && (cx != dx[d] || cy != dy[d])) step += BEND;
            int more = spent + step + price(b, fat, layer, there);
            if (b->stamp[next] != b->round || more < b->cost[next]) {
                b->stamp[next] = b->round;
                b->cost[next] = more;
                b->from[next] = node;
                push(b, more, next);
            }
        }
    }
    if (to_plane) memset(b->is_goal, 0, (size_t)b->cells * LAYERS);
    for (int i = 0; i < n_goals; i++) b->is_goal[goals[i]] = 0;
    int n = 0;
    for (; end >= 0 && n < room; end = b->from[end]) path[n++] = end;
    return n;
}

/* Lays (by = 1) or lifts (-1) the copper of one cell: reach[f] are the offsets that it forbids to thin and fat middles. */
void board_mark(board_t *b, const int32_t *nodes, int n, const int16_t *offsets, int n_offsets, int fat_map, int by)
{
    for (int i = 0; i < n; i++) {
        int layer = nodes[i] / b->cells, cell = nodes[i] % b->cells, x = cell % b->wide, y = cell / b->wide;
        for (int o = 0; o < n_offsets; o++) {
            int nx = x + offsets[2 * o], ny = y + offsets[2 * o + 1];
            if (nx < 0 || ny < 0 || nx >= b->wide || ny >= b->high) continue;
            b->used[fat_map][layer][ny * b->wide + nx] += (uint16_t)by;
        }
    }
}

/* The map of what forbids a thin or fat middle. */
const uint16_t *board_used(const board_t *b, int fat, int layer) { return b->used[fat][layer]; }

/* What a net's own copper meets of others', once its own is lifted: conflicts are counted, and remembered if asked. */
int board_conflicts(board_t *b, const int32_t *nodes, int n, int fat, int remember)
{
    int found = 0;
    for (int i = 0; i < n; i++) {
        int layer = nodes[i] / b->cells, cell = nodes[i] % b->cells;
        if (b->used[fat][layer][cell]) {
            found++;
            if (remember && b->past[layer][cell] < 4000) b->past[layer][cell] = (uint16_t)(b->past[layer][cell] + remember);
        }
    }
    return found;
}
