/* The parts of a docx (ECMA-376, part 2 and 17): styles, fonts, settings, two footers, the page; written by hand and packed by libzip with fixed
 * times. The page is that of GB/T 9704-2012: A4, type area 156 mm x 225 mm, 37 mm above it and 28 mm to its left, in Chinese 22 lines of 28
 * characters of 16 pt, page numbers 7 mm below. 28 characters of 16 pt are 158 mm, so each is set a quarter of a point closer; a grid of characters
 * would say the same, but not every program that reads a docx keeps to it. An English paper keeps the page and sets 12 pt. */
#include "report/frame.h"

#include "base/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"

static const char TYPES[] = XML "<Types xmlns=\"" PACKAGE "content-types\">"
    "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
#define PART(name, type) "<Override PartName=\"" name "\" ContentType=\"application/vnd.openxmlformats-" type "+xml\"/>"
    PART("/word/document.xml", "officedocument.wordprocessingml.document.main") PART("/word/styles.xml", "officedocument.wordprocessingml.styles")
    PART("/word/settings.xml", "officedocument.wordprocessingml.settings") PART("/word/fontTable.xml", "officedocument.wordprocessingml.fontTable")
    PART("/word/footer1.xml", "officedocument.wordprocessingml.footer") PART("/word/footer2.xml", "officedocument.wordprocessingml.footer")
    PART("/docProps/core.xml", "package.core-properties") "</Types>\n";

static const char RELATIONS[] = XML "<Relationships xmlns=\"" PACKAGE "relationships\">"
    "<Relationship Id=\"rId1\" Type=\"" OFFICE "/officeDocument\" Target=\"word/document.xml\"/>"
    "<Relationship Id=\"rId2\" Type=\"" PACKAGE "relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>\n";

static const char PARTS[] = XML "<Relationships xmlns=\"" PACKAGE "relationships\">"
#define LEADS_TO(id, what) "<Relationship Id=\"" id "\" Type=\"" OFFICE "/" what
    LEADS_TO("rId1", "styles") "\" Target=\"styles.xml\"/>" LEADS_TO("rId2", "settings") "\" Target=\"settings.xml\"/>"
    LEADS_TO("rId3", "fontTable") "\" Target=\"fontTable.xml\"/>" LEADS_TO("rId4", "footer") "\" Target=\"footer1.xml\"/>"
    LEADS_TO("rId5", "footer") "\" Target=\"footer2.xml\"/></Relationships>\n";

static const char SETTINGS[] = XML "<w:settings xmlns:w=\"" MAIN "\"><w:zoom w:percent=\"100\"/><w:evenAndOddHeaders/>"
    "<w:characterSpacingControl w:val=\"compressPunctuation\"/><w:compat><w:compatSetting w:name=\"compatibilityMode\" "
    "w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat></w:settings>\n";

/* What to take where an office's face is missing. */
static const char FONTS[] = XML "<w:fonts xmlns:w=\"" MAIN "\">"
#define FACE(name, other, family) "<w:font w:name=\"" name "\"><w:altName w:val=\"" other "\"/><w:charset w:val=\"86\"/><w:family w:val=\"" family \
    "\"/></w:font>"
    FACE("方正小标宋简体", "华文中宋", "auto") FACE("黑体", "SimHei", "modern") FACE("楷体_GB2312", "楷体", "modern")
    FACE("仿宋_GB2312", "仿宋", "modern") FACE("宋体", "SimSun", "auto") "</w:fonts>\n";

/* ---- styles ---- */

typedef enum { FANG, SONG, HEI, KAI, TITLE, FACES } face;

/* size: half points, Chinese and English. line: twentieths of a point, exactly; 0: as the type needs. indent: first line, in hundredths of a
 * character (Chinese only). more: further properties of the paragraph. */
typedef struct {
    const char *id, *align;
    face face;
    int size[2], line[2], indent, before, after;
    bool bold_en, keep_next;
    const char *more;
} style;

