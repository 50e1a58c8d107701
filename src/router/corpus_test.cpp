// The configurations of vLLM Semantic Router load unchanged: complete ones as they are, fragments over a base.
//
// The corpus is not part of the repository: SIGNALBOX_CORPUS names its folder, else the one beside the checkout is
// used; without either these tests skip.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "router/load.h"

namespace signalbox::router {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> no_variables(const std::string&) {
  return std::nullopt;
}

fs::path corpus() {
  const char* named = std::getenv("SIGNALBOX_CORPUS");
  const fs::path root = named != nullptr ? fs::path(named) : fs::path(SIGNALBOX_SOURCE_DIR) / "../shared/corpus";
  return root / "vsr-config";
}

std::vector<fs::path> yaml_below(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::exists(folder)) return files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string listing(const Loaded& loaded) {
  std::string text;
  for (const config::Diagnostic& d : loaded.diagnostics->items()) text += config::to_text(d) + "\n";
  return text;
}

// ---- complete configurations ---------------------------------------------------------------------------------------

std::vector<fs::path> complete_files() {
  std::vector<fs::path> files = yaml_below(corpus() / "recipes");
  std::erase_if(files, [](const fs::path& file) { return file.filename() != "config.yaml"; });
  if (fs::exists(corpus() / "config-full-reference.yaml")) files.push_back(corpus() / "config-full-reference.yaml");
  return files;
}

TEST(Corpus, CompleteConfigurationsLoadWithoutErrors) {
  const std::vector<fs::path> files = complete_files();
  if (files.empty()) GTEST_SKIP() << "no corpus at " << corpus();
  for (const fs::path& file : files) {
    const Loaded loaded = load({file.string()}, no_variables);
    EXPECT_EQ(loaded.diagnostics->errors(), 0U) << listing(loaded);
    EXPECT_NE(loaded.snapshot, nullptr) << file;
  }
}

TEST(Corpus, OneWarningSpeaksOfOneThing) {
  if (complete_files().empty()) GTEST_SKIP() << "no corpus at " << corpus();
  for (const fs::path& file : complete_files()) {
    const Loaded loaded = load({file.string()}, no_variables);
    std::set<std::pair<std::string, std::string>> seen;
    for (const config::Diagnostic& d : loaded.diagnostics->items()) {
      EXPECT_TRUE(seen.emplace(d.path, d.code == "unused_signal" ? d.code : "").second) << config::to_text(d);
      EXPECT_NE(d.line, 0U) << config::to_text(d);
    }
  }
}

// Every code the reference configuration earns, and no other: a lint that starts to cry wolf shows up here.
TEST(Corpus, TheReferenceEarnsTheseWarnings) {
  const fs::path file = corpus() / "config-full-reference.yaml";
  if (!fs::exists(file)) GTEST_SKIP() << "no corpus at " << corpus();
  const Loaded loaded = load({file.string()}, no_variables);
  std::map<std::string, int> codes;
  for (const config::Diagnostic& d : loaded.diagnostics->items()) ++codes[d.code];
  std::vector<std::string> names;
  for (const auto& [code, count] : codes) names.push_back(code);
  EXPECT_THAT(names,
              testing::ElementsAre("hybrid_is_classifier", "inline_secret", "mixed_tiers", "model_missing",
                                   "no_trusted_proxy", "open_listener", "unjudged_not_read", "unreachable_threshold",
                                   "unset_variable", "unsupported", "unsupported_protective", "unused_signal"));
  EXPECT_EQ(codes["mixed_tiers"], 1);  // once a recipe, not once a decision
  EXPECT_EQ(codes["open_listener"], 1);
  EXPECT_EQ(codes["unsupported_protective"], 3);  // two plugins, rate limits
}

// ---- fragments -----------------------------------------------------------------------------------------------------

constexpr std::string_view kBase = R"(
version: v0.3
listeners: [{name: http, address: 127.0.0.1, port: 8899}]
providers:
  defaults: {default_model: "qwen2.5:3b"}
  models:
    - {name: "qwen2.5:3b", backend_refs: [{endpoint: 127.0.0.1:8000}]}
routing:
  modelCards: [{name: "qwen2.5:3b"}, {name: qwen3-8b}, {name: qwen3-32b, loras: [{name: computer-science-expert}]}, {name: small}, {name: large}]
  signals:
    keywords: [{name: urgent_keywords, operator: OR, keywords: [urgent]}]
    domains: [{name: business}, {name: law}, {name: computer science}, {name: computer_science}]
    jailbreak: [{name: prompt_injection, threshold: 0.7}]
    complexity:
      - {name: needs_reasoning, threshold: 0.1, hard: {candidates: [prove it]}, easy: {candidates: [hello]}}
  decisions:
    - {name: base, priority: 1, modelRefs: [{model: qwen3-8b}, {model: qwen3-32b}]}
)";

constexpr std::string_view kDecision = R"(routing:
  decisions:
    - name: base
      modelRefs: [{model: qwen3-8b}, {model: qwen3-32b}]
)";

std::string indented(const std::string& text, const std::string& by) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) out += by + line + "\n";
  return out;
}

// A fragment of a decision becomes a decision; anything else is a part of a file already.
std::string as_file(const std::string& fragment) {
  if (fragment.starts_with("plugin:")) {
    const std::string body = fragment.substr(fragment.find('\n') + 1);
    return std::string(kDecision) + "      plugins:\n      -\n" + indented(body, "      ");
  }
  const bool of_decision = fragment.starts_with("plugins:") || fragment.starts_with("algorithm:");
  return of_decision ? std::string(kDecision) + indented(fragment, "      ") : fragment;
}

TEST(Corpus, FragmentsLoadOverABase) {
  const std::vector<fs::path> files = yaml_below(corpus() / "fragments");
  if (files.empty()) GTEST_SKIP() << "no corpus at " << corpus();
  for (const fs::path& file : files) {
    const std::string name = file.lexically_relative(corpus()).string();
    const Loaded loaded = load({"base.yaml", name}, no_variables, [&](const std::string& path) {
      return std::optional<std::string>(path == name ? as_file(read(file)) : std::string(kBase));
    });
    EXPECT_EQ(loaded.diagnostics->errors(), 0U) << listing(loaded);
  }
}

}  // namespace
}  // namespace signalbox::router
