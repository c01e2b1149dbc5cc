#ifndef HTTP_KIT_QUERY_H
#define HTTP_KIT_QUERY_H

#include "http_kit/slice.h"

/*
 * Copy the decoded value of a parameter of a request target into `value`, terminated.
 * Gives its length, -1 when there is no such parameter, -2 when it is malformed or does not fit.
 */
long hk_query_value(hk_slice target, const char *name, char *value, size_t capacity);

#endif