static const style STYLES[] = {
    { "Text", "both", FANG, { 24, 32 }, { 0, 579 }, 200, 0, 0, false, false, "" },
    { "To", "left", FANG, { 24, 32 }, { 0, 579 }, 0, 0, 0, false, false, "" },
    { "Sign", "right", FANG, { 24, 32 }, { 0, 579 }, 0, 0, 0, false, false, "<w:ind w:right=\"1280\"/>" },
    { "Note", "left", FANG, { 18, 21 }, { 0, 300 }, 0, 40, 40, false, false, "<w:snapToGrid w:val=\"0\"/>" },
    { "Stamp", "left", HEI, { 24, 32 }, { 0, 579 }, 0, 0, 0, true, false, "" },
    { "Title", "center", TITLE, { 36, 44 }, { 0, 700 }, 0, 0, 0, true, true, "" },
    { "Summary", "both", KAI, { 24, 28 }, { 0, 500 }, 0, 200, 200, false, false,
      "<w:pBdr><w:top w:val=\"single\" w:sz=\"4\" w:space=\"6\" w:color=\"000000\"/><w:bottom w:val=\"single\" w:sz=\"4\" w:space=\"6\" "
      "w:color=\"000000\"/></w:pBdr>" },
    { "Quote", "both", KAI, { 22, 28 }, { 0, 500 }, 200, 0, 0, false, false, "" },
    { "Item", "both", FANG, { 22, 28 }, { 0, 500 }, 200, 0, 0, false, false, "" },
    { "ContentsHead", "center", HEI, { 26, 32 }, { 0, 579 }, 0, 0, 0, true, true, "" },
    { "Contents", "left", FANG, { 24, 32 }, { 0, 579 }, 0, 0, 0, false, false,
      "<w:tabs><w:tab w:val=\"right\" w:leader=\"middleDot\" w:pos=\"8844\"/></w:tabs>" },
    { "Heading1", "left", HEI, { 26, 32 }, { 0, 579 }, 200, 0, 0, true, true, "<w:outlineLvl w:val=\"0\"/>" },
    { "Heading2", "left", KAI, { 24, 32 }, { 0, 579 }, 200, 0, 0, true, true, "<w:outlineLvl w:val=\"1\"/>" },
    { "Caption", "center", HEI, { 21, 24 }, { 0, 400 }, 0, 60, 40, true, true, "<w:snapToGrid w:val=\"0\"/>" },
    { "Cell", "left", FANG, { 18, 21 }, { 0, 280 }, 0, 0, 0, false, false, "<w:snapToGrid w:val=\"0\"/>" },
    { "CellNumber", "right", FANG, { 18, 21 }, { 0, 280 }, 0, 0, 0, false, false, "<w:snapToGrid w:val=\"0\"/>" },
    { "CellHead", "center", HEI, { 18, 21 }, { 0, 280 }, 0, 0, 0, true, true, "<w:snapToGrid w:val=\"0\"/>" },
    { "Gap", "left", FANG, { 8, 8 }, { 160, 160 }, 0, 0, 0, false, false, "<w:snapToGrid w:val=\"0\"/>" },
    { "Number", "left", SONG, { 24, 28 }, { 0, 0 }, 0, 0, 0, false, false, "<w:snapToGrid w:val=\"0\"/>" },
};

static void fonts(shi_buf *out, shi_lang lang, face f)
{
    static const char *const CHINESE[FACES] = { "仿宋_GB2312", "宋体", "黑体", "楷体_GB2312", "方正小标宋简体" };
    bool sans = f == HEI && lang == SHI_EN;
    const char *latin = sans ? "Arial" : "Times New Roman";
    shi_buf_format(out, "<w:rFonts w:ascii=\"%s\" w:hAnsi=\"%s\" w:cs=\"%s\" w:eastAsia=\"%s\"/>", latin, latin, latin, CHINESE[f]);
}

