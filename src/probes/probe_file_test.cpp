#include <fmt/format.h>
#include <gmock/gmock.h>

#include "digest/sha256.h"
#include "probes/image_fixture.h"
#include "probes/test_support.h"
#include "vision/test_pictures.h"

namespace signalbox::probes {
namespace {

using testing::HasSubstr;

TEST(ProbeFile, AllFieldsOfTheContractAreRead) {
  const ProbeFile file = test::probes(R"(
schema_version: v1
name: n
description: d
routing_assets: {yaml: config.yaml, dsl: recipe.dsl}
router_eval_endpoint: /api/v1/eval
evaluation: {request_timeout_seconds: 300, concurrency: 4}
acceptance: {min_probe_pass_rate: 100.0, min_decision_pass_rate: 90}
coverage:
  min_signal_assertion_percent: 75.0
  min_projection_assertion_percent: 1
  min_algorithm_assertion_percent: 2
  min_plugin_assertion_percent: 3
  required_request_shapes: [text, tools]
  min_tag_counts: {language: 10}
  min_tag_pass_rate: {language: 100.0}
fixtures: {images: {}}
decisions:
  - id: a
    expected_decision: b
    model: auto
    expected_recipe: r
    expected_algorithm: static
    expected_plugins: [tools]
    forbidden_plugins: [rag]
    plugin_match: exact
    expected_alias: m
    expected_signals: {keywords: [k], projection: [p]}
    forbidden_signals: {domains: [law]}
    signal_match: exact
    robustness: {min_pass_rate: 80}
    objective: o
    notes: n
    variants:
      - id: one
        query: $HOME costs ${PRICE:-5} $$
        repeat: 3
        padding: {text: filler, repeat: 2, placement: around}
        tags: [language:zh]
        notes: literal
        expected_signals: {kb: [x]}
      - id: two
        messages: [{role: user, content: [{type: text, text: hi}]}]
        tools: [{type: function, function: {name: f}}]
        generated_text: {message_index: 0, content_index: 1, target_text_bytes: 10, character: z}
)");
  ASSERT_EQ(file.decisions.size(), 1U);
  const DecisionProbes& decision = file.decisions[0];
  EXPECT_EQ(decision.decision(), "b");
  EXPECT_EQ(decision.plugin_match, NameMatch::exact);
  EXPECT_EQ(decision.signal_match, NameMatch::exact);
  EXPECT_EQ(decision.robustness.min_pass_rate, 80);
  EXPECT_EQ(decision.variants[0].query, "$HOME costs ${PRICE:-5} $$") << "prompts are not templates";
  EXPECT_EQ(decision.variants[0].padding->placement, Placement::around);
  EXPECT_EQ(decision.variants[1].generated_text->character, "z");
  EXPECT_EQ(file.coverage.min_tag_counts.at("language"), 10);
}

TEST(ProbeFile, ExpectedDecisionDefaultsToTheIdAndMayBeEmpty) {
  const ProbeFile file = test::probes(R"(
decisions:
  - {id: a, variants: [{id: v, query: q}]}
  - {id: none, expected_decision: "", variants: [{id: v, query: q}]}
)");
  EXPECT_EQ(file.decisions[0].decision(), "a");
  EXPECT_EQ(file.decisions[1].decision(), "");
  EXPECT_EQ(file.decisions[0].expected_recipe, "default");
}

TEST(ProbeFile, UnknownFieldsAreErrorsWithTheirPlace) {
  const std::string text = test::findings("decisions:\n  - id: a\n    variants:\n      - {id: v, qeury: q}\n");
  EXPECT_THAT(text, HasSubstr("probes.yaml:4:17: error: decisions[0].variants[0].qeury"));
  EXPECT_THAT(text, HasSubstr("did you mean \"query\"?"));
  EXPECT_THAT(text, HasSubstr("[unknown_key]"));
}

TEST(ProbeFile, AVariantHasExactlyOneOfQueryAndMessages) {
  EXPECT_THAT(test::findings("decisions: [{id: a, variants: [{id: v}]}]"),
              HasSubstr("exactly one of query and messages"));
  EXPECT_THAT(
      test::findings("decisions: [{id: a, variants: [{id: v, query: q, messages: [{role: user, content: c}]}]}]"),
      HasSubstr("exactly one of query and messages"));
}

TEST(ProbeFile, ShapesThatDoNotBelongTogetherAreErrors) {
  const auto with = [](std::string_view variant) {
    return test::findings(fmt::format("decisions: [{{id: a, variants: [{{id: v, {}}}]}}]", variant));
  };
  EXPECT_THAT(with("messages: [{role: user, content: c}], repeat: 2"), HasSubstr("only a query can be repeated"));
  EXPECT_THAT(with("messages: [{role: user, content: c}], padding: {text: t}"),
              HasSubstr("only a query can be padded"));
  EXPECT_THAT(with("query: q, generated_text: {target_text_bytes: 9}"), HasSubstr("generated text goes into messages"));
  EXPECT_THAT(with("query: q, repeat: 10001"), HasSubstr("repeat"));
  EXPECT_THAT(with("query: q, expected_signals: {keyword: [k]}"), HasSubstr("did you mean \"keywords\"?"));
}

TEST(ProbeFile, IdsAreUnique) {
  EXPECT_THAT(test::findings("decisions: [{id: a, variants: [{id: v, query: q}, {id: v, query: r}]}]"),
              HasSubstr("\"v\" stands here twice"));
  EXPECT_THAT(
      test::findings("decisions: [{id: a, variants: [{id: v, query: q}]}, {id: a, variants: [{id: v, query: q}]}]"),
      HasSubstr("\"a\" stands here twice"));
}

TEST(ProbeFile, ARequestBeyondTenMebibytesIsAnErrorBeforeItIsMade) {
  const std::string line(2000, 'x');
  EXPECT_THAT(
      test::findings(fmt::format("decisions: [{{id: a, variants: [{{id: v, query: {}, repeat: 10000}}]}}]", line)),
      HasSubstr("larger than 10485760 bytes"));
}

TEST(ProbeFile, AFileThatCannotBeReadSaysSo) {
  const LoadedProbes loaded = load_probe_file("/nonexistent/probes.yaml");
  EXPECT_TRUE(loaded.unreadable);
  EXPECT_FALSE(loaded.file);
  ASSERT_EQ(loaded.diagnostics->items().size(), 1U);
  EXPECT_EQ(loaded.diagnostics->items()[0].code, "unreadable_file");
  EXPECT_TRUE(load_probe_file(SIGNALBOX_SOURCE_DIR).unreadable) << "a directory";
}

ImageFixture fixture(const std::vector<std::uint8_t>& bytes, const std::string& media_type) {
  ImageFixture image;
  image.media_type = media_type;
  image.data_base64 = vision::to_base64(bytes);
  image.sha256 = digest::hex(digest::sha256({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
  return image;
}

// Signature, IHDR of that size, and whatever chunk follows.
std::vector<std::uint8_t> png_head(std::uint32_t width, std::uint32_t height, std::string_view next = "IDAT") {
  std::string bytes("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", 16);
  for (const std::uint32_t side : {width, height}) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(side >> shift & 255);
  }
  bytes += std::string("\x08\x02\0\0\0\0\0\0\0\0\0\0\x08", 13);  // depth, colour, methods, checksum, length
  bytes += next;
  bytes += std::string(12, '\0');
  return {bytes.begin(), bytes.end()};
}

std::string fault(const ImageFixture& image) {
  const auto checked = check_image_fixture(image);
  return checked ? "" : checked.error();
}

TEST(ImageFixture, APictureThatAgreesWithItsDescriptionIsGood) {
  EXPECT_EQ(fault(fixture(vision::example("landscape.png"), "image/png")), "");
  EXPECT_EQ(fault(fixture(vision::example("passport.jpg"), "image/jpeg")), "");
  EXPECT_EQ(fault(fixture(png_head(100, 100), "image/png")), "");
}

TEST(ImageFixture, EveryDisagreementIsNamed) {
  ImageFixture image = fixture(vision::example("landscape.png"), "image/png");
  image.sha256.back() = image.sha256.back() == '0' ? '1' : '0';
  EXPECT_THAT(fault(image), HasSubstr("sha256 does not agree"));
  image.data_base64.insert(7, "!");
  EXPECT_THAT(fault(image), HasSubstr("not base64 at character 7"));
  EXPECT_NE(fault(fixture(vision::example("landscape.png"), "image/jpeg")), "") << "media type";
  EXPECT_NE(fault(fixture({'n', 'o', 'n', 'e'}, "image/png")), "") << "no picture";
  EXPECT_EQ(fault(fixture(vision::golden("local.gif"), "image/gif")),
            "the picture is a GIF; PNG and JPEG can be fixtures");
}

TEST(ImageFixture, LimitsHold) {
  EXPECT_THAT(fault(fixture(std::vector<std::uint8_t>((4U << 20) + 1, 0), "image/png")),
              HasSubstr("larger than 4194304"));
  EXPECT_NE(fault(fixture(png_head(8193, 10), "image/png")), "") << "side";
  EXPECT_NE(fault(fixture(png_head(8192, 2049), "image/png")), "") << "pixels";
  EXPECT_EQ(fault(fixture(png_head(8192, 2048), "image/png")), "");
  EXPECT_THAT(fault(fixture(png_head(100, 100, "acTL"), "image/png")), HasSubstr("animated"));
}

TEST(ImageFixture, IsPartOfLoadingAndLineBreaksInBase64AreFolded) {
  ImageFixture image = fixture(vision::example("landscape.png"), "image/png");
  image.data_base64.insert(10, "\n        ");
  const auto yaml = [&](const std::string& hash, const std::string& name) {
    return fmt::format(
        "fixtures:\n  images:\n    pic:\n      media_type: image/png\n      sha256: {}\n      data_base64: |\n        "
        "{}\n"
        "decisions:\n  - id: a\n    variants:\n      - id: v\n        messages:\n          - role: user\n"
        "            content: [{{type: image_fixture, fixture: {}}}]\n",
        hash, image.data_base64, name);
  };
  const ProbeFile file = test::probes(yaml(image.sha256, "pic"));
  EXPECT_EQ(file.fixtures.images.at("pic").data_base64.find('\n'), std::string::npos);
  EXPECT_THAT(test::findings(yaml("00", "pic")), HasSubstr("fixtures.images.pic: sha256 does not agree"));
  EXPECT_THAT(test::findings(yaml(image.sha256, "other")),
              HasSubstr("decisions[0].variants[0].messages[0].content[0]: fixtures.images has no picture"));
}

}  // namespace
}  // namespace signalbox::probes
