#include "config/load.h"

#include <fmt/format.h>

#include <fstream>
#include <unordered_map>

namespace signalbox::config {

namespace {

// One byte more than the limit is enough for the parser to see that the file is too large.
std::optional<std::string> read_bounded(const std::string& path, std::size_t max_bytes) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text;
  std::string block(64u << 10, '\0');
  while (text.size() <= max_bytes && in) {
    const std::size_t wanted = std::min(block.size(), max_bytes + 1 - text.size());
    in.read(block.data(), static_cast<std::streamsize>(wanted));
    text.append(block, 0, static_cast<std::size_t>(in.gcount()));
    if (in.bad()) return std::nullopt;
    if (in.gcount() == 0) break;
  }
  // A directory opens and then fails to read.
  const bool clean_end = in.eof() || text.size() > max_bytes;
  return clean_end ? std::optional<std::string>(std::move(text)) : std::nullopt;
}

void merge_mappings(std::vector<Entry>& base, std::vector<Entry> over) {
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < base.size(); ++i) places.emplace(base[i].key, i);
  for (Entry& entry : over) {
    const auto [place, is_new] = places.emplace(entry.key, base.size());
    if (is_new) {
      base.push_back(std::move(entry));
      continue;
    }
    Entry& member = base[place->second];
    member.key_mark = entry.key_mark;
    merge(member.value, std::move(entry.value));
  }
}

bool load_one(const std::string& path, const ParseLimits& limits, Document& document, Diagnostics& diagnostics,
              const std::function<std::optional<std::string>(const std::string&)>& text_of) {
  const auto file = static_cast<std::uint16_t>(document.files.size());
  document.files.push_back(path);
  const std::optional<std::string> text = text_of ? text_of(path) : read_bounded(path, limits.max_bytes);
  if (!text) {
    diagnostics.add(Severity::error, {.file = file}, "", "unreadable_file",
                    fmt::format("the file \"{}\" cannot be read", path));
    return false;
  }
  Node node;
  if (!parse_yaml(*text, file, limits, node, diagnostics)) return false;
  if (!node.is_mapping()) {
    diagnostics.add(Severity::error, node.mark, "", "wrong_type", "a configuration file must be a mapping of keys");
    return false;
  }
  if (document.root.is_null()) {
    document.root = std::move(node);
  } else {
    merge(document.root, std::move(node));
  }
  return true;
}

UnsetVariable unset_rule(const Node& root) {
  const Node* version = root.find("version");
  const bool strict = version != nullptr && version->is_scalar() && version->scalar == "v1";
  return strict ? UnsetVariable::error : UnsetVariable::keep_and_warn;
}

}  // namespace

void merge(Node& base, Node over) {
  if (base.is_mapping() && over.is_mapping()) {
    merge_mappings(base.entries, std::move(over.entries));
  } else {
    base = std::move(over);
  }
}

bool load_files(const std::vector<std::string>& paths, const Environment& environment, const ParseLimits& limits,
                Document& document, Diagnostics& diagnostics,
                const std::function<std::optional<std::string>(const std::string&)>& text_of) {
  constexpr std::size_t kMostFiles = 256;
  document = Document{};
  if (paths.empty() || paths.size() > kMostFiles) {
    diagnostics.add(Severity::error, {}, "", "no_file",
                    paths.empty() ? "no configuration file was named" : "too many configuration files were named");
    return false;
  }
  bool all = true;
  for (const std::string& path : paths) all = load_one(path, limits, document, diagnostics, text_of) && all;
  if (!all) return false;
  substitute_environment(document.root, environment, unset_rule(document.root), diagnostics);
  return true;
}

}  // namespace signalbox::config
