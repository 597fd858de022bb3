/* Any bytes as CSV. */
#define FORMAT "csv"
#include "text_fuzz.h"
