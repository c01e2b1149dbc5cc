#include "arithmetic.h"

#include <string.h>

enum { DEEPEST = 64 };

typedef struct {
    const char *at;
    const engine_variable *variables;
    size_t count;
    int depth;
} reader;

static engine_status read_sum(reader *in, int64_t *result);

static char next(reader *in)
{
    while (*in->at == ' ') {
        in->at++;
    }
    return *in->at;
}

static int take(reader *in, char wanted)
{
    if (next(in) != wanted) {
        return 0;
    }
    in->at++;
    return 1;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static engine_status read_number(reader *in, int64_t *result)
{
    *result = 0;
    while (is_digit(*in->at)) {
        int digit = *in->at++ - '0';
        if (*result > (INT64_MAX - digit) / 10) {
            return ENGINE_RANGE;
        }
        *result = *result * 10 + digit;
    }
    return ENGINE_OK;
}

static engine_status look_up(const reader *in, const char *name, size_t size, int64_t *result)
{
    for (size_t i = 0; i < in->count; i++) {
        const char *known = in->variables[i].name;
        if (strlen(known) == size && memcmp(known, name, size) == 0) {
            *result = in->variables[i].value;
            return ENGINE_OK;
        }
    }
    return ENGINE_NAME;
}

static engine_status read_name(reader *in, int64_t *result)
{
    const char *name = in->at;
    while (is_letter(*in->at) || is_digit(*in->at)) {
        in->at++;
    }
    size_t size = (size_t)(in->at - name);
    if (!take(in, '(')) {
        return look_up(in, name, size, result);
    }
    int64_t left, right;
    engine_status status = read_sum(in, &left);
    if (status == ENGINE_OK) {
        status = take(in, ',') ? read_sum(in, &right) : ENGINE_SYNTAX;
    }
    if (status == ENGINE_OK && !take(in, ')')) {
        status = ENGINE_SYNTAX;
    }
    return status == ENGINE_OK ? engine_call(name, size, left, right, result) : status;
}

static engine_status read_value(reader *in, int64_t *result)
{
    char c = next(in);
    if (is_digit(c)) {
        return read_number(in, result);
    }
    if (is_letter(c)) {
        return read_name(in, result);
    }
    if (!take(in, '(')) {
        return ENGINE_SYNTAX;
    }
    engine_status status = read_sum(in, result);
    return status != ENGINE_OK || take(in, ')') ? status : ENGINE_SYNTAX;
}

static engine_status read_product(reader *in, int64_t *result)
{
    engine_status status = read_value(in, result);
    while (status == ENGINE_OK && (next(in) == '*' || next(in) == '/')) {
        char operator = *in->at++;
        int64_t right;
        status = read_value(in, &right);
        if (status == ENGINE_OK) {
            status = engine_apply(operator, *result, right, result);
        }
    }
    return status;
}

static engine_status read_sum(reader *in, int64_t *result)
{
    if (++in->depth > DEEPEST) {
        return ENGINE_DEPTH;
    }
    engine_status status = read_product(in, result);
    while (status == ENGINE_OK && (next(in) == '+' || next(in) == '-')) {
        char operator = *in->at++;
        int64_t right;
        status = read_product(in, &right);
        if (status == ENGINE_OK) {
            status = engine_apply(operator, *result, right, result);
        }
    }
    in->depth--;
    return status;
}

engine_status engine_eval(const char *rule, const engine_variable *variables, size_t count, int64_t *result)
{
    reader in = {rule, variables, count, 0};
    engine_status status = read_sum(&in, result);
    return status == ENGINE_OK && next(&in) != '\0' ? ENGINE_SYNTAX : status;
}

const char *engine_message(engine_status status)
{
    static const char *const messages[] = {
        "no problem", "the rule cannot be read", "unknown name", "out of range", "too deeply nested",
    };
    return messages[status];
}
