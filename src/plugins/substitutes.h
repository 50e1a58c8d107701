// What stands for a value in the request that goes upstream, and the way back: putting the values into an answer.
//
// Holds what was taken out of one request, and belongs to it: it is kept in memory only, and nothing here prints it.
// Immutable; any thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace signalbox::plugins {

class Substitutes {
 public:
  // `shown` begins with '[', ends with the only ']' in it, and needs no escape in JSON.
  void add(std::string shown, std::string original);

  bool empty() const { return originals_.empty(); }
  // Every substitute in `text` gives way to its value. `in_json`: the text is JSON itself (arguments of a call), and
  // the substitutes stand in its strings.
  std::string restore(std::string_view text, bool in_json) const;
  // How many bytes at the end of `text` may be the beginning of a substitute.
  std::size_t open_end(std::string_view text) const;

 private:
  std::map<std::string, std::string, std::less<>> originals_;  // by what is shown
  std::size_t longest_ = 0;
};

}  // namespace signalbox::plugins
