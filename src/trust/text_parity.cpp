#include "trust/text_parity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include "models/pooling.h"
#include "tensor/load_error.h"

namespace signalbox::trust {
namespace {

// What a model makes of the hidden states of a text.
using Answer = std::function<std::vector<float>(std::span<const float> hidden)>;

class Comparison {
 public:
  Comparison(const models::TextEncoder& encoder, const char* name, Answer answer)
      : encoder_(encoder), answer_(std::move(answer)) {
    parity_.layers.push_back({"embeddings"});
    for (std::int64_t i = 1; i <= encoder.config().layers; ++i) parity_.layers.push_back({fmt::format("layer {}", i)});
    parity_.layers.push_back({name});
  }

  void add(const GoldenText& golden, std::size_t number, models::EncoderWorkspace& workspace) {
    const std::vector<std::uint32_t> types(golden.ids.size(), 0);
    const std::vector<std::uint32_t> starts{0, static_cast<std::uint32_t>(golden.ids.size())};
    models::PassOptions options;
    if (!golden.layers.empty()) {
      options.observe = [&](std::int64_t layer, std::span<const float> hidden) {
        const auto k = static_cast<std::size_t>(layer);
        note(parity_.layers[k], k < golden.layers.size() ? relative_error(hidden, golden.layers[k]) : INFINITY, number);
      };
    }
    encoder_.encode({golden.ids, types, starts}, workspace, options);
    const auto width = static_cast<std::size_t>(encoder_.config().hidden);
    const std::vector<float> vector = answer_({workspace.hidden.data(), golden.ids.size() * width});
    note(parity_.layers.back(), relative_error(vector, golden.vector), number);
    const double similarity = cosine(vector, golden.vector);
    if (!(similarity >= parity_.lowest_cosine)) parity_.lowest_cosine = similarity;  // keeps a NaN
  }

  TextParity take() { return std::move(parity_); }

 private:
  static void note(LayerParity& layer, double error, std::size_t text) { layer.note(error, text); }

  const models::TextEncoder& encoder_;
  Answer answer_;
  TextParity parity_;
};

void check_ids(const GoldenText& golden, const models::EncoderConfig& config, std::size_t number) {
  const bool fits =
      !golden.ids.empty() && static_cast<std::int64_t>(golden.ids.size()) <= config.positions &&
      std::all_of(golden.ids.begin(), golden.ids.end(), [&](std::uint32_t id) { return id < config.vocabulary; });
  if (!fits) throw tensor::LoadError(fmt::format("golden text {} does not fit this model", number));
}

TextParity compare(Comparison& comparison, const models::EncoderConfig& config, const Goldens& goldens,
                   std::size_t max_tokens) {
  std::size_t longest = 1, total = 0;
  for (std::size_t i = 0; i < goldens.texts.size(); ++i) {
    check_ids(goldens.texts[i], config, i);
    longest = std::max(longest, goldens.texts[i].ids.size());
    total += goldens.texts[i].ids.size();
  }
  const std::size_t step = std::max<std::size_t>(1, total / std::max<std::size_t>(1, max_tokens));
  models::EncoderWorkspace workspace(config, static_cast<std::int64_t>(longest));
  for (std::size_t i = 0; i < goldens.texts.size(); i += step) comparison.add(goldens.texts[i], i, workspace);
  return comparison.take();
}

}  // namespace

TextParity compare_with_goldens(const models::TextEncoder& encoder, const Goldens& goldens, std::size_t max_tokens) {
  return compare_with_goldens(encoder, nullptr, goldens, max_tokens);
}

TextParity compare_with_goldens(const models::TextEncoder& encoder, const models::Dense* projection,
                                const Goldens& goldens, std::size_t max_tokens) {
  const std::int64_t width = encoder.config().hidden;
  Comparison comparison(encoder, "vector", [&, width](std::span<const float> hidden) {
    std::vector<float> vector(static_cast<std::size_t>(encoder.config().vector_width()));
    models::pool(goldens.pooling, projection, hidden, width, vector);
    return vector;
  });
  return compare(comparison, encoder.config(), goldens, max_tokens);
}

TextParity compare_with_goldens(const models::TextEncoder& encoder, const models::ClassificationHead& head,
                                const Goldens& goldens, std::size_t max_tokens) {
  Comparison comparison(encoder, "logits", [&](std::span<const float> hidden) { return head.logits(hidden); });
  return compare(comparison, encoder.config(), goldens, max_tokens);
}

}  // namespace signalbox::trust