/* Elements in the order that the schema asks for: keepNext, pBdr, tabs, snapToGrid, spacing, ind, jc, outlineLvl. */
static void put_style(shi_buf *out, shi_lang lang, const style *s)
{
    bool spaced = strstr(s->more, "outlineLvl") == NULL && strstr(s->more, "w:ind ") == NULL;
    shi_buf_format(out, "<w:style w:type=\"paragraph\" w:styleId=\"%s\"><w:name w:val=\"%s\"/><w:basedOn w:val=\"Normal\"/>"
        "<w:qFormat/><w:pPr>", s->id, !strcmp(s->id, "Heading1") ? "heading 1" : !strcmp(s->id, "Heading2") ? "heading 2" : s->id);
    if (s->keep_next) shi_buf_puts(out, "<w:keepNext/>");
    if (spaced) shi_buf_puts(out, s->more);
    shi_buf_format(out, "<w:spacing w:before=\"%d\" w:after=\"%d\"", s->before, lang == SHI_EN && !s->line[0] && s->size[0] > 21 ? 100 : s->after);
    if (s->line[lang]) shi_buf_format(out, " w:line=\"%d\" w:lineRule=\"exact\"", s->line[lang]);
    shi_buf_puts(out, "/>");
    if (s->indent && lang == SHI_ZH)
        shi_buf_format(out, "<w:ind w:firstLineChars=\"%d\" w:firstLine=\"%d\"/>", s->indent, s->size[lang] * 10 * s->indent / 100);
    if (strstr(s->more, "w:ind ")) shi_buf_puts(out, s->more);
    shi_buf_format(out, "<w:jc w:val=\"%s\"/>", lang == SHI_EN && !strcmp(s->align, "both") ? "left" : s->align);
    if (strstr(s->more, "outlineLvl")) shi_buf_puts(out, s->more);
    shi_buf_puts(out, "</w:pPr><w:rPr>");
    fonts(out, lang, s->face);
    if (s->bold_en && lang == SHI_EN) shi_buf_puts(out, "<w:b/>");
    if (lang == SHI_ZH && s->size[lang] == 32) shi_buf_puts(out, "<w:spacing w:val=\"-5\"/>");
    shi_buf_format(out, "<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/></w:rPr></w:style>\n", s->size[lang], s->size[lang]);
}

static void styles(shi_buf *out, shi_lang lang)
{
    int size = lang == SHI_ZH ? 32 : 24;
    shi_buf_puts(out, XML "<w:styles xmlns:w=\"" MAIN "\"><w:docDefaults><w:rPrDefault><w:rPr>");
    fonts(out, lang, FANG);
    shi_buf_format(out, "<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/><w:lang w:val=\"en-GB\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault>"
        "<w:pPrDefault/></w:docDefaults>\n<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/>"
        "<w:pPr><w:widowControl w:val=\"0\"/></w:pPr></w:style>\n", size, size);
    for (int64_t i = 0; i < COUNT(STYLES); i++) put_style(out, lang, &STYLES[i]);
    shi_buf_puts(out, "<w:style w:type=\"table\" w:styleId=\"Grid\"><w:name w:val=\"Table Grid\"/><w:tblPr><w:tblBorders>");
    static const char *const EDGE[] = { "top", "left", "bottom", "right", "insideH", "insideV" };
    for (int64_t i = 0; i < COUNT(EDGE); i++)
        shi_buf_format(out, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>", EDGE[i]);
    shi_buf_puts(out, "</w:tblBorders><w:tblCellMar><w:left w:w=\"60\" w:type=\"dxa\"/><w:right w:w=\"60\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr>"
        "<w:tcPr><w:vAlign w:val=\"center\"/></w:tcPr></w:style></w:styles>\n");
}

/* ---- other parts ---- */

/* Odd pages have the number at the right, even ones at the left, an empty character from the edge. */
static void footer(shi_buf *out, bool even)
{
    shi_buf_format(out, XML "<w:ftr xmlns:w=\"" MAIN "\"><w:p><w:pPr><w:pStyle w:val=\"Number\"/><w:ind w:%s=\"280\"/><w:jc w:val=\"%s\"/></w:pPr>"
        "<w:r><w:t xml:space=\"preserve\">\xE2\x80\x94 </w:t></w:r><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText "
        "xml:space=\"preserve\"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r>"
        "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r><w:r><w:t xml:space=\"preserve\"> \xE2\x80\x94</w:t></w:r></w:p></w:ftr>\n",
        even ? "left" : "right", even ? "left" : "right");
}

static void document(shi_buf *out, shi_lang lang, shi_str body)
{
    shi_buf_puts(out, XML "<w:document xmlns:w=\"" MAIN "\" xmlns:r=\"" OFFICE "\"><w:body>\n");
    shi_buf_add(out, body);
    shi_buf_puts(out, "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId4\"/><w:footerReference w:type=\"even\" r:id=\"rId5\"/>"
        "<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1588\" w:header=\"851\" "
        "w:footer=\"1304\" w:gutter=\"0\"/>");
    if (lang == SHI_ZH) shi_buf_puts(out, "<w:docGrid w:type=\"lines\" w:linePitch=\"579\"/>");
    shi_buf_puts(out, "</w:sectPr></w:body></w:document>\n");
}

static void escaped(shi_buf *out, shi_str text)
{
    for (int64_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '<') shi_buf_puts(out, "&lt;");
        else if (c == '&') shi_buf_puts(out, "&amp;");
        else shi_buf_addc(out, c);
    }
}

