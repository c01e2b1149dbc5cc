#ifndef HTTP_KIT_BODY_H
#define HTTP_KIT_BODY_H

#include "http_kit/request.h"

/* Give the length of the body in bytes, 0 without one, -1 when Content-Length is no number or too large. */
long hk_body_length(const hk_request *request);

#endif
