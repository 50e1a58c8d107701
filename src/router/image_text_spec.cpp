#include "router/image_text_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "router/reliability.h"

namespace signalbox::router {

namespace {

bool is_small_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// eng, chi_sim, aze_cyrl: a code of three letters, and variants. It becomes part of a file's name.
bool is_language(std::string_view name) {
  if (name.size() < 3 || name.size() > 32 || name == "osd" || name == "equ") return false;
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  if (!std::all_of(name.begin(), name.begin() + 3, letter)) return false;
  name.remove_prefix(3);
  while (!name.empty()) {
    if (name.front() != '_') return false;
    name.remove_prefix(1);
    const auto end = std::ranges::find_if_not(name, is_small_or_digit);
    if (end == name.begin()) return false;
    name.remove_prefix(static_cast<std::size_t>(end - name.begin()));
  }
  return true;
}

}  // namespace

bool ImageTextSpec::same_as(const ImageTextSpec& other) const {
  const auto all = [](const ImageTextSpec& x) {
    return std::tie(x.languages, x.tessdata, x.min_confidence, x.timeout);
  };
  return all(*this) == all(other);
}

void describe(config::Visitor& v, ImageTextSpec& x) {
  v.object("ImageText", "How text in pictures is read (docs/images.md).", &x.path);
  v.field("languages", x.languages,
          {.doc = "Tesseract's language data, the likeliest first (default: [eng]). Each one needs its Debian package "
                  "(deu: tesseract-ocr-deu), and makes reading slower."});
  v.field("tessdata", x.tessdata,
          {.doc = "Folder of LANGUAGE.traineddata files (default: where Tesseract was built to look)."});
  v.field(
      "min_confidence", x.min_confidence,
      {.doc = "Words that were read with less confidence are no evidence. A picture that loses more than half of "
              "its letters to this is unjudged (low_confidence). Keys are read with little confidence, for they are "
              "no words: prefer 0, which drops nothing.",
       .min = 0,
       .max = 1});
  v.field("timeout", x.timeout,
          {.doc = "For reading one picture, within deadline_ms; what is late is unjudged (timeout), and the other "
                  "pictures are read on."});
}

void check_image_text(const ImageTextSpec& spec, config::Diagnostics& diagnostics) {
  const std::string path = config::join(spec.path, "languages");
  for (std::size_t i = 0; i < spec.languages.size(); ++i) {
    const std::string& name = spec.languages[i];
    if (!is_language(name)) {
      diagnostics.error(config::join(path, i), "bad_language",
                        fmt::format("\"{}\" is no language of Tesseract's data", name),
                        "a code such as eng, deu or chi_sim; scripts and osd are none");
    } else if (std::find(spec.languages.begin(), spec.languages.begin() + static_cast<std::ptrdiff_t>(i), name) !=
               spec.languages.begin() + static_cast<std::ptrdiff_t>(i)) {
      diagnostics.error(config::join(path, i), "duplicate_name", fmt::format("{} stands here twice", name));
    }
  }
  check_positive(spec.timeout, config::join(spec.path, "timeout"), diagnostics);
}

}  // namespace signalbox::router
