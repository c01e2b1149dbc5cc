#include "http_kit/body.h"

#include <limits.h>

long hk_body_length(const hk_request *request)
{
    const hk_slice *text = hk_header_value(request, "content-length");
    long length = 0;

    if (text == NULL) {
        return 0;
    }
    for (size_t i = 0; i < text->size; i++) {
        int digit = text->data[i] - '0';
        if (digit < 0 || digit > 9 || length > (LONG_MAX - digit) / 10) {
            return -1;
        }
        length = length * 10 + digit;
    }
    return text->size > 0 ? length : -1;
}
