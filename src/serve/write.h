/* The two words of every page: markup of ours as it stands, and a message in the page's language. */
#ifndef SHI_SERVE_WRITE_H
#define SHI_SERVE_WRITE_H

#include "serve/pages.h"

static inline void put(shi_call *call, const char *markup)
{
    shi_page_raw(&call->page, markup);
}

static inline void say(shi_call *call, const char *id)
{
    shi_page_say(&call->page, id);
}

/* What was written into the page's slip, escaped. */
static inline void slip(shi_call *call)
{
    shi_page_slip(&call->page);
}

#endif
