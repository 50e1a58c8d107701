#include "web/assets.h"

#include <array>

namespace signalbox::web {

// Defined in a generated file, see cmake/EmbedFiles.cmake.
extern const std::string_view kExplainHtml;
extern const std::string_view kExplainCss;
extern const std::string_view kExplainJs;

std::span<const Asset> assets() {
  static const std::array<Asset, 3> kAssets{{
      {"/explain", "text/html; charset=utf-8", kExplainHtml},
      {"/explain.css", "text/css; charset=utf-8", kExplainCss},
      {"/explain.js", "text/javascript; charset=utf-8", kExplainJs},
  }};
  return kAssets;
}

const Asset* find_asset(std::string_view path) {
  for (const Asset& asset : assets()) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

}  // namespace signalbox::web
