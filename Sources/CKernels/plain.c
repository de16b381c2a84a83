// Any processor: what the compiler makes of the loops with the target's base instructions.
#define TABLE ck_plain_table
#define VARIANT "plain"
#define TILE_PANELS 1
#define STRIP 4  // rows of a matrix in a tile
#define LANES 4
#define CHAINS 3  // as many as the registers hold
#include "variant.inc"
