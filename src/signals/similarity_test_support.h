// For the tests of signals that compare texts: an embedder whose similarities are known. Header only.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/fake_embedder.h"
#include "signals/test_support.h"

namespace signalbox::signals::test {

// Texts as directions in the plane: "0" and "60" have the similarity cos 60° = 0.5.
inline std::shared_ptr<models::FakeEmbedder> compass() {
  std::map<std::string, std::vector<float>, std::less<>> vectors;
  for (int degrees = 0; degrees <= 180; ++degrees) {
    const double radians = degrees * M_PI / 180.0;
    vectors[std::to_string(degrees)] = {static_cast<float>(std::cos(radians)), static_cast<float>(std::sin(radians))};
  }
  return std::make_shared<models::FakeEmbedder>(std::move(vectors));
}

inline std::shared_ptr<EmbeddingModel> model_of(std::shared_ptr<const models::FakeEmbedder> embedder) {
  auto model = std::make_shared<EmbeddingModel>();
  model->embedder = std::move(embedder);
  model->candidates = std::make_shared<models::CandidateStore>();
  return model;
}

// Pictures in the same plane: one of level 60 lies at 60 degrees.
inline std::shared_ptr<models::FakeImageEmbedder> picture_compass() {
  std::map<int, std::vector<float>> vectors;
  for (int degrees = 0; degrees <= 180; ++degrees) {
    const double radians = degrees * M_PI / 180.0;
    vectors[degrees] = {static_cast<float>(std::cos(radians)), static_cast<float>(std::sin(radians))};
  }
  return std::make_shared<models::FakeImageEmbedder>(std::move(vectors));
}

// Texts by `texts`, pictures and their descriptions by a model of its own.
inline std::shared_ptr<EmbeddingModel> model_with_pictures(std::shared_ptr<const models::FakeEmbedder> texts,
                                                           std::shared_ptr<const models::ImageEmbedder> images) {
  auto model = model_of(std::move(texts));
  model->pictures.name = "joint";
  model->pictures.towers = {.text = compass(), .images = std::move(images)};
  model->pictures.candidates = std::make_shared<models::CandidateStore>();
  return model;
}

inline double value(const SignalResult& result, std::string_view name) {
  const auto found = std::ranges::find(result.values, name, &std::pair<std::string, double>::first);
  return found == result.values.end() ? NAN : found->second;
}

inline double cosine(double degrees) {
  return std::cos(degrees * M_PI / 180.0);
}

}  // namespace signalbox::signals::test
