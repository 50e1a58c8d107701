#include "signals/label_family.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "signals/family.h"
#include "signals/text_vectors.h"

namespace signalbox::signals {

void LabelFamily::evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                           std::span<SignalResult> results) const {
  judge_together(wanted, results, [&] {
    const std::string_view text = context.scopes.get(Scope::last_user).text;
    if (is_blank(text) || !concerns(context)) return;
    const std::expected<models::Classification, SignalResult> told = classify(model_, text, context);
    if (told) return judge(*told, context, results);
    std::ranges::fill(results, told.error());
  });
}

std::vector<std::size_t> labels_of(const ClassifierModel& model,
                                   std::span<const std::vector<std::string_view>> spellings, std::string_view path,
                                   config::Diagnostics& diagnostics) {
  std::vector<std::size_t> labels;
  if (!model.classifier) return std::vector<std::size_t>(spellings.size(), 0);
  for (const std::vector<std::string_view>& spelling : spellings) {
    const auto label = std::ranges::find_if(model.labels(), [&](const std::string& label) {
      return std::ranges::any_of(spelling, [&](std::string_view s) { return plain_label(s) == plain_label(label); });
    });
    if (label == model.labels().end()) {
      diagnostics.error(path, "wrong_labels",
                        fmt::format("the model {} has no label {}; it has {}", model.classifier->info().name,
                                    spelling.front(), fmt::join(model.labels(), ", ")));
    }
    labels.push_back(static_cast<std::size_t>(label - model.labels().begin()));
  }
  return labels;
}

void tell(SignalResult& result, double probability) {
  result.truth = Truth::match;
  result.confidence = std::clamp(probability, 0.0, 1.0);
}

}  // namespace signalbox::signals
