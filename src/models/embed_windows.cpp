#include "models/embed_windows.h"

#include <algorithm>
#include <utility>

#include "models/text_windows.h"

namespace signalbox::models {
namespace {

// For `tokens`, of which the model reads as many at a time as it read of `cut`. A window may hold more tokens to the
// byte than the text as a whole: a quarter more is room enough for most.
std::size_t windows_for(std::size_t tokens, const TextEmbedding& cut) {
  return 1 + tokens * 5 / (std::size_t{std::max(cut.covered_tokens, 1U)} * 4);
}

std::vector<std::string_view> spread(std::vector<std::string_view> windows, std::size_t limit) {
  if (limit == 0 || windows.size() <= limit) return windows;
  std::vector<std::string_view> kept;
  for (std::size_t i = 0; i < limit; ++i)
    kept.push_back(windows[limit == 1 ? 0 : i * (windows.size() - 1) / (limit - 1)]);
  return kept;
}

class Reading {
 public:
  Reading(std::string_view text, const EmbedOne& embed, std::size_t limit)
      : text_(text), embed_(embed), limit_(limit) {}

  std::expected<WindowedText, EmbedError> read(const std::shared_ptr<const TextEmbedding>& beginning) {
    const TextEmbedding& cut = *beginning;
    const std::size_t end = std::min(cut.covered_bytes, text_.size());
    const std::string_view rest = text_.substr(begin_of_next(text_, end));
    const std::size_t tokens = cut.tokens - cut.covered_tokens + cut.covered_tokens / 8;
    read_.windows.push_back({0, end, beginning});
    covered_ = cut.covered_tokens;
    if (limit_ == 1) return finished(cut, false);
    std::vector<std::string_view> left = windows_of(rest, windows_for(tokens, cut));
    const std::size_t all = left.size();
    left = spread(std::move(left), limit_ == 0 ? 0 : limit_ - 1);
    whole_ = left.size() == all;
    while (!left.empty()) {
      const std::string_view window = left.back();
      left.pop_back();
      const TextEmbedder::Result embedding = embed_(window);
      if (!embedding) return std::unexpected(embedding.error());
      if ((*embedding)->truncated() && halve(window, left)) continue;
      keep(window, *embedding);
    }
    return finished(cut, whole_);
  }

 private:
  WindowedText finished(const TextEmbedding& cut, bool whole) {
    std::ranges::sort(read_.windows, {}, &EmbeddedWindow::begin);
    read_.tokens = cut.tokens;
    // Windows overlap: what they hold together is not the sum of what each holds.
    read_.covered_tokens = whole ? cut.tokens : std::min(covered_, cut.tokens - 1);
    return std::move(read_);
  }

  // A window that is denser than the rest is read in halves; not beyond the limit, and not below a character.
  bool halve(std::string_view window, std::vector<std::string_view>& left) const {
    if (limit_ != 0 && read_.windows.size() + left.size() + 2 > limit_) return false;
    const std::vector<std::string_view> halves = windows_of(window, 2);
    if (halves.size() < 2) return false;
    left.insert(left.end(), halves.begin(), halves.end());
    return true;
  }

  void keep(std::string_view window, const std::shared_ptr<const TextEmbedding>& embedding) {
    const auto begin = static_cast<std::size_t>(window.data() - text_.data());
    read_.windows.push_back({begin, begin + window.size(), embedding});
    covered_ += embedding->covered_tokens;
    whole_ = whole_ && !embedding->truncated();
  }

  std::string_view text_;
  const EmbedOne& embed_;
  std::size_t limit_;
  WindowedText read_;
  std::uint32_t covered_ = 0;
  bool whole_ = true;
};

}  // namespace

std::expected<WindowedText, EmbedError> embed_windows(std::string_view text, const EmbedOne& embed, std::size_t limit) {
  const TextEmbedder::Result whole = embed(text);
  if (!whole) return std::unexpected(whole.error());
  if ((*whole)->truncated()) return Reading(text, embed, limit).read(*whole);
  return WindowedText{{{0, text.size(), *whole}}, (*whole)->tokens, (*whole)->covered_tokens};
}

}  // namespace signalbox::models
