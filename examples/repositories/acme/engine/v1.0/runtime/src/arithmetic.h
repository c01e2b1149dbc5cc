#ifndef ENGINE_ARITHMETIC_H
#define ENGINE_ARITHMETIC_H

#include "engine.h"

/* Apply + - * or / ; ENGINE_RANGE instead of an overflow. */
engine_status engine_apply(char operator, int64_t left, int64_t right, int64_t *result);

/* Call a function by its name, which is not terminated. */
engine_status engine_call(const char *name, size_t size, int64_t left, int64_t right, int64_t *result);

#endif
