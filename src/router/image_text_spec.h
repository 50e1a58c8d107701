// `global.router.image_text` as written: how text in pictures is read.
#pragma once

#include <string>
#include <vector>

#include "config/describe.h"
#include "config/diagnostics.h"
#include "config/values.h"

namespace signalbox::router {

struct ImageTextSpec {
  std::string path;
  std::vector<std::string> languages;  // empty: eng
  std::string tessdata;
  double min_confidence = 0;
  config::Duration timeout{std::chrono::seconds(8)};

  bool same_as(const ImageTextSpec& other) const;  // wherever they are written
};

void describe(config::Visitor& v, ImageTextSpec& x);

// Errors: names that are none of a language, one that stands twice, a time of nothing.
void check_image_text(const ImageTextSpec& spec, config::Diagnostics& diagnostics);

}  // namespace signalbox::router
