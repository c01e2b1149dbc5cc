#include "http_kit/query.h"

#include <stdio.h>
#include <string.h>

static int failures;

static void expect(const char *target, const char *name, const char *wanted)
{
    char value[16];
    long got = hk_query_value((hk_slice){target, strlen(target)}, name, value, sizeof value);
    if (wanted == NULL ? got >= 0 : got < 0 || strcmp(value, wanted) != 0) {
        printf("%s of %s is wrong\n", name, target);
        failures++;
    }
}

int main(void)
{
    expect("/search?q=tea&page=2", "page", "2");
    expect("/search?q=gr%C3%BCn", "q", "gr\xc3\xbcn");
    expect("/search?q=", "q", "");
    expect("/search?q=%4", "q", NULL);
    expect("/search?q=abcdefghijklmnop", "q", NULL);
    expect("/search", "q", NULL);
    expect("/search?qq=1", "q", NULL);
    return failures != 0;
}
