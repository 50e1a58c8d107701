// The walk over simdjson's document that fills a JsonTree. Used by json_tree.cpp only; kept apart so that simdjson
// stays in two files.
//
// On-Demand hands out tokens and checks the grammar between them as we go; what it leaves to the caller is checked
// here: escapes and surrogates, keys, depth, the number of values, and that nothing follows the root. A Walker serves
// one parse on one thread.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/json_tree.h"

namespace signalbox::protocol {

class JsonWalker {
 public:
  using Node = JsonTree::Node;
  using Index = JsonTree::Index;
  // `decoded` gives room for all strings of the body that hold escapes; asked at most once.
  JsonWalker(std::string_view body, const JsonLimits& limits, std::vector<Node>& nodes, std::function<char*()> decoded)
      : body_(body), limits_(limits), nodes_(nodes), make_decoded_(std::move(decoded)) {}

  // Fills nodes with the whole document, the root at index 0. False: error() says why.
  bool walk(simdjson::ondemand::document& document);
  Error take_error();

 private:
  bool root_scalar(simdjson::ondemand::json_type type);
  bool child(simdjson::ondemand::value source, Index index, std::size_t depth);
  bool array(simdjson::ondemand::array source, Index index, std::size_t depth);
  bool object(simdjson::ondemand::object source, Index index, std::size_t depth);
  bool scalar(simdjson::ondemand::value& source, simdjson::ondemand::json_type type, Node& node);
  bool set_string(Node& node);
  bool set_key(Node& node, const char* begin, std::size_t value_begin);
  bool decode(std::string_view raw, std::string_view& out);
  bool close(Index index);
  bool add_child(Index parent, Index& last, Index& added);
  bool check_duplicate(Index parent, Index added);
  bool check_many_keys(Index parent);

  std::size_t offset_of(const char* at) const { return static_cast<std::size_t>(at - body_.data()); }
  Range token_range(std::string_view token) const;
  bool syntax_error(std::string_view what);
  bool fail(std::string_view code, std::string_view what, std::size_t offset);
  void prepend_key(std::string_view key);
  void prepend_index(std::size_t index);

  std::string_view body_;
  const JsonLimits& limits_;
  std::vector<Node>& nodes_;
  std::function<char*()> make_decoded_;
  char* decoded_ = nullptr;
  simdjson::ondemand::document* document_ = nullptr;
  Error error_;
};

}  // namespace signalbox::protocol
