// The round trip, with the real pii signal: what was redacted and restored is what was there, and between the two
// nothing of it is left. Random texts, random spelling of every character, random cuts of the answer's stream.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "plugins/answer_restorer.h"
#include "plugins/redaction_fixture.h"
#include "protocol/splice.h"
#include "signals/test_support.h"

namespace signalbox::plugins {
namespace {

using protocol::JsonTree;
using signals::test::Rules;
using signals::test::Subject;

constexpr std::array kPlanted{"bob.smith@example.com", "ann+x@mail.example.org", "4111 1111 1111 1111",
                              "5555555555554444", "DE89 3704 0044 0532 0130 00"};
constexpr std::array kFiller{"hello",      "[EMAIL_ADDRESS_1]",
                             "[",          "]",
                             "\xC3\xA9",   "\xF0\x9F\x98\x80",
                             "\"quoted\"", "back\\slash/",
                             "\t",         "\n",
                             "a",          "[REDACTED_",
                             "[CREDIT_",   "{}",
                             ","};

class Spelled {
 public:
  explicit Spelled(std::uint32_t seed) : random_(seed) {}
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }

  std::string text() {
    std::string text;
    for (std::uint32_t pieces = 1 + below(8); pieces > 0; --pieces) {
      text += below(3) == 0 ? kPlanted[below(kPlanted.size())] : kFiller[below(kFiller.size())];
      text += below(2) == 0 ? " and " : ", then ";
    }
    return text;
  }

  // A literal for the text; ASCII in any of its spellings.
  std::string literal(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80 && (byte < 0x20 || below(6) == 0)) {
        out += below(2) == 0 ? fmt::format("\\u{:04x}", byte) : fmt::format("\\u{:04X}", byte);
      } else if (c == '"' || c == '\\' || (c == '/' && below(2) == 0)) {
        out += {'\\', c};
      } else {
        out += c;
      }
    }
    return out + "\"";
  }

 private:
  std::mt19937 random_;
};

std::string members(Spelled& s) {
  const std::string arguments = fmt::format(R"({{"to":{},"n":{}}})", protocol::quote(s.text()), s.below(100));
  return fmt::format(
      R"("messages":[{{"role":"system","content":{}}},{{"role":"user","content":[{{"type":"text","text":{}}},)"
      R"({{"text":{},"type":"text"}}]}},{{"role":"assistant","tool_calls":[{{"id":"1","type":"function","function":)"
      R"({{"name":"f","arguments":{}}}}}]}},{{"role":"tool","tool_call_id":"1","content":{}}}])",
      s.literal(s.text()), s.literal(s.text()), s.literal(s.text()), s.literal(arguments), s.literal(s.text()));
}

void expect_clean(JsonTree::Value value) {
  for (const char* planted : kPlanted) {
    ASSERT_FALSE(value.node().text.contains(planted)) << planted;
    ASSERT_FALSE(value.node().key.contains(planted)) << planted;
  }
  for (JsonTree::Value child = value.first(); child; child = child.next()) expect_clean(child);
}

// The texts of a request, arguments among them.
std::vector<std::pair<std::string, bool>> texts_of(const protocol::Request& request) {
  std::vector<std::pair<std::string, bool>> texts;
  for (const protocol::Message& message : request.messages) {
    for (const protocol::Part& part : message.parts) texts.emplace_back(part.text, false);
    for (const protocol::ToolCall& call : message.tool_calls) texts.emplace_back(call.arguments, true);
  }
  return texts;
}

// The text as deltas of a stream, cut anywhere, and read again.
std::string streamed(Spelled& s, std::string_view text, const Substitutes& substitutes) {
  std::string stream;
  while (!text.empty()) {
    std::size_t size = std::min<std::size_t>(1 + s.below(6), text.size());
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
    stream += fmt::format("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":{}}}}}]}}\n\n",
                          s.literal(text.substr(0, size)));
    text.remove_prefix(size);
  }
  StreamRestorer restorer(substitutes);
  std::string out;
  for (std::size_t at = 0; at < stream.size();) {
    const std::size_t size = 1 + s.below(40);
    out += restorer.pass(std::string_view(stream).substr(at, size));
    at += size;
  }
  out += restorer.finish();
  protocol::SseReader reader;
  reader.feed(out);
  std::string read;
  while (const auto frame = *reader.next()) {
    const auto tree = JsonTree::parse(frame->data);
    if (tree) read += tree->root()["choices"].first()["delta"]["content"].string_or();
  }
  return read;
}

TEST(RedactionProperty, RoundTrip) {
  const Rules rules(
      "pii", "[{name: p, types: [EMAIL_ADDRESS, CREDIT_CARD, IBAN_CODE], include_history: true, include_tools: true}]");
  std::size_t redactions = 0;
  for (std::uint32_t seed = 0; seed < 1500; ++seed) {
    SCOPED_TRACE(seed);
    Spelled s(seed);
    const std::string all = members(s);
    const protocol::Request request = parsed(R"({"model":"auto",)" + all + "}");
    const signals::SignalResult found = Subject::chat(all).evaluate(rules).at("p");
    const RedactMethod method = seed % 2 == 0 ? RedactMethod::placeholder : RedactMethod::token;
    const Redacted result = redacted(request, {.method = method, .restore = true}, found);
    ASSERT_FALSE(result.refusal) << result.refusal->message;
    const protocol::Request upstream = parsed(result.body);
    expect_clean(upstream.tree.root());
    if (result.restores == nullptr) {
      ASSERT_EQ(result.body, request.body());
      continue;
    }
    ++redactions;
    const auto before = texts_of(request);
    const auto after = texts_of(upstream);
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
      ASSERT_EQ(result.restores->restore(after[i].first, after[i].second), before[i].first);
      if (!after[i].second) ASSERT_EQ(streamed(s, after[i].first, *result.restores), before[i].first);
    }
  }
  EXPECT_GT(redactions, 1000U);
}

}  // namespace
}  // namespace signalbox::plugins
