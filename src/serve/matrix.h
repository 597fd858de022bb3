/* Units × indicators of one period: a cell a figure. Townships first; one of them can be opened to what lies below it. */
#ifndef SHI_SERVE_MATRIX_H
#define SHI_SERVE_MATRIX_H

#include "serve/server.h"

/* A section of the overview; asks for ?period= and ?open=. */
shi_err shi_matrix(shi_call *call);

#endif
