// A request's body made plain and checked for its type before a handler reads it.
#pragma once

#include "serve/request.hpp"

namespace mlops::serve {

/// Removes Content-Encoding gzip from the body, in place. Throws "http.body_too_large" when it
/// inflates beyond `max_body_bytes`, "http.unsupported_media_type" for other codings,
/// "http.bad_gzip" for damaged bytes.
void decode_content_coding(Request& request, std::size_t max_body_bytes);

/// Throws "http.unsupported_media_type" (415) unless the body says it is JSON, says nothing, or
/// says what curl's -d says by itself.
void require_json(const Request& request);

}  // namespace mlops::serve
