#include "probes/tags.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace signalbox::probes {

namespace {
// ISO 639-1 codes of the languages that the language signal knows best; other two-letter tags are just tags.
constexpr std::array<std::string_view, 30> kLanguages{"ar", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi",
                                                      "fr", "he", "hi", "hu", "id", "it", "ja", "ko", "nl", "pl",
                                                      "pt", "ro", "ru", "sv", "th", "tr", "uk", "ur", "vi", "zh"};
}  // namespace

std::vector<std::string> tags_with_groups(const std::vector<std::string>& tags) {
  std::set<std::string> all;
  for (const std::string& tag : tags) {
    all.insert(tag);
    const std::size_t colon = tag.find(':');
    if (colon != std::string::npos) all.insert(tag.substr(0, colon));
    if (tag.starts_with("shape:")) all.insert(tag.substr(colon + 1));
    if (std::ranges::find(kLanguages, tag) != kLanguages.end()) all.insert("language");
  }
  return {all.begin(), all.end()};
}

}  // namespace signalbox::probes
