#include "arithmetic.h"

static int overflows(int64_t left, int64_t right)
{
    if (left == 0 || right == 0) {
        return 0;
    }
    if (left == INT64_MIN || right == INT64_MIN) {
        return left != 1 && right != 1;
    }
    int64_t size = left < 0 ? -left : left;
    return size > INT64_MAX / (right < 0 ? -right : right);
}

engine_status engine_apply(char operator, int64_t left, int64_t right, int64_t *result)
{
    switch (operator) {
    case '+':
        if (right > 0 ? left > INT64_MAX - right : left < INT64_MIN - right) {
            return ENGINE_RANGE;
        }
        *result = left + right;
        return ENGINE_OK;
    case '-':
        if (right < 0 ? left > INT64_MAX + right : left < INT64_MIN + right) {
            return ENGINE_RANGE;
        }
        *result = left - right;
        return ENGINE_OK;
    case '*':
        if (overflows(left, right)) {
            return ENGINE_RANGE;
        }
        *result = left * right;
        return ENGINE_OK;
    default:
        if (right == 0 || (left == INT64_MIN && right == -1)) {
            return ENGINE_RANGE;
        }
        *result = left / right;
        return ENGINE_OK;
    }
}
