// Disguises in arbitrary bytes: at most two views, none longer than the text or equal to it, the same each time, and
// what a view says is itself read without trouble.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "disguise/views.h"

namespace {

using signalbox::disguise::View;
using signalbox::disguise::Views;
using signalbox::disguise::views_of;

constexpr std::size_t kMaxText = 8192;

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = std::string_view(reinterpret_cast<const char*>(data), size).substr(0, kMaxText);
  const Views views = views_of(text);
  const Views again = views_of(text);
  check(views.views.size() <= 2 && views.views.size() == again.views.size() && views.complete == again.complete);
  for (std::size_t i = 0; i < views.views.size(); ++i) {
    const View& view = views.views[i];
    check(view.text == again.views[i].text && view.text != text);
    check(view.text.size() <= text.size() && !view.steps.empty());
    views_of(view.text);
  }
  return 0;
}
