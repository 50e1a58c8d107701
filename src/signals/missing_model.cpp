#include "signals/missing_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "signals/text_vectors.h"

namespace signalbox::signals {
namespace {

class MissingModelFamily final : public Family {
 public:
  MissingModelFamily(std::vector<Leaf> leaves, std::string what) : leaves_(std::move(leaves)), what_(std::move(what)) {}

  const std::vector<Leaf>& leaves() const override { return leaves_; }
  Cost cost(std::size_t, const evidence::Evidence&) const override { return Cost::model; }
  std::string_view missing_model(std::size_t) const override { return "a model that this build does not have"; }
  void evaluate(std::span<const std::size_t> wanted, EvalContext&, std::span<SignalResult> results) const override {
    judge_each(wanted, results, [&](std::size_t) {
      return SignalResult::unknown(Reason::model_missing, "no " + what_ + " is installed");
    });
  }

 private:
  std::vector<Leaf> leaves_;
  std::string what_;
};

}  // namespace

std::unique_ptr<Family> missing_model(std::vector<Leaf> leaves, std::string what) {
  if (leaves.empty()) return nullptr;
  return std::make_unique<MissingModelFamily>(std::move(leaves), std::move(what));
}

bool check_threshold(const RuleBase& rule, std::string_view key, double value, double low,
                     config::Diagnostics& diagnostics) {
  if (value >= low && value <= 1.0) return true;
  diagnostics.error(config::join(rule.path, key), "out_of_range", fmt::format("{} is not within {} and 1", value, low));
  return false;
}

bool check_texts(std::string_view path, std::string_view key, const std::vector<std::string>& texts, bool may_be_empty,
                 config::Diagnostics& diagnostics) {
  const std::string list = config::join(path, key);
  if (texts.empty() && !may_be_empty) {
    diagnostics.error(list, "empty_list", fmt::format("{} must name at least one text", key));
    return false;
  }
  bool good = true;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!is_blank(texts[i])) continue;
    diagnostics.error(config::join(list, i), "empty_text", "an empty text cannot be compared with anything");
    good = false;
  }
  return good;
}

bool check_label_name(const RuleBase& rule, std::span<const std::string_view> labels,
                      config::Diagnostics& diagnostics) {
  if (std::find(labels.begin(), labels.end(), rule.name) != labels.end()) return true;
  diagnostics.error(
      config::join(rule.path, "name"), "unknown_label",
      fmt::format("\"{}\" is no label of this signal; the labels are {}", rule.name, fmt::join(labels, ", ")),
      config::did_you_mean(rule.name, {labels.begin(), labels.end()}));
  return false;
}

}  // namespace signalbox::signals
