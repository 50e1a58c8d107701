// OpenAI's endpoints that take plain texts instead of messages: Embeddings and (legacy) Completions.
//
// Read into the same Request as a chat, so that the same evidence is judged: one user message whose parts are the
// texts. What is sent but is not text (token ids, objects, members that this build does not know and that could hold
// content) becomes parts of kind `other`: they go upstream unread, and the evidence says so. Pure; callable from any
// thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "protocol/request.h"

namespace signalbox::protocol {

enum class PromptKind : std::uint8_t { embeddings, completions };

// Refuses what JsonTree refuses, a body that is not an object, a missing model or text, and anything over the limits.
std::expected<Request, Error> parse_openai_prompts(std::string_view body, PromptKind kind,
                                                   const RequestLimits& limits = {});

}  // namespace signalbox::protocol
