// Internal to the gateway: POST /v1/embeddings answered by the embedding model of this process
// (global.router.local_embeddings).
//
// The request is governed as one that is passed on: credentials, model lists, security decisions and budgets come
// first. Its texts are what OpenAI's clients send; token ids are refused, and so is a text that the model would cut,
// since the answer has no place to say so. embed_locally() blocks while the model works: for the compute pool.
#pragma once

#include <optional>

#include "gateway/exchange.h"

namespace signalbox::gateway {

// The request goes to the model of this process.
bool is_local_embedding(const Exchange& exchange);
// Local embeddings are on, and this request names another model at their endpoint.
std::optional<Reply> refuse_other_embedders(const Exchange& exchange);
// The answer; on success sets exchange.embedded_tokens.
Reply embed_locally(Exchange& exchange);

}  // namespace signalbox::gateway
