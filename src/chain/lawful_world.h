/* The world that rules are judged in: which row each letter stands for just now, their fields, and the built-in functions. */
#ifndef SHI_CHAIN_LAWFUL_WORLD_H
#define SHI_CHAIN_LAWFUL_WORLD_H

#include "chain/lawful_rows.h"
#include "rules/book.h"

typedef struct {
    const shi_lawful_rows *rows;
    const shi_settings *settings;
    const shi_book *book;
    int64_t today;
    int64_t unit, app, indicator, bulletin, document, form, target;   /* rows; -1: none */
    int64_t app_before, bulletin_before, target_before, indicator_before;   /* while exists goes over rows */
    bool one_bulletin;      /* exists b: the current one only */
    bool in_set;            /* a.zw does not hang on itself */
    const shi_value *zw;    /* of each app, once it is known; NULL before */
} shi_lawful_world;

/* Everything -1; then the caller sets what a rule's subject is. */
void shi_lawful_world_clear(shi_lawful_world *world);
/* The indicator and its app; the target with all that hangs on it. */
void shi_lawful_world_indicator(shi_lawful_world *world, int64_t indicator);
void shi_lawful_world_target(shi_lawful_world *world, int64_t target);
/* What rules call. The world is the context. */
shi_world shi_lawful_world_of(shi_lawful_world *world);
/* a.zw of the current app. */
shi_value shi_lawful_zw(shi_lawful_world *world);

#endif
