// Which addresses lie on the public internet: for connections that a client's words bring about, and that must not
// reach what is near this machine.
//
// IPv4: everything that IANA has not set aside (private, shared, loopback, link-local with the metadata servers of
// clouds, documentation, benchmarks, relays, multicast, reserved). IPv6: global unicast without what is set aside in it
// and without tunnels that carry an IPv4 address (Teredo, 6to4). An IPv4 address that is written as IPv6 (mapped, or by
// the well-known prefix of NAT64) is judged as the IPv4 address. Pure; any thread.
#pragma once

#include <string_view>

namespace signalbox::router {

// A numeric address. What is none, or has a zone, is not public.
bool is_public_address(std::string_view address);

}  // namespace signalbox::router
