/* Any bytes as JSON lines. */
#define FORMAT "jsonl"
#include "text_fuzz.h"
