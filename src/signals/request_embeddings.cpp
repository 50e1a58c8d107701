#include "signals/request_embeddings.h"

namespace signalbox::signals {

RequestEmbeddings::Slot& RequestEmbeddings::slot_of(const models::TextEmbedder& model, std::string_view text) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<Slot>& slot = slots_[{&model, std::string(text)}];
  if (!slot) slot = std::make_unique<Slot>();
  return *slot;
}

models::TextEmbedder::Result RequestEmbeddings::get(const models::TextEmbedder& model, std::string_view text) {
  Slot& slot = slot_of(model, text);
  const std::lock_guard lock(slot.encoding);
  if (!slot.result) slot.result = model.embed(text, options_);
  return *slot.result;
}

}  // namespace signalbox::signals
