#include "arithmetic.h"

#include <string.h>

static int is(const char *name, size_t size, const char *wanted)
{
    return strlen(wanted) == size && memcmp(name, wanted, size) == 0;
}

engine_status engine_call(const char *name, size_t size, int64_t left, int64_t right, int64_t *result)
{
    if (is(name, size, "min")) {
        *result = left < right ? left : right;
        return ENGINE_OK;
    }
    return ENGINE_NAME;
}
