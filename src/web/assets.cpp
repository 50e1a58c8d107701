#include "web/assets.h"

#include <array>

namespace signalbox::web {

// Defined in a generated file, see cmake/EmbedFiles.cmake.
extern const std::string_view kExplainHtml;
extern const std::string_view kExplainCss;
extern const std::string_view kExplainJs;
extern const std::string_view kExplainDecisionsJs;
extern const std::string_view kExplainDomJs;
extern const std::string_view kExplainEvidenceJs;
extern const std::string_view kExplainHighlightJs;
extern const std::string_view kExplainRequestJs;
extern const std::string_view kExplainSignalsJs;

namespace {
constexpr std::string_view kScript = "text/javascript; charset=utf-8";
}

std::span<const Asset> assets() {
  static const std::array<Asset, 9> kAssets{{
      {"/explain", "text/html; charset=utf-8", kExplainHtml},
      {"/explain.css", "text/css; charset=utf-8", kExplainCss},
      {"/explain.js", kScript, kExplainJs},
      {"/explain_decisions.js", kScript, kExplainDecisionsJs},
      {"/explain_dom.js", kScript, kExplainDomJs},
      {"/explain_evidence.js", kScript, kExplainEvidenceJs},
      {"/explain_highlight.js", kScript, kExplainHighlightJs},
      {"/explain_request.js", kScript, kExplainRequestJs},
      {"/explain_signals.js", kScript, kExplainSignalsJs},
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
