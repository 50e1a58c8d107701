// Changes to a configuration as text: a merge patch, and the marker that stands for secrets when a configuration is
// shown.
//
// Pure; any thread.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox::lifecycle {

// `patch` (YAML or JSON) merged into `yaml` as RFC 7396 says: mappings member by member, null takes a member away,
// everything else replaces. Variables (${NAME}) stay as written. Comments and anchors are lost. Else a sentence.
std::expected<std::string, std::string> patched(std::string_view yaml, std::string_view patch);

// Where `text` holds "[redacted]" and `former` did not say so at the same place: somebody sends back what they were
// shown, and would overwrite a secret with the marker. nullopt: nowhere (or the text is no YAML, which others report).
std::optional<std::string> find_redacted(std::string_view text, std::string_view former);

}  // namespace signalbox::lifecycle
