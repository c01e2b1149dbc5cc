#ifndef ENGINE_H
#define ENGINE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *name;
    int64_t value;
} engine_variable;

typedef enum {
    ENGINE_OK,
    ENGINE_SYNTAX,   /* the rule cannot be read */
    ENGINE_NAME,     /* a variable or function is not known */
    ENGINE_RANGE,    /* a value does not fit 64 bits, or a division by zero */
    ENGINE_DEPTH,    /* too deeply nested */
} engine_status;

/* Evaluate a rule: integers, variables, + - * /, parentheses, functions of two arguments. */
engine_status engine_eval(const char *rule, const engine_variable *variables, size_t count, int64_t *result);

/* Say in words what a status means. */
const char *engine_message(engine_status status);

#endif
