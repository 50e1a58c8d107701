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
// Of images, documents, or what was read of them: why the first unjudged one is; "" when all are judged.
template <class Items>
std::string first_reason(const Items& items) {
  for (const auto& item : items) {
    if (item.unjudged != evidence::Unjudged::none) return std::string(evidence::to_string(item.unjudged));
  }
  return "";
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
                                  evidence::DocumentTexts& documents, signals::RequestImages& vectors) const {
  if (!evidence.opaque.empty()) return std::string(evidence::to_string(evidence.opaque.front().reason));
  if (std::string known = first_reason(evidence.images); !known.empty()) return known;
  if (std::string known = first_reason(evidence.documents); !known.empty()) return known;
  // A recipe that only compares pictures has no use for a document's text: it is not judged.
  if (!evidence.documents.empty() && !reads) return std::string(evidence::to_string(evidence::Unjudged::document));
  if (reads && !evidence.documents.empty()) {
    if (std::string unread = first_reason(documents.get()); !unread.empty()) return unread;
  }
  if (evidence.images.empty()) return "";
  if (reads) {
    if (std::string unread = first_reason(texts.get()); !unread.empty()) return unread;
  }
  return compares ? vectors.unreadable(*compares) : "";
}

}  // namespace signalbox::router
