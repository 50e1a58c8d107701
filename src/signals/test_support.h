// For the tests of signals/: rules from YAML, requests from JSON, pictures from a list. Header only, used by tests
// alone.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.h"
#include "config/load.h"
#include "evidence/evidence.h"
#include "evidence/image_reader.h"
#include "protocol/request.h"
#include "signals/registry.h"
#include "signals/request_classifications.h"
#include "signals/request_embeddings.h"
#include "signals/request_images.h"
#include "signals/scope.h"
#include "signals/signal.h"

namespace signalbox::signals::test {

// The rules of one type, loaded and compiled from a YAML list.
class Rules {
 public:
  struct Options {
    bool v1 = false;
    std::set<std::string> used;
    std::shared_ptr<const EmbeddingModel> embedding = {};
    const LearnedModels* learned = nullptr;
  };
  Rules(std::string_view leaf, std::string_view yaml) : Rules(leaf, yaml, Options()) {}
  Rules(std::string_view leaf, std::string_view yaml, Options options)
      : used_(std::move(options.used)), embedding_(std::move(options.embedding)) {
    const Type* type = find_type(leaf);
    if (!type) throw std::invalid_argument("no signal type " + std::string(leaf));
    config::Node node;
    config::parse_yaml(yaml, 0, {}, node, diagnostics);
    rules = type->make_rules();
    const std::string path = config::join("routing.signals", type->key);
    config::decode_at(node, path, {rules.get(), type->rules_type()}, diagnostics);
    family = type->compile(
        rules.get(), {.used_names = used_, .v1 = options.v1, .embedding = embedding_.get(), .learned = options.learned},
        diagnostics);
  }

  // "path code" of every diagnostic, errors first.
  std::vector<std::string> problems() const {
    std::vector<std::string> all;
    for (const config::Diagnostic& d : diagnostics.items()) {
      if (d.severity == config::Severity::error) all.push_back(d.path + " " + d.code);
    }
    for (const config::Diagnostic& d : diagnostics.items()) {
      if (d.severity == config::Severity::warning) all.push_back("warning " + d.path + " " + d.code);
    }
    return all;
  }

  std::vector<std::string> leaf_names() const {
    std::vector<std::string> names;
    if (!family) return names;
    for (const Leaf& leaf : family->leaves()) names.push_back(leaf.name);
    return names;
  }

  config::Diagnostics diagnostics;
  std::shared_ptr<void> rules;
  std::unique_ptr<Family> family;

 private:
  std::set<std::string> used_;
  std::shared_ptr<const EmbeddingModel> embedding_;
};

// Answers with what a test prepared; counts how often it was asked.
class FakeReader final : public evidence::ImageReader {
 public:
  explicit FakeReader(std::vector<evidence::ImageText> texts) : texts_(std::move(texts)) {}
  std::vector<evidence::ImageText> read(const std::vector<const evidence::Image*>& images,
                                        std::chrono::steady_clock::time_point) override {
    ++reads;
    std::vector<evidence::ImageText> result;
    for (const evidence::Image* image : images) result.push_back(texts_.at(image->index));
    return result;
  }
  // Of an image without prepared pixels, as of its text; else the wanted size, every sample as prepared.
  std::vector<evidence::ImagePixels> read_pixels(const std::vector<const evidence::Image*>& images,
                                                 const evidence::WantedPixels& wanted,
                                                 std::chrono::steady_clock::time_point) override {
    std::vector<evidence::ImagePixels> result;
    for (const evidence::Image* image : images) {
      ++decodes;
      evidence::ImagePixels& one = result.emplace_back();
      one.unjudged = image->index < texts_.size() ? texts_[image->index].unjudged : evidence::Unjudged::none;
      if (one.unjudged != evidence::Unjudged::none) continue;
      one.pixels = {.width = wanted->width, .height = wanted->height, .rgb = {}, .alpha = {}};
      one.pixels.rgb.assign(std::size_t{3} * wanted->width * wanted->height, samples.at(image->index));
    }
    return result;
  }
  int reads = 0;
  int decodes = 0;
  std::vector<std::uint8_t> samples;  // of each picture

 private:
  std::vector<evidence::ImageText> texts_;
};

// The same for documents.
class FakeDocumentReader final : public evidence::DocumentReader {
 public:
  explicit FakeDocumentReader(std::vector<evidence::DocumentText> texts) : texts_(std::move(texts)) {}
  std::vector<evidence::DocumentText> read(const std::vector<const evidence::Document*>& documents,
                                           std::chrono::steady_clock::time_point) override {
    ++reads;
    std::vector<evidence::DocumentText> result;
    for (const evidence::Document* document : documents) result.push_back(texts_.at(document->index));
    return result;
  }
  int reads = 0;

