#include "tokenizers/normalizer.h"

#include <fmt/format.h>

#include "tokenizers/simple_normalizers.h"

namespace signalbox::tokenizers {
namespace {

class NormalizerSequence : public Normalizer {
 public:
  explicit NormalizerSequence(std::vector<NormalizerPtr> parts) : parts_(std::move(parts)) {}
  void apply(Scratch::State& scratch) const override {
    for (const NormalizerPtr& part : parts_) part->apply(scratch);
  }

 private:
  std::vector<NormalizerPtr> parts_;
};

NormalizerPtr read_sequence(JsonObject& json) {
  std::vector<NormalizerPtr> parts;
  json.at("normalizers").each([&](const JsonValue& item) { parts.push_back(read_normalizer(item)); });
  return std::make_unique<NormalizerSequence>(std::move(parts));
}

NormalizerPtr read_typed(const std::string& type, JsonObject& json) {
  if (type == "BertNormalizer") return read_bert_normalizer(json);
  if (type == "Sequence") return read_sequence(json);
  if (type == "NFC" || type == "NFD" || type == "NFKC" || type == "NFKD") return read_unicode_form(type);
  if (type == "Lowercase") return make_lowercase();
  if (type == "StripAccents") return make_strip_accents();
  if (type == "Nmt") return make_nmt();
  if (type == "ByteLevel") return make_byte_level_normalizer();
  if (type == "Strip") return read_strip(json);
  if (type == "Prepend") return read_prepend(json);
  if (type == "Replace") return read_replace(json);
  if (type == "Precompiled") return read_precompiled(json);
  throw LoadFault(json.path() + ".type", fmt::format("\"{}\" is not a normalizer known to this version.", type));
}

}  // namespace

NormalizerPtr read_normalizer(const JsonValue& json) {
  JsonObject object = json.object();
  NormalizerPtr made = read_typed(object.type(), object);
  object.finish();
  return made;
}

std::string normalized(const Normalizer* normalizer, std::string_view text) {
  Scratch scratch;
  scratch.state().text.assign(text, 0);
  if (normalizer != nullptr) normalizer->apply(scratch.state());
  return std::string(scratch.state().text.bytes());
}

}  // namespace signalbox::tokenizers
