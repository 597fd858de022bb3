/* Settings files, read by inih: sections, names, values, and where a fault lies. */
#ifndef SHI_BASE_INI_H
#define SHI_BASE_INI_H

#include "base/os.h"

/* Told each setting in turn; NULL, or the reason (a message id) why it is refused. May be told the same settings twice. */
typedef const char *(*shi_ini_take)(void *context, const char *section, const char *name, const char *value);
/* Errors: SHI_INPUT with file, line, column ("section.name") and value of the first setting refused, with `remedy`. */
shi_err shi_ini_read(shi_arena *keep, const char *path, shi_ini_take take, void *context, const char *remedy);

#endif
