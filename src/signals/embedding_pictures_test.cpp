// embedding rules with query_modality: image, on pictures whose vectors are known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/cached_image_embedder.h"
#include "signals/similarity_test_support.h"

namespace signalbox::signals::test {
namespace {

using testing::HasSubstr;

constexpr std::string_view kTwo =
    "[{name: p, threshold: 0.9, query_modality: image, candidates: ['0']},"
    " {name: q, threshold: 0.9, query_modality: image, candidates: ['90']}]";

Rules rules(std::string_view yaml, bool v1, std::shared_ptr<const EmbeddingModel> model) {
  return Rules("embedding", yaml, {.v1 = v1, .used = {}, .embedding = std::move(model)});
}
Rules v1(std::string_view yaml) {
  return rules(yaml, true, model_with_pictures(compass(), picture_compass()));
}
Rules v03(std::string_view yaml) {
  return rules(yaml, false, model_with_pictures(compass(), picture_compass()));
}

TEST(EmbeddingPictures, ThePictureIsComparedWithDescriptions) {
  const Rules r = v1(kTwo);
  const auto results = Subject::pictures("0", {10}).evaluate(r);
  EXPECT_EQ(results.at("p").truth, Truth::match);
  EXPECT_NEAR(*results.at("p").value, cosine(10), 1e-6);
  EXPECT_NEAR(results.at("p").confidence, cosine(10), 1e-6);
  EXPECT_EQ(results.at("q").truth, Truth::no_match);
  EXPECT_NEAR(*results.at("q").value, cosine(80), 1e-6);
}

TEST(EmbeddingPictures, TheBestOfAllPicturesCountsAndIsNamed) {
  const auto results = Subject::pictures("0", {120, 3, 80}).evaluate(v1(kTwo));
  EXPECT_NEAR(*results.at("p").value, cosine(3), 1e-6);
  EXPECT_EQ(value(results.at("p"), "image"), 1.0);
  EXPECT_EQ(results.at("p").detail, "image[1] of 3");
  ASSERT_EQ(results.at("p").findings.size(), 1U);
  EXPECT_EQ(results.at("p").findings[0].part, 1U);
  EXPECT_EQ(results.at("p").findings[0].origin, Origin::image);
  EXPECT_EQ(results.at("p").findings[0].what, "0");
  EXPECT_EQ(value(results.at("q"), "image"), 2.0);
}

TEST(EmbeddingPictures, TextIsNoPicture) {
  const Rules r = v1(kTwo);
  EXPECT_EQ(Subject::text("0").evaluate(r, "p").truth, Truth::no_match);
  EXPECT_EQ(Subject::text("0").cost(r), Cost::instant);
  EXPECT_EQ(Subject::pictures("0", {10}).cost(r), Cost::model);
  EXPECT_TRUE(r.family->compares_pictures(0));
  EXPECT_FALSE(r.family->reads_pictures(0));
}

// What was not seen could have matched.
TEST(EmbeddingPictures, APictureThatCannotBeDecodedLeavesItOpen) {
  const Rules r = v1(kTwo);
  const auto one = Subject::pictures("0", {-1}).evaluate(r, "p");
  EXPECT_EQ(one.truth, Truth::unknown);
  EXPECT_EQ(one.reason, Reason::not_judged);
  EXPECT_EQ(one.detail, "image[0]: decode_failed");
  const auto both = Subject::pictures("0", {-1, 10}).evaluate(r);
  EXPECT_EQ(both.at("p").truth, Truth::match) << "the other one matches all the same";
  EXPECT_EQ(both.at("q").truth, Truth::unknown);
  EXPECT_EQ(both.at("q").detail, "image[0]: decode_failed");
}

TEST(EmbeddingPictures, APictureByUrlWasNotSeen) {
  const Subject remote = Subject::chat(
      R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x.example/a.png"}}]}])");
  const auto result = remote.evaluate(v1(kTwo), "p");
  EXPECT_EQ(result.truth, Truth::unknown);
  EXPECT_EQ(result.detail, "image[0]: remote_url");
}

// Under v1 what cannot be judged does not pass for harmless.
TEST(EmbeddingPictures, RulesOverPicturesProtectUnderV1) {
  EXPECT_TRUE(v1(kTwo).family->leaves()[0].security);
  EXPECT_FALSE(v03(kTwo).family->leaves()[0].security);
  const Rules open = v1("[{name: p, threshold: 0.9, security: false, query_modality: image, candidates: ['0']}]");
  EXPECT_FALSE(open.family->leaves()[0].security);
}

TEST(EmbeddingPictures, WithoutAModelForThemTheyAreUnknown) {
  const Rules r = rules(
      "[{name: p, threshold: 0.9, query_modality: image, candidates: ['0']},"
      " {name: t, threshold: 0.9, candidates: ['0']}]",
      false, model_of(compass()));
  const auto results = Subject::pictures("0", {10}).evaluate(r);
  EXPECT_EQ(results.at("p").reason, Reason::model_missing);
  EXPECT_EQ(results.at("p").detail, "no multimodal_model_path is configured");
  EXPECT_EQ(results.at("t").truth, Truth::match) << "rules over text do not depend on it";
  EXPECT_EQ(r.family->missing_model(0), "no multimodal_model_path is configured");
  EXPECT_EQ(r.family->missing_model(1), "");
}

TEST(EmbeddingPictures, AModelThatIsNotBelievedJudgesNothing) {
  auto images = picture_compass();
  images->error = models::EmbedError{models::EmbedError::Kind::untrusted, "the model fails its goldens"};
  const Rules r = rules(kTwo, true, model_with_pictures(compass(), images));
  const auto result = Subject::pictures("0", {0}).evaluate(r, "p");
  EXPECT_EQ(result.truth, Truth::unknown);
  EXPECT_EQ(result.reason, Reason::untrusted_model);
}

// A picture's cosines are lower than a text's: under VSR's top_k of 1 over both the text always won.
TEST(EmbeddingPictures, TopKIsKeptForTextsAndPicturesApart) {
  const Rules r =
      v03("[{name: t, threshold: 0.5, candidates: ['0']}, {name: u, threshold: 0.5, candidates: ['10']},"
          " {name: p, threshold: 0.5, query_modality: image, candidates: ['0']},"
          " {name: q, threshold: 0.5, query_modality: image, candidates: ['45']}]");
  const auto results = Subject::pictures("0", {30}).evaluate(r);
  EXPECT_EQ(results.at("t").truth, Truth::match);
  EXPECT_EQ(results.at("u").truth, Truth::no_match);
  EXPECT_EQ(results.at("q").truth, Truth::match);
  EXPECT_EQ(results.at("p").truth, Truth::no_match);
}

TEST(EmbeddingPictures, ASoftMatchOfPicturesDoesNotDependOnTexts) {
  const Rules r =
      v03("[{name: t, threshold: 0.9, candidates: ['0']},"
          " {name: p, threshold: 0.99, query_modality: image, candidates: ['0']}]");
  const auto results = Subject::pictures("0", {30}).evaluate(r);
  EXPECT_EQ(results.at("t").truth, Truth::match);
  EXPECT_EQ(results.at("p").truth, Truth::match);
  EXPECT_THAT(results.at("p").detail, HasSubstr("soft match"));
}

// One rule over pictures that is unknown makes its group unknown, and no rule over text.
TEST(EmbeddingPictures, TheGroupsAreCoupledApart) {
  const Rules r =
      v03("[{name: t, threshold: 0.9, candidates: ['0']},"
          " {name: p, threshold: 0.9, query_modality: image, candidates: ['0']}]");
  const auto results = Subject::pictures("0", {-1}).evaluate(r);
  EXPECT_EQ(results.at("t").truth, Truth::match);
  EXPECT_EQ(results.at("p").truth, Truth::unknown);
}

// Four pictures and three rules are four decodes and four passes; the same request once more is none.
TEST(EmbeddingPictures, EachPictureIsDecodedAndEncodedOnce) {
  const auto images = picture_compass();
  const auto cache = std::make_shared<models::EmbeddingCache>(1 << 20);
  const auto cached = std::make_shared<const models::CachedImageEmbedder>(images, cache, nullptr);
  const Rules r = rules(
      "[{name: a, threshold: 0.9, query_modality: image, candidates: ['0']},"
      " {name: b, threshold: 0.9, query_modality: image, candidates: ['45']},"
      " {name: c, threshold: 0.9, query_modality: image, candidates: ['90']}]",
      true, model_with_pictures(compass(), cached));
  const Subject subject = Subject::pictures("0", {10, 20, 30, 40});
  const auto first = subject.evaluate(r);
  EXPECT_EQ(subject.reader->decodes, 4);
  EXPECT_EQ(images->passes(), 4U);
  const auto again = subject.evaluate(r);
  EXPECT_EQ(subject.reader->decodes, 4);
  EXPECT_EQ(images->passes(), 4U);
  for (const auto& [name, result] : first) EXPECT_EQ(*again.at(name).value, *result.value);
}

TEST(EmbeddingPictures, EqualPicturesOfARequestAreOne) {
  const auto images = picture_compass();
  const Rules r = rules(kTwo, true, model_with_pictures(compass(), images));
  const Subject subject = Subject::pictures("0", {10, 10, 20});
  EXPECT_NEAR(*subject.evaluate(r, "p").value, cosine(10), 1e-6);
  EXPECT_EQ(subject.reader->decodes, 2);
  EXPECT_EQ(images->passes(), 2U);
}

// The declared type is part of what was judged: the same bytes under another one are not the same picture.
TEST(EmbeddingPictures, BytesUnderAnotherTypeAreNotRemembered) {
  const auto images = picture_compass();
  const auto cache = std::make_shared<models::EmbeddingCache>(1 << 20);
  const Rules r = rules(
      kTwo, true,
      model_with_pictures(compass(), std::make_shared<const models::CachedImageEmbedder>(images, cache, nullptr)));
  Subject::pictures("0", {10}).evaluate(r);
  Subject other = Subject::pictures("0", {10});
  other.evidence.images[0].media_type = "image/jpeg";
  other.evaluate(r);
  EXPECT_EQ(other.reader->decodes, 1);
}

TEST(EmbeddingPictures, WithoutAReaderNothingIsSeen) {
  Subject subject = Subject::pictures("0", {10});
  subject.reader.reset();
  const auto result = subject.evaluate(v1(kTwo), "p");
  EXPECT_EQ(result.truth, Truth::unknown);
  EXPECT_THAT(result.detail, HasSubstr("nothing here decodes pictures"));
}

}  // namespace
}  // namespace signalbox::signals::test
