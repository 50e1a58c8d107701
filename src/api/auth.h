// Bearer tokens of the management port and what their holders may do.
//
// Tokens are kept as SHA-256 digests and compared in constant time. Writes need a token always; reads only when
// auth.mode is bearer. Immutable; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.h"
#include "digest/sha256.h"
#include "router/management_spec.h"

namespace signalbox::api {

// What a route asks for.
struct Needed {
  std::string_view permission;  // VSR's name; "" for what everybody may
  bool always = false;          // a token even where mode is disabled: writes
};

enum class Right : std::uint8_t { granted, unauthorized, forbidden, not_configured };

class ManagementAuth {
 public:
  // `own_token`: the generated one, which may do everything; "" where there is none.
  ManagementAuth(const router::ManagementAuthSpec& spec, const config::Environment& environment,
                 std::string_view own_token);

  // `authorization`: the header's value, if there is one.
  Right check(const Needed& needed, std::optional<std::string_view> authorization) const;

 private:
  struct Holder {
    digest::Sha256 token;
    std::vector<std::string> permissions;
  };
  const Holder* find(std::string_view token) const;

  bool reads_need_token_ = false;
  std::vector<Holder> holders_;
};

}  // namespace signalbox::api