static void core(shi_buf *out, shi_str title, int64_t created_us)
{
    int64_t year, seconds = created_us / SHI_SECOND_US % 86400;
    int month, day;
    shi_day_split(created_us / SHI_DAY_US, &year, &month, &day);
    shi_buf_puts(out, XML "<cp:coreProperties xmlns:cp=\"" PACKAGE "metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
        "xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>");
    escaped(out, title);
    shi_buf_format(out, "</dc:title><dc:creator>Shishu " SHI_VERSION "</dc:creator><dcterms:created xsi:type=\"dcterms:W3CDTF\">"
        "%04lld-%02d-%02dT%02lld:%02lld:%02lldZ</dcterms:created></cp:coreProperties>\n", (long long)year, month, day, (long long)(seconds / 3600),
        (long long)(seconds / 60 % 60), (long long)(seconds % 60));
}

/* ---- packing ---- */

enum { FILES = 10 };
typedef struct {
    const char *name;
    shi_str content;
} file;

static bool add(zip_t *zip, const file *f)
{
    enum { DAY_ONE = (1 << 5) | 1 };   /* 1980-01-01, the first that a zip can name */
    zip_source_t *source = zip_source_buffer(zip, f->content.ptr, (zip_uint64_t)f->content.len, 0);
    zip_int64_t at = source ? zip_file_add(zip, f->name, source, 0) : -1;
    if (source && at < 0) zip_source_free(source);
    return at >= 0 && !zip_file_set_dostime(zip, (zip_uint64_t)at, 0, DAY_ONE, 0);
}

static shi_err take(zip_source_t *packed, shi_buf *out)
{
    zip_stat_t stat;
    if (zip_source_stat(packed, &stat) || zip_source_open(packed)) return shi_no_memory();
    bool read = shi_buf_reserve(out, (int64_t)stat.size) && zip_source_read(packed, out->ptr + out->len, stat.size) == (zip_int64_t)stat.size;
    zip_source_close(packed);
    if (!read) return shi_no_memory();
    out->len += (int64_t)stat.size;
    out->ptr[out->len] = 0;
    return (shi_err){ 0 };
}

static shi_err pack(const file *files, shi_buf *out)
{
    zip_error_t why;
    zip_error_init(&why);
    zip_source_t *packed = zip_source_buffer_create(NULL, 0, 0, &why);
    zip_t *zip = packed ? zip_open_from_source(packed, ZIP_TRUNCATE, &why) : NULL;
    if (!zip) {
        if (packed) zip_source_free(packed);
        return shi_no_memory();
    }
    zip_source_keep(packed);
    bool whole = true;
    for (int i = 0; i < FILES; i++) whole = whole && add(zip, &files[i]);
    if (!whole || zip_close(zip)) {
        zip_discard(zip);
        zip_source_free(packed);
        return shi_no_memory();
    }
    shi_err e = take(packed, out);
    zip_source_free(packed);
    return e;
}

shi_err shi_docx_pack(shi_buf *out, shi_lang lang, shi_str title, shi_str body, int64_t created_us)
{
    shi_buf part[5] = { { 0 }, { 0 }, { 0 }, { 0 }, { 0 } };
    bool failed = false;
    document(&part[0], lang, body);
    styles(&part[1], lang);
    footer(&part[2], false);
    footer(&part[3], true);
    core(&part[4], title, created_us);
    const file FILE_OF[FILES] = { { "[Content_Types].xml", shi_str_from(TYPES) }, { "_rels/.rels", shi_str_from(RELATIONS) },
        { "word/document.xml", shi_buf_str(&part[0]) }, { "word/_rels/document.xml.rels", shi_str_from(PARTS) },
        { "word/styles.xml", shi_buf_str(&part[1]) }, { "word/settings.xml", shi_str_from(SETTINGS) }, { "word/fontTable.xml", shi_str_from(FONTS) },
        { "word/footer1.xml", shi_buf_str(&part[2]) }, { "word/footer2.xml", shi_buf_str(&part[3]) },
        { "docProps/core.xml", shi_buf_str(&part[4]) } };
    for (int64_t i = 0; i < COUNT(part); i++) failed = failed || part[i].failed;
    shi_err e = failed ? shi_no_memory() : pack(FILE_OF, out);
    for (int64_t i = 0; i < COUNT(part); i++) shi_buf_drop(&part[i]);
    return e;
}
