#ifndef HTTP_KIT_REQUEST_H
#define HTTP_KIT_REQUEST_H

#include "http_kit/slice.h"

enum { HK_MAX_HEADERS = 32 };

/* What hk_parse_request gives instead of a length. */
enum { HK_INCOMPLETE = 0, HK_MALFORMED = -1, HK_TOO_MANY_HEADERS = -2 };

typedef struct {
    hk_slice name;
    hk_slice value;
} hk_header;

typedef struct {
    hk_slice method;
    hk_slice target;
    int minor; /* of HTTP/1.minor */
    hk_header headers[HK_MAX_HEADERS];
    size_t header_count;
} hk_request;

/* Parse one request head. Gives how many bytes it takes, with the empty line, or one of the codes above. */
long hk_parse_request(const char *data, size_t size, hk_request *request);

/* Find a header by its name in lower case; NULL when there is none. */
const hk_slice *hk_header_value(const hk_request *request, const char *lower_name);

#endif
