#include "lifecycle/reload_types.h"

#include <algorithm>
#include <array>

namespace signalbox::lifecycle {

std::string_view to_string(Source source) {
  constexpr std::array<std::string_view, 3> kNames{"file", "signal", "api"};
  return kNames[static_cast<std::size_t>(source)];
}

std::string_view to_string(Outcome outcome) {
  constexpr std::array<std::string_view, 9> kNames{"applied",         "unchanged", "unreadable",
                                                   "too_large",       "invalid",   "missing_models",
                                                   "over_memory_cap", "refused",   "failed"};
  return kNames[static_cast<std::size_t>(outcome)];
}

std::size_t ReloadResult::errors() const {
  return static_cast<std::size_t>(
      std::ranges::count(diagnostics, config::Severity::error, &config::Diagnostic::severity));
}

}  // namespace signalbox::lifecycle
