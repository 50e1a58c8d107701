// The reader of routing case files, and the proof that a mistake in one is seen.
#include "router/case_file.h"

#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <set>
#include <sstream>

#include "text/unicode.h"

namespace signalbox::router::cases {
namespace {

const std::set<std::string, std::less<>> kRequestKeys{"text", "repeat",   "image", "messages", "tools",
                                                      "body", "metadata", "ask",   "identity"};
const std::set<std::string, std::less<>> kExpectationKeys{"decision",  "outcome",    "error",   "recipe",
                                                          "model",     "confidence", "rules",   "matched",
                                                          "unmatched", "unknown",    "assumed", "values"};

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// Reads "{200B}" at `rest` into a code point; the number of bytes read, or 0.
std::size_t read_code_point(std::string_view rest, char32_t& value) {
  const std::size_t end = rest.find('}');
  if (!rest.starts_with('{') || end == std::string_view::npos) return 0;
  std::uint32_t number = 0;
  const auto [stop, error] = std::from_chars(rest.data() + 1, rest.data() + end, number, 16);
  if (error != std::errc() || stop != rest.data() + end || end == 1 || number > 0x10FFFF) return 0;
  value = number;
  return end + 1;
}

std::optional<std::string> unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    const char kind = ++i < text.size() ? text[i] : '\0';
    char32_t value = kind == 'n' ? '\n' : kind == 't' ? '\t' : kind == 'r' ? '\r' : kind == '\\' ? '\\' : 0;
    if (kind == 'u') {
      const std::size_t length = read_code_point(text.substr(i + 1), value);
      if (length == 0) return std::nullopt;
      i += length;
    } else if (value == 0) {
      return std::nullopt;
    }
    text::append_utf8(value, out);
  }
  return out;
}

class Reader {
 public:
  Reader(std::string_view text, std::string file) : in_{std::string(text)}, file_(std::move(file)) {}

  std::vector<RoutingCase> run() {
    while (next()) take_line();
    finish_case();
    return std::move(cases_);
  }

 private:
  bool next() {
    if (!std::getline(in_, line_)) return false;
    ++number_;
    return true;
  }

  void fault(std::size_t line, std::string what) {
    RoutingCase& broken = cases_.emplace_back();
    broken.file = file_;
    broken.line = line;
    broken.name = "mistake";
    broken.fault = std::move(what);
  }

  void take_line() {
    const std::string_view line = trim(line_);
    if (line.empty() || line_.starts_with('#')) return;
    if (line_.starts_with(' ')) return continue_field(line);
    if (line == "config <<<") return begin_config(read_block(), {});
    if (line == "top <<<") return add_top(read_block());
    if (line.starts_with("case ")) return begin_case(line.substr(5));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return fault(number_, "neither a key with a value, nor a case, nor a block");
    const std::string key(trim(line.substr(0, colon)));
    const std::string_view value = trim(line.substr(colon + 1));
    if (key == "version") return set_version(value);
    if (key == "include") return begin_config({}, std::string(value));
    add_field(key, value);
  }

  std::string read_block() {
    const std::size_t begin = number_;
    std::string block;
    while (next()) {
      if (trim(line_) == ">>>") return block;
      block += line_ + "\n";
    }
    fault(begin, "the block has no >>>");
    return block;
  }

  void set_version(std::string_view value) {
    finish_case();
    version_ = value;
    if (value != "v0.3" && value != "v1") fault(number_, "the version is neither v0.3 nor v1");
  }

  void begin_config(std::string routing, std::string include) {
    finish_case();
    config_ =
        std::make_shared<CaseConfig>(CaseConfig{file_, number_, version_, std::move(routing), {}, std::move(include)});
  }

  void add_top(std::string block) {
    finish_case();
    if (!config_ || config_used_) return fault(number_, "top belongs right behind a config");
    config_->top = std::move(block);
  }

  void begin_case(std::string_view title) {
    finish_case();
    config_used_ = true;
    open_ = std::make_optional<RoutingCase>();
    open_->file = file_;
    open_->line = number_;
    open_->config = config_;
    const bool quoted = title.size() > 2 && title.starts_with('"') && title.ends_with('"');
    if (quoted) open_->name = title.substr(1, title.size() - 2);
    if (!quoted) fault(number_, "a case needs a name in quotes");
    if (!config_) fault(number_, "the case has no config before it");
  }

