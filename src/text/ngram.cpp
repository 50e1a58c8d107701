#include "text/ngram.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "text/word_buffer.h"

namespace signalbox::text {
namespace {

double scaled(std::size_t shared, std::size_t all, double warp) {
  if (all == 0) return 0;
  const double different = 1 - static_cast<double>(shared) / static_cast<double>(all);
  return 1 - std::pow(different, warp);
}

NgramOptions sane(NgramOptions options) {
  options.arity = std::clamp(options.arity, 2U, 64U);
  options.warp = std::max(options.warp, 1.0);
  return options;
}

}  // namespace

// Hashes (FNV-1a) of the padded grams. Two different grams of one comparison collide once in 2^64.
NgramSet::Grams NgramSet::grams_of(std::u32string_view text, std::size_t arity) {
  Grams grams;
  if (text.empty()) return grams;
  const std::size_t pad = arity - 1;
  const auto at = [&](std::size_t i) { return i < pad || i - pad >= text.size() ? U' ' : text[i - pad]; };
  grams.hashes.reserve(text.size() + pad);
  for (std::size_t begin = 0; begin + arity <= text.size() + 2 * pad; ++begin) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (std::size_t i = begin; i < begin + arity; ++i) hash = (hash ^ at(i)) * 0x100000001B3;
    grams.hashes.push_back(hash);
    grams.present |= std::uint64_t{1} << (hash >> 58);
  }
  std::ranges::sort(grams.hashes);
  return grams;
}

std::size_t NgramSet::shared_of(const Grams& a, const Grams& b) {
  std::size_t shared = 0;
  for (std::size_t i = 0, j = 0; i < a.hashes.size() && j < b.hashes.size();) {
    if (a.hashes[i] == b.hashes[j]) {
      ++shared;
      ++i;
      ++j;
    } else {
      a.hashes[i] < b.hashes[j] ? ++i : ++j;
    }
  }
  return shared;
}

double NgramSet::similarity(std::string_view a, std::string_view b, const NgramOptions& wanted) {
  const NgramOptions options = sane(wanted);
  const Grams x = grams_of(WordBuffer(a, options.case_sensitive).all(), options.arity);
  const Grams y = grams_of(WordBuffer(b, options.case_sensitive).all(), options.arity);
  const std::size_t shared = shared_of(x, y);
  return scaled(shared, x.hashes.size() + y.hashes.size() - shared, options.warp);
}

NgramSet::NgramSet(const std::vector<std::string>& keywords, NgramOptions options) : options_(sane(options)) {
  for (std::size_t i = 0; i < keywords.size(); ++i) {
    const WordBuffer buffer(keywords[i], options_.case_sensitive);
    if (buffer.size() == 0) continue;
    keywords_.push_back({static_cast<std::uint32_t>(i), buffer.size(), grams_of(buffer.all(), options_.arity)});
  }
}

void NgramSet::compare(const Keyword& keyword, const Window& window, NgramMatch& best) const {
  const std::size_t a = keyword.grams.hashes.size();
  const std::size_t b = window.grams.hashes.size();
  if ((keyword.grams.present & window.grams.present) == 0) return;
  const double reach = scaled(std::min(a, b), std::max(a, b), options_.warp);  // if one held all of the other
  if (reach < options_.threshold || reach <= best.similarity) return;
  const std::size_t shared = shared_of(keyword.grams, window.grams);
  const double similarity = scaled(shared, a + b - shared, options_.warp);
  if (similarity > best.similarity) best = {keyword.index, similarity, window.range};
}

std::vector<NgramMatch> NgramSet::find(std::string_view text) const {
  const WordBuffer buffer(text, options_.case_sensitive);
  if (buffer.size() == 0) return {};
  std::map<std::size_t, std::vector<Window>> windows;  // by number of words
  const auto windows_of = [&](std::size_t count) -> const std::vector<Window>& {
    const auto [at, fresh] = windows.try_emplace(count);
    for (std::size_t i = 0; fresh && i + count <= buffer.size(); ++i) {
      at->second.push_back({grams_of(buffer.window(i, count), options_.arity), buffer.range(i, count)});
    }
    return at->second;
  };
  const Window whole{grams_of(buffer.all(), options_.arity), buffer.range(0, buffer.size())};
  std::vector<NgramMatch> out;
  for (const Keyword& keyword : keywords_) {
    NgramMatch best;
    for (const Window& window : windows_of(1)) compare(keyword, window, best);
    if (keyword.words > 1) {
      for (const Window& window : windows_of(keyword.words)) compare(keyword, window, best);
    }
    compare(keyword, whole, best);
    if (best.similarity > 0 && best.similarity >= options_.threshold) out.push_back(best);
  }
  return out;
}

}  // namespace signalbox::text
