// Internal to the gateway: /v1/embeddings and /v1/completions, where the configuration opens them
// (global.router.passthrough_endpoints).
//
// They are governed, not tunnels: the body is parsed strictly, the model must be a configured one, and the texts are
// judged by the security decisions, as those of a chat that names a model are. What cannot be judged (token ids) or
// carried out (a decision that rewrites messages) is refused. Pure functions of one request.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/exchange.h"

namespace signalbox::gateway {

// A way in: its path, what reads its body, and where it stands below a backend's base path.
struct Endpoint {
  std::string_view path;
  std::optional<Reply> (*read)(Exchange&);
  std::string_view upstream;  // "/embeddings"; empty: the backend's chat path
};

// The endpoint of a path, open or not; null: there is none.
const Endpoint* find_endpoint(std::string_view path);
// Chat always is; the others where this configuration opens them.
bool is_open(const Endpoint& endpoint, const router::Snapshot& snapshot);

// Beyond refuse(), once judged; nothing for a chat.
std::optional<Reply> refuse_passthrough(const Exchange& exchange);

}  // namespace signalbox::gateway
