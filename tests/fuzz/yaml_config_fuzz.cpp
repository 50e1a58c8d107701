// The whole way of a hostile configuration file: parse, substitute, decode, find secrets, render.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "config/load.h"
#include "config/render.h"
#include "config/test_schema.h"

namespace {

using signalbox::config::Diagnostics;
using signalbox::config::Document;

std::optional<std::string> variable(const std::string& name) {
  if (name == "EMPTY") return "";
  if (name.size() % 2 == 0) return "42";
  return std::nullopt;
}

void require(bool condition) {
  if (!condition) std::abort();
}

// What every finding promises, whatever the input was.
void check_findings(const Diagnostics& diagnostics) {
  for (const auto& item : diagnostics.items()) {
    require(!item.code.empty());
    require(to_text(item).find('\n') == std::string::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace config = signalbox::config;
  const std::string text(reinterpret_cast<const char*>(data), size);
  Document document;
  Diagnostics diagnostics(&document);
  const bool loaded =
      config::load_files({"fuzz.yaml"}, variable, {.max_bytes = 1u << 20, .max_nodes = 20'000}, document, diagnostics,
                         [&](const std::string&) { return std::optional(text); });
  require(loaded || !diagnostics.ok());
  if (loaded) {
    config::test::Root root;
    config::decode(document, config::ref(root), diagnostics);
    const auto json = config::to_json(document.root, config::secret_paths(document, config::ref(root)));
    // Strict: throws when a text is not UTF-8, which the loader promises it is.
    require(!json.dump().empty());
  }
  diagnostics.sort();
  check_findings(diagnostics);
  return 0;
}
