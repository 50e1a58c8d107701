// Internal to the gateway: the answer to a connection above max_connections: 503 with Retry-After, whatever it asks.
//
// Bounded work: no request is parsed, the few bytes that the client sends are dropped, all of it ends within a second;
// above 256 of them at once, and on TLS listeners (a handshake costs more than many requests), the connection is just
// closed. Call on any I/O thread; the socket's own thread does the work.
#pragma once

#include <memory>

#include "gateway/io.h"

namespace signalbox::gateway {

struct Listener;
void turn_away(Socket socket, const std::shared_ptr<Listener>& listener);

}  // namespace signalbox::gateway
