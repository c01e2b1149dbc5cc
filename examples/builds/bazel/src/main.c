/* Print what a query says of `name`. */
#include "http_kit/query.h"

#include <stdio.h>
#include <string.h>

int main(int count, char **arguments)
{
    char value[64];

    if (count != 2)
        return 2;
    hk_slice query = {arguments[1], strlen(arguments[1])};
    long length = hk_query_value(query, "name", value, sizeof value);
    if (length < 0)
        return 1;
    printf("hello %.*s\n", (int)length, value);
    return 0;
}
