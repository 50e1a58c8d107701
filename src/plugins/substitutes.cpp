#include "plugins/substitutes.h"

#include <algorithm>
#include <utility>

#include "protocol/text_edits.h"

namespace signalbox::plugins {

void Substitutes::add(std::string shown, std::string original) {
  longest_ = std::max(longest_, shown.size());
  originals_.emplace(std::move(shown), std::move(original));
}

std::string Substitutes::restore(std::string_view text, bool in_json) const {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = std::min(text.find('[', at), text.size());
    out.append(text, at, open - at);
    at = open;
    if (open == text.size()) break;
    const std::size_t close = text.substr(open, longest_).find(']');
    const auto found =
        close == std::string_view::npos ? originals_.end() : originals_.find(text.substr(open, close + 1));
    if (found == originals_.end()) {
      out += text[at++];
      continue;
    }
    out += in_json ? protocol::escaped(found->second) : found->second;
    at += close + 1;
  }
  return out;
}

std::size_t Substitutes::open_end(std::string_view text) const {
  const std::size_t first = text.size() - std::min(text.size(), longest_);
  for (std::size_t open = text.find('[', first); open != std::string_view::npos; open = text.find('[', open + 1)) {
    const std::string_view end = text.substr(open);
    const auto candidate = originals_.lower_bound(end);
    if (candidate != originals_.end() && candidate->first.size() > end.size() && candidate->first.starts_with(end)) {
      return end.size();
    }
  }
  return 0;
}

}  // namespace signalbox::plugins
