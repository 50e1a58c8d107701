#include "router/unjudged_guard.h"

#include <algorithm>

namespace signalbox::router {

namespace {
// A request with one inline picture: what costs an image read for it reads pictures.
bool costs_a_picture(const decision::Program& program, decision::SignalId id) {
  evidence::Evidence evidence;
  evidence::Image image;
  image.media_type = "image/png";
  image.base64 = "AA==";
  evidence.images.push_back(image);
  const decision::SignalEntry& entry = program.signals[id];
  const signals::Family& family = program.signals.family(entry.family);
  return family.cost(entry.leaf, evidence) == signals::Cost::image || family.reads_pictures(entry.leaf);
}

template <class Predicate>
bool any_used(const decision::Program& program, Predicate predicate) {
  for (decision::SignalId id = 0; id < program.signals.size(); ++id) {
    if (program.used[id] && predicate(id)) return true;
  }
  return false;
}
}  // namespace

bool reads_pictures(const decision::Program& program) {
  return any_used(program, [&](decision::SignalId id) {
    return program.signals[id].type->leaf != "unjudged" && costs_a_picture(program, id);
  });
}

bool reads_unjudged(const decision::Program& program) {
  return any_used(program, [&](decision::SignalId id) { return program.signals[id].type->leaf == "unjudged"; });
}

bool compares_pictures(const decision::Program& program) {
  return any_used(program, [&](decision::SignalId id) {
    const decision::SignalEntry& entry = program.signals[id];
    return program.signals.family(entry.family).compares_pictures(entry.leaf);
  });
}

std::string UnjudgedGuard::reason(const evidence::Evidence& evidence, evidence::ImageTexts& texts,
                                  signals::RequestImages& vectors) const {
  if (!evidence.opaque.empty()) return std::string(evidence::to_string(evidence.opaque.front().reason));
  for (const evidence::Image& image : evidence.images) {
    if (image.unjudged != evidence::Unjudged::none) return std::string(evidence::to_string(image.unjudged));
  }
  if (evidence.images.empty()) return "";
  if (reads) {
    for (const evidence::ImageText& text : texts.get()) {
      if (text.unjudged != evidence::Unjudged::none) return std::string(evidence::to_string(text.unjudged));
    }
  }
  return compares ? vectors.unreadable(*compares) : "";
}

}  // namespace signalbox::router
