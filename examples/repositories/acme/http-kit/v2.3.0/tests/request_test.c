#include "http_kit/request.h"

#include <stdio.h>
#include <string.h>

static int failures;

static void expect(const char *what, const char *text, long wanted)
{
    hk_request request;
    long got = hk_parse_request(text, strlen(text), &request);
    if (got != wanted) {
        printf("%s: got %ld, not %ld\n", what, got, wanted);
        failures++;
    }
}

int main(void)
{
    expect("complete", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27);
    expect("the next request is left alone", "GET / HTTP/1.0\r\n\r\nGET /", 18);
    expect("cut", "GET / HTTP/1.1\r\nHost: a\r\n", HK_INCOMPLETE);
    expect("nothing", "", HK_INCOMPLETE);
    expect("no version", "GET /\r\n\r\n", HK_MALFORMED);
    expect("bare line feed", "GET / HTTP/1.1\n\n", HK_MALFORMED);
    expect("folded header", "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", HK_MALFORMED);
    expect("space before the colon", "GET / HTTP/1.1\r\nA : b\r\n\r\n", HK_MALFORMED);
    return failures != 0;
}
