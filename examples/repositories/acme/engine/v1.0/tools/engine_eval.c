/* engine-eval RULE [NAME=VALUE]...: print what a rule gives. */
#include "engine.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_VARIABLES = 16 };

int main(int count, char **arguments)
{
    engine_variable variables[MOST_VARIABLES];
    size_t known = 0;

    if (count < 2 || count - 2 > MOST_VARIABLES) {
        fprintf(stderr, "usage: %s RULE [NAME=VALUE]...\n", arguments[0]);
        return 2;
    }
    for (int i = 2; i < count; i++) {
        char *equals = strchr(arguments[i], '=');
        if (equals == NULL) {
            fprintf(stderr, "no value: %s\n", arguments[i]);
            return 2;
        }
        *equals = '\0';
        variables[known++] = (engine_variable){arguments[i], strtoll(equals + 1, NULL, 10)};
    }
    int64_t result;
    engine_status status = engine_eval(arguments[1], variables, known, &result);
    if (status != ENGINE_OK) {
        fprintf(stderr, "%s: %s\n", arguments[1], engine_message(status));
        return 1;
    }
    printf("%" PRId64 "\n", result);
    return 0;
}
