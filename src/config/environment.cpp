// Environment variables in scalars: ${VAR}, ${VAR:-default}, ${VAR-default}, $VAR, and $$ for a plain $.
//
// Everything else that starts with a dollar is left as it is, because configurations carry other languages' dollars:
// a regex's end anchor, `$1`, `${{ … }}`. An inserted value is not searched again; a default is (it is part of the
// file).
#include <fmt/format.h>

#include <cstdlib>
#include <utility>
#include <vector>

#include "config/load.h"
#include "config/scalar.h"

namespace signalbox::config {

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): one load belongs to one thread
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

namespace {

// All inserted text of one document together: a file of `$A$A$A…` must not multiply a long value without end.
constexpr std::size_t kMostInsertedText = 16u << 20;
constexpr std::size_t kDeepestDefault = 8;

constexpr bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool continues_name(char c) {
  return starts_name(c) || (c >= '0' && c <= '9');
}

std::string_view name_at(std::string_view text, std::size_t at) {
  if (at >= text.size() || !starts_name(text[at])) return {};
  std::size_t end = at;
  while (end < text.size() && continues_name(text[end])) ++end;
  return text.substr(at, end - at);
}

// The `}` that closes a default beginning at `from`, stepping over nested ${…}; npos when there is none. Giving up on
// absurd nesting keeps a text of nothing but openers linear.
std::size_t closing_brace(std::string_view text, std::size_t from) {
  std::size_t nested = 0;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text.substr(i, 2) == "${" && ++nested > kDeepestDefault) break;
    if (text[i] == '}' && nested-- == 0) return i;
  }
  return std::string_view::npos;
}

// One reference as written.
struct Reference {
  std::string_view name;
  std::size_t length = 0;  // of the whole reference, 0: not a reference
  bool has_default = false;
  bool empty_counts_as_unset = false;  // `:-`
  std::string_view fallback = {};
};

Reference braced_reference(std::string_view text, std::size_t at) {
  Reference found{.name = name_at(text, at + 2)};
  if (found.name.empty()) return {};
  std::size_t i = at + 2 + found.name.size();
  if (i < text.size() && text[i] == '}') {
    found.length = i + 1 - at;
    return found;
  }
  found.empty_counts_as_unset = text.substr(i, 2) == ":-";
  if (!found.empty_counts_as_unset && text.substr(i, 1) != "-") return {};
  i += found.empty_counts_as_unset ? 2 : 1;
  const std::size_t close = closing_brace(text, i);
  if (close == std::string_view::npos) return {};
  found.has_default = true;
  found.fallback = text.substr(i, close - i);
  found.length = close + 1 - at;
  return found;
}

Reference reference_at(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) == "${") return braced_reference(text, at);
  const std::string_view name = name_at(text, at + 1);
  return {.name = name, .length = name.empty() ? 0 : name.size() + 1};
}

class Substitution {
 public:
  Substitution(const Environment& environment, UnsetVariable unset, Diagnostics& diagnostics)
      : environment_(environment), unset_(unset), diagnostics_(diagnostics) {}

  void walk(Node& node, const std::string& path) {
    if (node.is_scalar()) return substitute(node, path);
    for (std::size_t i = 0; i < node.items.size(); ++i) walk(node.items[i], join(path, i));
    for (Entry& entry : node.entries) walk(entry.value, join(path, entry.key));
  }

 private:
  void substitute(Node& node, const std::string& path) {
    if (!node.scalar.contains('$')) return;
    path_ = &path;
    mark_ = node.mark;
    const std::size_t before = inserted_values_;
    node.scalar = expand(node.scalar, 0);
    node.from_environment = inserted_values_ != before;
    // Plain text is typed after substitution: ${PORT} may be a number and ${NOTHING:-null} is null. Empty text stays an
    // empty string: a variable that is set to nothing is not a key that was left out.
    if (!node.quoted && is_null_text(node.scalar)) {
      node.kind = Node::Kind::null;
      node.scalar.clear();
    }
  }

  std::string expand(std::string_view text, std::size_t depth) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
      if (text[i] != '$') {
        out += text[i++];
      } else if (text.substr(i, 2) == "$$") {
        out += '$';
        i += 2;
      } else if (const Reference reference = reference_at(text, i); reference.length != 0) {
        out += value_of(reference, text.substr(i, reference.length), depth);
        i += reference.length;
      } else {
        out += text[i++];
      }
    }
    return out;
  }

  std::string value_of(const Reference& reference, std::string_view literal, std::size_t depth) {
    const std::string name(reference.name);
    const std::optional<std::string> value = environment_(name);
    const bool missing = !value || (reference.empty_counts_as_unset && value->empty());
    if (missing && reference.has_default) {
      return depth < kDeepestDefault ? expand(reference.fallback, depth + 1) : std::string(reference.fallback);
    }
    if (missing) return keep(name, literal);
    if (!may_insert(name, *value)) return std::string(literal);
    return *value;
  }

  std::string keep(const std::string& name, std::string_view literal) {
    if (unset_ == UnsetVariable::error) {
      report(Severity::error, "unset_variable", fmt::format("the environment variable {} is not set", name),
             fmt::format("set it, or give a default: ${{{}:-value}}", name));
    } else {
      report(Severity::warning, "unset_variable",
             fmt::format("the environment variable {} is not set; the text stays as written", name),
             "write $$ for a literal dollar sign");
    }
    return std::string(literal);
  }

  // Text that a file could not hold may not come in through a variable either.
  bool may_insert(const std::string& name, const std::string& value) {
    if (invalid_utf8_at(value) != std::string::npos || value.contains('\0')) {
      report(Severity::error, "invalid_encoding", fmt::format("the environment variable {} is not valid UTF-8", name),
             "");
      return false;
    }
    if (value.size() > kMostInsertedText - inserted_) {
      if (!std::exchange(overflow_reported_, true)) {
        report(Severity::error, "too_much_text",
               fmt::format("environment variables insert more than {} bytes", kMostInsertedText), "");
      }
      return false;
    }
    inserted_ += value.size();
    ++inserted_values_;
    return true;
  }

  void report(Severity severity, std::string_view code, std::string message, std::string suggestion) {
    diagnostics_.add(severity, mark_, *path_, code, std::move(message), std::move(suggestion));
  }

  const Environment& environment_;
  UnsetVariable unset_;
  Diagnostics& diagnostics_;
  const std::string* path_ = nullptr;
  Mark mark_;
  std::size_t inserted_ = 0;  // bytes
  std::size_t inserted_values_ = 0;
  bool overflow_reported_ = false;
};

}  // namespace

void substitute_environment(Node& node, const Environment& environment, UnsetVariable unset, Diagnostics& diagnostics) {
  Substitution(environment, unset, diagnostics).walk(node, "");
}

}  // namespace signalbox::config
