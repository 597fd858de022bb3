/* shishu.ini: reading it, and the text that init writes. */
#ifndef SHI_STORE_SETTINGS_H
#define SHI_STORE_SETTINGS_H

#include "store/workspace.h"

/* Errors: SHI_INPUT with file, line, column (the setting) and value for a setting that is unknown or out of range. */
shi_err shi_settings_read(shi_arena *keep, const char *path, shi_settings *out);
/* The commented file of a new workspace, in keep. */
shi_str shi_settings_text(shi_arena *keep, shi_str name, shi_str zone, shi_str key_file);

#endif
