// YAML text to Node tree, through yaml-cpp's event stream.
//
// yaml-cpp's own Node keeps the first of two equal keys, ignores `<<` and forgets where keys stood; its scanner and
// parser are sound, so only they are used. The parser recurses once per nesting level, but announces each level by an
// event first, so the depth limit of TreeBuilder stops it before the stack does.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "config/load.h"
#include "config/scalar.h"
#include "config/yaml_text.h"
#include "config/yaml_tree.h"

namespace signalbox::config {

namespace {

Mark to_mark(const YAML::Mark& mark, std::uint16_t file) {
  return {.file = file,
          .line = static_cast<std::uint32_t>(std::max(mark.line, 0) + 1),
          .column = static_cast<std::uint32_t>(std::max(mark.column, 0) + 1)};
}

constexpr std::string_view kCorePrefix = "tag:yaml.org,2002:";

// Passes yaml-cpp's events to the builder; decides what tags mean and that there is one document.
class Events final : public YAML::EventHandler {
 public:
  Events(std::string_view text, std::uint16_t file, TreeBuilder& builder)
      : text_(text), file_(file), builder_(builder) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    const Mark place = to_mark(mark, file_);
    const bool separator = line_of(text_, place.line).starts_with("---");
    builder_.error(place, "second_document",
                   separator ? "a second YAML document starts here; a file holds one"
                             : "this does not belong to what stands above it",
                   separator ? "put it into a file of its own" : "check the indentation and the line before");
    throw StopParsing{};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { builder_.null(to_mark(mark, file_), anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override { builder_.alias(to_mark(mark, file_), anchor); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const Mark place = to_mark(mark, file_);
    const std::string_view core = core_tag(tag, place, {"str", "int", "float", "bool", "null"});
    if (core == "null" && (value.empty() || is_null_text(value))) return builder_.null(place, anchor);
    builder_.scalar(place, value, tag == "!" || core == "str", anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    const Mark place = to_mark(mark, file_);
    core_tag(tag, place, {"seq"});
    builder_.begin(Node::Kind::sequence, place, anchor);
  }
  void OnSequenceEnd() override { builder_.end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    const Mark place = to_mark(mark, file_);
    core_tag(tag, place, {"map"});
    builder_.begin(Node::Kind::mapping, place, anchor);
  }
  void OnMapEnd() override { builder_.end(); }

 private:
  // The core type that a tag names, "" for an untagged value; any other tag is an error.
  std::string_view core_tag(std::string_view tag, Mark place, std::initializer_list<std::string_view> allowed) {
    if (tag.empty() || tag == "?" || tag == "!") return {};
    const std::string_view name = tag.starts_with(kCorePrefix) ? tag.substr(kCorePrefix.size()) : std::string_view();
    if (std::ranges::find(allowed, name) != allowed.end()) return name;
    builder_.error(place, "unknown_tag", fmt::format("the tag \"{}\" is not known here", shortened(tag)), "remove it");
    return {};
  }

  std::string_view text_;
  std::uint16_t file_;
  TreeBuilder& builder_;
  std::size_t documents_ = 0;
};

struct PlainWords {
  std::string_view parser;
  std::string_view message;
  std::string_view suggestion;
};

// yaml-cpp's messages speak of its state machine; these say what to look for.
constexpr auto kPlainWords = std::to_array<PlainWords>({
    {"illegal map value", "a \":\" cannot stand here",
     "check the indentation, or put text that holds \": \" in quotes"},
    {"end of map not found", "this line is not a \"key: value\" of the mapping it stands in",
     "check the indentation and the colon after the key"},
    {"end of map flow not found", "the { that opens here is not closed properly", "check the commas and the }"},
    {"end of sequence not found", "this line is not a \"- item\" of the list it stands in", "check the indentation"},
    {"end of sequence flow not found", "the [ that opens here is not closed properly", "check the commas and the ]"},
    {"illegal tab when looking for indentation", "a tab is used for indentation", "indent with spaces"},
    {"illegal EOF in scalar", "the file ends inside a quoted text", "close the quotes"},
    {"illegal flow end", "a closing bracket without an opening one", ""},
    {"illegal block entry", "a \"- item\" cannot stand here", "check the indentation"},
    {"illegal map key", "a key cannot stand here", "check the indentation"},
    {"unknown token", "a plain text cannot begin with this character", "put the text in quotes"},
    {"the referenced anchor is not defined", "the alias names an anchor that was not defined above", ""},
    {"illegal document indicator in scalar", "a document marker stands inside a quoted text", "close the quotes"},
});

bool has_tab_indent(std::string_view line) {
  return line.substr(0, std::min(line.find_first_not_of(" \t"), line.size())).contains('\t');
}

void report_syntax(const YAML::Exception& exception, std::string_view text, std::uint16_t file,
                   const TreeBuilder& builder, Diagnostics& diagnostics) {
  Mark mark = to_mark(exception.mark, file);
  std::string_view parser = exception.msg;
  if (parser != "illegal EOF in scalar" && has_tab_indent(line_of(text, mark.line))) {
    parser = "illegal tab when looking for indentation";
  }
  // At the end of the file yaml-cpp has no position left: point at the bracket instead.
  if (parser == "end of sequence flow not found") mark = builder.innermost(Node::Kind::sequence);
  if (parser == "end of map flow not found") mark = builder.innermost(Node::Kind::mapping);
  if (parser == "illegal EOF in scalar" && builder.pending_key().line != 0) mark = builder.pending_key();
  const auto plain = std::ranges::find(kPlainWords, parser, &PlainWords::parser);
  const bool known = plain != kPlainWords.end();
  diagnostics.add(Severity::error, mark, builder.path(), "yaml_syntax",
                  known ? std::string(plain->message) : std::string(parser),
                  known ? std::string(plain->suggestion) : std::string());
}

}  // namespace

namespace {

// Text that ends in a line break gets one more character, an empty comment: yaml-cpp only notices that quotes are still
// open at the end of the file when the file ends within a line. Without it `a: "x` would swallow all that follows.
std::string guarded(std::string_view text) {
  std::string out(text);
  if (out.ends_with('\n') || out.ends_with('\r')) out += '#';
  return out;
}

}  // namespace

bool parse_yaml(std::string_view text, std::uint16_t file, const ParseLimits& limits, Node& node,
                Diagnostics& diagnostics) {
  node = Node{};
  if (!check_yaml_text(text, file, limits, diagnostics)) return false;
  TreeBuilder builder(limits, diagnostics);
  try {
    std::istringstream stream{guarded(text)};
    YAML::Parser parser(stream);
    Events events(text, file, builder);
    while (parser.HandleNextDocument(events)) continue;
  } catch (const StopParsing&) {
    return false;
  } catch (const YAML::Exception& exception) {
    report_syntax(exception, text, file, builder, diagnostics);
    return false;
  } catch (const std::exception& exception) {
    diagnostics.add(Severity::error, {.file = file}, "", "yaml_syntax", exception.what());
    return false;
  }
  if (builder.empty()) {
    diagnostics.add(Severity::error, {.file = file}, "", "empty_file", "the file holds no configuration");
    return false;
  }
  node = builder.take();
  return true;
}

}  // namespace signalbox::config
