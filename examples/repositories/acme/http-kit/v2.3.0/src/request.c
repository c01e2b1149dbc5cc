#include "http_kit/request.h"

#include <string.h>

/* RFC 9110, 5.6.2 */
static int is_token(unsigned char c)
{
    return c > 32 && c < 127 && strchr("()<>@,;:\\\"/[]?={}", c) == NULL;
}

static int is_text(unsigned char c)
{
    return c == '\t' || (c >= 32 && c != 127);
}

/* Give the line that starts at `data` without its CRLF; size is (size_t)-1 while its end is missing. */
static hk_slice line_at(const char *data, size_t size)
{
    hk_slice line = {data, (size_t)-1};
    const char *feed = size > 0 ? memchr(data, '\n', size) : NULL;
    if (feed != NULL) {
        line.size = (size_t)(feed - data);
    }
    return line;
}

static int strip_return(hk_slice *line)
{
    if (line->size == 0 || line->data[line->size - 1] != '\r') {
        return 0;
    }
    line->size--;
    return 1;
}

static int parse_request_line(hk_slice line, hk_request *request)
{
    static const char version[] = " HTTP/1.";
    const size_t tail = sizeof version - 1 + 1;
    size_t at = 0;

    while (at < line.size && is_token((unsigned char)line.data[at])) {
        at++;
    }
    if (at == 0 || at == line.size || line.data[at] != ' ') {
        return 0;
    }
    request->method = (hk_slice){line.data, at};
    at++;
    if (line.size < at + 1 + tail) {
        return 0;
    }
    request->target = (hk_slice){line.data + at, line.size - at - tail};
    for (size_t i = 0; i < request->target.size; i++) {
        unsigned char c = (unsigned char)request->target.data[i];
        if (c <= 32 || c == 127) {
            return 0;
        }
    }
    const char *end = line.data + line.size;
    if (memcmp(end - tail, version, sizeof version - 1) != 0 || (end[-1] != '0' && end[-1] != '1')) {
        return 0;
    }
    request->minor = end[-1] - '0';
    return 1;
}

static int parse_header(hk_slice line, hk_header *header)
{
    size_t at = 0, end = line.size;

    while (at < line.size && is_token((unsigned char)line.data[at])) {
        at++;
    }
    if (at == 0 || at == line.size || line.data[at] != ':') {
        return 0;
    }
    header->name = (hk_slice){line.data, at};
    at++;
    while (at < end && (line.data[at] == ' ' || line.data[at] == '\t')) {
        at++;
    }
    while (end > at && (line.data[end - 1] == ' ' || line.data[end - 1] == '\t')) {
        end--;
    }
    header->value = (hk_slice){line.data + at, end - at};
    for (size_t i = at; i < end; i++) {
        if (!is_text((unsigned char)line.data[i])) {
            return 0;
        }
    }
    return 1;
}

long hk_parse_request(const char *data, size_t size, hk_request *request)
{
    size_t used = 0;

    request->header_count = 0;
    for (int first = 1;; first = 0) {
        hk_slice line = line_at(data + used, size - used);
        if (line.size == (size_t)-1) {
            return HK_INCOMPLETE;
        }
        used += line.size + 1;
        if (!strip_return(&line)) {
            return HK_MALFORMED;
        }
        if (first) {
            if (!parse_request_line(line, request)) {
                return HK_MALFORMED;
            }
        } else if (line.size == 0) {
            return (long)used;
        } else if (request->header_count == HK_MAX_HEADERS) {
            return HK_TOO_MANY_HEADERS;
        } else if (!parse_header(line, &request->headers[request->header_count++])) {
            return HK_MALFORMED;
        }
    }
}

static int same_name(hk_slice name, const char *lower)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c + 32) : c) != lower[i]) {
            return 0;
        }
    }
    return lower[name.size] == '\0';
}

const hk_slice *hk_header_value(const hk_request *request, const char *lower_name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (same_name(request->headers[i].name, lower_name)) {
            return &request->headers[i].value;
        }
    }
    return NULL;
}
