// For tests of several folders: an embedder whose vectors a test gives, or, for other texts, bags of words.
//
// The bag-of-words vector counts the text's lower-case words in 64 hashed places and has length 1: texts with the same
// words are alike, texts without a common word (almost) unlike. It is no model, only something with a similarity.
// Header only; used by tests alone. Thread-safe.
#pragma once

#include <atomic>
#include <cctype>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/embedder_provider.h"
#include "models/text_embedder.h"

namespace signalbox::models {

class FakeEmbedder final : public TextEmbedder {
 public:
  static constexpr std::uint32_t kWords = 64;

  explicit FakeEmbedder(std::map<std::string, std::vector<float>, std::less<>> vectors = {})
      : vectors_(std::move(vectors)) {
    info_.name = "fake";
    info_.path = "/models/fake";
    info_.architecture = "words";
    info_.precision = "fp32";
    info_.fingerprint = "fake";
    info_.dimension = vectors_.empty() ? kWords : static_cast<std::uint32_t>(vectors_.begin()->second.size());
    info_.max_tokens = 512;
    info_.trust = Trust::proven;
  }

  // ---- what a test may set before the embedder is shared
  ModelInfo info_;
  std::optional<EmbedError> error;                                      // instead of every answer
  std::function<void(std::string_view, const EmbedOptions&)> on_embed;  // called before each answer

  const ModelInfo& info() const override { return info_; }

  Result embed(std::string_view text, const EmbedOptions& options) const override {
    if (on_embed) on_embed(text, options);
    if (options.cancelled && *options.cancelled) {
      return std::unexpected(EmbedError{EmbedError::Kind::cancelled, "the request was given up"});
    }
    if (error) return std::unexpected(*error);
    ++passes_;
    {
      const std::lock_guard lock(mutex_);
      ++asked_[std::string(text)];
    }
    auto embedding = std::make_shared<TextEmbedding>();
    const auto given = vectors_.find(text);
    embedding->values = given != vectors_.end() ? given->second : words(text);
    embedding->tokens = count_tokens(text);
    embedding->covered_tokens = std::min(embedding->tokens, info_.max_tokens);
    embedding->covered_bytes = end_of_word(text, embedding->covered_tokens - 2);
    return embedding;
  }

  // A word is a token, and each text has two special ones.
  std::uint32_t count_tokens(std::string_view text) const override {
    std::uint32_t tokens = 2;
    each_word(text, [&](const std::string&) { ++tokens; });
    return tokens;
  }

  std::uint64_t passes() const override { return passes_; }
  // How often each text was encoded.
  std::map<std::string, int> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  // Of that many words; all of the text where it has no more.
  static std::size_t end_of_word(std::string_view text, std::size_t words) {
    std::size_t at = 0;
    const auto in_word = [&] { return std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] < 0; };
    for (std::size_t word = 0; word < words; ++word) {
      while (at < text.size() && !in_word()) ++at;
      while (at < text.size() && in_word()) ++at;
    }
    std::size_t left = 2;
    each_word(text.substr(at), [&](const std::string&) { ++left; });
    return left == 2 ? text.size() : at;
  }

  template <class Take>
  static void each_word(std::string_view text, Take take) {
    std::string word;
    for (const char c : std::string(text) + " ") {
      const auto byte = static_cast<unsigned char>(c);
      if (std::isalnum(byte) != 0 || byte >= 0x80) {
        word += static_cast<char>(std::tolower(byte));
      } else if (!word.empty()) {
        take(word);
        word.clear();
      }
    }
  }

