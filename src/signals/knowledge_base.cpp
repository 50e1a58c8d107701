#include "signals/knowledge_base.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace signalbox::signals {
namespace {

using nlohmann::json;
using Labels = std::vector<KnowledgeBase::Label>;

constexpr std::uintmax_t kMaxBytes = 16u << 20;
constexpr std::size_t kMaxLabels = 10'000;

std::expected<KnowledgeBase::Label, std::string> read_label(const std::string& name, const json& value) {
  KnowledgeBase::Label label;
  label.name = name;
  if (!value.is_object()) return std::unexpected(fmt::format("label \"{}\" is no object", name));
  if (const auto text = value.find("description"); text != value.end() && text->is_string()) {
    label.description = text->get<std::string>();
  }
  const auto exemplars = value.find("exemplars");
  if (exemplars == value.end() || !exemplars->is_array()) {
    return std::unexpected(fmt::format("label \"{}\" has no list of exemplars", name));
  }
  for (const json& exemplar : *exemplars) {
    if (!exemplar.is_string()) return std::unexpected(fmt::format("an exemplar of label \"{}\" is no text", name));
    label.exemplars.push_back(exemplar.get<std::string>());
  }
  return label;
}

std::expected<Labels, std::string> read_labels(const json& manifest) {
  const auto labels = manifest.is_object() ? manifest.find("labels") : manifest.end();
  if (!manifest.is_object() || labels == manifest.end() || !labels->is_object()) {
    return std::unexpected("has no object \"labels\"");
  }
  if (labels->empty()) return std::unexpected("has no labels");
  if (labels->size() > kMaxLabels) return std::unexpected(fmt::format("has more than {} labels", kMaxLabels));
  Labels all;
  for (const auto& [name, value] : labels->items()) {
    auto label = read_label(name, value);
    if (!label) return std::unexpected(label.error());
    all.push_back(std::move(*label));
  }
  return all;
}

}  // namespace

std::expected<Labels, std::string> read_kb_manifest(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error) return std::unexpected(fmt::format("{}: {}", file.string(), error.message()));
  if (size > kMaxBytes) return std::unexpected(fmt::format("{}: larger than {} MiB", file.string(), kMaxBytes >> 20));
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return std::unexpected(fmt::format("{}: cannot be read", file.string()));
  const json manifest = json::parse(text.view(), nullptr, false);
  if (manifest.is_discarded()) return std::unexpected(fmt::format("{}: is not JSON", file.string()));
  auto labels = read_labels(manifest);
  if (!labels) return std::unexpected(fmt::format("{}: {}", file.string(), labels.error()));
  return labels;
}

}  // namespace signalbox::signals
