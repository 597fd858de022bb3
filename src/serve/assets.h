/* The style sheet, the scripts and pictures of the page, which are part of the program. */
#ifndef SHI_SERVE_ASSETS_H
#define SHI_SERVE_ASSETS_H

#include "serve/http.h"

/* <link> and <script> of a page. Their addresses hold the content's hash, so browsers keep them for ever. */
void shi_asset_links(shi_buf *out);
/* <script> of a page that has one of its own, as "/static/visits.js". */
void shi_asset_script(shi_buf *out, const char *path);
/* Answers "/static/…" and "/sw.js"; false when there is no such file. */
bool shi_asset_answer(shi_str path, const shi_request *request, shi_answer *out);

#endif
