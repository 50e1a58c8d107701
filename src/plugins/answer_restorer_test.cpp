// Putting values back into answers, however a stream is cut.
#include "plugins/answer_restorer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "protocol/json_tree.h"
#include "protocol/splice.h"

namespace signalbox::plugins {
namespace {

using protocol::JsonTree;

Substitutes some() {
  Substitutes substitutes;
  substitutes.add("[EMAIL_ADDRESS_1]", "bob@x.com");
  substitutes.add("[PRIVATE_KEY_1]", "a\n\"b\\");
  return substitutes;
}

TEST(Substitutes, RestoreWhatIsWhole) {
  const Substitutes s = some();
  EXPECT_EQ(s.restore("[[EMAIL_ADDRESS_1]] [EMAIL_ADDRESS_2] [", false), "[bob@x.com] [EMAIL_ADDRESS_2] [");
  EXPECT_EQ(s.restore(R"({"k":"[PRIVATE_KEY_1]"})", true), R"({"k":"a\n\"b\\"})");
}

TEST(Substitutes, HoldOnlyWhatMayBecomeOne) {
  const Substitutes s = some();
  EXPECT_EQ(s.open_end("a [EMAIL"), 6U);
  EXPECT_EQ(s.open_end("a [EMAIL_ADDRESS_1]"), 0U);
  EXPECT_EQ(s.open_end("[E[PRIV"), 5U);
  EXPECT_EQ(s.open_end("[x"), 0U);
  EXPECT_EQ(s.open_end(""), 0U);
}

TEST(RestoreBody, ChangesStringsAndNothingElse) {
  const Substitutes s = some();
  EXPECT_EQ(
      restore_body(R"({ "n":1.50,"c":"to [EMAIL_ADDRESS_1]\u00e9","arguments":"{\"k\":\"[PRIVATE_KEY_1]\"}"})", s),
      R"({ "n":1.50,"c":"to bob@x.com)"
      "\xC3\xA9"
      R"(","arguments":"{\"k\":\"a\\n\\\"b\\\\\"}"})");
  EXPECT_EQ(restore_body(R"({"c":"[EMAIL"})", s), std::nullopt);
  EXPECT_EQ(restore_body("[EMAIL_ADDRESS_1]", s), std::nullopt);
}

std::string chunk(std::string_view delta, std::string_view finish = "null", int choice = 0) {
  return fmt::format(
      "data: {{\"id\":\"c1\",\"model\":\"m\",\"choices\":[{{\"index\":{},\"delta\":{},\"finish_reason\":{}}}]}}\n\n",
      choice, delta, finish);
}

std::string passed(std::string_view stream, std::size_t slice) {
  const Substitutes s = some();
  StreamRestorer restorer(s);
  std::string out;
  for (std::size_t at = 0; at < stream.size(); at += slice) out += restorer.pass(stream.substr(at, slice));
  out += restorer.finish();
  return out;
}

// What a client makes of a stream: its texts by choice and member.
std::map<std::string, std::string> texts(std::string_view stream) {
  std::map<std::string, std::string> all;
  protocol::SseReader reader;
  reader.feed(stream);
  while (const auto frame = *reader.next()) {
    if (!frame->has_data || frame->data == "[DONE]") continue;
    const auto tree = JsonTree::parse(frame->data);
    if (!tree) throw std::runtime_error("no JSON");
    for (auto choice = tree->root()["choices"].first(); choice; choice = choice.next()) {
      const std::string index(choice["index"].raw());
      for (auto member = choice["delta"].first(); member; member = member.next()) {
        if (member.is(JsonTree::Kind::string)) all[index + std::string(member.node().key)] += member.node().text;
        for (auto call = member.first(); call; call = call.next()) {
          all[index + "call" + std::string(call["index"].raw())] += call["function"]["arguments"].string_or();
        }
      }
    }
  }
  return all;
}

TEST(StreamRestorer, PutsTogetherWhatComesInPieces) {
  const std::string stream = chunk(R"({"role":"assistant","content":"Hi [EM"})") + ": ping\n\n" +
                             chunk(R"({"content":"AIL_ADDR"})") + chunk(R"({"content":"ESS_1], [EMAIL"})") +
                             chunk(R"({"content":"S] and [EMAIL_"})") + chunk("{}", R"("stop")") + "data: [DONE]\n\n";
  for (const std::size_t slice : {1U, 2U, 7U, 100'000U}) {
    const std::string out = passed(stream, slice);
    EXPECT_EQ(texts(out)["0content"], "Hi bob@x.com, [EMAILS] and [EMAIL_") << slice;
    EXPECT_TRUE(out.ends_with("data: [DONE]\n\n"));
    EXPECT_THAT(out, testing::HasSubstr(": ping\n\n"));
    EXPECT_LT(out.find(R"("content":"[EMAIL_")"), out.find(R"("stop")"));
  }
}

TEST(StreamRestorer, KeepsChoicesAndCallsApart) {
  const std::string stream =
      chunk(R"({"content":"[EMAIL_"})", "null", 0) + chunk(R"({"content":"[PRIVATE"})", "null", 1) +
      chunk(R"({"content":"ADDRESS_1]"})", R"("stop")", 0) + chunk(R"({"content":"_KEY_1]"})", "null", 1) +
      chunk(R"({"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{\"k\":\"[PRIV"}}]})") +
      chunk(R"({"tool_calls":[{"index":1,"function":{"arguments":"[EMAIL"}}]})") +
      chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"ATE_KEY_1]\"}"}}]})");
  auto all = texts(passed(stream, 5));
  EXPECT_EQ(all["0content"], "bob@x.com");
  EXPECT_EQ(all["1content"], "a\n\"b\\");
  EXPECT_EQ(all["0call0"], R"({"k":"a\n\"b\\"})");
  EXPECT_EQ(all["0call1"], "[EMAIL");
}

TEST(StreamRestorer, BytesThatNeedNoChangeStay) {
  const std::string stream = "\xEF\xBB\xBF" + chunk(R"({"content":"a \u00e9 [1]"})") +
                             "data: {\"error\":\"[EMAIL\"}\r\n\r\nevent: x\ndata: [DONE]\n\nhalf a fr";
  EXPECT_EQ(passed(stream, 3), stream);
}

TEST(StreamRestorer, AFrameWithoutEndPasses) {
  const std::string stream = chunk(R"({"content":"[EMAIL"})") + "data: " + std::string(5u << 20, 'x');
  const std::string out = passed(stream, 1u << 20);
  EXPECT_TRUE(out.ends_with(std::string(5u << 20, 'x')));
  EXPECT_EQ(texts(out.substr(0, out.find("data: x")))["0content"], "[EMAIL");
}

}  // namespace
}  // namespace signalbox::plugins