  void add_field(const std::string& key, std::string_view value) {
    if (!open_) return fault(number_, "\"" + key + "\" stands outside of a case");
    if (!kRequestKeys.contains(key) && !kExpectationKeys.contains(key))
      return fault(number_, "unknown key \"" + key + "\"");
    if (!open_->fields.emplace(key, value).second) return fault(number_, "\"" + key + "\" is given twice");
    last_key_ = key;
  }

  void continue_field(std::string_view more) {
    if (!open_ || last_key_.empty()) return fault(number_, "an indented line continues nothing");
    open_->fields[last_key_] += " " + std::string(more);
  }

  void finish_case() {
    last_key_.clear();
    config_used_ = config_used_ && open_;
    if (!open_) return;
    const RoutingCase done = std::move(*open_);
    open_.reset();
    const auto any_of = [&](const auto& keys) {
      return std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return done.has(key); });
    };
    if (!any_of(kExpectationKeys)) return fault(done.line, "the case expects nothing");
    if (!any_of(kRequestKeys)) return fault(done.line, "the case has no request");
    if (!done.config || done.name.empty()) return;  // reported where it began
    add_unescaped(done);
  }

  void add_unescaped(RoutingCase done) {
    if (done.has("text")) {
      const std::optional<std::string> text = unescape(done.fields["text"]);
      if (!text) return fault(done.line, "the text has an escape that is none of \\u{HEX} \\n \\t \\r \\\\");
      done.fields["text"] = *text;
    }
    cases_.push_back(std::move(done));
  }

  std::istringstream in_;
  std::string file_, line_, version_ = "v0.3", last_key_;
  std::size_t number_ = 0;
  std::shared_ptr<CaseConfig> config_;
  bool config_used_ = false;
  std::optional<RoutingCase> open_;
  std::vector<RoutingCase> cases_;
};

}  // namespace

std::vector<RoutingCase> parse_cases(std::string_view text, const std::string& file) {
  return Reader(text, file).run();
}

namespace {

const std::string kConfig = "config <<<\ndecisions: []\n>>>\n";  // three lines

TEST(CaseFile, HoldsConfigurationsAndTheirCases) {
  const auto cases = parse_cases(
      kConfig + "case \"a b\"\ntext: x\\u{200B}\\n\\\\\ndecision: -\n# note\ncase \"c\"\ntext: y\n  z\nmodel: big\n",
      "f");
  ASSERT_EQ(cases.size(), 2U);
  EXPECT_EQ(cases[0].fault, "");
  EXPECT_EQ(cases[0].name, "a b");
  EXPECT_EQ(cases[0].line, 4U);
  EXPECT_EQ(cases[0].get("text"), "x\u200B\n\\");
  EXPECT_EQ(cases[1].get("text"), "y z");
  EXPECT_EQ(cases[1].config->routing, "decisions: []\n");
}

struct Mistake {
  std::string text;
  std::size_t line;
  std::string word;  // that the message must hold
};

TEST(CaseFile, EveryMistakeIsACaseThatNamesItsLine) {
  const std::array<Mistake, 12> mistakes{{
      {kConfig + "case \"a\"\ntext: x\ndecison: -\ndecision: -\n", 6, "unknown key"},
      {kConfig + "case \"a\"\ntext: x\ntext: y\ndecision: -\n", 6, "given twice"},
      {kConfig + "case \"a\"\ntext: x\n", 4, "expects nothing"},
      {kConfig + "case \"a\"\ndecision: -\n", 4, "no request"},
      {kConfig + "case a\ntext: x\ndecision: -\n", 4, "in quotes"},
      {kConfig + "case \"a\"\ntext: \\q\ndecision: -\n", 4, "escape"},
      {kConfig + "case \"a\"\ntext: \\u{110000}\ndecision: -\n", 4, "escape"},
      {kConfig + "text: x\n", 4, "outside of a case"},
      {kConfig + "hello\n", 4, "neither a key"},
      {"case \"a\"\ntext: x\ndecision: -\n", 1, "no config"},
      {"config <<<\ndecisions: []\n", 1, "no >>>"},
      {"version: v2\n", 1, "neither v0.3 nor v1"},
  }};
  for (const Mistake& mistake : mistakes) {
    const auto cases = parse_cases(mistake.text, "f.cases");
    const auto broken = std::find_if(cases.begin(), cases.end(), [](const auto& c) { return !c.fault.empty(); });
    ASSERT_NE(broken, cases.end()) << mistake.text;
    EXPECT_EQ(broken->line, mistake.line) << mistake.text;
    EXPECT_NE(broken->fault.find(mistake.word), std::string::npos) << broken->fault;
  }
}

}  // namespace
}  // namespace signalbox::router::cases