 private:
  std::vector<evidence::DocumentText> texts_;
};

inline evidence::DocumentText document_of(std::vector<std::string> pages, std::string properties = "") {
  return {.properties = std::move(properties), .pages = std::move(pages), .detail = {}};
}
inline evidence::DocumentText unreadable_document(evidence::Unjudged why) {
  return {.unjudged = why, .properties = {}, .pages = {}, .detail = {}};
}

inline evidence::ImageText picture_of(std::string text) {
  return {.text = std::move(text), .detail = {}};
}
inline evidence::ImageText unreadable(evidence::Unjudged why) {
  return {.unjudged = why, .text = {}, .detail = {}};
}

// One request with everything an evaluation needs.
class Subject {
 public:
  static Subject text(std::string text) {
    Subject subject;
    subject.text_ = std::make_unique<std::string>(std::move(text));
    subject.evidence = evidence::from_text(*subject.text_);
    return subject;
  }
  // `body`: members of a Chat request besides the model, such as R"("messages": [...])".
  static Subject chat(std::string_view members) {
    Subject subject;
    auto request = protocol::parse_openai_chat(R"({"model":"auto",)" + std::string(members) + "}");
    if (!request) throw std::invalid_argument(request.error().message);
    subject.request_ = std::make_unique<protocol::Request>(std::move(*request));
    subject.evidence = evidence::from_request(*subject.request_);
    return subject;
  }
  Subject&& with_pictures(std::vector<evidence::ImageText> texts) && {
    reader = std::make_unique<FakeReader>(std::move(texts));
    return std::move(*this);
  }
  Subject&& with_documents(std::vector<evidence::DocumentText> texts) && {
    document_reader = std::make_unique<FakeDocumentReader>(std::move(texts));
    return std::move(*this);
  }
  // A user's message with these pictures, each of one level (0..255) all over; a negative one cannot be decoded.
  static Subject pictures(std::string_view text, const std::vector<int>& levels) {
    std::string parts = R"({"type":"text","text":")" + std::string(text) + R"("})";
    std::vector<evidence::ImageText> texts;
    std::vector<std::uint8_t> samples;
    for (const int level : levels) {
      parts += R"(,{"type":"image_url","image_url":{"url":"data:image/png;base64,A)" + std::to_string(std::abs(level)) +
               R"("}})";
      texts.push_back(level < 0 ? unreadable(evidence::Unjudged::decode_failed) : picture_of(""));
      samples.push_back(static_cast<std::uint8_t>(std::max(level, 0)));
    }
    Subject subject = chat(R"("messages":[{"role":"user","content":[)" + parts + "]}]").with_pictures(std::move(texts));
    subject.reader->samples = std::move(samples);
    return subject;
  }

  std::map<std::string, SignalResult> evaluate(const Rules& rules) const {
    std::map<std::string, SignalResult> by_name;
    if (!rules.family) return by_name;
    evidence::ImageTexts images(evidence, reader.get(), std::chrono::steady_clock::time_point::max());
    evidence::DocumentTexts documents(evidence, document_reader.get(), std::chrono::steady_clock::time_point::max());
    TextScopes scopes(evidence, images, &documents);
    RequestEmbeddings embeddings({});
    RequestClassifications classifications({});
    RequestImages image_vectors(evidence, reader.get(), {});
    EvalContext context{evidence,    images,           scopes,         std::chrono::steady_clock::time_point::max(),
                        &embeddings, &classifications, &image_vectors, &documents};
    std::vector<std::size_t> wanted(rules.family->leaves().size());
    for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] = i;
    std::vector<SignalResult> results(wanted.size());
    rules.family->evaluate(wanted, context, results);
    rules.family->after_partitions(results);
    for (std::size_t i = 0; i < wanted.size(); ++i) by_name[rules.family->leaves()[i].name] = results[i];
    return by_name;
  }
  SignalResult evaluate(const Rules& rules, const std::string& leaf) const { return evaluate(rules).at(leaf); }
  Cost cost(const Rules& rules, std::size_t leaf = 0) const { return rules.family->cost(leaf, evidence); }

  evidence::Evidence evidence;
  std::unique_ptr<FakeReader> reader;
  std::unique_ptr<FakeDocumentReader> document_reader;

 private:
  std::unique_ptr<std::string> text_;
  std::unique_ptr<protocol::Request> request_;
};

// The truth of the only (or first) leaf of a one-rule list on a text.
inline Truth judge(std::string_view leaf, std::string_view yaml, std::string text) {
  const Rules rules(leaf, yaml);
  EXPECT_TRUE(rules.diagnostics.ok()) << (rules.problems().empty() ? "" : rules.problems().front());
  return Subject::text(std::move(text)).evaluate(rules).begin()->second.truth;
}

}  // namespace signalbox::signals::test
