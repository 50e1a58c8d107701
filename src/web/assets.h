// Files of the explain page, as they are in the binary. Constant for the life of the process; any thread.
#pragma once

#include <span>
#include <string_view>

namespace signalbox::web {

struct Asset {
  std::string_view path;  // "/explain.js"
  std::string_view content_type;
  std::string_view body;
};

std::span<const Asset> assets();
const Asset* find_asset(std::string_view path);  // null when there is none

}  // namespace signalbox::web
