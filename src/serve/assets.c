/* The files of web/, put into the program by the Makefile. */
#include "serve/assets.h"

#include "base/hash.h"

#include <string.h>

#define ASSET(name) extern const unsigned char shi_asset_##name[]; extern const unsigned long shi_asset_##name##_len
ASSET(style_css);
ASSET(page_js);
ASSET(icon_svg);
ASSET(visits_js);
ASSET(sw_js);
ASSET(manifest_webmanifest);

static const struct {
    const char *path, *type;
    const unsigned char *bytes;
    const unsigned long *len;
} FILES[] = {
    { "/static/style.css", "text/css; charset=utf-8", shi_asset_style_css, &shi_asset_style_css_len },
    { "/static/page.js", "text/javascript; charset=utf-8", shi_asset_page_js, &shi_asset_page_js_len },
    { "/static/icon.svg", "image/svg+xml", shi_asset_icon_svg, &shi_asset_icon_svg_len },
    { "/static/visits.js", "text/javascript; charset=utf-8", shi_asset_visits_js, &shi_asset_visits_js_len },
    { "/static/manifest.webmanifest", "application/manifest+json", shi_asset_manifest_webmanifest, &shi_asset_manifest_webmanifest_len },
    { "/sw.js", "text/javascript; charset=utf-8", shi_asset_sw_js, &shi_asset_sw_js_len },   /* at the top, so that it may answer for all paths */
};

static void tag_of(int64_t i, char out[65])
{
    shi_sha256 hash;
    shi_sha256_text((shi_str){ (const char *)FILES[i].bytes, (int64_t)*FILES[i].len }, &hash);
    shi_hex(hash.byte, 8, out);
}

void shi_asset_links(shi_buf *out)
{
    char tag[3][65];
    for (int i = 0; i < 3; i++) tag_of(i, tag[i]);
    shi_buf_format(out, "<link rel=\"stylesheet\" href=\"/static/style.css?%s\">\n<link rel=\"icon\" href=\"/static/icon.svg?%s\">\n"
                   "<link rel=\"manifest\" href=\"/static/manifest.webmanifest\">\n"
                   "<script src=\"/static/page.js?%s\" defer></script>\n", tag[0], tag[2], tag[1]);
}

void shi_asset_script(shi_buf *out, const char *path)
{
    char tag[65];
    for (int64_t i = 0; i < COUNT(FILES); i++) {
        if (strcmp(path, FILES[i].path)) continue;
        tag_of(i, tag);
        shi_buf_format(out, "<script src=\"%s?%s\" defer></script>\n", path, tag);
    }
}

bool shi_asset_answer(shi_str path, const shi_request *request, shi_answer *out)
{
    char tag[65], quoted[80];
    for (int64_t i = 0; i < COUNT(FILES); i++) {
        if (!shi_str_eq(path, shi_str_from(FILES[i].path))) continue;
        tag_of(i, tag);
        quoted[0] = '"';
        strcpy(quoted + 1, tag);
        strcat(quoted, "\"");
        out->type = FILES[i].type;
        out->cache = shi_wire_query(request->target).len ? "public, max-age=31536000, immutable" : "no-cache";
        shi_buf_puts(&out->etag, quoted);
        if (shi_str_eq(request->if_none_match, shi_str_from(quoted))) {
            out->status = 304;
            return true;
        }
        out->fixed = FILES[i].bytes;
        out->fixed_len = (int64_t)*FILES[i].len;
        return true;
    }
    return false;
}
