// From files to a validated struct: parse, substitute the environment, merge, decode.
//
//   Document document;
//   Diagnostics diagnostics(&document);
//   load_files({"a.yaml", "b.yaml"}, environment, {}, document, diagnostics);
//   Root root;
//   decode(document, ref(root), diagnostics);        // every error of the files, not only the first
//
// Exceptions do not leave this library. One load belongs to one thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/describe.h"
#include "config/diagnostics.h"
#include "config/node.h"

namespace signalbox::config {

// Looks a variable up; std::nullopt when it is not set. Passed in so that tests need no process environment.
using Environment = std::function<std::optional<std::string>(const std::string&)>;
Environment process_environment();

struct ParseLimits {
  std::size_t max_bytes = 8u << 20;  // per file
  std::size_t max_depth = 64;
  std::size_t max_nodes = 1'000'000;  // after alias expansion: a "billion laughs" file ends here
};

// Parses one YAML text (one document; a second one is an error) into `node`. Duplicate keys, tags other than the core
// ones, and exceeded limits are errors; `<<` merges as YAML 1.1 says. False when no usable tree could be made.
bool parse_yaml(std::string_view text, std::uint16_t file, const ParseLimits& limits, Node& node,
                Diagnostics& diagnostics);

// How an unset ${VAR} without default is taken: left literal with a warning (v0.3: templates use that form), or an
// error.
enum class UnsetVariable : std::uint8_t { keep_and_warn, error };

// Replaces ${VAR}, ${VAR:-default}, ${VAR-default}, $VAR in every string scalar (never in keys); `$$` is a literal `$`.
// Not expanded: `$` before anything that is not `{` or a letter or underscore (a regex's end anchor, `${{ … }}`).
void substitute_environment(Node& node, const Environment& environment, UnsetVariable unset, Diagnostics& diagnostics);

// Deep merge: mappings member by member, everything else (lists too) replaced by `over`.
void merge(Node& base, Node over);

// Reads and merges the files in order. `text_of` replaces the file system in tests (null: read files). The version key
// of the merged document decides UnsetVariable. False when a file cannot be read or parsed (diagnostics say which).
bool load_files(const std::vector<std::string>& paths, const Environment& environment, const ParseLimits& limits,
                Document& document, Diagnostics& diagnostics,
                const std::function<std::optional<std::string>(const std::string&)>& text_of = nullptr);

// Fills `root` (an object) from the document: types, ranges, choices, required and unknown keys, unsupported keys.
void decode(const Document& document, ValueRef root, Diagnostics& diagnostics);
// The same for a subtree that stands at `path`.
void decode_at(const Node& node, std::string_view path, ValueRef value, Diagnostics& diagnostics);

// Paths of all values that must not be shown: described as secret, reserved with `!`, or not understood at all (an
// unknown key may be a misspelt password).
std::vector<std::string> secret_paths(const Document& document, ValueRef root);

}  // namespace signalbox::config
