// The controller's box: shell, lid and button cap, printable without supports. All sizes come from dimensions.scad,
// which is made from the board's own places. part = "shell", "lid", "cap", "all" (as put together) or "clash" (what
// of the board and its parts touches the box: must be nothing).
include <dimensions.scad>

part = "all";
$fn = 24;

inner_wide = board[0] + 2 * play;
inner_deep = board[1] + 2 * play;
outer_wide = inner_wide + 2 * wall;
outer_deep = inner_deep + 2 * wall;
board_top = floor_high + standoff + board_thick;  // above the shell's underside
rim = board_top + room_above;

// Everything in the board's coordinates: its lower left corner is the origin, z = 0 is the shell's underside.
module rounded(wide, deep, high, r) {
    translate([r, r, 0]) linear_extrude(high) offset(r) square([wide - 2 * r, deep - 2 * r]);
}

module outside(high, more = 0) {
    translate([-play - wall - more, -play - wall - more, 0])
        rounded(outer_wide + 2 * more, outer_deep + 2 * more, high, corner + wall);
}

module inside(high) {
    translate([-play, -play, 0]) rounded(inner_wide, inner_deep, high, corner);
}

// An opening for a plug, from its foot up to the rim, so that nothing has to be bridged.
module opening(o, gap, from, to) {
    reach = 3 * wall + play;
    x = o[0] - gap; wide = o[1] - o[0] + 2 * gap;
    if (o[3] == "north") translate([x, board[1] - 0.01, from]) cube([wide, reach, to - from]);
    if (o[3] == "south") translate([x, -reach + 0.01, from]) cube([wide, reach, to - from]);
    if (o[3] == "east") translate([board[0] - 0.01, x, from]) cube([reach, wide, to - from]);
}

module tie_shelf() {
    deep = 14;
    difference() {
        translate([shelf[0], -play - wall - deep, 0]) cube([shelf[1] - shelf[0], deep + 1, floor_high + 1.6]);
        for (x = [shelf[0] + 6 : 12 : shelf[1] - 10]) for (dx = [0, 6])
            translate([x + dx - 1, -play - wall - deep / 2 - 2.5, -1]) cube([2.2, 5, 10]);
    }
}

module shell() {
    difference() {
        union() {
            difference() {
                outside(rim);
                translate([0, 0, floor_high]) inside(rim);
            }
            for (h = holes) translate([h[0], h[1], 0]) cylinder(d = 7, h = floor_high + standoff);
            tie_shelf();
        }
        for (h = holes) translate([h[0], h[1], floor_high - 0.8]) cylinder(d = pilot, h = standoff + 2);
        for (o = openings) opening(o, 0.6, board_top - 0.4, rim + 1);
        for (n = [0 : 5]) translate([vents[0], vents[1] + n * 5, -1]) cube([24, 2, floor_high + 2]);
    }
}

module lid() {
    difference() {
        union() {
            translate([0, 0, rim]) outside(lid_high);
            // a lip inside the wall, in pieces that leave the plugs free
            difference() {
                translate([0, 0, rim - 2]) difference() {
                    translate([0.25, 0.25, 0]) scale([(board[0] - 0.5) / board[0], (board[1] - 0.5) / board[1], 1]) inside(2.01);
                    translate([1.8, 1.8, -1]) scale([(board[0] - 3.6) / board[0], (board[1] - 3.6) / board[1], 1]) inside(4);
                }
                for (o = openings) {
                    opening(o, 2, rim - 3, rim);
                    inward(o, 2);
                }
            }
            // tongues that close the openings above the plugs
            for (o = openings) if (rim - (board_top + o[2] + 0.6) > 1) tongue(o);
            for (h = holes) translate([h[0], h[1], board_top + 0.2]) cylinder(d = 7, h = rim - board_top - 0.1);
        }
        for (h = holes) {
            translate([h[0], h[1], board_top - 1]) cylinder(d = 3.4, h = 60);
            translate([h[0], h[1], rim + lid_high - 1.8]) cylinder(d1 = 3.4, d2 = 6.4, h = 1.81);
        }
        translate([button[0], button[1], rim - 1]) cylinder(d = cap_wide + 0.6, h = lid_high + 2);
        translate([light[0], light[1], rim - 1]) cylinder(d = 5.4, h = lid_high + 2);
        for (dx = [-4, 0, 4]) for (dy = [-4, 0, 4])
            translate([sounder[0] + dx, sounder[1] + dy, rim - 1]) cylinder(d = 1.8, h = lid_high + 2);
        for (n = [0 : 5]) translate([vents[0], vents[1] + n * 5, rim - 1]) cube([24, 2, lid_high + 2]);
    }
}

module inward(o, gap) {
    if (o[3] == "north") translate([o[0] - gap, board[1] - 4, rim - 3]) cube([o[1] - o[0] + 2 * gap, 8, 3]);
    if (o[3] == "south") translate([o[0] - gap, -4, rim - 3]) cube([o[1] - o[0] + 2 * gap, 8, 3]);
    if (o[3] == "east") translate([board[0] - 4, o[0] - gap, rim - 3]) cube([8, o[1] - o[0] + 2 * gap, 3]);
}

module tongue(o) {
    from = board_top + o[2] + 0.6;
    intersection() {
        opening(o, 0.3, from, rim + 0.1);
        difference() {
            outside(rim + 1);
            translate([0, 0, -1]) inside(rim + 3);
        }
    }
}

module cap() {
    translate([button[0], button[1], board_top + button[2] + 0.1]) {
        cylinder(d = cap_wide + 3, h = 1.2);
        cylinder(d = cap_wide, h = rim + lid_high + 1.5 - (board_top + button[2] + 0.1));
    }
}

module board_with_parts() {
    color("darkgreen") translate([0, 0, board_top - board_thick]) difference() {
        cube([board[0], board[1], board_thick]);
        for (h = holes) translate([h[0], h[1], -1]) cylinder(d = 3.2, h = 5);
    }
    for (p = parts) color("silver") translate([p[0], p[1], board_top]) cube([p[2] - p[0], p[3] - p[1], p[4]]);
}

if (part == "shell") shell();
if (part == "lid") rotate([180, 0, 0]) translate([0, 0, -rim - lid_high]) lid();
if (part == "cap") translate([0, 0, -board_top - button[2] - 0.1]) cap();
if (part == "all") {
    color("gainsboro") shell();
    board_with_parts();
    translate([0, 0, 30]) color("whitesmoke") lid();
    translate([0, 0, 26]) color("tomato") cap();
}
if (part == "closed") {
    color("gainsboro") shell();
    color("whitesmoke") lid();
    color("tomato") cap();
}
if (part == "clash") intersection() {
    board_with_parts();
    union() { shell(); lid(); }
}
