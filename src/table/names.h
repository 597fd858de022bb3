/* Names of units and indicators, and the codes they stand for: what a sheet calls 柳湾村 is 340101 in the workspace. */
#ifndef SHI_TABLE_NAMES_H
#define SHI_TABLE_NAMES_H

#include "table/heading.h"

enum { SHI_LEVELS = 6, SHI_LEVEL_ANY = 7 };   /* levels from 1, province, to 6, group */

typedef struct {
    shi_str code, name, parent, key;   /* key: the name made plain */
    int level;                         /* 0: not known */
    int64_t up;                        /* number of the parent, -1: none */
} shi_known_unit;

typedef struct {
    shi_str code, name, key;
} shi_known_indicator;

typedef struct {
    shi_arena *keep;
    shi_known_unit *unit;
    int64_t units, units_cap;
    shi_known_indicator *indicator;
    int64_t indicators, indicators_cap;
    int64_t *by_code, *by_key, sorted;   /* of the first `sorted` units: those that can be found; more are on their way */
} shi_names;

/* Texts are copied to keep; arrays are the caller's to drop. */
void shi_names_open(shi_arena *keep, shi_names *names);
void shi_names_drop(shi_names *names);
/* A unit or an indicator whose code is there already takes the new name. */
shi_err shi_names_add_unit(shi_names *names, shi_str code, shi_str name, shi_str parent, int level);
shi_err shi_names_add_indicator(shi_names *names, shi_str code, shi_str name);
/* After the last one was added. */
shi_err shi_names_ready(shi_names *names);

/* Number of the unit with this code, or -1. */
int64_t shi_names_code(const shi_names *names, shi_str code);
/* Units of this name below `top` (-1: anywhere) and of this level (0, SHI_LEVEL_ANY: any): how many, the first two in hit. */
int64_t shi_names_find(const shi_names *names, shi_str name, int64_t top, int level, int64_t hit[2]);
/* The indicator with this code or else this name; -1: none; -2: several of this name, which are in hit. */
int64_t shi_names_indicator(const shi_names *names, shi_str text, int64_t hit[2]);

/* "village" is 5, as is 村; 0: no level. */
int shi_level_of(shi_str text);
const char *shi_level_name(int level);

#endif
