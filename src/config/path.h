// Paths into a configuration tree: `routing.decisions[3].name`, and `metadata["a.b"].c` for keys that dots or brackets
// would make ambiguous.
//
// Pure functions of their arguments; any thread. PathReader views the text it was given, which must outlive it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox::config {

// One step: into a mapping by key, or into a sequence by index.
struct PathStep {
  bool is_index = false;
  std::size_t index = 0;
  std::string member = {};
};

// Reads a path step by step. Text that is not a path ends it: next() returns nullopt, and so does every later call.
class PathReader {
 public:
  explicit PathReader(std::string_view path) : rest_(path) {}
  bool at_end() const { return rest_.empty(); }
  std::optional<PathStep> next();

 private:
  std::optional<PathStep> bare_member();
  std::optional<PathStep> quoted_member();
  std::optional<PathStep> index();

  std::string_view rest_;
  bool first_ = true;
};

}  // namespace signalbox::config
