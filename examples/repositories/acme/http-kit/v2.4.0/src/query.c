#include "http_kit/query.h"

#include <string.h>

static int hex(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static long decode(const char *from, const char *end, char *to, size_t capacity)
{
    size_t size = 0;

    while (from < end) {
        int c = (unsigned char)*from++;
        if (c == '%') {
            if (end - from < 2 || hex(from[0]) < 0 || hex(from[1]) < 0) {
                return -2;
            }
            c = hex(from[0]) * 16 + hex(from[1]);
            from += 2;
        }
        if (c == 0 || size + 1 >= capacity) {
            return -2;
        }
        to[size++] = (char)c;
    }
    to[size] = '\0';
    return (long)size;
}

long hk_query_value(hk_slice target, const char *name, char *value, size_t capacity)
{
    const char *end = target.data + target.size;
    const char *at = memchr(target.data, '?', target.size);
    size_t name_size = strlen(name);

    while (at != NULL) {
        const char *start = at + 1;
        at = memchr(start, '&', (size_t)(end - start));
        const char *stop = at != NULL ? at : end;
        if ((size_t)(stop - start) > name_size && memcmp(start, name, name_size) == 0 && start[name_size] == '=') {
            return decode(start + name_size + 1, stop, value, capacity);
        }
    }
    return -1;
}
