/* What stands around a paper: in HTML the head with its style sheet, in a docx the title; and a docx as a file. */
#ifndef SHI_REPORT_FRAME_H
#define SHI_REPORT_FRAME_H

#include "report/markup.h"

/* title: at most three lines, each a line of its own; the first may be missing. body: class of the page in HTML. */
typedef struct {
    shi_str title[3];
    const char *stamp, *body;       /* message id, or NULL; "" */
    bool rule;                      /* a red one below the title, on screen */
} shi_frame;
void shi_frame_open(shi_page *page, const shi_frame *frame);
/* foot: the run and the program, below. */
void shi_frame_close(shi_page *page, shi_str run);

/* "Linjiang, June 2024": of whom and when the paper speaks, in `out`. */
void shi_frame_about(shi_buf *out, shi_lang lang, const shi_run_info *run, shi_str period);

/* The docx around a body: A4 as GB/T 9704 has it, the same bytes for the same body. created_us: the only time in it. Errors: SHI_SYSTEM. */
shi_err shi_docx_pack(shi_buf *out, shi_lang lang, shi_str title, shi_str body, int64_t created_us);

#endif
