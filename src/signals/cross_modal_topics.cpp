#include "signals/cross_modal_topics.h"

#include <algorithm>
#include <set>

#include "signals/missing_model.h"
#include "signals/nearest_example.h"
#include "signals/picture_score.h"
#include "signals/scope.h"
#include "signals/text_vectors.h"

namespace signalbox::signals {
namespace {

// The best topic among those that reach the threshold.
std::optional<std::size_t> best_above(const std::vector<double>& scores, double threshold) {
  const auto best = std::ranges::max_element(scores);
  if (best == scores.end() || *best < threshold) return std::nullopt;
  return static_cast<std::size_t>(best - scores.begin());
}

}  // namespace

void describe(config::Visitor& v, TopicExamples& x) {
  v.object("CrossModalTopic", "Something that a text may be about and a picture may show.", &x.path);
  v.field("name", x.name, {.doc = "For people.", .required = true, .ours = true});
  v.field("text", x.text, {.doc = "Example texts about it.", .required = true, .ours = true});
  v.field("images", x.images, {.doc = "Descriptions of pictures that show it.", .required = true, .ours = true});
}

bool check_topics(const std::vector<TopicExamples>& topics, config::Diagnostics& diagnostics) {
  bool good = true;
  std::set<std::string> names;
  for (const TopicExamples& topic : topics) {
    good = check_texts(topic.path, "text", topic.text, false, diagnostics) && good;
    good = check_texts(topic.path, "images", topic.images, false, diagnostics) && good;
    if (names.insert(topic.name).second) continue;
    diagnostics.error(config::join(topic.path, "name"), "duplicate_name", "another topic of this rule has this name",
                      "rename one of the two");
    good = false;
  }
  return good;
}

TopicVerdict compare(const TopicScores& scores, double text_threshold, double image_threshold) {
  TopicVerdict verdict;
  verdict.text = best_above(scores.text, text_threshold);
  verdict.image = best_above(scores.image, image_threshold);
  if (!scores.text.empty()) {
    verdict.best_text = std::ranges::max(scores.text);
    verdict.best_image = std::ranges::max(scores.image);
  }
  double nearest = -2;
  for (std::size_t topic = 0; topic < scores.text.size(); ++topic) {
    const double weaker = std::min(scores.text[topic], scores.image[topic]);
    const bool both = scores.text[topic] >= text_threshold && scores.image[topic] >= image_threshold;
    if (!both || weaker <= nearest) continue;
    nearest = weaker;
    verdict.common = topic;
  }
  if (verdict.common) {
    verdict.confidence = nearest;
  } else {
    verdict.confidence = verdict.text && verdict.image ? std::min(verdict.best_text, verdict.best_image) : 1.0;
  }
  return verdict;
}

TopicBanks::TopicBanks(const EmbeddingModel& model) : model_(model) {
  if (model_.embedder) texts_ = std::make_unique<EmbeddingBanks>(model_.embedder, model_.candidates);
  if (!model_.pictures.has_towers()) return;
  pictures_ = std::make_unique<EmbeddingBanks>(model_.pictures.towers.text, model_.pictures.candidates);
}

Topics TopicBanks::add(const std::vector<TopicExamples>& topics) {
  for (const TopicExamples& topic : topics) {
    if (texts_) texts_->add(topic.text, kEveryExample);
    if (pictures_) pictures_->add(topic.images, kEveryExample);
  }
  const Topics added{.first = count_, .count = topics.size()};
  count_ += topics.size();
  return added;
}

void TopicBanks::preload(std::string_view path, config::Diagnostics& diagnostics) {
  if (!model_.preload || count_ == 0) return;
  if (texts_) texts_->preload(path, diagnostics);
  if (pictures_) pictures_->preload(path, diagnostics);
}

std::string_view TopicBanks::missing_model() const {
  if (!model_.embedder && !model_.only_checked) return model_.missing;
  return missing_of(model_.pictures);
}

std::expected<TopicScores, SignalResult> TopicBanks::score(const Topics& topics, EvalContext& context) const {
  if (!texts_) return std::unexpected(SignalResult::unknown(Reason::model_missing, model_.missing));
  if (!pictures_) return std::unexpected(SignalResult::unknown(Reason::model_missing, model_.pictures.missing));
  const std::string_view text = context.scopes.get(Scope::last_user).text;
  const auto asked = vector_of(*model_.embedder, text, context);
  if (!asked) return std::unexpected(unknown_of(asked.error()));
  const auto beside = vector_of(*model_.pictures.towers.text, text, context);
  if (!beside) return std::unexpected(unknown_of(beside.error()));
  const auto images = pictures_of(*model_.pictures.towers.images, context);
  if (!images) return std::unexpected(images.error());
  const models::EmbedOptions options{.deadline = context.deadline, .cancelled = {}};
  const auto text_banks = texts_->get(options);
  if (!text_banks) return std::unexpected(unknown_of(text_banks.error()));
  const auto picture_banks = pictures_->get(options);
  if (!picture_banks) return std::unexpected(unknown_of(picture_banks.error()));
  TopicScores scores;
  scores.unjudged = unjudged_picture(**images);
  bool seen = false;
  for (const ImageVector& image : **images) {
    if (!image) continue;
    const double cosine = dot((*beside)->values, (*image)->values);
    scores.cosine = seen ? std::max(scores.cosine, cosine) : cosine;
    seen = true;
  }
  if (!seen) return std::unexpected(*scores.unjudged);
  for (std::size_t topic = topics.first; topic < topics.first + topics.count; ++topic) {
    scores.text.push_back((**text_banks)[topic].score((*asked)->values, kNearest).score);
    scores.image.push_back(best_picture((**picture_banks)[topic], kNearest, **images)->score.score);
  }
  return scores;
}

}  // namespace signalbox::signals
