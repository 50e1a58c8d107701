// Topics that a text may be about and a picture may show: their examples, and how near a request comes to each.
//
// Internal to signals/. TopicBanks is filled by cross_modal.cpp's compile and immutable afterwards but for banks made
// at the first request; score() blocks, any thread.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"
#include "config/diagnostics.h"
#include "signals/embedding_banks.h"
#include "signals/embedding_model.h"
#include "signals/signal.h"

namespace signalbox::signals {

struct TopicExamples {
  std::string path;
  std::string name;
  std::vector<std::string> text, images;
};
void describe(config::Visitor& v, TopicExamples& x);
// Names given once, examples on both sides.
bool check_topics(const std::vector<TopicExamples>& topics, config::Diagnostics& diagnostics);

// The banks of one rule's topics: the same number in both models.
struct Topics {
  std::size_t first = 0, count = 0;
};

// One request against one rule's topics.
struct TopicScores {
  std::vector<double> text, image;       // by topic; of the text, and of the picture that is most alike
  double cosine = 0;                     // of the text and the most similar picture, in the pictures' space
  std::optional<SignalResult> unjudged;  // that some picture was not seen; the others count
};

// The topics that both reach. Scores are of the best one.
struct TopicVerdict {
  std::optional<std::size_t> common, text, image;
  double best_text = 0, best_image = 0;
  double confidence = 0;  // of what is said: the weaker of the two similarities; 1 where a side reaches nothing
};
TopicVerdict compare(const TopicScores& scores, double text_threshold, double image_threshold);

class TopicBanks {
 public:
  explicit TopicBanks(const EmbeddingModel& model);

  Topics add(const std::vector<TopicExamples>& topics);
  // Encodes the examples. What keeps it from doing so is a warning: the next request tries again.
  void preload(std::string_view path, config::Diagnostics& diagnostics);
  std::string_view missing_model() const;
  // The request has text and pictures. The error is an unknown result.
  std::expected<TopicScores, SignalResult> score(const Topics& topics, EvalContext& context) const;

 private:
  EmbeddingModel model_;
  std::unique_ptr<EmbeddingBanks> texts_, pictures_;  // null without a model
  std::size_t count_ = 0;
};

}  // namespace signalbox::signals
