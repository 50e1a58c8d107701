#include "router/eligibility.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "text/tokens.h"

namespace signalbox::router {

namespace {

constexpr std::array<std::string_view, 8> kToolWords{
    "tools",     "tool_use",         "tool_calling",     "tool_calls",
    "functions", "function_calling", "function-calling", "tool-calling"};
constexpr std::array<std::string_view, 8> kPictureWords{"vision",      "multimodal",  "image",       "images",
                                                        "image_input", "image-input", "multi_modal", "vlm"};

bool names_any(const std::vector<std::string>& list, std::span<const std::string_view> words) {
  return std::any_of(list.begin(), list.end(), [&](const std::string& entry) {
    return std::find(words.begin(), words.end(), entry) != words.end();
  });
}

// yes when the list names it; no when it does not, although lists of this configuration do; else nothing.
std::optional<bool> stated(const std::vector<std::string>& list, std::span<const std::string_view> words, bool in_use) {
  if (names_any(list, words)) return true;
  return in_use && !list.empty() ? std::optional(false) : std::nullopt;
}

bool takes_pictures(const std::string& modality) {
  return modality == "omni" || modality == "multimodal" || modality == "vision" || modality == "vlm";
}

}  // namespace

std::vector<Abilities> abilities_of(const std::vector<ModelCardSpec>& cards) {
  const auto any_names = [&](std::span<const std::string_view> words) {
    return std::any_of(cards.begin(), cards.end(),
                       [&](const ModelCardSpec& card) { return names_any(card.capabilities, words); });
  };
  const bool tools = any_names(kToolWords);
  const bool pictures = any_names(kPictureWords);
  std::vector<Abilities> result;
  for (const ModelCardSpec& card : cards) {
    Abilities abilities;
    abilities.context_window = card.context_window_size;
    abilities.tools = stated(card.capabilities, kToolWords, tools);
    abilities.pictures = stated(card.capabilities, kPictureWords, pictures);
    if (takes_pictures(card.modality)) abilities.pictures = true;
    if (card.modality == "text" && abilities.pictures != std::optional(true)) abilities.pictures = false;
    result.push_back(abilities);
  }
  return result;
}

// No estimate gives more than two tokens for a byte; most requests are told apart by this alone.
bool Needs::surely_fits(std::int64_t window) const {
  if (max_tokens_ > window || !evidence_.tools.empty() || !evidence_.calls.empty()) return false;
  return static_cast<std::int64_t>(evidence_.text_bytes) * 2 <= window - max_tokens_;
}

std::int64_t Needs::tokens() {
  if (tokens_) return *tokens_;
  const text::TokenEstimator estimator;
  std::int64_t sum = 0;
  for (const evidence::Text& text : evidence_.texts) sum += estimator.estimate(text.text);
  for (const evidence::ToolDefinition& tool : evidence_.tools) {
    for (const std::string_view text : {tool.name, tool.description, tool.parameters}) sum += estimator.estimate(text);
  }
  for (const evidence::ToolCall& call : evidence_.calls) {
    sum += estimator.estimate(call.name) + estimator.estimate(call.arguments);
  }
  tokens_ = sum;
  return sum;
}

std::string Needs::obstacle(const Abilities& abilities) {
  if (!evidence_.tools.empty() && abilities.tools == std::optional(false)) return "it takes no tools";
  if (!evidence_.images.empty() && abilities.pictures == std::optional(false)) return "it takes no pictures";
  const std::int64_t window = abilities.context_window;
  if (window <= 0 || surely_fits(window)) return {};
  // Not as a sum: max_tokens comes from the client and may be any number.
  if (max_tokens_ <= window && tokens() <= window - max_tokens_) return {};
  return fmt::format("its context window of {} tokens is too small for about {} tokens and max_tokens {}", window,
                     tokens(), max_tokens_);
}

}  // namespace signalbox::router
