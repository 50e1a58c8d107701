#include "protocol/request_edits.h"

#include <algorithm>

#include "protocol/json_string.h"

namespace signalbox::protocol {

void set_model(Splice& splice, std::string_view model) {
  splice.set_member("model", quote(model));
}

void set_nested_member(Splice& splice, std::string_view dotted_path, std::string json) {
  std::vector<std::string> path;
  for (std::size_t begin = 0; begin <= dotted_path.size();) {
    const std::size_t end = std::min(dotted_path.find('.', begin), dotted_path.size());
    path.emplace_back(dotted_path.substr(begin, end - begin));
    begin = end + 1;
  }
  splice.set_path(std::move(path), std::move(json));
}

void cap_integer(const Request& request, Splice& splice, std::string_view key, std::int64_t limit) {
  const std::optional<double> value = request.tree.root()[key].number();
  if (value && *value > static_cast<double>(limit)) splice.set_member(key, std::to_string(limit));
}

void ensure_include_usage(const Request& request, Splice& splice) {
  if (request.stream && !request.include_usage) splice.set_path({"stream_options", "include_usage"}, "true");
}

}  // namespace signalbox::protocol
