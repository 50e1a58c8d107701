// Routing cases from tests/cases/*.cases, one test each: what a configuration makes of a request.
//
// Each request is judged eagerly and lazily; both must come to the same outcome, and every signal that the lazy run did
// evaluate must say the same in both. The format is described in router/case_file.h.
#include <gtest/gtest.h>

#include <memory>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "config/diagnostics.h"
#include "models/fake_embedder.h"
#include "models/served_models.h"
#include "protocol/request.h"
#include "router/case_file.h"
#include "router/judge.h"
#include "router/load.h"
#include "vision/in_process_reader.h"
#include "vision/test_pictures.h"

namespace signalbox::router::cases {
namespace {

using Json = nlohmann::json;
using Kind = decision::Outcome::Kind;
using Words = std::set<std::string>;

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<RoutingCase> all_cases() {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(SIGNALBOX_SOURCE_DIR "/tests/cases")) {
    if (entry.path().extension() == ".cases") files.insert(entry.path());
  }
  std::vector<RoutingCase> cases;
  for (const auto& file : files) {
    for (RoutingCase& found : parse_cases(read_text(file), file.filename().string())) cases.push_back(std::move(found));
  }
  return cases;
}

std::string test_name(const testing::TestParamInfo<RoutingCase>& info) {
  std::string name = std::filesystem::path(info.param.file).stem().string() + "_" + std::to_string(info.param.line) +
                     "_" + info.param.name;
  std::replace_if(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

std::string yaml_of(const CaseConfig& config) {
  if (!config.include.empty()) return read_text(std::filesystem::path(SIGNALBOX_SOURCE_DIR) / config.include);
  std::string yaml = "version: " + config.version +
                     "\nproviders:\n  defaults: {default_model: small}\n  models:\n"
                     "    - {name: small, backend_refs: [{endpoint: '127.0.0.1:9'}]}\n"
                     "    - {name: big, backend_refs: [{endpoint: '127.0.0.1:9'}]}\n"
                     "routing:\n  modelCards: [{name: small}, {name: big}]\n";
  std::istringstream lines(config.routing);
  for (std::string line; std::getline(lines, line);) yaml += "  " + line + "\n";
  return yaml + config.top;
}

// Behind every model folder that is there: bags of words (models/fake_embedder.h). A configuration that names no folder
// has no model.
models::ServedModels& bags_of_words() {
  static models::ServedModels served(
      std::make_shared<models::FakeProvider>(std::make_shared<const models::FakeEmbedder>()), nullptr);
  return served;
}

// Cases of one configuration share its snapshot; null, with the errors as test failures, when it does not load.
const Snapshot* snapshot_of(const std::shared_ptr<const CaseConfig>& config) {
  static std::map<std::shared_ptr<const CaseConfig>, Loaded> loaded;
  const auto [entry, first] = loaded.try_emplace(config);
  if (first) {
    entry->second =
        load_text(yaml_of(*config), config->file, [](const std::string&) { return std::nullopt; }, &bags_of_words());
  }
  if (entry->second.snapshot) return entry->second.snapshot.get();
  for (const auto& finding : entry->second.diagnostics->items()) {
    if (finding.severity == config::Severity::error) ADD_FAILURE() << config::to_text(finding);
  }
  ADD_FAILURE() << config->file << ":" << config->line << ": the configuration does not load";
  return nullptr;
}

std::string data_uri(const std::string& file) {
  return (file.ends_with(".png") ? "data:image/png;base64," : "data:image/jpeg;base64,") +
         vision::to_base64(vision::example(file));
}

// {"type": "image_fixture", "fixture": "passport.jpg"} becomes the picture itself.
void insert_fixtures(Json& json) {
  if (json.is_object() && json.value("type", Json()) == "image_fixture") {
    json = {{"type", "image_url"}, {"image_url", {{"url", data_uri(json.at("fixture"))}}}};
  } else if (json.is_structured()) {
    for (Json& child : json) insert_fixtures(child);
  }
}

Json messages_of(const RoutingCase& c) {
  if (c.has("messages")) {
    Json messages = Json::parse(c.get("messages"));
    insert_fixtures(messages);
    return messages;
  }
  std::string text = c.get("text");
  for (int more = std::stoi(c.get("repeat", "1")); more > 1; --more) text += "\n" + c.get("text");
  Json parts = Json::array();
  parts.push_back({{"type", "text"}, {"text", text}});
  std::istringstream images(c.get("image"));
  for (std::string file; images >> file;)
    parts.push_back({{"type", "image_url"}, {"image_url", {{"url", data_uri(file)}}}});
  return Json::array({{{"role", "user"}, {"content", parts}}});
}

std::string body_of(const RoutingCase& c) {
  if (c.has("body")) return c.get("body");
  Json body = {{"model", c.get("ask", "auto")}, {"messages", messages_of(c)}};
  for (const char* key : {"tools", "metadata"}) {
    if (c.has(key)) body[key] = Json::parse(c.get(key));
  }
  return body.dump();
}

evidence::Identity identity_of(const RoutingCase& c) {
  evidence::Identity identity;
  std::istringstream words(c.get("identity"));
  for (std::string word; words >> word;) {
    identity.verified = true;
    if (word.starts_with("user=")) {
      identity.user = word.substr(5);
    } else if (word.starts_with("groups=")) {
      std::istringstream groups(word.substr(7));
      for (std::string group; std::getline(groups, group, ',');) identity.groups.push_back(group);
    } else {
      ADD_FAILURE() << c.file << ":" << c.line << ": identity is user=… groups=a,b";
    }
  }
  return identity;
}

Words words_of(std::string text) {
  if (text.starts_with('+')) text.erase(0, 1);
  if (text == "-") return {};
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

// What one judgement says of each signal and projection, by its key.
struct Verdicts {
  Words matched, unmatched, unknown, assumed;

  explicit Verdicts(const Judgement& judgement) {
    const decision::Outcome& outcome = judgement.outcome;
    const decision::Program& program = judgement.recipe->engine->program();
    for (decision::SignalId id = 0; id < outcome.evaluated.size(); ++id) {
      if (!outcome.evaluated[id]) continue;
      by(outcome.results[id].truth).insert(program.signals[id].key);
      if (id < outcome.assumed.size() && outcome.assumed[id]) assumed.insert(program.signals[id].key);
    }
    for (std::size_t id = 0; id < outcome.outputs.size(); ++id) {
      const decision::Belief& belief = outcome.outputs[id];
      if (!belief.single()) continue;
      const std::string key = "projection:" + program.projections.output_names[id];
      (belief.can_match ? matched : belief.can_miss ? unmatched : unknown).insert(key);
    }
  }

  Words& by(signals::Truth truth) {
    return truth == signals::Truth::match ? matched : truth == signals::Truth::no_match ? unmatched : unknown;
  }
};

bool holds_all(const Words& all, const Words& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

void expect_words(const RoutingCase& c, const std::string& key, const Words& actual) {
  if (!c.has(key)) return;
  const Words expected = words_of(c.get(key));
  const bool at_least = c.get(key).starts_with('+') || key == "unmatched";
  EXPECT_TRUE(at_least ? holds_all(actual, expected) : actual == expected)
      << key << ": expected " << c.get(key) << ", got " << testing::PrintToString(actual);
}

void expect_values(const RoutingCase& c, const Judgement& judgement) {
  for (const std::string& word : words_of(c.get("values", "-"))) {
    const std::size_t equals = word.rfind('=');
    const std::string key = word.substr(0, equals);
    const auto& entries = judgement.recipe->engine->program().signals.entries();
    const auto entry = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.key == key; });
    ASSERT_TRUE(entry != entries.end() && equals != std::string::npos) << "values: " << word;
    const auto& value = judgement.outcome.results[static_cast<std::size_t>(entry - entries.begin())].value;
    ASSERT_TRUE(value.has_value()) << key << " has no value";
    EXPECT_NEAR(*value, std::stod(word.substr(equals + 1)), 1e-6) << key;
  }
}

std::string outcome_word(const Judgement& judgement) {
  const Kind kind = judgement.outcome.kind;
  if (kind == Kind::forbidden) return "forbidden";
  if (kind == Kind::policy_unavailable) return "unavailable";
  return judgement.unjudged.empty() ? "judged" : "unjudged";
}

void expect_judgement(const RoutingCase& c, const Judgement& judgement) {
  const decision::Outcome& outcome = judgement.outcome;
  EXPECT_EQ(outcome_word(judgement), c.get("outcome", "judged"));
  const std::string decision = judgement.decision != nullptr ? judgement.decision->name : "-";
  if (c.has("decision")) EXPECT_EQ(decision, c.get("decision"));
  if (c.has("recipe")) EXPECT_EQ(judgement.recipe->name, c.get("recipe"));
  if (c.has("model")) EXPECT_EQ(judgement.selected_name, c.get("model"));
  if (c.has("confidence")) EXPECT_NEAR(outcome.confidence, std::stod(c.get("confidence")), 1e-4);
  const Verdicts verdicts(judgement);
  expect_words(c, "rules", {outcome.matched_rules.begin(), outcome.matched_rules.end()});
  expect_words(c, "matched", verdicts.matched);
  expect_words(c, "unmatched", verdicts.unmatched);
  expect_words(c, "unknown", verdicts.unknown);
  expect_words(c, "assumed", verdicts.assumed);
  expect_values(c, judgement);
}

void expect_same(const Judgement& eager, const Judgement& lazy) {
  EXPECT_EQ(outcome_word(eager), outcome_word(lazy)) << "lazy differs";
  EXPECT_EQ(eager.decision, lazy.decision) << "lazy differs";
  EXPECT_EQ(eager.selected_name, lazy.selected_name) << "lazy differs";
  EXPECT_DOUBLE_EQ(eager.outcome.confidence, lazy.outcome.confidence) << "lazy differs";
  EXPECT_EQ(eager.outcome.matched_rules, lazy.outcome.matched_rules) << "lazy differs";
  const Verdicts all(eager);
  const Verdicts some(lazy);
  EXPECT_TRUE(holds_all(all.matched, some.matched) && holds_all(all.unmatched, some.unmatched) &&
              holds_all(all.unknown, some.unknown))
      << "lazy differs";
}

Judgement judge_case(const RoutingCase& c, const Snapshot& snapshot, const protocol::Request& request,
                     evidence::ImageReader& pictures, bool eager) {
  const evidence::Evidence evidence = evidence::from_request(request, identity_of(c));
  JudgeOptions options;
  options.images = &pictures;
  options.decide.eager = eager;
  return judge_request(snapshot, request.model, evidence, options);
}

class Routing : public testing::TestWithParam<RoutingCase> {
 protected:
  // Not a static object: Tesseract's own statics are made after it and would be gone before it, which leaks.
  static void SetUpTestSuite() { pictures_ = std::make_unique<vision::InProcessReader>(vision::ReaderOptions{}); }
  static void TearDownTestSuite() { pictures_.reset(); }
  static inline std::unique_ptr<vision::InProcessReader> pictures_;
};

TEST_P(Routing, Case) {
  const RoutingCase& c = GetParam();
  SCOPED_TRACE(c.file + ":" + std::to_string(c.line) + ": " + c.name);
  ASSERT_EQ(c.fault, "");
  const Snapshot* snapshot = snapshot_of(c.config);
  ASSERT_NE(snapshot, nullptr);
  const std::string body = body_of(c);
  const auto request = protocol::parse_openai_chat(body);
  ASSERT_EQ(request ? "" : request.error().code, request ? "" : c.get("error")) << "of the request";
  if (!request) return;
  const Judgement eager = judge_case(c, *snapshot, *request, *pictures_, true);
  ASSERT_EQ(eager.recipe == nullptr ? "model_not_found" : "", c.get("error"));
  if (eager.recipe == nullptr) return;
  expect_judgement(c, eager);
  expect_same(eager, judge_case(c, *snapshot, *request, *pictures_, false));
}

INSTANTIATE_TEST_SUITE_P(Cases, Routing, testing::ValuesIn(all_cases()), test_name);

TEST(RoutingCases, AreManyAndTheirNamesAreUniqueInAFile) {
  std::set<std::pair<std::string, std::string>> names;
  for (const RoutingCase& c : all_cases())
    EXPECT_TRUE(names.emplace(c.file, c.name).second) << c.file << ": " << c.name;
  EXPECT_GE(names.size(), 220U);
}

}  // namespace

// gtest prints the parameter of a failed test.
void PrintTo(const RoutingCase& c, std::ostream* out) {
  *out << c.file << ":" << c.line << " " << c.name;
}

}  // namespace signalbox::router::cases
