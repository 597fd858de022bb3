#include "table/sheet.h"
shi_err shi_sheet_open(shi_arena *keep, const char *path, shi_str memory, shi_str name, shi_sheet **out, shi_strs *columns)
{ (void)keep; (void)path; (void)memory; (void)name; (void)out; (void)columns; return shi_fail(SHI_SYSTEM, N_("not yet"), NULL); }
shi_err shi_sheet_next(shi_sheet *sheet, shi_page *page)
{ (void)sheet; (void)page; return shi_fail(SHI_SYSTEM, N_("not yet"), NULL); }
void shi_sheet_close(shi_sheet *sheet) { (void)sheet; }
