// Checks on the raw text of a YAML file that must hold before a parser may see it.
//
// Pure apart from the findings it reports; one load belongs to one thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "config/diagnostics.h"
#include "config/load.h"

namespace signalbox::config {

// Size, encoding, control characters and unclosed brackets. False (with one error reported) when the text must not be
// parsed. yaml-cpp takes 0x04 for the end of the file, so a control character would silently cut a policy short; and
// its scanner needs time and memory for every open bracket before the tree builder sees the first of them.
bool check_yaml_text(std::string_view text, std::uint16_t file, const ParseLimits& limits, Diagnostics& diagnostics);

// Line and column (in bytes) of an offset.
Mark mark_at(std::string_view text, std::size_t offset, std::uint16_t file);

// The `line`th line (1-based) without its line break, or "".
std::string_view line_of(std::string_view text, std::uint32_t line);

}  // namespace signalbox::config
