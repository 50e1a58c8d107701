// The eval request of one variant.
//
// Pure; any thread. Sizes are added up before text is made: no variant grows beyond the 10 MiB of a request.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

#include "probes/probe_file.h"

namespace signalbox::probes {

inline constexpr std::size_t kMostBodyBytes = 10u << 20;

// Why a variant is no request: where in the probe file, and a sentence.
struct VariantError {
  std::string path, message;
};

// {"model"?, "text" | "messages", "tools"?} as JSON.
std::expected<std::string, VariantError> variant_body(const Fixtures& fixtures, const std::string& model,
                                                      const Variant& variant);

}  // namespace signalbox::probes
