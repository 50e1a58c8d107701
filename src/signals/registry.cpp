#include "signals/registry.h"

#include <algorithm>
#include <array>

namespace signalbox::signals {

// Each is defined in the file of its name.
extern const Type kKeyword, kEmbedding, kDomain, kFactCheck, kUserFeedback, kReask, kPreference, kLanguage, kContext,
    kStructure, kComplexity, kModality, kAuthz, kJailbreak, kPii, kKb, kConversation, kEvent, kMetadata, kClassifier,
    kInputModality, kToolCall, kUnjudged, kSecrets;

std::span<const Type* const> registry() {
  static constexpr std::array<const Type*, 24> kTypes{
      &kKeyword,      &kEmbedding, &kDomain,     &kFactCheck,  &kUserFeedback,  &kReask,     &kPreference, &kLanguage,
      &kContext,      &kStructure, &kComplexity, &kModality,   &kAuthz,         &kJailbreak, &kPii,        &kKb,
      &kConversation, &kEvent,     &kMetadata,   &kClassifier, &kInputModality, &kToolCall,  &kUnjudged,   &kSecrets};
  return kTypes;
}

const Type* find_type(std::string_view leaf) {
  const auto types = registry();
  const auto found = std::find_if(types.begin(), types.end(), [&](const Type* type) { return type->leaf == leaf; });
  return found == types.end() ? nullptr : *found;
}

}  // namespace signalbox::signals
