"""The board as data: parts, nets and places, and the KiCad files, bill of materials and pictures made from them."""
