// Who sent a request: identity headers count only when the peer is a trusted proxy.
//
// Pure functions; any thread.
#pragma once

#include <string_view>

#include "evidence/evidence.h"
#include "gateway/http.h"
#include "router/snapshot.h"

namespace signalbox::gateway {

// From the peer's address and the headers. A header that occurs twice is not believed: the identity is then unverified.
evidence::Identity identity_of(const router::Snapshot& snapshot, const Headers& headers, std::string_view peer);

// From the headers alone, whoever sent them: for a sender that may act for others.
evidence::Identity identity_in(const router::Snapshot& snapshot, const Headers& headers);

// Headers that never go upstream: identity, per-user provider keys, the router's own controls, the client's
// credentials.
bool is_stripped_upstream(const router::Snapshot& snapshot, std::string_view name);

}  // namespace signalbox::gateway
