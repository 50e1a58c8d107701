#include "signals/request_images.h"

#include <utility>

#include "evidence/image_content.h"
#include "signals/model_errors.h"

namespace signalbox::signals {
namespace {

using evidence::Unjudged;

NoVector unjudged(Unjudged why, std::string detail = {}) {
  const Reason reason = why == Unjudged::timeout      ? Reason::timeout
                        : why == Unjudged::overloaded ? Reason::overloaded
                                                      : Reason::not_judged;
  const std::string word(evidence::to_string(why));
  return {reason, detail.empty() ? word : word + ": " + std::move(detail)};
}

}  // namespace

const std::vector<ImageVector>& RequestImages::get(const models::ImageEmbedder& model) {
  Slot& slot = slot_of(model);
  const std::lock_guard lock(slot.working);
  decode(model, slot);
  encode(model, slot);
  return slot.vectors;
}

std::string RequestImages::unreadable(const models::ImageEmbedder& model) {
  Slot& slot = slot_of(model);
  const std::lock_guard lock(slot.working);
  decode(model, slot);
  for (const Step& step : slot.steps) {
    if (step.outcome && !*step.outcome) return step.outcome->error().detail;
  }
  return "";
}

RequestImages::Slot& RequestImages::slot_of(const models::ImageEmbedder& model) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<Slot>& slot = slots_[&model];
  if (!slot) slot = std::make_unique<Slot>();
  return *slot;
}

void RequestImages::decode(const models::ImageEmbedder& model, Slot& slot) {
  if (std::exchange(slot.decoded, true)) return;
  slot.steps.resize(evidence_.images.size());
  take_known(model, slot.steps);
  read_pixels(model, slot.steps);
}

void RequestImages::take_known(const models::ImageEmbedder& model, std::vector<Step>& steps) const {
  std::map<digest::Sha256, std::size_t> first;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    Step& step = steps[i];
    const evidence::Image& image = evidence_.images[i];
    if (image.unjudged != Unjudged::none) {
      step.outcome = std::unexpected(unjudged(image.unjudged));
      continue;
    }
    step.content = evidence::content_of(image);
    const auto [seen, is_new] = first.emplace(step.content, i);
    if (!is_new) {
      step.same_as = seen->second;
    } else if (auto vector = model.remembered(step.content)) {
      step.outcome = std::move(vector);
    }
  }
}

// All at once: the reader decodes them side by side.
void RequestImages::read_pixels(const models::ImageEmbedder& model, std::vector<Step>& steps) const {
  std::vector<const evidence::Image*> wanted;
  std::vector<Step*> waiting;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].outcome || steps[i].same_as) continue;
    wanted.push_back(&evidence_.images[i]);
    waiting.push_back(&steps[i]);
  }
  if (wanted.empty()) return;
  std::vector<evidence::ImagePixels> read;
  if (reader_ != nullptr) read = reader_->read_pixels(wanted, model.preprocessor().geometry(), options_.deadline);
  // A reader that answers short has failed for the rest.
  read.resize(wanted.size(), {.unjudged = Unjudged::decode_failed, .detail = "nothing here decodes pictures"});
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    if (read[i].unjudged == Unjudged::none) {
      waiting[i]->pixels = model.preprocessor().tensor(read[i].pixels);
    } else {
      waiting[i]->outcome = std::unexpected(unjudged(read[i].unjudged, std::move(read[i].detail)));
    }
  }
}

void RequestImages::encode(const models::ImageEmbedder& model, Slot& slot) const {
  if (std::exchange(slot.encoded, true)) return;
  slot.vectors.reserve(slot.steps.size());
  for (Step& step : slot.steps) {
    if (step.same_as) {
      slot.vectors.push_back(slot.vectors[*step.same_as]);
      continue;
    }
    if (!step.outcome) {
      auto vector = model.embed({.pixels = std::move(step.pixels), .content = step.content}, options_);
      step.outcome = vector ? ImageVector(std::move(*vector))
                            : std::unexpected(NoVector{reason_of(vector.error().kind), vector.error().detail});
    }
    slot.vectors.push_back(*step.outcome);
  }
}

}  // namespace signalbox::signals
