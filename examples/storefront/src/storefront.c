/* storefront REQUESTS PRICES RULE: replay recorded requests and add up what the orders cost. */
#include "engine.h"
#include "http_kit/query.h"
#include "http_kit/request.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRODUCTS = 10000, LONGEST_VALUE = 64 };

typedef struct {
    long orders, pages, refused;
    int64_t cents;
} ledger;

static int64_t prices[PRODUCTS];

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(1);
    }
    long length = ftell(file);
    char *text = length < 0 ? NULL : malloc((size_t)length + 1);
    rewind(file);
    if (text == NULL || fread(text, 1, (size_t)length, file) != (size_t)length) {
        perror(path);
        exit(1);
    }
    fclose(file);
    text[length] = '\0';
    *size = (size_t)length;
    return text;
}

static int read_prices(const char *path)
{
    FILE *file = fopen(path, "r");
    int product, known = 0;
    int64_t price;

    if (file == NULL) {
        perror(path);
        exit(1);
    }
    while (fscanf(file, "p%d %" SCNd64 "\n", &product, &price) == 2 && product >= 0 && product < PRODUCTS) {
        prices[product] = price;
        known++;
    }
    fclose(file);
    return known;
}

/* Give the price of an order in cents, or -1 when the request is none that can be served. */
static int64_t order(const hk_request *request, const char *rule)
{
    char product[LONGEST_VALUE], quantity[LONGEST_VALUE];
    int64_t total;

    if (hk_query_value(request->target, "product", product, sizeof product) < 2 ||
        hk_query_value(request->target, "quantity", quantity, sizeof quantity) < 1) {
        return -1;
    }
    long number = strtol(product + 1, NULL, 10);
    if (number < 0 || number >= PRODUCTS || prices[number] == 0) {
        return -1;
    }
    const engine_variable variables[] = {
        {"price", prices[number]},
        {"quantity", strtoll(quantity, NULL, 10)},
    };
    engine_status status = engine_eval(rule, variables, 2, &total);
    if (status != ENGINE_OK) {
        fprintf(stderr, "%s: %s\n", rule, engine_message(status));
        exit(1);
    }
    return total;
}

static void serve(const hk_request *request, const char *rule, ledger *books)
{
    static const char path[] = "/order?";

    if (request->target.size < sizeof path - 1 || memcmp(request->target.data, path, sizeof path - 1) != 0) {
        books->pages++;
        return;
    }
    int64_t cents = order(request, rule);
    if (cents < 0) {
        books->refused++;
    } else {
        books->orders++;
        books->cents += cents;
    }
}

static ledger replay(const char *data, size_t size, const char *rule)
{
    ledger books = {0, 0, 0, 0};
    const char *end = data + size;

    while (data < end) {
        hk_request request;
        long used = hk_parse_request(data, (size_t)(end - data), &request);
        if (used > 0) {
            serve(&request, rule, &books);
            data += used;
            continue;
        }
        books.refused++;
        const char *next = strstr(data, "\r\n\r\n");
        data = next != NULL ? next + 4 : end;
    }
    return books;
}

int main(int count, char **arguments)
{
    size_t size, rule_size;

    if (count != 4) {
        fprintf(stderr, "usage: %s REQUESTS PRICES RULE\n", arguments[0]);
        return 2;
    }
    char *requests = read_file(arguments[1], &size);
    char *rule = read_file(arguments[3], &rule_size);
    rule[strcspn(rule, "\r\n")] = '\0';
    int known = read_prices(arguments[2]);
    ledger books = replay(requests, size, rule);
    printf("requests   %ld orders, %ld pages, %ld refused, up to %d headers (http-kit)\n", books.orders, books.pages,
           books.refused, HK_MAX_HEADERS);
    printf("turnover   %" PRId64 ".%02d EUR at %d prices (engine)\n", books.cents / 100, (int)(books.cents % 100), known);
    free(requests);
    free(rule);
    return 0;
}
