#ifndef HTTP_KIT_SLICE_H
#define HTTP_KIT_SLICE_H

#include <stddef.h>

/* Bytes of somebody else's buffer; not terminated. */
typedef struct {
    const char *data;
    size_t size;
} hk_slice;

#endif
