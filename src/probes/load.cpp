// Loading a probe file: syntax and types by config/, then everything that only the whole file shows. Every request is
// built once here and thrown away, so that what is wrong with it is an error with a line, not a failed probe.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <utility>

#include "config/load.h"
#include "probes/image_fixture.h"
#include "probes/probe_file.h"
#include "probes/variant_body.h"
#include "signals/registry.h"

namespace signalbox::probes {

namespace {

constexpr std::size_t kMostFileBytes = 64u << 20;  // pictures are inside

std::optional<std::string> read_bounded(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text, block(64u << 10, '\0');
  while (in && text.size() <= kMostFileBytes) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    text.append(block, 0, static_cast<std::size_t>(in.gcount()));
  }
  // A directory opens and then fails to read.
  return in.bad() || (!in.eof() && text.size() <= kMostFileBytes) ? std::nullopt : std::optional(std::move(text));
}

// The keys of matched_signals.
const std::vector<std::string>& signal_types() {
  static const std::vector<std::string> kTypes = [] {
    std::vector<std::string> types{"projection"};
    for (const signals::Type* type : signals::registry()) types.emplace_back(type->matched_key);
    return types;
  }();
  return kTypes;
}

class Checker {
 public:
  Checker(ProbeFile& file, config::Diagnostics& diagnostics) : file_(file), diagnostics_(diagnostics) {}

  void run() {
    for (auto& [name, image] : file_.fixtures.images) fixture(image);
    std::set<std::string> ids;
    for (const DecisionProbes& decision : file_.decisions) {
      unique(ids, decision.id, decision.path);
      signal_names(decision.expected_signals, config::join(decision.path, "expected_signals"));
      signal_names(decision.forbidden_signals, config::join(decision.path, "forbidden_signals"));
      std::set<std::string> variant_ids;
      for (const Variant& one : decision.variants) {
        unique(variant_ids, one.id, one.path);
        variant(decision, one);
      }
    }
  }

 private:
  void fixture(ImageFixture& image) {
    image.data_base64 = compact_base64(image.data_base64);
    const auto checked = check_image_fixture(image);
    if (!checked) diagnostics_.error(image.path, "bad_fixture", checked.error());
  }

  void unique(std::set<std::string>& ids, const std::string& id, const std::string& path) {
    if (!id.empty() && !ids.insert(id).second) {
      diagnostics_.error(config::join(path, "id"), "duplicate_name", fmt::format("\"{}\" stands here twice", id));
    }
  }

  void signal_names(const NamesByType& names, const std::string& path) {
    for (const auto& [type, list] : names) {
      if (std::ranges::find(signal_types(), type) != signal_types().end()) continue;
      diagnostics_.error(config::join(path, type), "unknown_signal_type",
                         fmt::format("\"{}\" is no type of signals", type), config::did_you_mean(type, signal_types()));
    }
  }

  // True when it may be built.
  bool shape(const Variant& variant) {
    const auto refuse = [&](std::string_view key, std::string message) {
      diagnostics_.error(key.empty() ? variant.path : config::join(variant.path, key), "bad_variant",
                         std::move(message));
      return false;
    };
    if (variant.query.has_value() == variant.messages.has_value()) {
      return refuse("", "a variant has exactly one of query and messages");
    }
    if (!variant.query && variant.repeat) return refuse("repeat", "only a query can be repeated");
    if (!variant.query && variant.padding) return refuse("padding", "only a query can be padded");
    if (variant.query && variant.generated_text) {
      return refuse("generated_text", "generated text goes into messages; a query has repeat and padding");
    }
    return true;
  }

  void variant(const DecisionProbes& decision, const Variant& one) {
    signal_names(one.expected_signals, config::join(one.path, "expected_signals"));
    if (!shape(one)) return;
    const auto body = variant_body(file_.fixtures, decision.model, one);
    if (!body) diagnostics_.error(body.error().path, "bad_variant", body.error().message);
  }

  ProbeFile& file_;
  config::Diagnostics& diagnostics_;
};

LoadedProbes load(const std::string& name, const std::optional<std::string>& text) {
  LoadedProbes loaded;
  loaded.document = std::make_unique<config::Document>();
  loaded.document->files.push_back(name);
  loaded.diagnostics = std::make_unique<config::Diagnostics>(loaded.document.get());
  config::Diagnostics& diagnostics = *loaded.diagnostics;
  loaded.unreadable = !text;
  if (!text) {
    diagnostics.add(config::Severity::error, {}, "", "unreadable_file",
                    fmt::format("the file \"{}\" cannot be read", name));
    return loaded;
  }
  if (config::parse_yaml(*text, 0, {.max_bytes = kMostFileBytes}, loaded.document->root, diagnostics)) {
    ProbeFile file;
    if (loaded.document->root.is_mapping()) {
      config::decode(*loaded.document, config::ref(file), diagnostics);
      if (diagnostics.ok()) Checker(file, diagnostics).run();
    } else {
      diagnostics.error("", "wrong_type", "a probe file must be a mapping of keys");
    }
    if (diagnostics.ok()) loaded.file = std::move(file);
  }
  diagnostics.sort();
  return loaded;
}

}  // namespace

LoadedProbes load_probe_file(const std::string& path) {
  return load(path, read_bounded(path));
}

LoadedProbes load_probe_text(std::string_view yaml, const std::string& name) {
  return load(name, std::string(yaml));
}

}  // namespace signalbox::probes
