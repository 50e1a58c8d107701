#include "protocol/splice.h"

#include <utility>

namespace signalbox::protocol {

void Splice::replace(Range range, std::string replacement) {
  edits_.push_back({range, std::move(replacement)});
}

void Splice::insert(std::size_t at, std::string text) {
  edits_.push_back({{at, at}, std::move(text)});
}

void Splice::set_member(std::string_view key, std::string json) {
  set_path({std::string(key)}, std::move(json));
}

void Splice::set_path(std::vector<std::string> path, std::string json) {
  members_.push_back({.path = std::move(path), .json = std::move(json)});
}

void Splice::remove_member(std::string_view key) {
  members_.push_back({.path = {std::string(key)}, .remove = true});
}

void Splice::remove_elements(const std::vector<Range>& all_elements, const std::vector<bool>& remove) {
  append_removals(all_elements, remove, edits_);
}

std::string Splice::apply() const {
  if (empty()) return std::string(request_.body());
  std::vector<ByteEdit> edits = edits_;
  append_member_edits(request_.tree.root(), members_, edits);
  return apply_edits(request_.body(), edits);
}

}  // namespace signalbox::protocol
