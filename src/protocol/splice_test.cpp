#include "protocol/splice.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace signalbox::protocol {
namespace {

constexpr std::string_view kBody =
    "{ \"model\" : \"auto\" ,\n \"messages\":[ {\"role\":\"user\",\"content\":\"a\"} , "
    "{\"role\":\"user\",\"content\":\"b\"} ], \"n\": 1.50e0 }";

Request parsed(std::string_view body) {
  std::expected<Request, Error> request = parse_openai_chat(body);
  if (!request) throw std::runtime_error(request.error().message);
  return std::move(*request);
}

// The smallest request with `rest` after model and messages.
std::string with(std::string_view rest) {
  return R"({"model":"m","messages":[{"role":"user"}])" + std::string(rest) + "}";
}

TEST(Quote, EscapesWhatMustBeEscaped) {
  EXPECT_EQ(quote("a\"\\\n\r\t\x01\x1f/é\xF0\x9F\x98\x80"), "\"a\\\"\\\\\\n\\r\\t\\u0001\\u001f/é\xF0\x9F\x98\x80\"");
  EXPECT_EQ(quote(std::string_view("\0", 1)), "\"\\u0000\"");
  EXPECT_EQ(quote("a\xFF\xC3"), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(Splice, WithoutEditsTheBytesAreTheSame) {
  const Request request = parsed(kBody);
  const Splice splice(request);
  EXPECT_TRUE(splice.empty());
  EXPECT_EQ(splice.apply(), kBody);
}

TEST(Splice, SetMemberKeepsEverythingElse) {
  const Request request = parsed(kBody);
  Splice splice(request);
  splice.set_member("model", quote("real/model"));
  std::string expected(kBody);
  expected.replace(expected.find("\"auto\""), 6, "\"real/model\"");
  EXPECT_EQ(splice.apply(), expected);
}

TEST(Splice, NewMembersGoBehindTheLast) {
  const Request request = parsed(kBody);
  Splice splice(request);
  splice.set_member("x", "1");
  splice.set_member("y", "[]");
  splice.set_member("x", "2");
  std::string expected(kBody);
  expected.replace(expected.find("1.50e0"), 6, "1.50e0,\"x\":2,\"y\":[]");
  EXPECT_EQ(splice.apply(), expected);
}

TEST(Splice, RemoveMemberTakesItsComma) {
  const auto removed = [](std::initializer_list<std::string_view> keys) {
    const Request request = parsed(kBody);
    Splice splice(request);
    for (std::string_view key : keys) splice.remove_member(key);
    return splice.apply();
  };
  EXPECT_EQ(removed({"model"}),
            "{ \"messages\":[ {\"role\":\"user\",\"content\":\"a\"} , {\"role\":\"user\",\"content\":\"b\"} ], \"n\": "
            "1.50e0 }");
  EXPECT_EQ(removed({"messages"}), "{ \"model\" : \"auto\", \"n\": 1.50e0 }");
  EXPECT_EQ(removed({"n", "messages"}), "{ \"model\" : \"auto\" }");
  EXPECT_EQ(removed({"model", "n"}),
            "{ \"messages\":[ {\"role\":\"user\",\"content\":\"a\"} , {\"role\":\"user\",\"content\":\"b\"} ] }");
  EXPECT_EQ(removed({"model", "messages", "n"}), "{  }");
  EXPECT_EQ(removed({"absent"}), kBody);
}

TEST(Splice, RemovingAllAndAddingOneNeedsNoComma) {
  const Request request = parsed(kBody);
  Splice splice(request);
  for (std::string_view key : {"model", "messages", "n"}) splice.remove_member(key);
  splice.set_member("x", "1");
  EXPECT_EQ(splice.apply(), "{ \"x\":1 }");
}

TEST(Splice, TheLastWordOnAMemberCounts) {
  const Request request = parsed(with(""));
  Splice splice(request);
  splice.remove_member("model");
  splice.set_member("model", "\"a\"");
  splice.set_member("model", "\"b\"");
  splice.set_member("x", "1");
  splice.remove_member("x");
  EXPECT_EQ(splice.apply(), R"({"model":"b","messages":[{"role":"user"}]})");
}

TEST(Splice, MembersAreFoundByTheirUnescapedKey) {
  const Request request = parsed(R"({"\u006dodel":"m","messages":[{"role":"user"}]})");
  Splice splice(request);
  splice.set_member("model", "\"x\"");
  EXPECT_EQ(splice.apply(), R"({"\u006dodel":"x","messages":[{"role":"user"}]})");
}

TEST(Splice, SetPathMakesObjectsAndKeepsTheirMembers) {
  const auto set = [](std::string_view rest) {
    const std::string body = with(rest);
    const Request request = parsed(body);
    Splice splice(request);
    splice.set_path({"k", "a"}, "1");
    splice.set_path({"k", "b", "c"}, "2");
    return splice.apply();
  };
  EXPECT_EQ(set(""), with(R"(,"k":{"a":1,"b":{"c":2}})"));
  EXPECT_EQ(set(R"(,"k":{})"), with(R"(,"k":{"a":1,"b":{"c":2}})"));
  EXPECT_EQ(set(R"(,"k":null)"), with(R"(,"k":{"a":1,"b":{"c":2}})"));
  EXPECT_EQ(set(R"(,"k":{"z" : 0, "a":9})"), with(R"(,"k":{"z" : 0, "a":1,"b":{"c":2}})"));
  EXPECT_EQ(set(R"(,"k":{"b":{"d":0}})"), with(R"(,"k":{"b":{"d":0,"c":2},"a":1})"));
}

TEST(Splice, APathBelowAMemberThatWasJustSet) {
  const Request request = parsed(with(R"(,"k":{"old":1})"));
  Splice splice(request);
  splice.set_path({"k", "lost"}, "0");
  splice.set_member("k", "{\"lost\":1}");
  splice.set_path({"k", "a"}, "1");
  EXPECT_EQ(splice.apply(), with(R"(,"k":{"a":1})"));
}

TEST(Splice, RemoveElements) {
  const auto removed = [](const std::vector<bool>& remove) {
    const Request request = parsed(with(R"(,"l":[ 1, 2 ,3,4 ])"));
    std::vector<Range> elements;
    for (JsonTree::Value v = request.tree.root()["l"].first(); v; v = v.next()) elements.push_back(v.node().range);
    Splice splice(request);
    splice.remove_elements(elements, remove);
    return splice.apply();
  };
  EXPECT_EQ(removed({true, false, false, false}), with(R"(,"l":[ 2 ,3,4 ])"));
  EXPECT_EQ(removed({false, true, true, false}), with(R"(,"l":[ 1,4 ])"));
  EXPECT_EQ(removed({false, false, false, true}), with(R"(,"l":[ 1, 2 ,3 ])"));
  EXPECT_EQ(removed({true, true, false, true}), with(R"(,"l":[ 3 ])"));
  EXPECT_EQ(removed({true, true, true, true}), with(R"(,"l":[  ])"));
  EXPECT_EQ(removed({false, false, false, false}), with(R"(,"l":[ 1, 2 ,3,4 ])"));
}

TEST(Splice, InsertionsKeepTheirOrderAndEditsInsideReplacedRangesAreDropped) {
  const Request request = parsed(with(R"(,"l":[1,2])"));
  const Range list = request.tree.root()["l"].node().range;
  const Range first = request.tree.root()["l"].first().node().range;
  Splice splice(request);
  splice.insert(first.begin, "8,");
  splice.insert(first.begin, "9,");
  splice.replace(first, "x");
  splice.replace(first, "7");
  EXPECT_EQ(splice.apply(), with(R"(,"l":[8,9,7,2])"));
  splice.replace(list, "0");
  EXPECT_EQ(splice.apply(), with(R"(,"l":0)"));
}

// Property: whatever is set and removed at random, the new body parses, holds exactly what was asked for, and every
// other member's bytes are the same and in the same order.
class RandomSplices : public testing::TestWithParam<int> {};

std::string random_space(std::mt19937& random) {
  constexpr std::string_view kSpaces[] = {"", "", " ", "\n", "\t ", " \r\n"};
  return std::string(kSpaces[random() % std::size(kSpaces)]);
}

std::string random_body(std::mt19937& random) {
  constexpr std::string_view kValues[] = {
      "1", "-0.50", "\"s\\u00e9\\\"\"", "[ 1 ,{}]", "{\"a\" : {\"b\":[]}}", "null", "true", "1E+2", "{ }"};
  std::vector<std::string> members{R"("model":"m")", R"("messages":[{"role":"user"}])"};
  for (unsigned i = 0; i < random() % 6; ++i) {
    members.push_back("\"k" + std::to_string(i) + "\"" + random_space(random) + ":" + random_space(random) +
                      std::string(kValues[random() % std::size(kValues)]));
  }
  std::shuffle(members.begin(), members.end(), random);
  std::string body = "{";
  for (std::size_t i = 0; i < members.size(); ++i) {
    body += (i == 0 ? "" : ",") + random_space(random) + members[i] + random_space(random);
  }
  return body + "}";
}

TEST_P(RandomSplices, ChangeOnlyWhatWasAsked) {
  std::mt19937 random(static_cast<unsigned>(GetParam()));
  const std::string body = random_body(random);
  const Request request = parsed(body);
  Splice splice(request);
  std::map<std::string, std::string, std::less<>> asked;  // "" means removed
  for (unsigned i = 0; i < random() % 5; ++i) {
    const std::string key = "k" + std::to_string(random() % 8);
    if (random() % 2 == 0) {
      splice.remove_member(key);
      asked[key] = "";
    } else {
      asked[key] = "[" + std::to_string(random() % 100) + "]";
      splice.set_member(key, asked[key]);
    }
  }
  const std::string changed = splice.apply();
  const Request after = parsed(changed);
  std::vector<std::pair<std::string, std::string>> untouched_before, untouched_after;
  const auto untouched = [&asked](const Request& r, std::vector<std::pair<std::string, std::string>>& out) {
    for (const Member& member : r.members) {
      if (asked.contains(member.key)) continue;
      out.emplace_back(r.body().substr(member.key_range.begin, member.key_range.size()),
                       r.body().substr(member.value.begin, member.value.size()));
    }
  };
  untouched(request, untouched_before);
  untouched(after, untouched_after);
  EXPECT_EQ(untouched_before, untouched_after) << body << "\n" << changed;
  for (const auto& [key, json] : asked) EXPECT_EQ(after.tree.root()[key].raw(), json) << body << "\n" << changed;
  if (asked.empty()) {
    EXPECT_EQ(changed, body);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomSplices, testing::Range(0, 500));

}  // namespace
}  // namespace signalbox::protocol
