#include "arithmetic.h"

#include <string.h>

static int is(const char *name, size_t size, const char *wanted)
{
    return strlen(wanted) == size && memcmp(name, wanted, size) == 0;
}

/* A share of an amount, halves rounded away from zero. */
static engine_status percent(int64_t amount, int64_t share, int64_t *result)
{
    engine_status status = engine_apply('*', amount, share, result);
    if (status == ENGINE_OK) {
        status = engine_apply('+', *result, *result < 0 ? -50 : 50, result);
    }
    return status == ENGINE_OK ? engine_apply('/', *result, 100, result) : status;
}

engine_status engine_call(const char *name, size_t size, int64_t left, int64_t right, int64_t *result)
{
    if (is(name, size, "min")) {
        *result = left < right ? left : right;
        return ENGINE_OK;
    }
    if (is(name, size, "max")) {
        *result = left > right ? left : right;
        return ENGINE_OK;
    }
    return is(name, size, "percent") ? percent(left, right, result) : ENGINE_NAME;
}