  // FNV-1a: the same everywhere, unlike std::hash.
  static std::size_t place_of(const std::string& word) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return (hash ^ (hash >> 32)) % kWords;
  }

  static std::vector<float> words(std::string_view text) {
    std::vector<float> counts(kWords, 0.0F);
    each_word(text, [&](const std::string& word) { counts[place_of(word)] += 1.0F; });
    double square = 0;
    for (const float count : counts) square += static_cast<double>(count) * count;
    if (square == 0) counts[0] = 1.0F, square = 1;
    for (float& count : counts) count = static_cast<float>(count / std::sqrt(square));
    return counts;
  }

  std::map<std::string, std::vector<float>, std::less<>> vectors_;
  mutable std::atomic<std::uint64_t> passes_{0};
  mutable std::mutex mutex_;
  mutable std::map<std::string, int> asked_;
};

// A picture's vector: the one that a test gives for the value of its first sample, after normalisation to 0..1.
class FakeImageEmbedder final : public ImageEmbedder {
 public:
  // `vectors` by the byte that the picture's samples have.
  explicit FakeImageEmbedder(std::map<int, std::vector<float>> vectors) : vectors_(std::move(vectors)) {
    info_.name = "fake";
    info_.path = "/models/fake";
    info_.architecture = "samples";
    info_.precision = "fp32";
    info_.fingerprint = "fake";
    info_.dimension = static_cast<std::uint32_t>(vectors_.begin()->second.size());
    info_.max_tokens = 1;
    info_.trust = Trust::proven;
  }

  // ---- what a test may set before the embedder is shared
  ModelInfo info_;
  std::optional<EmbedError> error;  // instead of every answer

  const ModelInfo& info() const override { return info_; }
  const imaging::ImagePreprocessor& preprocessor() const override { return preprocessor_; }
  std::uint64_t passes() const override { return passes_; }

  Result embed(ImageInput image, const EmbedOptions&) const override {
    if (error) return std::unexpected(*error);
    ++passes_;
    auto embedding = std::make_shared<ImageEmbedding>();
    embedding->values = vectors_.at(static_cast<int>(std::lround(image.pixels.at(0) * 255)));
    embedding->tokens = embedding->covered_tokens = 1;
    return embedding;
  }

 private:
  static imaging::ImagePreprocessor tiny() {
    return *imaging::ImagePreprocessor::parse(
        R"({"image_processor_type": "SiglipImageProcessor", "size": {"height": 2, "width": 2}, "do_normalize": false})",
        "fake");
  }

  std::map<int, std::vector<float>> vectors_;
  imaging::ImagePreprocessor preprocessor_ = tiny();
  mutable std::atomic<std::uint64_t> passes_{0};
};

// Opens the same embedder for every folder, or fails as a broken folder would; keeps what it was asked for.
class FakeProvider final : public EmbedderProvider {
 public:
  explicit FakeProvider(std::shared_ptr<const TextEmbedder> embedder) : embedder_(std::move(embedder)) {}

  Opened open(const EmbedderRequest& request) override {
    requests.push_back(request);
    if (broken) return std::unexpected(*broken);
    return embedder_;
  }

  OpenedImages open_images(const EmbedderRequest& request) override {
    requests.push_back(request);
    return given(images);
  }
  OpenedClassifier open_classifier(const ClassifierRequest& request) override {
    classifier_requests.push_back(request);
    return given(classifier);
  }
  OpenedTagger open_tagger(const ClassifierRequest& request) override {
    classifier_requests.push_back(request);
    return given(tagger);
  }

  std::vector<EmbedderRequest> requests;
  std::vector<ClassifierRequest> classifier_requests;
  std::optional<std::string> broken;
  // What a test gives.
  std::shared_ptr<const TextClassifier> classifier;
  std::shared_ptr<const TextTagger> tagger;
  std::shared_ptr<const ImageEmbedder> images;

 private:
  template <class Model>
  OpenedAs<Model> given(const std::shared_ptr<const Model>& model) const {
    if (broken) return std::unexpected(*broken);
    if (!model) return std::unexpected("there is no such folder");
    return model;
  }

  std::shared_ptr<const TextEmbedder> embedder_;
};

}  // namespace signalbox::models
